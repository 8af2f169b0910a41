//! Access scopes and checks, as AWS Network Access Analyzer has them: match and exclude paths.
//!
//! Empty so far.
