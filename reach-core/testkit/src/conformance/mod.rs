//! The conformance cases of the specification as data: networks, questions and expected answers,
//! in the files of `conformance/`.

mod build;
mod draft;
mod file;
mod merge;
mod question;
mod rules;
mod table;
mod vectors;

pub use file::{Case, Suite, folder};
pub use question::{Asked, Expected, Question};
pub use rules::{Rule, rules};
pub use vectors::{Answerable, Vector, files, vectors};

/// What is wrong with a file, in words.
pub type Problem = String;
