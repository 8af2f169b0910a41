//! What was measured, as docs/benchmarks.md tells it.

pub mod question;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::Lab;
use crate::ratios::{self, Ratio};

/// Seconds by question and size, and what goes with them.
#[derive(Debug, Default)]
pub struct Report {
    times: BTreeMap<&'static str, BTreeMap<usize, f64>>,
    /// Source and destination classes by size.
    classes: BTreeMap<usize, (usize, usize)>,
    /// Bytes kept and most bytes at a time, by size and step.
    memory: BTreeMap<(usize, String), (u64, u64)>,
    small: Vec<(usize, bool, f64)>,
    ratios: Vec<Ratio>,
}

/// CPU seconds and MiB of the np-guard analyzer on a machine with two cores.
const NP_GUARD: [(usize, bool, &str); 4] = [
    (10, false, "0.96 s, 64 MiB"),
    (100, false, "21 s, 706 MiB"),
    (300, false, "124 s, 3,570 MiB"),
    (300, true, "339 s, 7,600 MiB"),
];

impl Report {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a time.
    pub fn add(&mut self, question: &'static str, size: usize, seconds: f64) {
        self.times.entry(question).or_default().insert(size, seconds);
    }

    /// Adds how many classes a network has.
    pub fn note(&mut self, lab: &Lab) {
        self.classes.insert(lab.size(), lab.classes());
    }

    /// Adds lines of `footprint`.
    pub fn memory(&mut self, size: usize, lines: &str) {
        for line in lines.lines() {
            let mut words = line.split(' ');
            let (step, kept, peak) = (words.next(), words.next(), words.next());
            let number = |word: Option<&str>| word.and_then(|word| word.parse().ok());
            if let (Some(step), Some(kept), Some(peak)) = (step, number(kept), number(peak)) {
                self.memory.insert((size, step.to_owned()), (kept, peak));
            }
        }
    }

    /// Adds a time of the small shape.
    pub fn small(&mut self, instances: usize, variants: bool, seconds: f64) {
        self.small.push((instances, variants, seconds));
    }

    /// Adds what other languages take.
    pub fn ratios(&mut self, ratios: Vec<Ratio>) {
        self.ratios = ratios;
    }

    /// Seconds that a question may take if it grows with the square of the size.
    #[must_use]
    pub fn bound_to_take(&self, question: &str, size: usize) -> f64 {
        let before = self.times.get(question).and_then(|times| times.last_key_value());
        before.map_or(0.0, |(before, seconds)| seconds * ratio(size, *before).powi(2))
    }

    /// Slope of time over size in a log-log plot, from the smallest to the largest.
    fn slope(&self, question: &str) -> Option<f64> {
        let times = self.times.get(question)?;
        let ((small, fast), (large, slow)) = (times.first_key_value()?, times.last_key_value()?);
        (small < large).then(|| (slow / fast).ln() / ratio(*large, *small).ln())
    }

