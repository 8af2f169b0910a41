//! The npm package `reach-wasm`: conversions, and no decision.

mod convert;
mod error;
mod loader;
mod network;

pub use loader::Loader;
pub use network::Network;
