//! What everything can send to everything: every ordered pair of interfaces, exactly.
//!
//! Interfaces that no rule, route or filter tells apart are of one class, and a pair of classes is
//! decided once. A pair is decided in two halves: the engine walks the *way* between two addresses
//! as if no security groups were there ([`ways`]), and the groups of both ends are asked apart and
//! put back ([`gates`]). Where the way hangs on more than that, the pair is asked whole, as
//! [`Network::trace`] asks it.

mod atoms;
mod build;
mod cell;
mod change;
mod classes;
mod gates;
mod groups;
mod line;
mod ways;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

pub use cell::Cell;
pub use change::Change;
pub use groups::{GroupPair, Grouping, MatrixGroup, ParseGroupingError};

use super::QueryError;
use crate::network::Network;
use crate::packet::{PortSet, Traffic};
use crate::path::Terms;
use build::Tables;
use classes::Classes;
use gates::Memo;
use line::{End, Line, Selection};

/// How a matrix is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixOptions {
    /// The sources: what [`Network::endpoint`] reads, `sg-…` for the members of a security group,
    /// `tag:KEY=VALUE` for the interfaces of instances with a tag. Nothing means every interface,
    /// the internet and every gateway.
    pub from: Vec<String>,
    /// The destinations, in the same words. Peering connections cannot be one.
    pub to: Vec<String>,
    /// The traffic asked about; everything when not given. Source ports are ephemeral ones (PK-04).
    pub traffic: Option<Traffic>,
    /// One-way delivery instead of a flow that completes (PK-03).
    pub forward: bool,
}

/// What every source can send to every destination, in classes of ends that are alike.
///
/// The answer for a pair of interfaces is that of [`Network::trace`]. Classes and the ways between
/// them are found at once; what a pair of classes comes to is found when somebody asks for it.
#[derive(Debug, Clone)]
pub struct Matrix {
    network: Network,
    tables: Arc<Tables>,
    memo: Arc<Mutex<Memo>>,
}

/// One end of a matrix: a network interface, the internet, a gateway or a peering connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MatrixEnd<'m> {
    /// Its id, or `internet`.
    pub id: &'m str,
    /// The `Name` tag of its instance, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'m str>,
    /// Whether it is an interface of the network.
    pub interface: bool,
}

/// Ends that are alike, as sources or as destinations.
#[derive(Debug, Clone, Copy)]
pub struct MatrixClass<'m> {
    matrix: &'m Matrix,
    line: &'m Line,
    number: usize,
}

/// What every end of one class can send to every other end of another.
#[derive(Debug, Clone)]
pub struct Block<'m> {
    /// The sources.
    pub from: MatrixClass<'m>,
    /// The destinations.
    pub to: MatrixClass<'m>,
    /// What gets through.
    pub cell: Arc<Cell>,
    /// Number of the cell: equal cells of a matrix have equal numbers.
    pub cell_number: u32,
}

/// What one end can send to another.
#[derive(Debug, Clone, Serialize)]
pub struct Pair<'m> {
    /// The source.
    pub from: &'m str,
    /// The destination.
    pub to: &'m str,
    /// What gets through.
    #[serde(flatten)]
    pub cell: Arc<Cell>,
}

impl Network {
    /// What every interface, the internet and every gateway can send to every other.
    ///
    /// ```
    /// use reach_core::{MatrixOptions, Network, snapshot::Snapshot};
    ///
    /// let network = Network::compile(Snapshot::default());
    /// let matrix = network.matrix(&MatrixOptions::default())?;
    /// assert_eq!(matrix.pairs().count(), 0);
    /// # Ok::<(), reach_core::QueryError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`QueryError`] when a source or destination cannot be found.
    ///
    /// # Complexity
    ///
    /// One walk for each pair of kinds of addresses that reach one another if security groups are
    /// left out. What is asked of the matrix then costs look-ups: one for a pair of ends, one for
    /// each pair of classes that reach one another.
    pub fn matrix(&self, options: &MatrixOptions) -> Result<Matrix, QueryError> {
        let question = options.question()?;
        let ends = options.ends(self)?;
        let net = self.compiled();
        let tables = Tables::of(net, Arc::new(Classes::of(net)), question, ends, None);
        Ok(Matrix::of(self, tables))
    }
}

impl MatrixOptions {
    fn question(&self) -> Result<(Traffic, Terms), QueryError> {
        let asked = self.traffic.clone().unwrap_or_else(Traffic::all);
        let asked = asked.from_source_ports(&PortSet::ephemeral());
        if asked.is_empty() {
            return Err(QueryError::NoTraffic);
        }
        Ok((asked, Terms { forward: self.forward, ..Terms::default() }))
    }

    fn ends(&self, network: &Network) -> Result<(Selection, Selection), QueryError> {
        let from = Selection::of(network, &self.from, "source")?;
        Ok((from, Selection::of(network, &self.to, "destination")?))
    }
}

impl Matrix {
    fn of(network: &Network, tables: Tables) -> Self {
        let memo = Arc::new(Mutex::new(Memo::new()));
        Self { network: network.clone(), tables: Arc::new(tables), memo }
    }

    /// The traffic that was asked about, source ports included.
    pub fn asked(&self) -> &Traffic {
        &self.tables.asked
    }

