//! Builds the page, and serves it: `cargo run --release -- build`, `cargo run --release -- serve`.

mod assemble;
mod compile;
mod pack;
mod serve;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
Builds the page of unspin, and serves it.

  build [MODULE]   builds the page into web/dist; with a module of the engine that was compiled elsewhere, compiles nothing
  serve [PORT]     serves web/dist on this machine only (port 8000 if none is given), built first where it is missing
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["build"] => build(None),
        ["build", module] => build(Some(module)),
        ["serve"] => serve("8000"),
        ["serve", port] => serve(port),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// The folder `web` of the repository.
fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn build(module: Option<&str>) -> Result<()> {
    let (web, dist) = (web(), web().join("dist"));
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    std::fs::create_dir_all(&dist)?;
    let module = module.map_or_else(|| compile::module(&web), |path| Ok(PathBuf::from(path)))?;
    compile::bind(&module, &dist.join("engine"))?;
    compile::shrink(&web, &dist.join("engine/unspin_web_bg.wasm"))?;
    let tables = pack::tables(&web, &dist)?;
    assemble::assemble(&web, &dist, &tables)?;
    assemble::weigh(&dist)
}

fn serve(port: &str) -> Result<()> {
    let port = port.parse().map_err(|_| format!("{port:?} is no port"))?;
    if !web().join("dist/index.html").exists() {
        build(None)?;
    }
    serve::serve(&web().join("dist"), port)
}
