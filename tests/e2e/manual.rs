//! Completions and manual pages leave out nothing that `--help` lists.

use std::fs;

use assert_cmd::Command;

use crate::programs::{extract, fit};

/// A command, such as `["weights", "list"]`, and its options.
struct Listed {
    path: Vec<String>,
    options: Vec<String>,
}

/// The command of that path and all below it, as their help lists them.
fn listed(program: fn() -> Command, path: Vec<String>) -> Vec<Listed> {
    let help = stdout(program().args(&path).arg("--help"));
    let names = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = names.take_while(|line| !line.is_empty());
    // Deeper lines go on with what a command does.
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty() && *name != "help").collect();
    let options = help.lines().filter_map(|line| {
        let short = || line.strip_prefix("  -")?.split_once(", ").map(|(_, long)| long);
        let long =
            line.strip_prefix("      ").or_else(short).filter(|long| long.starts_with("--"))?;
        long.split([' ', '=', '[']).next().map(str::to_owned)
    });
    let mut found = vec![Listed { path: path.clone(), options: options.collect() }];
    for name in names {
        found.extend(listed(program, [&path[..], &[name.to_owned()]].concat()));
    }
    found
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

#[test]
fn every_option_of_every_command_has_its_completion_and_is_in_the_manual() {
    for (program, name, least) in [(extract as fn() -> Command, "extract", 10), (fit, "fit", 9)] {
        let folder = tempfile::tempdir().unwrap();
        program().arg("man").arg(folder.path()).assert().success();
        let scripts = ["bash", "elvish", "fish", "powershell", "zsh"];
        let scripts = scripts.map(|shell| (shell, stdout(program().args(["completions", shell]))));
        let commands = listed(program, Vec::new());
        assert!(commands.len() > least, "the help of `{name}` is read");
        for Listed { path, options } in commands {
            assert!(options.contains(&"--help".to_owned()), "{name} {path:?}");
            let page = [&[name.to_owned()][..], &path].concat().join("-") + ".1";
            let page = fs::read_to_string(folder.path().join(page)).unwrap().replace("\\-", "-");
            for option in &options {
                assert!(page.contains(option), "{name} {path:?} {option}: manual");
                for (shell, script) in &scripts {
                    let word = if *shell == "fish" { &option[2..] } else { option };
                    assert!(script.contains(word), "{name} {path:?} {option}: {shell}");
                }
            }
            let (_, bash) = &scripts[0];
            let mut lists = bash.lines().filter(|line| line.contains("opts="));
            assert!(
                lists.any(|line| options.iter().all(|option| line.contains(option))),
                "{name} {path:?}: bash"
            );
        }
    }
}
