use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

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
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Listener {
    /// `tcp` or `udp`, in either case; anything else is not read.
    #[serde(deserialize_with = "protocol")]
    #[cfg_attr(feature = "ts", ts(type = "\"tcp\" | \"udp\""))]
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

/// A listener of another protocol would match no port, and every port would seem to have none.
fn protocol<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.eq_ignore_ascii_case("tcp") || text.eq_ignore_ascii_case("udp") {
        return Ok(text);
    }
    let found = serde::de::Unexpected::Str(&text);
    Err(serde::de::Error::invalid_value(found, &"`tcp` or `udp`"))
}
