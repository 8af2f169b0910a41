use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A prefix list, from `describe-managed-prefix-lists` or `describe-prefix-lists`.
///
/// The two calls share the key `PrefixLists`; only the second, which lists what AWS manages,
/// prints `cidrs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct PrefixList {
    /// `pl-…`
    pub prefix_list_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_name: Option<String>,
    /// `IPv4` or `IPv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_family: Option<String>,
    /// Account that owns it, or `AWS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Contents, as `describe-prefix-lists` gives them; absent means that they are elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidrs: Option<Vec<String>>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Contents of one list, from `get-managed-prefix-list-entries`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPrefixListEntries {
    /// `pl-…`; the answer itself does not carry it, the snapshot's wrapper does.
    pub prefix_list_id: String,
    /// Current entries.
    pub entries: Vec<PrefixListEntry>,
}

/// One entry of a managed prefix list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct PrefixListEntry {
    /// The block.
    pub cidr: String,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
