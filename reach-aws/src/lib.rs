//! The adapter: what `aws ec2 describe-*` prints, as a [`Snapshot`](reach_core::snapshot::Snapshot).
//!
//! Anything that holds such answers is read: a folder with any file names, a zip of it, one JSON
//! file, standard input. [`load`] takes a path; a [`Loader`] takes bytes, and so works where there
//! is no file system:
//!
//! ```
//! use reach_aws::Loader;
//!
//! let mut loader = Loader::new();
//! loader.add("vpcs.json", br#"{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}]}"#)?;
//! loader.add("more.json", br#"{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1",
//!                                          "AvailabilityZone": "eu-west-1a"}]}"#)?;
//! let loaded = loader.finish()?;
//!
//! let region = &loaded.snapshot.regions[0];
//! assert_eq!(region.name.as_deref(), Some("eu-west-1"));
//! assert_eq!(region.account.as_deref(), Some("111122223333"));
//! assert!(region.route_tables.is_none(), "nobody asked for route tables");
//! assert!(loaded.diagnostics.is_empty());
//! # Ok::<(), reach_aws::LoadError>(())
//! ```
//!
//! Whatever cannot be read whole is a [`LoadError`] that names the file, the line and the field;
//! whatever can be read and is not used is a [`Diagnostic`](reach_core::Diagnostic).
#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
pub mod anonymize;
mod archive;
mod arn;
#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "sdk")]
pub mod collect;
mod command;
mod config;
mod document;
mod error;
mod gap;
mod input;
mod json;
mod key;
mod loader;
mod merge;
#[cfg(any(feature = "cli", feature = "sdk"))]
mod output;
mod place;
mod printed;
mod reading;
mod resource;
mod resource_id;
mod settle;
mod subject;
mod text;
mod wrapped;

pub use command::aws_command;
pub use error::LoadError;
pub use gap::Gap;
pub use input::{load, load_reader, load_stdin};
pub use loader::{Limits, Loaded, Loader};
#[cfg(any(feature = "cli", feature = "sdk"))]
pub use output::WriteError;
