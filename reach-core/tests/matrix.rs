//! The matrix says of every pair what a trace of it says.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use reach_core::change::EditFile;
use reach_core::packet::Traffic;
use reach_core::snapshot::Snapshot;
use reach_core::{
    Cell, Grouping, Matrix, MatrixEnd, MatrixOptions, Network, TraceOptions, Verdict,
};
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
                    assert_eq!(matrix.get(*from as usize, *to as usize).unwrap(), block.cell);
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
        filled += compare(&network, &options, 60, &mut dice);
    }
    assert!(filled > 1000, "{filled}");
}

/// The same network with some more interfaces like each of its own: classes have members.
fn crowd(mut snapshot: Snapshot) -> Snapshot {
    let mut number = 0;
    for region in &mut snapshot.regions {
        let Some(list) = &mut region.network_interfaces else { continue };
        let own = list.clone();
        for twin in 1..=3_u8 {
            for eni in &own {
                number += 1;
                let mut eni = eni.clone();
                eni.network_interface_id = format!("{}-{twin}", eni.network_interface_id);
                eni.private_ip_address = eni.private_ip_address.map(|it| further(&it, twin));
                for private in &mut eni.private_ip_addresses {
                    private.private_ip_address = further(&private.private_ip_address, twin);
                    if let Some(association) = &mut private.association {
                        association.public_ip =
                            Some(format!("44.1.{}.{}", number / 250, number % 250));
                    }
                }
                eni.association = None;
                for v6 in &mut eni.ipv6_addresses {
                    v6.ipv6_address = further(&v6.ipv6_address, twin);
                }
                list.push(eni);
            }
        }
    }
    snapshot
}

fn further(text: &str, by: u8) -> String {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(it)) => Ipv4Addr::from_bits(it.to_bits() + u32::from(by) * 40).to_string(),
        Ok(IpAddr::V6(it)) => Ipv6Addr::from_bits(it.to_bits() + u128::from(by) * 4096).to_string(),
        Err(_) => text.to_owned(),
    }
}

#[test]
fn a_matrix_of_crowds_is_made_of_traces() {
    let (mut filled, mut classes, mut ends) = (0, 0, 0);
    let networks = if cfg!(debug_assertions) { 100 } else { 2000 };
    for seed in 0..networks {
        let features = if seed % 2 == 0 { Features::ALL } else { Features::default() };
        let network = Network::compile(crowd(generate::corners_with(seed, features).snapshot));
        let mut dice = Dice::new(seed);
        let options = options(&mut dice);
        filled += compare(&network, &options, 80, &mut dice);
        let matrix = network.matrix(&options).unwrap();
        classes += matrix.source_classes().len();
        ends += matrix.sources().len();
    }
    assert!(filled > 1000, "{filled}");
    assert!(classes * 3 < ends * 2, "{classes} classes of {ends} ends");
}

#[test]
fn a_matrix_of_a_large_network_is_made_of_traces() {
    let network = Network::compile(generate::network(7, 500));
    let mut dice = Dice::new(7);
    assert!(compare(&network, &MatrixOptions::default(), 1500, &mut dice) > 300);
}

#[test]
fn a_part_of_a_matrix_is_the_matrix_of_a_part() {
    let network = Network::compile(generate::network(3, 300));
    let whole = network.matrix(&MatrixOptions::default()).unwrap();
    let options = MatrixOptions {
        from: vec!["sg-g1".to_owned(), "internet".to_owned()],
        to: vec!["subnet-0".to_owned(), "eni-g250".to_owned()],
        ..MatrixOptions::default()
    };
    let part = network.matrix(&options).unwrap();
    let place = |ends: Vec<MatrixEnd<'_>>, id: &str| ends.iter().position(|end| end.id == id);
    let mut filled = 0;
    for (from, source) in part.sources().enumerate() {
        for (to, destination) in part.destinations().enumerate() {
            let there = place(whole.sources().collect(), source.id).unwrap();
            let here = place(whole.destinations().collect(), destination.id).unwrap();
            let cell = part.get(from, to).unwrap();
            assert_eq!(cell, whole.get(there, here).unwrap());
            filled += usize::from(!cell.is_empty());
        }
    }
    assert!(part.sources().len() < 40 && part.destinations().len() == 201 && filled > 100);
}

/// One rule more in a group, and one host down.
fn edited(network: &Network) -> Network {
    let edits: EditFile = serde_json::from_value(serde_json::json!([
        {"Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-g3", "IpPermissions": [{
            "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443,
            "IpRanges": [{"CidrIp": "10.0.0.0/24"}],
        }]},
        {"Action": "StopInstances", "InstanceIds": ["i-g17"]},
    ]))
    .unwrap();
    network.with(&edits.into_edits()).unwrap()
}

