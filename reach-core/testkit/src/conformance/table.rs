//! The tables of a topology, as the files spell them.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Rows of one kind by name.
pub(super) type Rows<T> = BTreeMap<String, Row<T>>;

/// `DESTINATION = "TARGET"`, or `"TARGET blackhole"` for a state.
pub(super) type Routes = BTreeMap<String, String>;

/// A row: keys in lower case are the short form of the kind, keys in `PascalCase` are fields of
/// what the API prints, taken as they are.
#[derive(Debug)]
pub(super) struct Row<T> {
    pub(super) short: T,
    pub(super) api: Map<String, Value>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Map::deserialize(deserializer)?;
        let (api, short) = all
            .into_iter()
            .partition(|(key, _): &(String, Value)| key.starts_with(|c: char| c.is_uppercase()));
        let short = serde_json::from_value(Value::Object(short)).map_err(Error::custom)?;
        Ok(Self { short, api })
    }
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Default, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub(super) struct $name {
                $($(#[$attribute])* pub(super) $field: $type,)*
            }
        )*
    };
}

tables! {
    /// Everything in one Region.
    Topology {
        vpc: Rows<VpcRow>,
        subnet: Rows<SubnetRow>,
        igw: Rows<AttachedRow>,
        eigw: Rows<AttachedRow>,
        vgw: Rows<AttachedRow>,
        vpn: Rows<VpnRow>,
        edge: Rows<EdgeRow>,
        list: Rows<ListRow>,
        host: Rows<HostRow>,
        instance: Rows<Nothing>,
        interface: Rows<InterfaceRow>,
        group: Rows<GroupRow>,
        acl: Rows<AclRow>,
        nat: Rows<NatRow>,
        peering: Rows<PeeringRow>,
        tgw: Rows<TgwRow>,
        attachment: Rows<AttachmentRow>,
        tgw_table: Rows<TgwTableRow>,
        endpoint: Rows<EndpointRow>,
        service: Rows<ServiceRow>,
        lb: Rows<LbRow>,
        target_group: Rows<TargetGroupRow>,
        clb: Rows<ClbRow>,
        firewall: Rows<FirewallRow>,
        policy: Rows<PolicyRow>,
        eice: Rows<EiceRow>,
        bpa: Option<BpaRow>,
        /// Resources that have no short form, as the API prints them, by kind.
        api: BTreeMap<String, BTreeMap<String, Value>>,
        /// Kinds that nobody collected.
        not_collected: BTreeMap<String, bool>,
        /// The Region's own name is not told anywhere.
        unnamed: bool,
        /// Other Regions.
        region: BTreeMap<String, Topology>,
    }
    Nothing {}
    VpcRow { cidr: OneOrMany, ipv6: Option<String>, #[doc = "Of the main table."] routes: Routes, }
    SubnetRow {
        vpc: String,
        cidr: String,
        ipv6: Option<String>,
        az: Option<String>,
        routes: Routes,
        propagated: Routes,
        advertised: Routes,
        /// `main`, or the subnet whose table this one shares.
        table: Option<String>,
        /// `default`, or the subnet whose network ACL this one shares.
        acl: Option<String>,
    }
    AttachedRow { vpc: Option<String>, }
    VpnRow {
        vgw: Option<String>,
        tgw: Option<String>,
        tunnels: Vec<String>,
        /// Static routes; without any the connection speaks BGP.
        r#static: Vec<String>,
    }
    /// A gateway route table, by the id of the gateway.
    EdgeRow { vpc: String, routes: Routes, }
    /// Without `cidrs` the contents are not in the snapshot.
    ListRow { cidrs: Option<Vec<String>>, family: Option<String>, }
    HostRow {
        subnet: String,
        ip: Option<String>,
        ipv6: Option<String>,
        eip: Option<String>,
        secondary: Vec<String>,
        groups: Option<Vec<String>>,
        state: Option<String>,
        check: Option<bool>,
    }
    InterfaceRow {
        subnet: String,
        ip: Option<String>,
        ipv6: Option<String>,
        eip: Option<String>,
        groups: Option<Vec<String>>,
        /// Interface type of something that AWS runs.
        r#type: Option<String>,
        /// The host it is a further interface of; neither this nor a type: attached to nothing.
        host: Option<String>,
        check: Option<bool>,
    }
    GroupRow { vpc: Option<String>, r#in: Option<Vec<String>>, out: Option<Vec<String>>, }
    AclRow { r#in: Option<Vec<String>>, out: Option<Vec<String>>, }
    NatRow {
        subnet: Option<String>,
        ip: Option<String>,
        eip: Option<String>,
        state: Option<String>,
        /// A regional one has a VPC instead of a subnet, addresses by zone, and a table of its own.
        vpc: Option<String>,
        zones: BTreeMap<String, String>,
        automatic: bool,
        routes: Routes,
    }
    /// Two VPCs, requester first; one of another Region is `REGION/NAME`.
    PeeringRow { vpcs: Vec<String>, state: Option<String>, }
    TgwRow { referencing: bool, owner: Option<String>, }
    AttachmentRow {
        tgw: String,
        vpc: Option<String>,
        subnets: Vec<String>,
        vpn: Option<String>,
        /// The other transit gateway of a peering, `REGION/NAME`.
        peer: Option<String>,
        /// The route table it is associated with.
        table: Option<String>,
        state: Option<String>,
        referencing: Option<bool>,
        appliance_mode: bool,
        ipv6: Option<bool>,
    }
    TgwTableRow { tgw: String, routes: Routes, propagated: Routes, }
    EndpointRow {
        /// `gateway`, `interface` or `gwlb`.
        r#type: String,
        vpc: Option<String>,
        subnet: Option<String>,
        ip: Option<String>,
        groups: Option<Vec<String>>,
        /// An endpoint service of the topology, or the name of one of AWS's.
        service: String,
        state: Option<String>,
        /// A gateway endpoint's prefix list and the subnets whose tables lead to it.
        list: Option<String>,
        tables: Vec<String>,
    }
    ServiceRow { lb: String, zones: Vec<String>, }
    LbRow {
        r#type: String,
        internal: bool,
        state: Option<String>,
        /// Subnet = "PRIVATE PUBLIC IPV6", or "unseen" where no interface is in the snapshot.
        nodes: BTreeMap<String, String>,
        groups: Vec<String>,
        /// Port = "PROTOCOL -> GROUP*WEIGHT GROUP" or "PROTOCOL fixed-response".
        listeners: BTreeMap<String, String>,
        /// Port = "-> GROUP", a rule beside the listener's default one.
        rules: BTreeMap<String, String>,
        cross_zone: Option<bool>,
    }
    TargetGroupRow {
        r#type: String,
        vpc: String,
        protocol: String,
        port: u16,
        /// Host, address or load balancer, with `:port` where it is not the group's =
        /// "health [zone]", or nothing where health is not told.
        targets: BTreeMap<String, String>,
        attributes: BTreeMap<String, String>,
    }
    ClbRow {
        internal: bool,
        nodes: BTreeMap<String, String>,
        groups: Vec<String>,
        /// Port = "PROTOCOL INSTANCE-PORT".
        listeners: BTreeMap<String, String>,
        /// Host = the state of its instance.
        instances: BTreeMap<String, String>,
        cross_zone: bool,
    }
    FirewallRow { vpc: String, policy: String, endpoints: BTreeMap<String, FirewallEndpoint>, }
    FirewallEndpoint { subnet: String, ip: String, status: Option<String>, }
    PolicyRow {
        /// `strict` or `default`.
        order: Option<String>,
        default: Vec<String>,
        stateless_default: Option<String>,
        /// "pass tcp any any -> any 443", first one first.
        stateless: Vec<String>,
        /// The same, with Suricata options in parentheses.
        rules: Vec<String>,
    }
    EiceRow { subnet: String, ip: String, groups: Option<Vec<String>>, preserve: bool, }
    /// Block Public Access: mode, and exclusions by the id of subnet or VPC.
    BpaRow { mode: String, exclusions: BTreeMap<String, String>, }
}

/// A text, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn list(&self) -> Vec<&str> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many.iter().map(String::as_str).collect(),
        }
    }
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}
