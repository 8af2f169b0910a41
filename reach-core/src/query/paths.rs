//! All ways from one end to another.

use super::{QueryError, TraceAnswer, TraceOptions, Verdict};
use crate::network::Network;
use crate::packet::Traffic;

/// How paths are asked.
#[derive(Debug, Clone, Default)]
pub struct PathsOptions {
    /// What a trace of the same question would be asked with.
    pub trace: TraceOptions,
    /// Also ways on which certainly nothing gets through.
    pub blocked: bool,
}

impl Network {
    /// Every way from one end to another on which something gets through or may get through, each
    /// with its elements and with the exact set of packets that takes it.
    ///
    /// It is [`trace`](Network::trace) with other eyes: the same walk, the same answer, without the
    /// blocked ways. Ends may be as wide as the internet, a CIDR block, a subnet or a VPC, and
    /// [`Traffic::all`] asks for everything.
    ///
    /// ```
    /// use reach_core::packet::Traffic;
    /// use reach_core::{Network, PathsOptions, snapshot::Snapshot};
    ///
    /// let network = Network::compile(Snapshot::default());
    /// let options = PathsOptions::default();
    /// let nobody = network.paths("internet", "vpc-1", &Traffic::all(), &options);
    /// assert_eq!(nobody.unwrap_err().code(), "unknown_endpoint");
    /// ```
    ///
    /// # Errors
    ///
    /// [`QueryError`] when an end cannot be found or cannot stand on its side.
    pub fn paths(
        &self,
        from: &str,
        to: &str,
        traffic: &Traffic,
        options: &PathsOptions,
    ) -> Result<TraceAnswer, QueryError> {
        let mut answer = self.trace(from, to, traffic, &options.trace)?;
        if !options.blocked {
            answer.paths.retain(|path| path.verdict != Verdict::NotReachable);
        }
        Ok(answer)
    }
}
