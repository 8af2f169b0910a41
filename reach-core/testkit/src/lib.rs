//! Networks for tests, benches and fuzzing.
