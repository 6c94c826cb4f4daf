//! Lets `cheap-extract` find libtorch, which `extract`'s library is linked to, when it starts.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{libtorch}/lib");
    }
}
