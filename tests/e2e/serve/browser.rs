//! The page in a real browser (Debian's Chromium, driven by Playwright), where there is one.

use std::path::Path;

use super::super::programs::PACKAGE;
use super::super::python::python_with;
use super::server::Served;

#[test]
fn pictures_are_dropped_pasted_chosen_and_answered() {
    let Some(browser) = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .into_iter()
        .find(|path| Path::new(path).exists())
    else {
        println!("skipped: there is no chromium (apt-get install chromium)");
        return;
    };
    let Some(mut python) = python_with("playwright") else { return };
    let served = Served::new();
    let screenshots = served.folder.path().join("screenshots");
    python.arg(Path::new(PACKAGE).join("e2e/serve/browser.py"));
    python
        .arg(browser)
        .arg(format!("http://{}/", served.address))
        .arg(served.images())
        .arg(&screenshots);
    let output = python.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
}