#[test]
fn changes_are_where_the_pairs_differ() {
    let before = Network::compile(generate::network(11, 120));
    let after = edited(&before);
    let options = MatrixOptions::default();
    let (old, new) = (before.matrix(&options).unwrap(), after.matrix(&options).unwrap());
    let pairs = |matrix: &Matrix| -> BTreeMap<(String, String), Arc<Cell>> {
        matrix.pairs().map(|it| ((it.from.to_owned(), it.to.to_owned()), it.cell)).collect()
    };
    let (old_pairs, new_pairs) = (pairs(&old), pairs(&new));
    let mut told = BTreeMap::new();
    for change in old.changes(&new) {
        for from in &change.from {
            for to in change.to.iter().filter(|to| *to != from) {
                let pair = ((*from).to_owned(), (*to).to_owned());
                let cells = (change.before.clone(), change.after.clone());
                assert_eq!(told.insert(pair, cells), None, "{from} -> {to} twice");
            }
        }
    }
    let nothing = Arc::new(Cell::default());
    let mut differ = BTreeMap::new();
    for pair in old_pairs.keys().chain(new_pairs.keys()) {
        let was = old_pairs.get(pair).unwrap_or(&nothing);
        let is = new_pairs.get(pair).unwrap_or(&nothing);
        if was != is {
            differ.insert(pair.clone(), (was.clone(), is.clone()));
        }
    }
    assert!(differ.len() > 50, "{}", differ.len());
    assert_eq!(told, differ);
    assert!(new.changes(&new).is_empty());
}

/// The groups of an end, as the snapshot has them.
fn groups_of(network: &Network, end: MatrixEnd<'_>, by: &Grouping) -> Vec<Option<String>> {
    if !end.interface {
        return vec![Some(end.id.to_owned())];
    }
    let regions = &network.snapshot().regions;
    let enis = regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
    let eni = enis.into_iter().find(|it| it.network_interface_id == end.id).unwrap();
    let instance = eni.attachment.as_ref().and_then(|it| it.instance_id.as_deref());
    let mut instances = regions.iter().flat_map(|it| it.instances.iter().flatten());
    let instance = instances.find(|it| Some(it.instance_id.as_str()) == instance);
    let mut found: Vec<Option<String>> = match by {
        Grouping::Subnet => vec![eni.subnet_id.clone()],
        Grouping::Vpc => vec![eni.vpc_id.clone()],
        Grouping::Group => eni.groups.iter().map(|it| Some(it.group_id.clone())).collect(),
        Grouping::Tag(key) => {
            let tags = instance.iter().flat_map(|it| &it.tags).filter(|tag| tag.key == *key);
            tags.map(|tag| Some(tag.value.clone())).collect()
        }
        other => panic!("{other}"),
    };
    if found.is_empty() {
        found.push(None);
    }
    found
}

#[test]
fn a_matrix_of_groups_is_the_union_of_their_pairs() {
    let network = Network::compile(generate::network(13, 150));
    let matrix = network.matrix(&MatrixOptions::default()).unwrap();
    let ends: BTreeMap<&str, MatrixEnd<'_>> =
        matrix.sources().chain(matrix.destinations()).map(|end| (end.id, end)).collect();
    for by in ["subnet", "vpc", "group", "tag:Name", "tag:nobody-has-it"] {
        let by: Grouping = by.parse().unwrap();
        let mut unions: BTreeMap<_, [Traffic; 3]> = BTreeMap::new();
        for pair in matrix.pairs() {
            let [from, to] = [pair.from, pair.to].map(|id| groups_of(&network, ends[id], &by));
            for from in &from {
                for to in &to {
                    let key = (to.clone(), from.clone());
                    let nothing = || [Traffic::none(), Traffic::none(), Traffic::none()];
                    let union = unions.entry(key).or_insert_with(nothing);
                    let parts = [&pair.cell.passing, &pair.cell.sometimes, &pair.cell.unknown];
                    for (all, part) in union.iter_mut().zip(parts) {
                        *all = all.union(part);
                    }
                }
            }
        }
        let grouped = matrix.grouped(&by);
        let told: BTreeMap<_, _> = grouped
            .iter()
            .map(|pair| {
                let [from, to] = [pair.from.id, pair.to.id].map(|id| id.map(str::to_owned));
                let Cell { passing, sometimes, unknown } = pair.cell.clone();
                ((to, from), [passing, sometimes, unknown])
            })
            .collect();
        assert_eq!(told.len(), grouped.len(), "{by}");
        assert_eq!(told, unions, "{by}");
        assert!(!told.is_empty());
    }
}
