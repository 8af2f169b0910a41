//! The npm package `reach-wasm`: conversions, and no decision.

mod convert;
mod error;
mod network;

pub use network::Network;
