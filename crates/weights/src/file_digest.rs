//! Digests of files, as publishers identify them.

use std::io::{self, Read};
use std::path::Path;

use atomic_file::open_regular;
use md5::Md5;
use sha2::{Digest, Sha256};

/// SHA-256 of the file's bytes as 64 lowercase hexadecimal digits.
pub(super) fn sha256_of_file(path: &Path) -> io::Result<String> {
    digest_of_file::<Sha256>(path)
}

/// MD5 of the file's bytes as 32 lowercase hexadecimal digits.
pub(super) fn md5_of_file(path: &Path) -> io::Result<String> {
    digest_of_file::<Md5>(path)
}

fn digest_of_file<D: Digest>(path: &Path) -> io::Result<String> {
    let mut file = open_regular(path)?;
    let mut hasher = D::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are those of FIPS 180 and RFC 1321.
    #[test]
    fn the_digests_of_abc_are_those_of_their_specifications() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(
            sha256_of_file(file.path()).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(md5_of_file(file.path()).unwrap(), "900150983cd24fb0d6963f7d28e17f72");
    }
}
