//! The same questions from Python and in WebAssembly, where those are built.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reach_aws::arrow::Pairs;
use reach_core::packet::{PortSet, Traffic};
use reach_core::{MatrixOptions, ScanOptions, TraceOptions};

use crate::Lab;
use crate::report::question::median_of;

/// Interfaces that are asked about.
pub const SIZE: usize = 10_000;

/// Seconds of one question, here and there.
#[derive(Debug)]
pub struct Ratio {
    /// In words.
    pub what: &'static str,
    /// What was set out to reach.
    pub target: &'static str,
    /// In Rust, where that is a question.
    pub native: Option<f64>,
    /// There.
    pub there: f64,
}

/// What was measured, and why the rest was not.
pub type Compared = (Vec<Ratio>, Vec<&'static str>);

/// Asks what is built.
///
/// # Errors
///
/// When the snapshot cannot be written, or what was built does not answer.
pub fn measure() -> Result<Compared, Box<dyn Error>> {
    let lab = Lab::of(SIZE);
    let file = std::env::temp_dir().join(format!("reach-benches-{}.json", std::process::id()));
    fs::write(&file, lab.document())?;
    let found = all(&lab, &file);
    fs::remove_file(&file)?;
    found
}

fn all(lab: &Lab, file: &Path) -> Result<Compared, Box<dyn Error>> {
    let (mut ratios, mut left_out) = (Vec::new(), Vec::new());
    let network = lab.network();
    let scan = median_of(|| network.scan(&ScanOptions::default()));
    if root().join("reach-wasm/pkg/reach_wasm_bg.wasm").exists() {
        let pairs = lab.pairs(50);
        let mut node = Command::new("node");
        let there = seconds(node.arg("time.mjs").arg(file).arg(serde_json::to_string(&pairs)?))?;
        let (traffic, options) = (Traffic::tcp(&PortSet::single(8000)), TraceOptions::default());
        // What JavaScript gets is made of JSON; the same is asked of Rust.
        let written = median_of(|| serde_json::to_string(&network.scan(&ScanOptions::default())));
        let native = median_of(|| {
            let answers =
                pairs.iter().filter_map(|(a, z)| network.trace(a, z, &traffic, &options).ok());
            answers
                .filter_map(|answer| serde_json::to_string(&answer).ok())
                .map(|it| it.len())
                .sum::<usize>()
        });
        let target = "≤ 1.8×";
        let of = |name: &str| there.get(name).copied().unwrap_or(f64::NAN);
        let what = "WebAssembly in Node.js: scan, and the run as an object; in Rust as JSON";
        ratios.push(Ratio { what, target, native: Some(written), there: of("scan") });
        let what = "WebAssembly in Node.js: 50 traces with evidence, as objects; in Rust as JSON";
        ratios.push(Ratio { what, target, native: Some(native), there: of("trace") });
    } else {
        left_out.push("WebAssembly: reach-wasm/pkg is not there (make wasm)");
    }
    let python = root().join(".venv/bin/python");
    let wheel = Command::new(&python).args(["-c", "import reach, pandas"]).output();
    if wheel.is_ok_and(|output| output.status.success()) {
        let there = seconds(Command::new(&python).arg("time.py").arg(file))?;
        let native = median_of(|| {
            let matrix = network.matrix(&MatrixOptions::default());
            matrix.map(|matrix| Pairs::new(&matrix).flatten().count())
        });
        let of = |name: &str| there.get(name).copied().unwrap_or(f64::NAN);
        let what = "Python: scan";
        ratios.push(Ratio { what, target: "≤ 1.1×", native: Some(scan), there: of("scan") });
        let what = "Python: matrix to Arrow";
        ratios.push(Ratio { what, target: "≤ 1.1×", native: Some(native), there: of("matrix") });
        let what = "Python: from Arrow to a frame of pandas";
        ratios.push(Ratio { what, target: "", native: None, there: of("frame") });
    } else {
        left_out.push("Python: .venv has no reach with pandas (make python)");
    }
    Ok((ratios, left_out))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What one of the programs in `ratios` prints.
fn seconds(command: &mut Command) -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
    let output = command.current_dir(root().join("benches/ratios")).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
