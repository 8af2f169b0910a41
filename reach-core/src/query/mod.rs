//! The questions.

mod endpoint;
mod entries;
mod exposure;
mod matrix;
mod path;
mod paths;
mod start;
mod through;
mod trace;
mod verdict;

pub(crate) use endpoint::internet_beyond;
pub use endpoint::{Endpoint, QueryError};
pub(crate) use entries::Entries;
pub(crate) use exposure::{Exposure, Part, Uncertain, admitted, blind_spots, exposures};
pub use matrix::{
    Block, Cell, Change, GroupPair, Grouping, Matrix, MatrixClass, MatrixEnd, MatrixGroup,
    MatrixOptions, Pair, ParseGroupingError,
};
pub use path::{Path, PathChoice};
pub use paths::PathsOptions;
pub(crate) use through::{
    Arrivals, BehindBalancer, BlindBalancer, Served, behind_balancers, blind_balancers,
};
pub use trace::{TraceAnswer, TraceOptions, TraceQuestion};
pub use verdict::Verdict;
