//! The questions.

mod endpoint;
mod exposure;
mod start;
mod through;
mod trace;
mod verdict;

pub(crate) use endpoint::internet_beyond;
pub use endpoint::{Endpoint, QueryError};
pub(crate) use exposure::{Exposure, Part, Uncertain, admitted, blind_spots, exposures};
pub use trace::{Path, TraceAnswer, TraceOptions, TraceQuestion};
pub use verdict::Verdict;
