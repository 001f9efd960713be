//! The engine as a WebAssembly module, with the JavaScript that calls it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wasm_bindgen_cli_support::Bindgen;

use crate::Result;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the engine; the path of the module.
pub(crate) fn module(web: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(web).args(["build", "--release", "--package", "unspin-web", "--target", TARGET]);
    if !has_target() {
        with_own_standard_library(&mut cargo, web)?;
    }
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!("the engine does not compile for {TARGET}: {status}").into());
    }
    Ok(web.join("target").join(TARGET).join("release/unspin_web.wasm"))
}

/// Whether the toolchain has the standard library of the target.
fn has_target() -> bool {
    let asked = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    asked.is_ok_and(|out| Path::new(String::from_utf8_lossy(&out.stdout).trim()).is_dir())
}

/// Where rustup cannot be asked for the target: a compiler with the sources of its standard library, as
/// `web/debian-toolchain` lays it out, compiles that too.
fn with_own_standard_library(cargo: &mut Command, web: &Path) -> Result<()> {
    let toolchain = web.join("target/toolchain/usr");
    let rustc = toolchain.join("bin/rustc");
    if !rustc.exists() {
        return Err(format!(
            "the toolchain cannot compile for {TARGET}: run `rustup target add {TARGET}` (or, on Debian without rustup's \
             server, web/debian-toolchain)"
        )
        .into());
    }
    let sysroot = Command::new("rustc").args(["--print", "target-libdir"]).stderr(Stdio::inherit()).output()?.stdout;
    let linker = Path::new(String::from_utf8_lossy(&sysroot).trim()).with_file_name("bin/rust-lld");
    cargo.args(["-Z", "build-std=std,panic_abort"]);
    cargo.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1");
    cargo.env("LD_LIBRARY_PATH", toolchain.join("lib/x86_64-linux-gnu"));
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    Ok(())
}

/// Writes the module and its JavaScript as a page takes them.
pub(crate) fn bind(module: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("unspin_web")
        .typescript(false)
        .web(true)
        .map_err(|error| format!("{error:#}"))?;
    bindgen.generate(folder).map_err(|error| format!("{}: {error:#}", module.display()))?;
    Ok(())
}

/// Lets `wasm-opt` make the module smaller and faster, where it is there: on the path, or from `npm install` in `web/test`.
pub(crate) fn shrink(web: &Path, module: &Path) -> Result<()> {
    let installed = web.join("test/node_modules/.bin/wasm-opt");
    let name = if installed.exists() { installed } else { PathBuf::from("wasm-opt") };
    let options = [
        "-O3",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
    ];
    let more = ["--enable-reference-types", "--enable-multivalue"];
    match Command::new(&name).args(options).args(more).arg(module).arg("-o").arg(module).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", name.display()).into()),
        Err(_) => {
            println!("no wasm-opt here: the module stays as the compiler made it");
            Ok(())
        }
    }
}
