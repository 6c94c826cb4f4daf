//! `scripts/demo-images` where there is no apt: the archive, from a server on loopback.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::programs::PACKAGE;

/// Makes the archive in the folder named by the argument, and serves that folder.
const SERVER: &str = r#"
import functools, http.server, io, pathlib, sys, tarfile
root = pathlib.Path(sys.argv[1])
path = root / "project/tuxpaint/tuxpaint-stamps/2022-06-04/tuxpaint-stamps-2022.06.04.tar.gz"
path.parent.mkdir(parents=True)
with tarfile.open(path, "w:gz") as archive:
    for name in [f"animals/{i}.png" for i in range(10)] + ["animals/a.txt"] + [f"space/{i}.png" for i in range(9)]:
        member = tarfile.TarInfo(f"tuxpaint-stamps-2022.06.04/stamps/{name}")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"png"))
import hashlib
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=root)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], hashlib.sha256(path.read_bytes()).hexdigest(), flush=True)
server.serve_forever()
"#;

struct Server {
    process: Child,
    port: String,
    sha256: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new("python3");
        command.args(["-c", SERVER]).arg(folder).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (port, sha256) = line.trim().split_once(' ').unwrap();
        Self { process, port: port.to_owned(), sha256: sha256.to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `scripts/demo-images` with an empty cache folder, an apt that fails, and the archive on loopback.
fn demo_images(folder: &Path, server: &Server, sha256: &str) -> Command {
    let shim = folder.join("bin");
    fs::create_dir_all(&shim).unwrap();
    fs::write(shim.join("apt-get"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(shim.join("apt-get"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new(PathBuf::from(PACKAGE).join("../scripts/demo-images"));
    command.env("PATH", format!("{}:{path}", shim.display()));
    command.env("OFFSHELF_CACHE", folder.join("cache"));
    command.env("OFFSHELF_MIRROR", format!("http://127.0.0.1:{}", server.port));
    command.env("OFFSHELF_DEMO_SHA256", sha256);
    command
}

#[test]
fn classes_of_ten_images_are_taken_from_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("server"));
    let output = demo_images(folder.path(), &server, &server.sha256).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let images = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    let classes: Vec<_> = fs::read_dir(&images).unwrap().map(|c| c.unwrap().file_name()).collect();
    assert_eq!(classes, ["animals"]);
    assert_eq!(fs::read_dir(images.join("animals")).unwrap().count(), 10);
}

#[test]
fn an_archive_of_other_contents_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("server"));
    let output = demo_images(folder.path(), &server, &"0".repeat(64)).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains(&server.sha256) && message.contains("expected 000"), "{message}");
    assert!(!folder.path().join("cache/demo/stamps").exists());
}