    /// The sources; their positions are what [`get`](Self::get) takes.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = MatrixEnd<'_>> {
        self.tables.sources.ends.iter().map(|end| end.view(&self.network))
    }

    /// The destinations.
    pub fn destinations(&self) -> impl ExactSizeIterator<Item = MatrixEnd<'_>> {
        self.tables.destinations.ends.iter().map(|end| end.view(&self.network))
    }

    /// The classes of the sources.
    pub fn source_classes(&self) -> impl ExactSizeIterator<Item = MatrixClass<'_>> {
        self.classes(&self.tables.sources)
    }

    /// The classes of the destinations.
    pub fn destination_classes(&self) -> impl ExactSizeIterator<Item = MatrixClass<'_>> {
        self.classes(&self.tables.destinations)
    }

    fn classes<'m>(&'m self, line: &'m Line) -> impl ExactSizeIterator<Item = MatrixClass<'m>> {
        (0..line.classes.len()).map(move |number| MatrixClass { matrix: self, line, number })
    }

    /// What a source can send to a destination, both by position; `None` past the end.
    pub fn get(&self, source: usize, destination: usize) -> Option<Arc<Cell>> {
        let Tables { asked, terms, sources, destinations, .. } = &*self.tables;
        let (from, to) = (sources.ends.get(source)?, destinations.ends.get(destination)?);
        let net = self.network.compiled();
        if from == to {
            return Some(Arc::new(build::decide(net, asked, *terms, from, to)));
        }
        let (from, to) = (sources.class_of(source)?, destinations.class_of(destination)?);
        let mut memo = self.memo();
        let cell = self.tables.cell(net, &mut memo, from, to);
        memo.get(cell).cloned()
    }

    fn memo(&self) -> MutexGuard<'_, Memo> {
        // Whatever stopped another thread, what it noted before is true.
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cells of a source class.
    fn row(&self, source: usize) -> Vec<(u32, u32, Arc<Cell>)> {
        let mut memo = self.memo();
        let row = self.tables.row(self.network.compiled(), &mut memo, source);
        let known = |(to, cell): (u32, u32)| Some((to, cell, Arc::clone(memo.get(cell)?)));
        row.into_iter().filter_map(known).collect()
    }

    /// Pairs of classes between which something gets through or may get through.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.source_classes().flat_map(move |from| {
            self.row(from.number).into_iter().map(move |(to, cell_number, cell)| {
                let number = to as usize;
                let to = MatrixClass { matrix: self, line: &self.tables.destinations, number };
                Block { from, to, cell, cell_number }
            })
        })
    }

    /// Pairs of different ends between which something gets through or may get through, one after
    /// another, by class.
    pub fn pairs(&self) -> impl Iterator<Item = Pair<'_>> {
        self.blocks().flat_map(move |Block { from, to, cell, .. }| {
            // Looked up once a block, not once a pair.
            let goals: Arc<[_]> = to.ends().collect();
            from.ends().flat_map(move |(source, from)| {
                let (goals, cell) = (Arc::clone(&goals), Arc::clone(&cell));
                (0..goals.len()).filter_map(move |at| {
                    let (goal, to) = *goals.get(at)?;
                    (goal != source).then(|| Pair { from, to, cell: Arc::clone(&cell) })
                })
            })
        })
    }
}

impl<'m> MatrixClass<'m> {
    /// Its number among the sources or the destinations.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Its members, in order.
    pub fn members(&self) -> impl Iterator<Item = MatrixEnd<'m>> + use<'m> {
        let matrix = self.matrix;
        self.line.members(self.number).map(move |end| end.view(&matrix.network))
    }

    fn ends(&self) -> impl Iterator<Item = (&'m End, &'m str)> + use<'m> {
        let matrix = self.matrix;
        self.line.members(self.number).map(move |end| (end, end.view(&matrix.network).id))
    }

    /// Positions of its members among the sources or the destinations.
    pub fn positions(&self) -> &'m [u32] {
        self.line.classes.get(self.number).map_or(&[], Vec::as_slice)
    }
}

/// Number and members.
impl Serialize for MatrixClass<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids: Vec<&str> = self.members().map(|end| end.id).collect();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("class", &self.number)?;
        map.serialize_entry("members", &ids)?;
        map.end()
    }
}

/// The numbers of the two classes, and what gets through.
impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            from: usize,
            to: usize,
            #[serde(flatten)]
            cell: &'a Cell,
        }
        Shape { from: self.from.number, to: self.to.number, cell: &self.cell }.serialize(serializer)
    }
}

/// Classes and blocks.
impl Serialize for Matrix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let question = if self.tables.terms.forward { "forward" } else { "establish" };
        let mut shape = serializer.serialize_struct("Matrix", 5)?;
        shape.serialize_field("question", question)?;
        shape.serialize_field("traffic", self.asked())?;
        shape.serialize_field("sources", &Each(|| self.source_classes()))?;
        shape.serialize_field("destinations", &Each(|| self.destination_classes()))?;
        shape.serialize_field("blocks", &Each(|| self.blocks()))?;
        shape.end()
    }
}

/// A list that is never in memory as a whole.
struct Each<F>(F);

impl<T: Serialize, I: Iterator<Item = T>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
