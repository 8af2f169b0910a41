//! The nested parts of requests, read so that an unknown field is an error.
//!
//! The snapshot's own types pass over fields that they do not know, because describe answers
//! carry many. In an edit a misspelt field would silently change less than its author meant.

use serde::{Deserialize, Deserializer};

use crate::snapshot;

/// A field that lists parts.
pub(super) fn list<'de, D, S, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    S: Deserialize<'de> + Into<T>,
{
    Ok(Vec::<S>::deserialize(deserializer)?.into_iter().map(Into::into).collect())
}

/// A field that holds a part, or does not.
pub(super) fn option<'de, D, S, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    S: Deserialize<'de> + Into<T>,
{
    Ok(Option::<S>::deserialize(deserializer)?.map(Into::into))
}

/// Repeats the fields of types of the snapshot; a field that is missing here does not compile.
macro_rules! strict {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Deserialize)]
            #[serde(rename_all = "PascalCase", deny_unknown_fields)]
            pub(super) struct $name { $($(#[$meta])* $field: $type,)* }

            impl From<$name> for snapshot::$name {
                fn from(it: $name) -> Self {
                    Self { $($field: it.$field,)* }
                }
            }
        )*
    };
}

strict! {
    IpPermission {
        ip_protocol: String,
        from_port: Option<i32>,
        to_port: Option<i32>,
        #[serde(default, deserialize_with = "list::<_, IpRange, _>")]
        ip_ranges: Vec<snapshot::IpRange>,
        #[serde(default, deserialize_with = "list::<_, Ipv6Range, _>")]
        ipv6_ranges: Vec<snapshot::Ipv6Range>,
        #[serde(default, deserialize_with = "list::<_, PrefixListId, _>")]
        prefix_list_ids: Vec<snapshot::PrefixListId>,
        #[serde(default, deserialize_with = "list::<_, UserIdGroupPair, _>")]
        user_id_group_pairs: Vec<snapshot::UserIdGroupPair>,
    }
    IpRange {
        cidr_ip: String,
        description: Option<String>,
    }
    Ipv6Range {
        cidr_ipv6: String,
        description: Option<String>,
    }
    PrefixListId {
        prefix_list_id: String,
        description: Option<String>,
    }
    UserIdGroupPair {
        group_id: Option<String>,
        group_name: Option<String>,
        user_id: Option<String>,
        vpc_id: Option<String>,
        vpc_peering_connection_id: Option<String>,
        peering_status: Option<String>,
        description: Option<String>,
    }
    PortRange {
        from: i32,
        to: i32,
    }
    IcmpTypeCode {
        r#type: i32,
        code: i32,
    }
}
