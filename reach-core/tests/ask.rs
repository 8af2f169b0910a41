//! Questions in a line each.

use reach_core::{Network, QueryError, TraceAnswer};
use reach_testkit::conformance::Question;

/// Asks one question.
pub(crate) fn ask(network: &Network, question: &str) -> TraceAnswer {
    try_ask(network, question).unwrap_or_else(|error| panic!("{question}: {error}"))
}

/// Asks one question that may have no answer.
pub(crate) fn try_ask(network: &Network, question: &str) -> Result<TraceAnswer, QueryError> {
    Question::parse(question).unwrap().ask(network)
}
