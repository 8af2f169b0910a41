use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use reach_aws::arrow::Pairs;
use reach_core::{Cell, Grouping, Matrix, MatrixOptions, ParseGroupingError};

use crate::convert::{Dict, Dicts, Ends, Texts};
use crate::errors;
use crate::network::PyNetwork;
use crate::objects::{Capsule, DataFrame, Table};

/// The name that Arrow's capsule interface gives to a stream.
const STREAM: &CStr = c"arrow_array_stream";

/// What every source can send to every destination. ``Network.matrix`` makes one.
///
/// It is kept for classes of ends that are alike, so that it stays small where there are many
/// pairs: ``blocks`` has a pair of classes each. The answer for a pair of ends is ``get``, and
/// ``to_pandas`` and ``to_arrow`` have all pairs between which something gets through.
///
/// Matrices of equal networks and questions are equal, and can be hashed and pickled.
#[pyclass(frozen, name = "Matrix", module = "reach")]
pub(crate) struct PyMatrix {
    matrix: Arc<Matrix>,
    network: PyNetwork,
    asked: Asked,
    /// Positions of the ends, by their ids.
    sources: HashMap<String, usize>,
    destinations: HashMap<String, usize>,
}

/// What a matrix is asked for, in the words of the asker.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) sources: Vec<String>,
    pub(crate) destinations: Vec<String>,
    pub(crate) traffic: Option<String>,
    pub(crate) forward: bool,
}

impl Asked {
    pub(crate) fn of(
        sources: Option<Ends>,
        destinations: Option<Ends>,
        traffic: Option<String>,
        forward: bool,
    ) -> Self {
        let ends = |ends: Option<Ends>| ends.map(|Ends(ends)| ends).unwrap_or_default();
        Self { sources: ends(sources), destinations: ends(destinations), traffic, forward }
    }

    pub(crate) fn options(&self, py: Python<'_>) -> PyResult<MatrixOptions> {
        let traffic = self.traffic.as_deref().map(str::parse).transpose();
        Ok(MatrixOptions {
            from: self.sources.clone(),
            to: self.destinations.clone(),
            traffic: traffic.map_err(|e| errors::traffic(py, &e))?,
            forward: self.forward,
        })
    }
}

impl PyMatrix {
    pub(crate) fn of(py: Python<'_>, network: &PyNetwork, asked: Asked) -> PyResult<Self> {
        let options = asked.options(py)?;
        let matrix =
            py.detach(|| network.0.matrix(&options)).map_err(|error| errors::query(py, &error))?;
        let positions = |ids: Vec<&str>| {
            ids.into_iter().enumerate().map(|(position, id)| (id.to_owned(), position)).collect()
        };
        let sources = positions(matrix.sources().map(|end| end.id).collect());
        let destinations = positions(matrix.destinations().map(|end| end.id).collect());
        let matrix = Arc::new(matrix);
        Ok(Self { matrix, network: network.clone(), asked, sources, destinations })
    }

    /// The cell of a pair.
    fn cell(&self, source: &str, destination: &str) -> Option<Cell> {
        let (from, to) = (*self.sources.get(source)?, *self.destinations.get(destination)?);
        self.matrix.get(from, to).map(Arc::unwrap_or_clone)
    }
}

type Pickled = (PyNetwork, Vec<String>, Vec<String>, Option<String>, bool);

#[pymethods]
impl PyMatrix {
    /// The traffic that was asked about, source ports included.
    #[getter]
    fn traffic(&self) -> String {
        self.matrix.asked().to_string()
    }

    /// Ids of the sources: interfaces, ``"internet"``, gateways and peering connections.
    #[getter]
    fn sources(&self) -> Vec<&str> {
        self.matrix.sources().map(|end| end.id).collect()
    }

    /// Ids of the destinations.
    #[getter]
    fn destinations(&self) -> Vec<&str> {
        self.matrix.destinations().map(|end| end.id).collect()
    }

    /// What a source can send to a destination, both by id, as plain data: ``passing``,
    /// ``sometimes`` where AWS's choice of a port or way decides, and ``unknown``. What is empty
    /// is left out, so that an empty ``dict`` says that nothing gets through.
    ///
    /// Raises ``KeyError`` where one of them is no end of this matrix.
    ///
    /// >>> import reach
    /// >>> matrix = reach.load("docs/examples/lab").matrix()
    /// >>> matrix.get("internet", "eni-44fa240122f9e7232")
    /// {'passing': 'tcp 22-23 (source ports 1024-65535)'}
    fn get(&self, py: Python<'_>, source: &str, destination: &str) -> PyResult<Dict> {
        let missing = || {
            let ends = (source.to_owned(), destination.to_owned());
            pyo3::exceptions::PyKeyError::new_err(ends)
        };
        Dict::of(&py.detach(|| self.cell(source, destination)).ok_or_else(missing)?)
    }

