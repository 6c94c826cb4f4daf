//! Says how to link libtorch, where the feature `libtorch` is on: to the tests of this package, and by way of
//! cargo's metadata to the build scripts of programs that use it.
//!
//! tch's own build script finds libtorch, but the linker arguments it emits stay with tch. A
//! program needs them itself: the run path, so that it starts without `LD_LIBRARY_PATH`, and
//! `--no-as-needed`, because libtorch registers its CUDA backend from a library that no symbol of
//! ours refers to.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_LIBTORCH").is_none() {
        return;
    }
    let os = std::env::var("CARGO_CFG_TARGET_OS").expect("cargo sets it");
    // Set by torch-sys through its `links = "tch"` key.
    let lib = std::env::var("DEP_TCH_LIBTORCH_LIB").expect("torch-sys names libtorch's folder");
    let mut arguments = vec![format!("-Wl,-rpath,{lib}")];
    if os == "linux" {
        arguments.push("-Wl,--no-as-needed".to_owned());
        if std::path::Path::new(&lib).join("libtorch_cuda.so").exists() {
            arguments.push("-ltorch_cuda".to_owned());
        }
        arguments.extend(["-ltorch".to_owned(), "-Wl,--as-needed".to_owned()]);
    }
    for argument in &arguments {
        println!("cargo::rustc-link-arg={argument}");
    }
    println!("cargo::metadata=link_arguments={}", arguments.join("\t"));
}
