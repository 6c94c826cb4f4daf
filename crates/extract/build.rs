//! Links `extract` to libtorch, where the feature `libtorch` is on.
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
    println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");
    if os == "linux" {
        println!("cargo::rustc-link-arg=-Wl,--no-as-needed");
        if std::path::Path::new(&lib).join("libtorch_cuda.so").exists() {
            println!("cargo::rustc-link-arg=-ltorch_cuda");
        }
        println!("cargo::rustc-link-arg=-ltorch");
        println!("cargo::rustc-link-arg=-Wl,--as-needed");
    }
}
