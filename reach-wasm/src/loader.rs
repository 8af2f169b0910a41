use reach_aws::Limits;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Network;
use crate::error;

/// A module has 4 GiB of memory at the most, and a snapshot takes several times its size.
const MOST_BYTES: u64 = 512 << 20;

/// Reads a snapshot file by file, for those who show progress or hold no more than one file at a
/// time. {@link Network.fromFiles} takes all of them at once.
///
/// The order of the files does not matter. More than 512 MiB of JSON, counted after unpacking, is
/// refused with the code `too_large`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Loader(reach_aws::Loader);

#[wasm_bindgen]
impl Loader {
    /// A loader without any file.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "only JavaScript makes one")]
    pub fn new() -> Self {
        Self(reach_aws::Loader::with_limits(Limits::default().bytes(MOST_BYTES)))
    }

    /// Whether a file met in a folder is one to add, by its name; it is noted where it is not.
    pub fn wants(&mut self, name: &str) -> bool {
        self.0.wants(name)
    }

    /// Adds a file: JSON, or a zip of JSON files.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.add(name, bytes).map_err(|e| error::load(&e))
    }

    /// The network of all files. The loader is empty afterwards.
    pub fn network(&mut self) -> Result<Network, JsValue> {
        let loaded =
            std::mem::replace(self, Self::new()).0.finish().map_err(|e| error::load(&e))?;
        Ok(Network(loaded.compile()))
    }
}
