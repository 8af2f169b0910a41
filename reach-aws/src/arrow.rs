//! The pairs of a matrix as Arrow batches, made as they are asked for, and as a file of those.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, RecordBatch, RecordBatchReader, StringArray, UInt32Array,
};
use arrow_ipc::writer::FileWriter;
pub use arrow_schema::ArrowError;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use reach_core::packet::Traffic;
use reach_core::{Cell, Matrix};

/// Pairs in one batch.
const BATCH: usize = 1 << 16;

/// Writes the pairs of a matrix as an Arrow IPC file, which is a Feather file too.
///
/// # Errors
///
/// [`ArrowError`] when it cannot be written.
pub fn write(matrix: &Matrix, out: impl Write) -> Result<(), ArrowError> {
    let pairs = Pairs::new(matrix);
    let mut file = FileWriter::try_new_buffered(out, &pairs.schema())?;
    for batch in pairs {
        file.write(&batch?)?;
    }
    file.finish()
}

/// Positions of the members of two classes, and the place of their cell.
#[derive(Debug)]
struct Block {
    from: Vec<u32>,
    to: Vec<u32>,
    cell: u32,
}

/// The texts of a column, each once, and which of them stands for which number.
#[derive(Debug)]
struct Column {
    texts: Arc<StringArray>,
    keys: Vec<u32>,
}

impl Column {
    fn of(texts: impl Iterator<Item = String>) -> Self {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut distinct = Vec::new();
        let keys = texts.map(|text| {
            let next = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
            *known.entry(text).or_insert_with_key(|text| {
                distinct.push(text.clone());
                next
            })
        });
        let keys = keys.collect();
        Self { texts: Arc::new(StringArray::from(distinct)), keys }
    }

    fn array(&self, numbers: &[u32]) -> Result<ArrayRef, ArrowError> {
        let keys = numbers.iter().map(|number| self.keys.get(*number as usize).copied());
        let texts: ArrayRef = Arc::<StringArray>::clone(&self.texts);
        let array = DictionaryArray::<UInt32Type>::try_new(keys.collect::<UInt32Array>(), texts)?;
        Ok(Arc::new(array))
    }
}

/// Pairs of different ends between which something gets through or may, block by block: columns
/// `source`, `destination`, `passing`, `sometimes` and `unknown`, each a dictionary of texts.
#[derive(Debug)]
pub struct Pairs {
    schema: SchemaRef,
    /// What the columns say: ids of ends by position, and the parts of cells by number.
    columns: [Column; 5],
    blocks: Vec<Block>,
    /// For each source the position of the same end among the destinations.
    itself: Vec<Option<u32>>,
    /// Block, source in it, destination in it.
    at: (usize, usize, usize),
}

impl Pairs {
    /// All pairs of a matrix.
    pub fn new(matrix: &Matrix) -> Self {
        let text = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let names = ["source", "destination", "passing", "sometimes", "unknown"];
        let fields = names.map(|name| Field::new(name, text.clone(), false));
        let destinations: HashMap<_, _> = (0..)
            .zip(matrix.destinations())
            .map(|(at, end)| ((end.id, end.interface), at))
            .collect();
        let itself =
            matrix.sources().map(|end| destinations.get(&(end.id, end.interface)).copied());
        // Cells by their place in this list, whatever number the matrix gave them.
        let mut distinct: Vec<Arc<Cell>> = Vec::new();
        let mut places: HashMap<u32, u32> = HashMap::new();
        let blocks: Vec<Block> = matrix
            .blocks()
            .map(|block| {
                let cell = *places.entry(block.cell_number).or_insert_with(|| {
                    distinct.push(Arc::clone(&block.cell));
                    u32::try_from(distinct.len() - 1).unwrap_or(u32::MAX)
                });
                let [from, to] = [block.from, block.to].map(|class| class.positions().to_vec());
                Block { from, to, cell }
            })
            .collect();
        let cells = |part: fn(&Cell) -> &Traffic| {
            Column::of(distinct.iter().map(|cell| match part(cell) {
                nothing if nothing.is_empty() => String::new(),
                traffic => traffic.to_string(),
            }))
        };
        Self {
            schema: Arc::new(Schema::new(fields.to_vec())),
            columns: [
                Column::of(matrix.sources().map(|end| end.id.to_owned())),
                Column::of(matrix.destinations().map(|end| end.id.to_owned())),
                cells(|cell| &cell.passing),
                cells(|cell| &cell.sometimes),
                cells(|cell| &cell.unknown),
            ],
            blocks,
            itself: itself.collect(),
            at: (0, 0, 0),
        }
    }

    /// The next pair: positions of its ends, and its cell.
    fn pair(&mut self) -> Option<(u32, u32, u32)> {
        loop {
            let (block, from, to) = &mut self.at;
            let Block { from: sources, to: destinations, cell } = self.blocks.get(*block)?;
            let Some(source) = sources.get(*from) else {
                self.at = (*block + 1, 0, 0);
                continue;
            };
            let Some(destination) = destinations.get(*to) else {
                (*from, *to) = (*from + 1, 0);
                continue;
            };
            *to += 1;
            let itself = self.itself.get(*source as usize).copied().flatten();
            if itself != Some(*destination) {
                return Some((*source, *destination, *cell));
            }
        }
    }
}

impl Iterator for Pairs {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let [mut sources, mut destinations, mut cells] = [const { Vec::new() }; 3];
        while sources.len() < BATCH
            && let Some((source, destination, cell)) = self.pair()
        {
            sources.push(source);
            destinations.push(destination);
            cells.push(cell);
        }
        if sources.is_empty() {
            return None;
        }
        let numbers = [&sources, &destinations, &cells, &cells, &cells];
        let arrays = self.columns.iter().zip(numbers).map(|(column, of)| column.array(of));
        let batch = arrays
            .collect::<Result<Vec<_>, _>>()
            .and_then(|arrays| RecordBatch::try_new(Arc::clone(&self.schema), arrays));
        Some(batch)
    }
}

impl RecordBatchReader for Pairs {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
