//! Asks the engine and the oracle about one generated network after another, and stops at the first
//! flow that they disagree on.
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reach_testkit::differ::Disagreement;
use reach_testkit::generate::Features;
use reach_testkit::proving::Tally;
use reach_testkit::shrink::{Case, shrink};

const USAGE: &str = "usage: soak [--minutes N] [--flows N] [--seed S] [--features NAME,-NAME,…] \
                     [--keep FOLDER]\n\n\
                     --keep: go on after a disagreement, and write a case of each kind into the \
                     folder\n\nfeatures: ";

struct Wish {
    minutes: u64,
    flows: u64,
    seed: u64,
    features: Features,
    keep: Option<PathBuf>,
}

/// A kind of disagreement: how often, and a case of it as it was found.
#[derive(Default)]
struct Kinds(BTreeMap<String, (u64, Option<Case>)>);

fn main() -> ExitCode {
    let wish = match wish(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}{}", Features::ALL);
            return ExitCode::from(2);
        }
    };
    println!("seed {}, features {}", wish.seed, wish.features);
    let start = Instant::now();
    let end = Duration::from_secs(wish.minutes.saturating_mul(60));
    let mut tally = Tally::default();
    let mut told = start;
    let mut kinds = Kinds::default();
    for seed in wish.seed.. {
        tally.network(seed, wish.features, |case, how| {
            if kinds.add(case, &how) {
                println!("network {seed} parts in a way not seen before: {}", how.kind());
            }
            wish.keep.is_some()
        });
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!("after {} s: {tally}", start.elapsed().as_secs());
        }
        let asked = tally.flows + tally.not_asked;
        let over = start.elapsed() >= end || wish.flows > 0 && asked >= wish.flows;
        if over || !kinds.0.is_empty() && wish.keep.is_none() {
            break;
        }
    }
    println!("{tally}\n{} flows in {} s", tally.flows, start.elapsed().as_secs());
    if kinds.0.is_empty() {
        return ExitCode::SUCCESS;
    }
    if let Err(problem) = kinds.tell(wish.keep.as_deref()) {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}

impl Kinds {
    /// Whether it is the first of its kind.
    fn add(&mut self, case: Case, how: &Disagreement) -> bool {
        let (count, first) = self.0.entry(how.kind()).or_default();
        *count += 1;
        first.get_or_insert(case);
        *count == 1
    }

    /// Prints the kinds, the most frequent last, and a small case of each.
    fn tell(self, keep: Option<&Path>) -> Result<(), Box<dyn std::error::Error>> {
        if let Some(folder) = keep {
            fs::create_dir_all(folder)?;
        }
        let mut kinds: Vec<_> = self.0.into_iter().collect();
        kinds.sort_by_key(|(_, (count, _))| *count);
        for (number, (kind, (count, case))) in kinds.into_iter().enumerate() {
            let Some(case) = case.map(shrink) else { continue };
            match keep {
                None => println!("{kind}\n{}", case.to_json()?),
                Some(folder) => {
                    fs::write(folder.join(format!("{number:03}.json")), case.to_json()?)?;
                    println!("{number:03} {count:>7}  {kind}");
                }
            }
        }
        Ok(())
    }
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut wish = Wish {
        minutes: 60,
        flows: 0,
        // Seeds of runs that start one second apart must not overlap.
        seed: clock << 24,
        features: Features::default(),
        keep: None,
    };
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("`{word}` lacks its value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("`{value}` is no number"));
        match word.as_str() {
            "--minutes" => wish.minutes = number()?,
            "--flows" => wish.flows = number()?,
            "--seed" => wish.seed = number()?,
            "--features" => wish.features = value.parse()?,
            "--keep" => wish.keep = Some(PathBuf::from(value)),
            _ => return Err(format!("`{word}` is no option")),
        }
    }
    Ok(wish)
}
