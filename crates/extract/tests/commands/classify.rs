use std::fs::File;
use std::process::{Command, Stdio};

#[test]
fn a_standard_input_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_extract"));
    command.args(["classify", "-"]).stdin(Stdio::from(File::open(folder.path()).unwrap()));
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cannot read a picture from standard input: "), "{told}");
    assert_eq!(output.status.code(), Some(1), "{told}");
}
