//! Asks the engine and the oracle about one generated network after another, and stops at the first
//! flow that they disagree on.

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reach_testkit::generate::Features;
use reach_testkit::proving::Tally;
use reach_testkit::shrink::{Case, shrink};

const USAGE: &str = "usage: soak [--minutes N | --flows N] [--seed S] [--features NAME,-NAME,…] \
                     [--survey]\n\nfeatures: ";

struct Wish {
    minutes: u64,
    flows: u64,
    seed: u64,
    features: Features,
    /// Go on after a disagreement and tell each kind once.
    survey: bool,
}

#[expect(clippy::print_stdout, reason = "it is a command")]
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
    let mut kinds: Vec<String> = Vec::new();
    for seed in wish.seed.. {
        let mut found: Vec<Case> = Vec::new();
        tally.network(seed, wish.features, |case, how| {
            let stage = |it: &Option<reach_testkit::oracle::Stage>| {
                it.as_ref().map(|stage| (stage.code, stage.reply))
            };
            let kind = format!(
                "{:?} {:?} {:?} | {:?} {:?}",
                how.about,
                how.engine.verdict,
                stage(&how.engine.stage),
                how.oracle.verdict,
                stage(&how.oracle.stage)
            );
            if !kinds.contains(&kind) {
                println!("{how}");
                kinds.push(kind);
                found.push(case);
            }
            wish.survey
        });
        for case in found {
            let small = shrink(case);
            println!("{}", small.to_json().unwrap_or_else(|error| error.to_string()));
            if !wish.survey {
                println!("{tally}");
                return ExitCode::FAILURE;
            }
        }
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!("after {} s: {tally}", start.elapsed().as_secs());
        }
        let flows = tally.flows + tally.not_asked;
        if start.elapsed() >= end || wish.flows > 0 && flows >= wish.flows {
            break;
        }
    }
    println!("{tally}\n{} flows in {} s", tally.flows, start.elapsed().as_secs());
    if kinds.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut wish = Wish {
        minutes: 60,
        flows: 0,
        seed: clock << 24,
        features: Features::default(),
        survey: false,
    };
    while let Some(word) = words.next() {
        if word == "--survey" {
            wish.survey = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("`{word}` lacks its value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("`{value}` is no number"));
        match word.as_str() {
            "--minutes" => wish.minutes = number()?,
            "--flows" => wish.flows = number()?,
            "--seed" => wish.seed = number()?,
            "--features" => wish.features = value.parse()?,
            _ => return Err(format!("`{word}` is no option")),
        }
    }
    Ok(wish)
}
