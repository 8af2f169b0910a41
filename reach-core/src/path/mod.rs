//! Walk: a header set through the network hop by hop, forward and then return (semantics
//! sections 2, 16 and 17).
//!
//! A walk carries sets, not samples: with a symbolic source it answers for the whole internet at
//! once. Whatever a filter drops goes on as a *blocked* branch, so that an answer can name every
//! stage that blocks; whatever nobody can tell goes on as a *doubtful* one, so that a certain drop
//! further on makes the doubt moot.

mod branch;
mod choice;
mod doubt;
mod edge_table;
mod flow;
mod groups;
mod guard;
mod inspection;
mod internet;
mod local;
mod middlebox;
mod nat;
mod private;
mod regional_nat;
mod service;
mod target;
mod transit;
mod walk;

pub(crate) use branch::{Branch, Device, End, Fork, Origin, Trail, Unfollowed};
pub use branch::{Explanation, Hop};
pub(crate) use flow::{Flow, Sought, Terms, Vouched, establish};
pub(crate) use guard::Guard;
pub(crate) use walk::Walk;
