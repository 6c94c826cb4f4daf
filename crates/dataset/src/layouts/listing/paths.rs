//! From the cells of a column to paths of samples.

use std::path::{Path, absolute};

use table::{PathCells, Row};

use crate::encoded_path;
use crate::file_name::IMAGE_EXTENSIONS;
use crate::layout_error::LayoutError;
use crate::layouts::table::Table;
use crate::numbered_path;
use crate::published::{Published, sample_path};
use crate::samples::{Content, content};

/// How many rows a note names.
const SHOWN: usize = 3;

/// Turns cells into paths of samples, and looks whether their files are there.
pub(super) struct Paths<'a> {
    set: Published<'a>,
    source: &'static str,
    cells: PathCells,
    /// The same for absolute paths below the folder of images, by each of its names.
    in_root: Vec<PathCells>,
    n_missing: usize,
    /// The first rows whose files are missing, and the paths in them.
    missing: Vec<(u64, String)>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(set: Published<'a>, source: &'static str, cells: PathCells) -> Self {
        let names = [absolute(set.root()).ok(), set.root().canonicalize().ok()];
        let names = names.into_iter().flatten().filter_map(|root| root.to_str().map(str::to_owned));
        let in_root = names.map(|root| PathCells {
            root: Some(root),
            folder: None,
            extension: cells.extension.clone(),
        });
        let in_root = if cells.root.is_none() { in_root.collect() } else { Vec::new() };
        Self { set, source, cells, in_root, n_missing: 0, missing: Vec::new() }
    }

    /// The path of the sample in `cell`: of several readings the first whose file is there.
    pub(super) fn path(
        &mut self,
        table: &Table<'_>,
        cell: &str,
        row: &Row,
    ) -> Result<String, LayoutError> {
        let readings = self.readings(cell);
        if let Some(found) = readings.iter().find(|path| self.has_file(path)) {
            return Ok(found.clone());
        }
        let first = readings.into_iter().next().ok_or_else(|| self.elsewhere(table, cell, row))?;
        self.n_missing += 1;
        if self.missing.len() < SHOWN {
            self.missing.push((row.line, first.clone()));
        }
        Ok(first)
    }

    /// What a cell may mean. A `\` is a `/`, or a character of a name. What looks like a path of a sample, in
    /// which a `%` is written `%25`, may be one, since this is how predictions write what has no other text.
    fn readings(&self, cell: &str) -> Vec<String> {
        let literal = cell.contains('\\').then(|| self.cells.literal(cell)).flatten();
        let in_root = self.in_root.iter().find_map(|cells| cells.relative(cell));
        let plain = [literal, self.cells.relative(cell), in_root].into_iter().flatten();
        let both = |plain: String| {
            let written = encoded_path::decode(&plain).and_then(|path| encoded_path::encode(&path));
            [sample_path("", &plain), written.filter(|written| *written == plain)]
        };
        let is_whole = |path: &String| {
            numbered_path::split(path).is_none_or(|(file, _)| numbered_path::holds_records(file))
        };
        plain.flat_map(both).flatten().filter(is_whole).collect()
    }

    fn has_file(&self, path: &str) -> bool {
        content(path, Path::new("")).is_some_and(|content| match content {
            Content::File(file) => self.set.has_file(&file),
            Content::Record(place) => self.set.has_file(&place.file),
        })
    }

    /// The error for a cell that leads out of the folder, or nowhere.
    fn elsewhere(&self, table: &Table<'_>, cell: &str, row: &Row) -> LayoutError {
        if self.cells.relative(cell).is_some() || cell.trim().is_empty() {
            return table.odd_row(row);
        }
        let problem = format!(
            "names `{cell}` in line {}, which is not below `{}`",
            row.line,
            self.set.root().display()
        );
        let source = self.source;
        let hint = format!(
            "paths are relative to the folder of images; `{source}:root=FOLDER` removes the folder in which \
             they were absolute"
        );
        table.odd_with(problem, hint)
    }

    /// A note on the rows whose files are missing: extracting tells of each. When none is there, of `n_rows`,
    /// the paths are meant otherwise, which is an error.
    pub(super) fn missing(
        &self,
        table: &Table<'_>,
        n_rows: usize,
    ) -> Result<Option<String>, LayoutError> {
        let Some((line, path)) = self.missing.first() else { return Ok(None) };
        if self.n_missing == n_rows {
            let problem = format!(
                "names no file that is there: line {line} leads to `{path}` below `{}`",
                self.set.root().display()
            );
            return Err(table.odd_with(problem, self.way_to(path)?));
        }
        let shown = |(line, path): &(u64, String)| format!("line {line} (`{path}`)");
        let shown = self.missing.iter().map(shown).collect::<Vec<_>>().join(", ");
        let more = if self.n_missing > SHOWN { ", ..." } else { "" };
        let (n, file) = (self.n_missing, table.name());
        Ok(Some(format!("`{file}` names {n} files that are not there: {shown}{more}")))
    }

    /// The options by which `path` would lead to a file.
    fn way_to(&self, path: &str) -> Result<String, LayoutError> {
        let source = self.source;
        let decoded = encoded_path::decode(path).unwrap_or_default();
        let plain = decoded.to_string_lossy();
        let mut folders = vec![String::new()];
        folders.extend(self.set.folders()?.into_iter().map(|folder| format!("{folder}/")));
        let lower = IMAGE_EXTENSIONS.iter().map(|extension| format!(".{extension}"));
        let upper =
            IMAGE_EXTENSIONS.iter().map(|extension| format!(".{}", extension.to_uppercase()));
        let extensions: Vec<String> =
            [String::new()].into_iter().chain(lower).chain(upper).collect();
        for folder in &folders {
            for extension in &extensions {
                if self.set.has_file(Path::new(&format!("{folder}{plain}{extension}"))) {
                    let options = [("folder", folder), ("ext", extension)];
                    let given = options.into_iter().filter(|(_, value)| !value.is_empty());
                    let given: Vec<_> =
                        given.map(|(key, value)| format!("{key}={value}")).collect();
                    return Ok(format!("there is one with `{source}:{}`", given.join(",")));
                }
            }
        }
        Ok(format!(
            "`{source}:ext=.jpg` adds an extension, `{source}:folder=FOLDER` a folder in front of them"
        ))
    }
}