    /// The page.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from(include_str!("../notes/head.md"));
        let _ = writeln!(text, "\n{}\n", setting());
        self.table(&mut text);
        text.push_str("\n![Time over interfaces](benchmarks.svg)\n");
        self.sizes(&mut text);
        self.small_table(&mut text);
        self.ratio_table(&mut text);
        text.push('\n');
        text.push_str(include_str!("../notes/foot.md"));
        text.push_str(include_str!("../notes/profile.md"));
        text
    }

    fn table(&self, text: &mut String) {
        text.push_str("| what | target | measured | slope |\n|---|---|---|---|\n");
        for question in question::ALL {
            let Some(times) = self.times.get(question.name) else { continue };
            let at = question.at.and_then(|size| Some((size, *times.get(&size)?)));
            let at = at.or_else(|| times.last_key_value().map(|(size, time)| (*size, *time)));
            let Some((size, seconds)) = at else { continue };
            let slope = self.slope(question.name).map(|it| format!("{it:.2}")).unwrap_or_default();
            let _ = writeln!(
                text,
                "| {}, {} interfaces | {} | {} | {slope} |",
                question.what,
                grouped(size),
                question.target,
                duration(seconds),
            );
        }
        for ((size, step), (kept, peak)) in &self.memory {
            let largest = self.memory.keys().map(|(size, _)| *size).max();
            if Some(*size) == largest {
                let each = kept / u64::try_from(*size).unwrap_or(1).max(1);
                let target = if step == "network" { "2,048 bytes an interface" } else { "" };
                let _ = writeln!(
                    text,
                    "| memory of the {step}, {} interfaces | {target} | {each} bytes an interface, \
                     {} MiB kept, {} MiB at a time | |",
                    grouped(*size),
                    kept >> 20,
                    peak >> 20,
                );
            }
        }
    }

    fn sizes(&self, text: &mut String) {
        let sizes: Vec<usize> = self.classes.keys().copied().collect();
        let heads: Vec<String> = sizes.iter().map(|size| grouped(*size)).collect();
        let _ =
            writeln!(text, "\n| | {} |\n|---|{}", heads.join(" | "), "---|".repeat(sizes.len()));
        for question in question::ALL {
            let Some(times) = self.times.get(question.name) else { continue };
            let cells: Vec<String> = sizes
                .iter()
                .map(|size| times.get(size).map_or("not run".to_owned(), |it| duration(*it)))
                .collect();
            let _ = writeln!(text, "| {} | {} |", question.what, cells.join(" | "));
        }
        let classes: Vec<String> =
            self.classes.values().map(|(from, to)| format!("{from} × {to}")).collect();
        let _ = writeln!(text, "| classes of sources × destinations | {} |", classes.join(" | "));
    }

    fn small_table(&self, text: &mut String) {
        text.push_str(
            "\n| np-guard's shape, all pairs | target | measured | np-guard analyzer |\n",
        );
        text.push_str("|---|---|---|---|\n");
        for (instances, variants, seconds) in &self.small {
            let theirs = NP_GUARD.iter().find(|it| it.0 == *instances && it.1 == *variants);
            let _ = writeln!(
                text,
                "| {instances} instances{} | {} | {} | {} |",
                if *variants { ", variants" } else { "" },
                if *instances == 300 { "≤ 1 ms" } else { "" },
                duration(*seconds),
                theirs.map_or("", |it| it.2),
            );
        }
    }

    fn ratio_table(&self, text: &mut String) {
        if self.ratios.is_empty() {
            return;
        }
        let size = grouped(ratios::SIZE);
        let _ = writeln!(text, "\n| {size} interfaces | target | there | in Rust | ratio |");
        text.push_str("|---|---|---|---|---|\n");
        for Ratio { what, target, native, there } in &self.ratios {
            let there_told = duration(*there);
            let (native_told, ratio) = match native {
                Some(native) => (duration(*native), format!("{:.2}×", there / native)),
                None => (String::new(), String::new()),
            };
            let _ =
                writeln!(text, "| {what} | {target} | {there_told} | {native_told} | {ratio} |");
        }
    }

    /// Time over size, both logarithmic.
    #[must_use]
    pub fn plot(&self) -> String {
        let sizes = self.times.values().flat_map(BTreeMap::keys).copied();
        let (Some(first), Some(last)) = (sizes.clone().min(), sizes.max()) else {
            return String::new();
        };
        let times: Vec<f64> = self.times.values().flat_map(BTreeMap::values).copied().collect();
        let low = times.iter().copied().fold(f64::INFINITY, f64::min).log10().floor();
        let high = times.iter().copied().fold(0.0, f64::max).log10().ceil();
        let wide = ratio(last, first).log10().max(1e-9);
        let x = |size: usize| 70.0 + 420.0 * ratio(size, first).log10() / wide;
        let y = |seconds: f64| 340.0 - 300.0 * (seconds.log10() - low) / (high - low).max(1e-9);
        let mut svg = String::from(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 380\" \
             font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"720\" height=\"380\" \
             fill=\"white\"/>\n",
        );
        let mut decade = low;
        while decade <= high {
            let at = y(10_f64.powf(decade));
            let _ = writeln!(
                svg,
                "<path d=\"M70 {at:.0}H490\" stroke=\"#ddd\"/><text x=\"64\" y=\"{:.0}\" \
                 text-anchor=\"end\">{}</text>",
                at + 4.0,
                duration(10_f64.powf(decade)),
            );
            decade += 1.0;
        }
        for size in self.classes.keys() {
            let at = x(*size);
            let _ = writeln!(
                svg,
                "<text x=\"{at:.0}\" y=\"358\" text-anchor=\"middle\">{}</text>",
                grouped(*size),
            );
        }
        svg.push_str("<text x=\"280\" y=\"376\" text-anchor=\"middle\">interfaces</text>\n");
        let colours = [
            "#1b6ca8", "#c44536", "#2e8b57", "#8e44ad", "#d98e04", "#444", "#0aa", "#a0522d",
            "#7a7a00", "#d81b60", "#5c6bc0",
        ];
        let drawn = question::ALL.iter().filter_map(|it| Some((it, self.times.get(it.name)?)));
        for ((question, times), colour) in drawn.zip(colours.into_iter().cycle()) {
            let points: Vec<String> =
                times.iter().map(|(size, it)| format!("{:.1},{:.1}", x(*size), y(*it))).collect();
            let Some((size, seconds)) = times.last_key_value() else { continue };
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
                 <text x=\"{:.0}\" y=\"{:.0}\" fill=\"{colour}\">{}</text>",
                points.join(" "),
                x(*size) + 8.0,
                y(*seconds) + 4.0,
                question.name,
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn ratio(large: usize, small: usize) -> f64 {
    large as f64 / small as f64
}

/// With a unit that suits it.
fn duration(seconds: f64) -> String {
    match seconds {
        it if it < 1e-6 => format!("{:.0} ns", it * 1e9),
        it if it < 1e-3 => format!("{:.2} µs", it * 1e6),
        it if it < 1.0 => format!("{:.2} ms", it * 1e3),
        it => format!("{it:.2} s"),
    }
}

/// With commas between the thousands.
fn grouped(number: usize) -> String {
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands == 0 { rest.to_string() } else { format!("{},{rest:03}", grouped(thousands)) }
}

/// Machine, compiler and commit.
fn setting() -> String {
    let said = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).output().ok();
        let text = output.and_then(|it| String::from_utf8(it.stdout).ok()).unwrap_or_default();
        text.trim().to_owned()
    };
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let compiler = said("rustc", &["--version"]);
    let commit = said("git", &["rev-parse", "--short", "HEAD"]);
    format!("Measured on {model}, {cores} cores, with {compiler}, at commit {commit}.")
}
