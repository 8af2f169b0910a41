//! The matrix says of every pair what a trace of it says.

use reach_core::packet::Traffic;
use reach_core::{Cell, Matrix, MatrixOptions, Network, TraceOptions, Verdict};
use reach_testkit::generate::{self, Dice, Features};

/// What a trace of a pair comes to, told as a cell; none where the trace cannot be asked.
fn traced(network: &Network, from: &str, to: &str, options: &MatrixOptions) -> Option<Cell> {
    let terms = TraceOptions { forward: options.forward, ..TraceOptions::default() };
    let traffic = options.traffic.clone().unwrap_or_else(Traffic::all);
    let answer = network.trace(from, to, &traffic, &terms).ok()?;
    let mut cell = Cell {
        passing: answer.passing.traffic(),
        sometimes: answer.sometimes.traffic(),
        unknown: answer.unknown.traffic(),
    };
    if answer.verdict == Verdict::Unknown && cell.is_empty() {
        cell.unknown = answer.question.traffic;
    }
    Some(cell)
}

/// Compares some pairs, and all where there are few; gives how many of them had something.
fn compare(network: &Network, options: &MatrixOptions, pairs: u64, dice: &mut Dice) -> usize {
    let matrix = network.matrix(options).unwrap();
    let sources: Vec<_> = matrix.sources().collect();
    let destinations: Vec<_> = matrix.destinations().collect();
    let all = sources.len() * destinations.len();
    let wanted: Vec<usize> = match all as u64 > pairs {
        true => (0..pairs).map(|_| usize::try_from(dice.below(all as u64)).unwrap()).collect(),
        false => (0..all).collect(),
    };
    let mut filled = 0;
    let mut parted = Vec::new();
    for pair in wanted {
        let (from, to) = (pair / destinations.len(), pair % destinations.len());
        let (source, destination) = (sources[from], destinations[to]);
        if !source.interface && !destination.interface {
            continue;
        }
        let Some(traced) = traced(network, source.id, destination.id, options) else { continue };
        let cell = matrix.get(from, to).unwrap();
        if *cell != traced {
            parted.push(format!(
                "{} -> {}: matrix {:?}, trace {:?}",
                source.id,
                destination.id,
                words(&cell),
                words(&traced)
            ));
        }
        filled += usize::from(!traced.is_empty());
    }
    assert!(parted.is_empty(), "\n{}", parted.join("\n"));
    in_step(&matrix);
    filled
}

fn words(cell: &Cell) -> [String; 3] {
    [&cell.passing, &cell.sometimes, &cell.unknown].map(ToString::to_string)
}

/// Pairs, blocks and cells tell the same.
fn in_step(matrix: &Matrix) {
    let sources: Vec<_> = matrix.sources().collect();
    let destinations: Vec<_> = matrix.destinations().collect();
    let mut told = 0;
    for block in matrix.blocks() {
        assert!(!block.cell.is_empty());
        for from in block.from.positions() {
            for to in block.to.positions() {
                if sources[*from as usize].id != destinations[*to as usize].id {
                    assert_eq!(*matrix.get(*from as usize, *to as usize).unwrap(), *block.cell);
                    told += 1;
                }
            }
        }
    }
    assert_eq!(matrix.pairs().count(), told);
}

fn options(dice: &mut Dice) -> MatrixOptions {
    let traffic = ["any", "tcp/22", "tcp/1024-65535", "icmp/8/0", "udp/53"];
    let text = dice.pick(&traffic).unwrap();
    MatrixOptions {
        traffic: Some(text.parse().unwrap()),
        forward: dice.below(4) == 0,
        ..MatrixOptions::default()
    }
}

#[test]
fn a_matrix_of_corners_is_made_of_traces() {
    let mut filled = 0;
    let networks = if cfg!(debug_assertions) { 150 } else { 3000 };
    for seed in 0..networks {
        let features = if seed % 2 == 0 { Features::ALL } else { Features::default() };
        let corners = generate::corners_with(seed, features);
        let network = Network::compile(corners.snapshot);
        let mut dice = Dice::new(seed);
        let options = options(&mut dice);
        println!("seed {seed}");
        filled += compare(&network, &options, 60, &mut dice);
    }
    assert!(filled > 1000, "{filled}");
}

#[test]
#[ignore = "temporary"]
fn zz_debug() {
    let get = |k: &str| std::env::var(k).unwrap();
    let seed: u64 = get("SEED").parse().unwrap();
    let features = if seed % 2 == 0 { Features::ALL } else { Features::default() };
    let snapshot = generate::corners_with(seed, features).snapshot;
    let network = Network::compile(snapshot);
    let mut dice = Dice::new(seed);
    let options = options(&mut dice);
    let terms = TraceOptions { forward: options.forward, ..TraceOptions::default() };
    let answer =
        network.trace(&get("FROM"), &get("TO"), &options.traffic.clone().unwrap(), &terms).unwrap();
    println!("{:?} {} / {} / {}", answer.verdict, answer.passing, answer.sometimes, answer.unknown);
    for path in &answer.paths {
        println!("{:?} {:#?}", path.verdict, path);
    }
}
