//! What a generated network may have.

use std::fmt;
use std::str::FromStr;

use super::corners::add;
use super::site::Site;

/// One thing that a generated network may have.
pub(super) struct Feature {
    pub(super) name: &'static str,
    pub(super) bit: Features,
    pub(super) add: fn(&mut Site),
    /// In how many of 100 networks it stands at least.
    pub(super) least: u64,
    /// Whether it stands in [`Features::default`].
    default: bool,
}

/// A set of things that a generated network may have.
///
/// ```
/// use reach_testkit::generate::Features;
///
/// let some: Features = "ipv6,acls".parse()?;
/// assert_eq!(some.to_string(), "ipv6,acls");
/// assert!(Features::ALL.contains(some));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Features(u64);

impl Features {
    /// Nothing but VPCs, subnets and open hosts.
    pub const NONE: Self = Self(0);

    /// Whether all of these are in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and those.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names of what is in it.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        FEATURES.iter().filter(move |it| self.contains(it.bit)).map(|it| it.name)
    }
}

/// What the engine models and the oracle knows.
impl Default for Features {
    fn default() -> Self {
        FEATURES.iter().filter(|it| it.default).fold(Self::NONE, |set, it| set.with(it.bit))
    }
}

/// Names with commas between them.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names().collect();
        f.write_str(&names.join(","))
    }
}

/// `ipv6,acls`; `default`, `all`; `-NAME` takes one away again.
impl FromStr for Features {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').filter(|name| !name.is_empty()).try_fold(Self::NONE, |set, name| {
            let (bare, away) = match name.strip_prefix('-') {
                Some(bare) => (bare, true),
                None => (name, false),
            };
            let named = match bare {
                "all" => Some(Self::ALL),
                "default" => Some(Self::default()),
                _ => FEATURES.iter().find(|it| it.name == bare).map(|it| it.bit),
            };
            let named = named.ok_or_else(|| format!("`{name}` is no feature; {}", Self::ALL))?;
            Ok(if away { Self(set.0 & !named.0) } else { set.with(named) })
        })
    }
}

macro_rules! features {
    ($($name:ident, $default:expr, $least:expr;)*) => {
        #[expect(non_camel_case_types, reason = "the names are the functions'")]
        #[repr(u8)]
        enum Place { $($name),* }

        /// In the order in which they are added: what is there, what joins it, what filters, and
        /// what breaks it.
        pub(super) const FEATURES: &[Feature] = &[
            $(Feature {
                name: stringify!($name),
                bit: Features(1 << Place::$name as u8),
                add: add::$name,
                least: $least,
                default: $default,
            }),*
        ];

        impl Features {
            /// Everything.
            pub const ALL: Self = Self(0 $(| 1 << Place::$name as u8)*);
        }
    };
}

features! {
    ipv6, true, 0;
    addresses, true, 0;
    internet_gateway, true, 80;
    egress_only, true, 0;
    nat_gateway, true, 0;
    nat64, true, 0;
    regional_nat, true, 0;
    peering, true, 0;
    transit_gateway, true, 0;
    transit_peering, true, 0;
    vpn_gateway, true, 0;
    gateway_endpoints, true, 0;
    interface_endpoints, false, 0;
    load_balancers, true, 0;
    managed, true, 0;
    routes, true, 0;
    edge_tables, true, 0;
    appliances, false, 0;
    rules, true, 50;
    references, true, 0;
    prefix_lists, true, 0;
    acls, true, 50;
    public_access, true, 0;
    host_states, true, 0;
    rule_ids, true, 0;
    missing, true, 0;
    odd_text, true, 0;
    missing_gateways, false, 0;
    preserving_endpoints, false, 0;
    unseen, false, 0;
}
