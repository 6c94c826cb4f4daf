//! Small file systems.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A file system of its own, gone when this is dropped.
pub(super) struct Tmpfs {
    folder: TempDir,
}

impl Tmpfs {
    /// `None`, and a line that says so, where this process may not mount.
    pub(super) fn new(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"]).arg(folder.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("not tried on a file system of its own: this process may not mount one");
        }
        mounted.then(|| Self { folder })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn resize(&self, bytes: u64) {
        self.remount(&format!("size={bytes}"));
    }

    /// Mounts it again with other options, such as `ro`.
    pub(super) fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{options}")]).arg(self.path());
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}
