//! Links `serve` to libtorch, where the engine uses it: see the build script of the package `engine`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let arguments = std::env::var("DEP_OFFSHELF_ENGINE_LINK_ARGUMENTS").unwrap_or_default();
    for argument in arguments.split_terminator('\t') {
        println!("cargo::rustc-link-arg={argument}");
    }
}
