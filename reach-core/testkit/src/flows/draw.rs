//! Which packets to send between which ends.

use std::net::IpAddr;

use super::boundary::{Boundaries, Place};
use super::public;
use crate::generate::Dice;
use crate::{Flow, Packet};

/// Where flows start.
enum From<'a> {
    Interface(&'a Place),
    Outside { id: &'a str, internet: bool },
}

/// Packets between two ends that are drawn for them.
pub(super) fn pair(known: &Boundaries, dice: &mut Dice, packets: usize) -> Vec<Flow> {
    let Some(from) = start(known, dice) else { return Vec::new() };
    let through = through(known, dice, &from);
    let (to, destinations) = match &through {
        Some(way) => (way.to.clone(), way.destinations.clone()),
        None => goal(known, dice, &from),
    };
    let forward = dice.chance(35);
    let mut vouched = Vec::new();
    for code in ["A-PORT25", "A-ASYMMETRIC"] {
        if dice.chance(15) {
            vouched.push(code.to_owned());
        }
    }
    let id = match &from {
        From::Interface(place) => place.id.as_str(),
        From::Outside { id, .. } => id,
    };
    let mut flows = Vec::new();
    for _ in 0..packets {
        let destination = match (to.as_str(), dice.pick(&destinations)) {
            ("any", _) => anywhere(known, dice, &from),
            (_, found) => found,
        };
        let Some(destination) = destination else { continue };
        let Some(source) = source(known, dice, &from, destination) else { continue };
        let mut packet = packet(known, dice, source, destination);
        if let Some(way) = &through
            && matches!(packet.protocol, 6 | 17)
            && dice.chance(80)
        {
            packet.destination_port = dice.pick(&way.ports).unwrap_or(443);
        }
        flows.push(Flow {
            from: id.to_owned(),
            to: to.clone(),
            via: through.as_ref().map(|way| way.via.clone()),
            packet,
            forward,
            vouched: vouched.clone(),
        });
    }
    flows
}

/// By way of a load balancer to something that may be its target.
struct Through {
    via: String,
    to: String,
    destinations: Vec<IpAddr>,
    ports: Vec<u16>,
}

/// Now and then, where there are load balancers.
fn through(known: &Boundaries, dice: &mut Dice, from: &From<'_>) -> Option<Through> {
    if known.balancers.is_empty() || !dice.chance(40) {
        return None;
    }
    let index = usize::try_from(dice.below(known.balancers.len() as u64)).ok()?;
    let balancer = known.balancers.get(index)?;
    let node = dice.pick(&balancer.nodes)?;
    let place = known.interfaces.iter().find(|place| place.id == node)?;
    let public = matches!(from, From::Outside { internet: true, .. });
    let to = usize::try_from(dice.below(known.interfaces.len() as u64)).ok()?;
    Some(Through {
        via: if dice.chance(70) { balancer.name.clone() } else { node },
        to: known.interfaces.get(to)?.id.clone(),
        destinations: if public { place.public.clone() } else { place.owned.clone() },
        ports: balancer.ports.clone(),
    })
}

fn start<'a>(known: &'a Boundaries, dice: &mut Dice) -> Option<From<'a>> {
    let outside = |ids: &'a [String], internet: bool, dice: &mut Dice| {
        let index = usize::try_from(dice.below(ids.len() as u64)).ok()?;
        Some(From::Outside { id: ids.get(index)?, internet })
    };
    match dice.below(20) {
        0..3 => Some(From::Outside { id: "internet", internet: true }),
        3 | 4 => outside(&known.internet_gateways, true, dice),
        5 => outside(&known.vpn_gateways, false, dice),
        6 => outside(&known.peerings, false, dice),
        _ => {
            // A node sends nothing of its own.
            let node = |place: &&Place| {
                known.balancers.iter().any(|balancer| balancer.nodes.contains(&place.id))
            };
            let senders: Vec<&Place> = known.interfaces.iter().filter(|it| !node(it)).collect();
            dice.pick(&senders).map(From::Interface)
        }
    }
}

