//! A matrix of groups: subnets, VPCs, security groups, values of a tag.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::line::{End, Line, symbol_id};
use super::{Cell, Matrix};
use crate::network::Compiled;
use crate::packet::Traffic;

/// How the interfaces of a matrix are gathered.
///
/// ```
/// use reach_core::Grouping;
///
/// assert_eq!("subnet".parse(), Ok(Grouping::Subnet));
/// assert_eq!("tag:Env".parse(), Ok(Grouping::Tag("Env".to_owned())));
/// assert!("zone".parse::<Grouping>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grouping {
    /// By subnet.
    Subnet,
    /// By VPC.
    Vpc,
    /// By security group; an interface is in each of its own.
    Group,
    /// By the value of a tag of their instances.
    Tag(String),
}

/// Text that names no [`Grouping`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not `subnet`, `vpc`, `group` or `tag:KEY`")]
pub struct ParseGroupingError;

impl FromStr for Grouping {
    type Err = ParseGroupingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("tag:")) {
            ("subnet", _) => Ok(Self::Subnet),
            ("vpc", _) => Ok(Self::Vpc),
            ("group", _) => Ok(Self::Group),
            (_, Some(key)) if !key.is_empty() => Ok(Self::Tag(key.to_owned())),
            _ => Err(ParseGroupingError),
        }
    }
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subnet => f.write_str("subnet"),
            Self::Vpc => f.write_str("vpc"),
            Self::Group => f.write_str("group"),
            Self::Tag(key) => write!(f, "tag:{key}"),
        }
    }
}

/// As it is written.
impl Serialize for Grouping {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Interfaces that are gathered, or an end that is no interface and stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MatrixGroup<'m> {
    /// Id of the subnet, VPC, security group or end, or value of the tag; none for interfaces that
    /// have none.
    pub id: Option<&'m str>,
    /// Its name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'m str>,
    /// Whether it is of interfaces.
    pub interfaces: bool,
}

/// What some member of one group can send to some other end in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupPair<'m> {
    /// The sources.
    pub from: MatrixGroup<'m>,
    /// The destinations.
    pub to: MatrixGroup<'m>,
    /// All that gets through between two different ends: the union of their cells.
    #[serde(flatten)]
    pub cell: Cell,
}

/// A group that a class has members in, and the member if it is the only one.
type Share<'m> = (u32, Option<&'m End>);

impl Matrix {
    /// The matrix of groups: each ordered pair of them between which something gets through or may,
    /// by destination. An end may be in several groups, or in the one of those that are in none.
    ///
    /// # Complexity
    ///
    /// One step for each pair of classes and their groups, whatever number of ends they have.
    pub fn grouped(&self, by: &Grouping) -> Vec<GroupPair<'_>> {
        let net = self.network.compiled();
        let sides = [&self.tables.sources, &self.tables.destinations];
        let all = sides.iter().flat_map(|line| &line.ends).flat_map(|end| groups(net, end, by));
        let all: BTreeSet<MatrixGroup<'_>> = all.collect();
        let all: Vec<MatrixGroup<'_>> = all.into_iter().collect();
        let [from, to] = sides.map(|line| shares(net, line, by, &all));
        let mut cells: BTreeMap<(u32, u32), BTreeMap<u32, Arc<Cell>>> = BTreeMap::new();
        for block in self.blocks() {
            let sources = from.get(block.from.number()).map_or(&[][..], Vec::as_slice);
            let destinations = to.get(block.to.number()).map_or(&[][..], Vec::as_slice);
            for (source, one) in sources {
                for (destination, other) in destinations {
                    // One end does not send to itself.
                    if one.is_some() && one == other {
                        continue;
                    }
                    let known = cells.entry((*destination, *source)).or_default();
                    known.entry(block.cell_number).or_insert_with(|| Arc::clone(&block.cell));
                }
            }
        }
        let group = |number: u32| all.get(number as usize).copied();
        let pair = |((to, from), cells): (_, BTreeMap<u32, Arc<Cell>>)| {
            let union = |part: fn(&Cell) -> &Traffic| {
                Traffic::union_all(cells.values().map(|cell| part(cell).clone()))
            };
            let cell = Cell {
                passing: union(|cell| &cell.passing),
                sometimes: union(|cell| &cell.sometimes),
                unknown: union(|cell| &cell.unknown),
            };
            Some(GroupPair { from: group(from)?, to: group(to)?, cell })
        };
        cells.into_iter().filter_map(pair).collect()
    }
}

/// The groups of each class of a side, by their places among all groups.
fn shares<'m>(
    net: &'m Compiled,
    line: &'m Line,
    by: &Grouping,
    all: &[MatrixGroup<'m>],
) -> Vec<Vec<Share<'m>>> {
    let classes = 0..line.classes.len();
    classes
        .map(|class| {
            let mut found: BTreeMap<u32, Option<&End>> = BTreeMap::new();
            for end in line.members(class) {
                for group in groups(net, end, by) {
                    let Ok(place) = all.binary_search(&group) else { continue };
                    let place = u32::try_from(place).unwrap_or(u32::MAX);
                    found.entry(place).and_modify(|only| *only = None).or_insert(Some(end));
                }
            }
            found.into_iter().collect()
        })
        .collect()
}

/// The groups that an end is in, each once.
fn groups<'m>(net: &'m Compiled, end: &'m End, by: &Grouping) -> Vec<MatrixGroup<'m>> {
    let index = match end {
        End::Interface(index) => *index,
        End::Symbol(place) => {
            let id = Some(symbol_id(net, place));
            return vec![MatrixGroup { id, name: None, interfaces: false }];
        }
    };
    let interface = &net.interfaces[index];
    let group = |id: Option<&'m str>, name| MatrixGroup { id, name, interfaces: true };
    let mut found: Vec<MatrixGroup<'m>> = match by {
        Grouping::Subnet => {
            let subnet = interface.subnet.map(|subnet| &net.subnets[subnet]);
            subnet.map(|it| group(Some(&it.id), it.name.as_deref())).into_iter().collect()
        }
        Grouping::Vpc => {
            let vpc = interface.vpc.map(|vpc| &net.vpcs[vpc]);
            vpc.map(|it| group(Some(&it.id), it.name.as_deref())).into_iter().collect()
        }
        Grouping::Group => {
            let name = |id: &str| {
                let index = net.groups.search(|group| (*group.id).cmp(id))?;
                net.groups[index].name.as_deref()
            };
            interface.group_ids.iter().map(|id| group(Some(id), name(id))).collect()
        }
        Grouping::Tag(key) => {
            let tags = interface.instance.map(|index| &net.instances[index].tags);
            let own = tags.into_iter().flatten().filter(|(own, _)| **own == **key);
            own.map(|(_, value)| group(Some(value), None)).collect()
        }
    };
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        found.push(group(None, None));
    }
    found
}
