//! Answers in the shapes of others: plain data in, plain data out.

mod reachability_analyzer;

pub use reachability_analyzer::NetworkInsightsAnalysis;
