//! Rules that are redundant, shadowed, unused or half-open.
//!
//! Empty so far.
