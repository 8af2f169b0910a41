//! The adapter: what `aws ec2 describe-*` prints, as a Snapshot.
#![forbid(unsafe_code)]
