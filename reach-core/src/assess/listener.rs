use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What agents say about listening processes, by instance id.
///
/// An instance with an empty list has an agent and no listener; an instance that is not in the map
/// has no agent.
///
/// ```
/// let json = r#"{"i-1": [{"protocol": "tcp", "port": 22, "process": "sshd", "pid": 812}]}"#;
/// let listeners: reach_core::Listeners = serde_json::from_str(json)?;
/// assert_eq!(listeners["i-1"][0].process.as_deref(), Some("sshd"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub type Listeners = BTreeMap<String, Vec<Listener>>;

/// One listening process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The port that it listens on.
    pub port: u16,
    /// Name of the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Its process id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Path of its binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}
