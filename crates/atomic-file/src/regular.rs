//! Files that somebody else names: opened without waiting, and refused when they are no regular files.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Opens a file to read it, and refuses whatever is no regular file: symbolic links are followed, but
/// opening a pipe waits for whoever writes to it, opening a device may do anything, and neither has an
/// end. What is looked at is the open file, so that nobody can put another one in between.
///
/// # Errors
/// What the system said; [`ErrorKind::IsADirectory`] for a folder, and [`ErrorKind::InvalidInput`], which
/// says what there is, for anything else.
pub fn open_regular(path: &Path) -> io::Result<File> {
    // Most of what is refused is not even opened: that alone moves a tape.
    check(path.metadata()?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    // Neither wait for the other end of a pipe that was swapped in, nor take a terminal for ours.
    // Reading a regular file is the same with these as without.
    #[cfg(unix)]
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Opens a file to read and change it, which is made where it is missing; nothing is changed yet. What is no
/// regular file is refused as by [`open_regular`], and a symbolic link is not followed.
///
/// # Errors
/// As [`open_regular`]; what the system says of a symbolic link.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_NOFOLLOW);
    match path.symlink_metadata() {
        Ok(found) if !found.is_symlink() => check(found.file_type())?,
        Ok(_) | Err(_) => {}
    }
    let file = options.open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// The bytes of a file that [`open_regular`] opens, of which there are at most `max_bytes`: a sparse file
/// of terabytes takes no room on a disk.
///
/// # Errors
/// As [`open_regular`]; [`ErrorKind::FileTooLarge`], which says how large it is and may be, for a longer
/// file; [`ErrorKind::OutOfMemory`].
pub fn read_regular(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let refused = |len: u64| {
        let problem = format!("it has {len} bytes or more, the limit is {max_bytes}");
        Err(io::Error::new(ErrorKind::FileTooLarge, problem))
    };
    let len = file.metadata()?.len();
    if len > max_bytes {
        return refused(len);
    }
    let mut bytes = Vec::new();
    // One more, so that a whole file needs no second allocation to see its end.
    let room = usize::try_from(len).ok().and_then(|len| len.checked_add(1));
    bytes.try_reserve_exact(room.ok_or(ErrorKind::OutOfMemory)?)?;
    // It may grow meanwhile.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes { refused(bytes.len() as u64) } else { Ok(bytes) }
}

fn check(kind: FileType) -> io::Result<()> {
    let odd = |kind: ErrorKind, what: &str| {
        Err(io::Error::new(kind, format!("it is {what}, expected a regular file")))
    };
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        odd(ErrorKind::IsADirectory, "a folder")
    } else {
        odd(ErrorKind::InvalidInput, name_of(kind))
    }
}

/// What there is instead of a file.
fn name_of(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        } else if kind.is_socket() {
            return "a socket";
        }
    }
    let _ = kind;
    "a device"
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"four").unwrap();
        assert_eq!(read_regular(&path, 4).unwrap(), b"four");
        let error = read_regular(&path, 3).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it has 4 bytes or more, the limit is 3");
        fs::write(&path, b"").unwrap();
        assert_eq!(read_regular(&path, 0).unwrap(), b"");
        File::create(&path).unwrap().set_len(1 << 42).unwrap();
        let error = read_regular(&path, 1 << 30).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(
            open_regular(&folder.path().join("absent")).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = open_regular(folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IsADirectory);
        assert_eq!(error.to_string(), "it is a folder, expected a regular file");
    }

    /// A pipe that nobody writes to: opening it as a file would wait for ever.
    #[cfg(unix)]
    #[test]
    fn pipes_sockets_and_devices_are_refused_and_links_are_followed() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        fs::write(at("file"), b"1").unwrap();
        for name in ["pipe", "file"] {
            symlink(at(name), at(&format!("link to {name}"))).unwrap();
        }
        for (path, what) in [
            (at("pipe"), "a pipe"),
            (at("link to pipe"), "a pipe"),
            (at("socket"), "a socket"),
            ("/dev/null".into(), "a device"),
        ] {
            let error = open_regular(&path).unwrap_err();
            assert_eq!(error.to_string(), format!("it is {what}, expected a regular file"));
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(open_to_change(&path).is_err());
        }
        assert!(open_to_change(&at("link to file")).is_err());
        open_to_change(&at("file")).unwrap();
        open_to_change(&at("new")).unwrap();
        assert_eq!(read_regular(&at("link to file"), 1).unwrap(), b"1");
    }

    /// A pipe takes the place of the file between the look and the opening, again and again.
    #[cfg(unix)]
    #[test]
    fn a_pipe_that_is_swapped_in_makes_nobody_wait() {
        use std::sync::atomic::{AtomicBool, Ordering};

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        fs::write(at("file"), b"1").unwrap();
        fs::write(at("swapped"), b"1").unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let put = |name: &str| {
                    fs::hard_link(at(name), at("next")).unwrap();
                    fs::rename(at("next"), at("swapped")).unwrap();
                };
                while !is_done.load(Ordering::Relaxed) {
                    put("pipe");
                    put("file");
                }
            });
            for _ in 0..20_000 {
                if let Ok(bytes) = read_regular(&at("swapped"), 1) {
                    assert_eq!(bytes, b"1");
                }
            }
            is_done.store(true, Ordering::Relaxed);
        });
    }
}
