//! The files that a published data set consists of, and errors that name the one at fault.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::encoded_path;
use crate::error::FolderError;
use crate::file_name::is_hidden;
use crate::layout_error::LayoutError;
use crate::limits::{LIST_BYTES, NAMES};
use crate::packed::{is_packed, unpacked};
use crate::store::{Kind, ReadSeek, Store, Walk};

/// Characters of a line that an error shows.
const SHOWN: usize = 80;

/// A data set below a folder.
#[derive(Clone, Copy)]
pub(crate) struct Published<'a> {
    store: &'a dyn Store,
    /// Where its files come from: a hint in words.
    pub(crate) origin: &'static str,
}

impl<'a> Published<'a> {
    /// The data set in a store, whose root must be a folder.
    pub(crate) fn new(store: &'a dyn Store, origin: &'static str) -> Result<Self, LayoutError> {
        check_root(store)?;
        Ok(Self { store, origin })
    }

    /// The folder that everything is relative to.
    pub(crate) fn root(&self) -> &'a Path {
        self.store.root()
    }

    /// The same with other words for where a part of it comes from.
    pub(crate) fn from(self, origin: &'static str) -> Self {
        Self { origin, ..self }
    }

    /// That of the `folders` (relative; empty for the root itself) in which `marker` lies, with a `/`
    /// at its end when it is not empty. Archives are unpacked with their top folder or without.
    pub(crate) fn top(
        &self,
        folders: &[&str],
        marker: &str,
        expected: &str,
    ) -> Result<String, LayoutError> {
        let prefix = |folder: &&str| match *folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut prefixes = folders.iter().map(prefix);
        let found = prefixes.find(|prefix| self.has(&format!("{prefix}{marker}")));
        found.ok_or_else(|| {
            let first = folders.first().map(prefix).unwrap_or_default();
            self.missing(&format!("{first}{marker}"), expected)
        })
    }

    /// Where a file or folder lies.
    fn path(&self, name: &str) -> PathBuf {
        // A `/` behind the root would be all that an empty name adds.
        if name.is_empty() { self.root().to_owned() } else { self.root().join(name) }
    }

    /// Whether there is a file or folder of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.store.stat(Path::new(name)).is_ok()
    }

    /// Whether there is a file of this name.
    pub(crate) fn has_file(&self, name: &Path) -> bool {
        self.store.stat(name).is_ok_and(|stat| stat.kind == Kind::File)
    }

    /// Bytes in a file.
    pub(crate) fn len_of(&self, name: &str) -> Result<u64, LayoutError> {
        let stat = self.store.stat(Path::new(name));
        Ok(stat.map_err(|reason| self.unreadable(name, reason))?.len)
    }

    /// A file, open.
    pub(crate) fn open(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Box<dyn ReadSeek>, LayoutError> {
        self.store.open(Path::new(name)).map_err(|reason| match reason.kind() {
            ErrorKind::NotFound => self.missing(name, expected),
            _ => self.unreadable(name, reason),
        })
    }

    /// A file, open, whose bytes are unpacked where its name ends in `.gz`.
    pub(crate) fn open_unpacked(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Box<dyn Read + 'a>, LayoutError> {
        let file = self.open(name, expected)?;
        Ok(if is_packed(name) { Box::new(unpacked(file)) } else { Box::new(file) })
    }

    /// The bytes of a list.
    pub(crate) fn bytes(&self, name: &str, expected: &str) -> Result<Vec<u8>, LayoutError> {
        self.bytes_within(name, expected, LIST_BYTES)
    }

    /// The bytes of a file, of which there are at most `limit`.
    pub(crate) fn bytes_within(
        &self,
        name: &str,
        expected: &str,
        limit: u64,
    ) -> Result<Vec<u8>, LayoutError> {
        let file = self.open_unpacked(name, expected)?;
        // A sparse file of any length takes no room on the disk. What is packed tells no length.
        let len = if is_packed(name) { 0 } else { self.len_of(name)? };
        let mut bytes = Vec::new();
        if len <= limit {
            let room = bytes.try_reserve_exact(len as usize + 1);
            let read = room.map_err(io::Error::from);
            // It may have grown meanwhile.
            let read = read.and_then(|()| file.take(limit + 1).read_to_end(&mut bytes));
            read.map_err(|reason| self.unreadable(name, reason))?;
        }
        if len.max(bytes.len() as u64) > limit {
            return Err(self.odd(name, format!("has more than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// A text file, line by line.
    pub(crate) fn text(&self, name: &str, expected: &'static str) -> Result<Text<'a>, LayoutError> {
        let bytes = self.bytes(name, expected)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| self.odd(name, "is no text in UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Text { set: *self, name: name.to_owned(), text, expected })
    }

    /// Everything below the root.
    pub(crate) fn walk(&self) -> Result<Walk, LayoutError> {
        self.store.walk().map_err(|reason| self.unlistable("", reason))
    }

    /// The files in the root and in folders down to the third level, in byte order.
    pub(crate) fn files(&self) -> Result<Vec<String>, LayoutError> {
        let mut files = self.file_names("")?;
        for folder in self.folders()? {
            for name in self.file_names(&format!("{folder}/"))? {
                files.push(format!("{folder}/{name}"));
            }
            self.check_names(files.len())?;
        }
        files.sort_unstable();
        Ok(files)
    }

    /// The folders in the root and in these, in byte order, without hidden ones.
    pub(crate) fn folders(&self) -> Result<Vec<String>, LayoutError> {
        let mut folders = Vec::new();
        for folder in self.names("", Kind::Folder)? {
            for below in self.names(&folder, Kind::Folder)? {
                folders.push(format!("{folder}/{below}"));
            }
            folders.push(folder);
            self.check_names(folders.len())?;
        }
        folders.sort_unstable();
        Ok(folders)
    }

    /// Names of the files in a folder, in byte order, without hidden ones.
    pub(crate) fn file_names(&self, folder: &str) -> Result<Vec<String>, LayoutError> {
        self.names(folder, Kind::File)
    }

    /// Names in a folder of what is of a kind, symbolic links followed. Names that are no UTF-8 are
    /// left out: no published data set has them.
    fn names(&self, folder: &str, wanted: Kind) -> Result<Vec<String>, LayoutError> {
        let folder_path = Path::new(folder);
        let is_wanted = |name: &OsString| {
            let stat = || self.store.stat(&folder_path.join(name));
            !is_hidden(name) && stat().is_ok_and(|stat| stat.kind == wanted)
        };
        let names =
            self.store.list(folder_path).map_err(|reason| self.unlistable(folder, reason))?;
        let mut names: Vec<String> = names
            .into_iter()
            .filter(is_wanted)
            .filter_map(|name| name.into_string().ok())
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Links can make many names of few.
    fn check_names(&self, n_names: usize) -> Result<(), LayoutError> {
        let problem = || format!("has more than {NAMES} files and folders down to the third level");
        if n_names > NAMES { Err(self.odd("", problem())) } else { Ok(()) }
    }

    fn unlistable(&self, folder: &str, reason: io::Error) -> LayoutError {
        FolderError::Unreadable { root: self.path(folder), reason }.into()
    }

    /// Refuses an image folder that is not there.
    pub(crate) fn require_folder(&self, name: &str, expected: &str) -> Result<(), LayoutError> {
        match self.store.stat(Path::new(name)) {
            Ok(stat) if stat.kind == Kind::Folder => Ok(()),
            _ => Err(self.missing(name, expected)),
        }
    }

    /// The error for a file or folder that is not there.
    pub(crate) fn missing(&self, name: &str, expected: &str) -> LayoutError {
        let (path, expected, origin) =
            (self.path(name), expected.to_owned(), self.origin.to_owned());
        LayoutError::Missing { path, expected, origin }
    }

    /// The error for a file that the system cannot read.
    pub(crate) fn unreadable(&self, name: &str, reason: io::Error) -> LayoutError {
        LayoutError::Unreadable { path: self.path(name), reason }
    }

    /// The error for a file that is not what it should be.
    pub(crate) fn odd(&self, name: &str, problem: String) -> LayoutError {
        LayoutError::Odd { path: self.path(name), problem, origin: self.origin.to_owned() }
    }

    /// As [`odd`](Self::odd), with other words for what to do about it.
    pub(crate) fn odd_with(&self, name: &str, problem: String, hint: String) -> LayoutError {
        self.odd(name, problem).with_hint(hint)
    }

    /// The error for a line that is not what the file should hold.
    pub(crate) fn odd_line(
        &self,
        name: &str,
        line: usize,
        found: &str,
        expected: &str,
    ) -> LayoutError {
        LayoutError::Line {
            path: self.path(name),
            line,
            found: found.chars().take(SHOWN).collect(),
            expected: expected.to_owned(),
            origin: self.origin.to_owned(),
        }
    }

    /// The error for an image that is listed twice.
    pub(crate) fn twice(&self, path: String) -> LayoutError {
        LayoutError::Twice { path, origin: self.origin.to_owned() }
    }
}

/// Refuses a store without a folder at its root.
pub(crate) fn check_root(store: &dyn Store) -> Result<(), FolderError> {
    let root = || store.root().to_path_buf();
    match store.stat(Path::new("")) {
        Ok(stat) if stat.kind == Kind::Folder => Ok(()),
        Ok(_) => Err(FolderError::NotAFolder { root: root() }),
        Err(reason) if reason.kind() == ErrorKind::NotFound => {
            Err(FolderError::Missing { root: root() })
        }
        Err(reason) => Err(FolderError::Unreadable { root: root(), reason }),
    }
}

/// A text file of a data set.
pub(crate) struct Text<'a> {
    set: Published<'a>,
    name: String,
    text: String,
    expected: &'static str,
}

/// A line of a text file that is not blank.
#[derive(Clone, Copy)]
pub(crate) struct Line<'t> {
    text: &'t Text<'t>,
    /// From 1 on.
    number: usize,
    /// Without spaces around it.
    pub(crate) line: &'t str,
}

impl<'a> Text<'a> {
    /// The lines that are not blank.
    pub(crate) fn lines(&'a self) -> impl Iterator<Item = Line<'a>> {
        let lines = self.text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
        lines.filter(|(line, _)| !line.is_empty()).map(move |(line, number)| Line {
            text: self,
            number,
            line,
        })
    }

    /// The error for a file whose lines are right one by one, but not together.
    pub(crate) fn odd(&self, problem: String) -> LayoutError {
        self.set.odd(&self.name, problem)
    }
}

impl<'t> Line<'t> {
    /// The error for a line that is not what the file should hold.
    pub(crate) fn odd(&self) -> LayoutError {
        let Text { set, name, expected, .. } = self.text;
        set.odd_line(name, self.number, self.line, expected)
    }

    /// The line's `N` words.
    pub(crate) fn words<const N: usize>(&self) -> Result<[&'t str; N], LayoutError> {
        let words: Vec<&str> = self.line.split_whitespace().collect();
        words.try_into().map_err(|_| self.odd())
    }

    /// The first word, and what follows it.
    pub(crate) fn first_and_rest(&self) -> Result<(&'t str, &'t str), LayoutError> {
        let (first, rest) = self.line.split_once(char::is_whitespace).ok_or_else(|| self.odd())?;
        Ok((first, rest.trim_start()))
    }

    /// A word as a number.
    pub(crate) fn number<T: std::str::FromStr>(&self, word: &str) -> Result<T, LayoutError> {
        word.parse().map_err(|_| self.odd())
    }

    /// The path of a sample from the name of a file below `folder`, which must stay below it.
    pub(crate) fn sample_path(&self, folder: &str, name: &str) -> Result<String, LayoutError> {
        sample_path(folder, name).ok_or_else(|| self.odd())
    }
}

/// The path of a sample from the name of a file below `folder` (empty or with a `/` at its end);
/// `None` for a name that leads elsewhere.
pub(crate) fn sample_path(folder: &str, name: &str) -> Option<String> {
    let is_below = |part: &str| !part.is_empty() && part != "." && part != "..";
    if !name.split('/').all(is_below) {
        return None;
    }
    encoded_path::encode(Path::new(&format!("{folder}{name}")))
}