/// Where to, and the addresses that this is reached at; for `any` they are drawn one by one.
fn goal(known: &Boundaries, dice: &mut Dice, from: &From<'_>) -> (String, Vec<IpAddr>) {
    let place = target(known, dice, from);
    match (dice.below(10), from, place) {
        (0..5, From::Outside { internet: true, .. }, Some(place)) => {
            let v6 = place.owned.iter().filter(|address| address.is_ipv6());
            (place.id.clone(), place.public.iter().chain(v6).copied().collect())
        }
        (0..5, _, Some(place)) => (place.id.clone(), place.owned.clone()),
        (5, From::Interface(_), _) => {
            let own: Vec<IpAddr> =
                known.interfaces.iter().flat_map(|it| it.public.clone()).collect();
            let inside = |it: &IpAddr| known.vpcs.iter().any(|block| block.contains(it));
            let outside = known.addresses.iter().copied();
            let outside = outside.filter(|it| public(*it) && !own.contains(it) && !inside(it));
            ("internet".to_owned(), outside.collect())
        }
        _ => ("any".to_owned(), Vec::new()),
    }
}

/// An interface to send to; from the internet one that has an address there, if one has.
fn target<'a>(known: &'a Boundaries, dice: &mut Dice, from: &From<'_>) -> Option<&'a Place> {
    let internet = matches!(from, From::Outside { internet: true, .. });
    let usable =
        |it: &&Place| !internet || !it.public.is_empty() || it.owned.iter().any(IpAddr::is_ipv6);
    let usable: Vec<&Place> = known.interfaces.iter().filter(usable).collect();
    dice.pick(&usable)
}

/// An address that somebody has, or may have, or nobody.
fn anywhere(known: &Boundaries, dice: &mut Dice, from: &From<'_>) -> Option<IpAddr> {
    let inside = matches!(from, From::Interface(_));
    let owned = |public: bool, dice: &mut Dice| {
        let lists = known.interfaces.iter();
        let all: Vec<IpAddr> = lists
            .flat_map(|it| if public { it.public.clone() } else { it.owned.clone() })
            .collect();
        dice.pick(&all)
    };
    match dice.below(12) {
        0..5 => owned(!inside, dice),
        5 => owned(inside, dice),
        6..8 if !inside => owned(true, dice),
        6..8 => ["203.0.113.5", "8.8.8.8", "2001:db8:ffff::5", "192.168.1.5"]
            .get(usize::try_from(dice.below(4)).ok()?)?
            .parse()
            .ok(),
        _ => None,
    }
    .or_else(|| dice.pick(&known.addresses))
}

/// An address of the sender's in the destination's family; now and then somebody else's.
fn source(
    known: &Boundaries,
    dice: &mut Dice,
    from: &From<'_>,
    destination: IpAddr,
) -> Option<IpAddr> {
    let fits = |address: &IpAddr| address.is_ipv4() == destination.is_ipv4();
    let mut other = |wanted: &dyn Fn(&IpAddr) -> bool| {
        let all: Vec<IpAddr> =
            known.addresses.iter().copied().filter(|it| fits(it) && wanted(it)).collect();
        dice.pick(&all)
    };
    match from {
        From::Interface(place) => {
            let foreign = other(&|_| true);
            let own: Vec<IpAddr> = place.owned.iter().copied().filter(fits).collect();
            // A host that talks to itself puts nothing on the wire, so it cannot forge (ENI-11).
            let forges = dice.chance(6) && !place.owned.contains(&destination);
            if forges { foreign } else { dice.pick(&own) }
        }
        From::Outside { internet, .. } => {
            let expected = other(&|it| public(*it) == *internet);
            let foreign = other(&|_| true);
            if dice.chance(8) { foreign } else { expected }
        }
    }
}

fn packet(known: &Boundaries, dice: &mut Dice, source: IpAddr, destination: IpAddr) -> Packet {
    let protocol = match dice.below(20) {
        0..11 => 6,
        11..14 => 17,
        14 => 1,
        16 | 17 if destination.is_ipv4() => 1,
        15..18 => 58,
        _ => dice.pick(&known.protocols).unwrap_or(50),
    };
    let (source_port, destination_port) = match protocol {
        6 | 17 => {
            let port = match dice.below(4) {
                0 | 1 => 50000,
                2 => dice.pick(&[443, 1023, 1024, 32767, 32768, 65535]).unwrap_or(443),
                _ => dice.pick(&known.ports).unwrap_or(0),
            };
            (port, dice.pick(&known.ports).unwrap_or(443))
        }
        1 | 58 => {
            let echo = if protocol == 1 { (8, 0) } else { (128, 0) };
            let drawn = dice.pick(&known.icmp).filter(|_| dice.chance(50)).unwrap_or(echo);
            (u16::from(drawn.0), u16::from(drawn.1))
        }
        _ => (0, 0),
    };
    Packet { source, destination, protocol, source_port, destination_port }
}