    /// The matrix of groups of interfaces, as plain data: ``from`` and ``to``, each with ``id``,
    /// ``name`` and ``interfaces``, and what some member of the one can send to some other end in
    /// the other, as ``get`` tells it. Ends that are no interfaces stand for themselves, and the
    /// ``id`` is ``None`` for interfaces that are in no group.
    ///
    /// ``by`` is ``"subnet"``, ``"vpc"``, ``"group"`` for security groups or ``"tag:KEY"``.
    ///
    /// Raises ``ValueError`` where it is none of these.
    ///
    /// >>> import reach
    /// >>> pairs = reach.load("docs/examples/lab").matrix(sources="internet").grouped("subnet")
    /// >>> [(pair["to"]["id"], pair["passing"]) for pair in pairs]
    /// [('subnet-546efa1890c7588c8', 'tcp 22-23 (source ports 1024-65535)')]
    fn grouped(&self, py: Python<'_>, by: &str) -> PyResult<Dicts> {
        let by: Grouping = by.parse().map_err(|error: ParseGroupingError| {
            pyo3::exceptions::PyValueError::new_err(error.to_string())
        })?;
        py.detach(|| Dicts::of(&self.matrix.grouped(&by)))
    }

    /// The matrix in classes, as plain data, shaped as ``reach matrix --format json`` prints it:
    /// ``sources`` and ``destinations`` are classes with their ``members``, ``blocks`` pairs of
    /// classes (``from``, ``to``) between which something gets through or may get through.
    fn to_dict(&self, py: Python<'_>) -> PyResult<Dict> {
        py.detach(|| Dict::of(&*self.matrix))
    }

    /// All pairs between which something gets through or may get through, as a ``pyarrow.Table``
    /// with the columns ``source``, ``destination``, ``passing``, ``sometimes`` and ``unknown``,
    /// each a dictionary of texts. Needs pyarrow: ``pip install reach-py[arrow]``.
    ///
    /// Whatever takes Arrow's C stream interface, such as ``polars.DataFrame(matrix)``, can take a
    /// matrix itself.
    fn to_arrow(slf: Bound<'_, Self>) -> PyResult<Table<'_>> {
        slf.py().import("pyarrow")?.call_method1("table", (&slf,)).map(Table)
    }

    /// The same as a ``pandas.DataFrame``, its columns categories. Needs pandas and pyarrow:
    /// ``pip install reach-py[pandas,arrow]``.
    ///
    /// >>> import reach
    /// >>> matrix = reach.load("docs/examples/lab").matrix(traffic="tcp/22")
    /// >>> frame = matrix.to_pandas()
    /// >>> frame.query("source == 'internet'")["destination"].tolist()
    /// ['eni-44fa240122f9e7232']
    fn to_pandas(slf: Bound<'_, Self>) -> PyResult<DataFrame<'_>> {
        Self::to_arrow(slf)?.0.call_method0("to_pandas").map(DataFrame)
    }

    /// The pairs by Arrow's capsule interface. They are made as they are asked for.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Capsule<'py>> {
        // There is one schema, which the interface allows: a request is a wish.
        drop(requested_schema);
        let pairs = py.detach(|| Pairs::new(&self.matrix));
        let stream = FFI_ArrowArrayStream::new(Box::new(pairs));
        PyCapsule::new_with_value(py, stream, STREAM).map(|it| Capsule(it.into_any()))
    }

    fn _repr_html_(slf: Bound<'_, Self>) -> PyResult<String> {
        slf.py().import("reach._html")?.call_method1("of_matrix", (&slf,))?.extract()
    }

    fn __eq__(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> bool {
        let Ok(other) = value.cast::<Self>() else { return false };
        let other = other.get();
        self.asked == other.asked && py.detach(|| self.network == other.network)
    }

    fn __hash__(&self) -> u64 {
        self.network.hashed()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Pickled)> {
        let make = py.import("reach._reach")?.getattr("matrix_again")?;
        let Asked { sources, destinations, traffic, forward } = self.asked.clone();
        Ok((make, (self.network.clone(), sources, destinations, traffic, forward)))
    }

    fn __repr__(&self) -> String {
        let (sources, destinations) =
            (self.matrix.sources().len(), self.matrix.destinations().len());
        let classes = (
            self.matrix.source_classes().len(),
            self.matrix.destination_classes().len(),
            self.matrix.blocks().count(),
        );
        format!(
            "<Matrix: {sources} sources in {} classes, {destinations} destinations in {}, {} blocks>",
            classes.0, classes.1, classes.2
        )
    }
}

/// Makes a matrix again of what ``pickle`` kept.
#[pyfunction]
pub(crate) fn matrix_again(
    py: Python<'_>,
    network: &Bound<'_, PyNetwork>,
    sources: Texts,
    destinations: Texts,
    traffic: Option<String>,
    forward: bool,
) -> PyResult<PyMatrix> {
    let (Texts(sources), Texts(destinations)) = (sources, destinations);
    PyMatrix::of(py, network.get(), Asked { sources, destinations, traffic, forward })
}
