//! What the `wasm-bindgen` command does, at the version that Cargo.lock has: the command has to be
//! of the same version as the library that it serves, and a lock file keeps the two together.

use std::env;
use std::error::Error;
use std::path::PathBuf;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(module), Some(out), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: reach-wasm-bindgen MODULE.wasm FOLDER".into());
    };
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        // `init()` finds the module beside the script.
        .omit_default_module_path(false)
        // The next step puts functions in the order of their names, and takes the names away.
        .remove_name_section(false)
        .generate(out)?;
    Ok(())
}
