//! Networks from a seed: the same seed gives the same network everywhere.
//!
//! [`network`] makes large ones of one kind, to measure with. [`corners`] makes small ones that
//! are unlike one another, to compare the engine and the oracle on.

mod corners;
mod dice;
mod features;
mod large;
mod site;

pub use corners::{Corners, corners, corners_with};
pub use dice::Dice;
pub use features::Features;
pub use large::network;
