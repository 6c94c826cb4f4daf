//! Relative paths as UTF-8 text that can be turned back into the exact bytes on disk.
//!
//! The rule: components are joined by `/`; each `%` is written `%25`; each byte that is not part
//! of valid UTF-8 is written `%XX` in upper-case hexadecimal; everything else stays as it is.
//! Since no `%` is left bare, decoding every `%XX` restores the name.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// Encodes a relative path. `None` where a component cannot be expressed as bytes, which happens
/// on systems other than Unix only (a file name that is not Unicode).
pub fn encode(relative: &Path) -> Option<String> {
    let mut encoded = String::new();
    for component in relative.components() {
        let Component::Normal(name) = component else { continue };
        if !encoded.is_empty() {
            encoded.push('/');
        }
        for chunk in name_bytes(name)?.utf8_chunks() {
            encoded.push_str(&chunk.valid().replace('%', "%25"));
            for byte in chunk.invalid() {
                write!(encoded, "%{byte:02X}").expect("writing to a string never fails");
            }
        }
    }
    Some(encoded)
}

/// The relative path that [`encode`] was given. `None` for what [`encode`] never gives: a component that is
/// no plain name once it is decoded, by which a path could lead out of the folder that it is relative to.
pub fn decode(encoded: &str) -> Option<PathBuf> {
    let name = |component: &str| {
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(component).collect();
        let name = name_from_bytes(bytes);
        let mut parts = Path::new(&name).components();
        let is_plain = matches!(parts.next(), Some(Component::Normal(part)) if part == name);
        (is_plain && parts.next().is_none()).then_some(name)
    };
    encoded.split('/').map(name).collect()
}

/// An encoded path as people write it: with the names that the files have. What has no text, or whose text
/// could itself be an encoded path, stays encoded, so that no two paths are shown alike.
///
/// # Examples
///
/// ```
/// use schema::encoded_path::shown;
///
/// assert_eq!(shown("100%25/a%2520b.jpg"), "100%/a%20b.jpg");
/// assert_eq!(shown("caf%E9.jpg"), "caf%E9.jpg"); // a byte that is no UTF-8
/// assert_eq!(shown("caf%25E9.jpg"), "caf%25E9.jpg"); // a file that is called so
/// ```
pub fn shown(encoded: &str) -> Cow<'_, str> {
    let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
    decoded.ok().filter(|text| !has_escape(text)).unwrap_or(Cow::Borrowed(encoded))
}

/// Whether a text has a `%XX` as [`encode`] writes them: of `%` itself, or of a byte that is no ASCII.
fn has_escape(text: &str) -> bool {
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    text.as_bytes().array_windows().any(|[percent, high, low]| {
        let is_escape = (b"25" == &[*high, *low]) || matches!(high, b'8'..=b'9' | b'A'..=b'F');
        *percent == b'%' && is_escape && is_hex(low)
    })
}

#[cfg(unix)]
fn name_bytes(name: &OsStr) -> Option<&[u8]> {
    Some(std::os::unix::ffi::OsStrExt::as_bytes(name))
}

#[cfg(not(unix))]
fn name_bytes(name: &OsStr) -> Option<&[u8]> {
    name.to_str().map(str::as_bytes)
}

#[cfg(unix)]
fn name_from_bytes(bytes: Vec<u8>) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn name_from_bytes(bytes: Vec<u8>) -> std::ffi::OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_names_stay_readable() {
        let path = Path::new("Größe/a b+c.jpg");
        assert_eq!(encode(path).unwrap(), "Größe/a b+c.jpg");
        assert_eq!(decode("Größe/a b+c.jpg").unwrap(), path);
    }

    #[test]
    fn a_percent_sign_is_encoded_so_that_decoding_is_exact() {
        for name in ["100%.png", "%41.png", "%", "%25", "a%2Fb/c"] {
            let encoded = encode(Path::new(name)).unwrap();
            assert_eq!(encoded, name.replace('%', "%25"));
            assert_eq!(decode(&encoded).unwrap(), Path::new(name));
        }
    }

    #[test]
    fn no_two_paths_are_shown_alike() {
        let names =
            ["%", "%25", "%2525", "%E9", "%25E9", "%e9", "%20", "a", "%4", "%2", "%2%5", "100%"];
        let mut seen = std::collections::BTreeMap::new();
        for encoded in
            names.iter().map(|name| encode(Path::new(name)).unwrap()).chain(["%E9".into()])
        {
            let text = shown(&encoded).into_owned();
            assert!(decode(&encoded).is_some());
            assert_eq!(seen.insert(text.clone(), encoded), None, "{text}");
        }
        assert_eq!(seen["%"], "%25");
        assert_eq!(seen["%e9"], "%25e9");
        assert_eq!(seen["%25E9"], "%25E9");
        assert_eq!(seen["%E9"], "%E9");
    }

    /// What a cache of a stranger may hold, and [`encode`] never gives.
    #[test]
    fn a_path_that_leads_elsewhere_is_none() {
        for path in ["", "/etc/passwd", "a//b", "a/", ".", "..", "a/../../b", "./a", "a/."] {
            assert_eq!(decode(path), None, "{path}");
        }
        for path in ["%2Fetc/passwd", "%2E%2E/a", ".%2e/a", "a/%2e", "a%2Fb", "..%2Fa", "a%2F"] {
            assert_eq!(decode(path), None, "{path}");
        }
        for name in ["...", "..a", "a..", ".a"] {
            assert_eq!(decode(name).unwrap(), Path::new(name));
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_utf8_round_trip() {
        use std::os::unix::ffi::OsStrExt;

        // Every byte that may stand in a file name, alone and after a byte that opens a sequence.
        for byte in (1..=255).filter(|&byte| byte != b'/') {
            for bytes in [vec![b'x', byte], vec![0xC3, byte, b'%', byte]] {
                let path = Path::new("class").join(OsStr::from_bytes(&bytes));
                assert_eq!(decode(&encode(&path).unwrap()).unwrap(), path);
            }
        }
        let latin1 = Path::new(OsStr::from_bytes(b"caf\xE9.jpg"));
        assert_eq!(encode(latin1).unwrap(), "caf%E9.jpg");
    }
}
