//! What is certain although the way is not: a destination has its own say, whichever way a packet
//! comes (conventions of section 0: a certain drop makes an unknown moot).

use super::walk::State;
use super::{End, Sought, Walk};
use crate::index::InterfaceIdx;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{Reason, Sender};

impl Walk<'_> {
    /// Nobody can say where the state's headers go next, or whether they do.
    pub(super) fn doubt(&mut self, mut state: State, reason: Reason) {
        if state.headers.is_empty() {
            return;
        }
        let headers = state.headers.clone();
        self.note_doubts(&mut state, vec![(headers, reason)]);
        if self.forwards() && self.sought == Sought::Owner && !state.trail.blocked() {
            state = self.ask_destinations(state);
        }
        self.end(state, End::Nowhere);
    }

    /// Blocks what the interface that owns the destination lets nobody send to it. What is left is
    /// as doubtful as before.
    fn ask_destinations(&mut self, mut state: State) -> State {
        let destinations = state.headers.destinations();
        for (index, addresses) in self.sole_owners(&destinations) {
            // PK-01: what is open to one family says nothing about the other.
            for family in [addresses.only_v4(), addresses.only_v6()] {
                let part = state.headers.restrict_destinations(&family);
                let Some((closed, reason)) = self.closed_to_all(index, &part) else { continue };
                state.headers = state.headers.difference(&closed);
                self.block(State { headers: closed, ..state.clone() }, reason);
            }
        }
        state
    }

    /// Interfaces that own some of these addresses, without addresses that several VPCs have.
    fn sole_owners(&self, destinations: &IpSet) -> Vec<(InterfaceIdx, IpSet)> {
        let mut seen = IpSet::empty();
        let mut twice = IpSet::empty();
        let mut owners = Vec::new();
        for (_, all) in self.net.residents.iter() {
            let mut here = IpSet::empty();
            for owner in all.addresses.owners(destinations) {
                let addresses = self.net.interfaces[owner].owned.intersection(destinations);
                here = here.union(&addresses);
                owners.push((owner, addresses));
            }
            twice = twice.union(&seen.intersection(&here));
            seen = seen.union(&here);
        }
        for (_, addresses) in &mut owners {
            *addresses = addresses.difference(&twice);
        }
        // What a host takes may differ by family, and what it takes of one says nothing of the other.
        let families = |(owner, addresses): (InterfaceIdx, IpSet)| {
            let parts = [addresses.only_v4(), addresses.only_v6()];
            parts.into_iter().filter(|part| !part.is_empty()).map(move |part| (owner, part))
        };
        let mut owners: Vec<_> = owners.into_iter().flat_map(families).collect();
        let public = destinations.difference(&seen);
        owners.extend(
            self.holders(&public)
                .into_iter()
                .map(|(public, (holder, _))| (holder, IpSet::from_addr(public.into()))),
        );
        owners
    }

    /// The part that this interface takes from nobody: its kind, its groups or its host stop it
    /// whatever the source is by then.
    fn closed_to_all(
        &self,
        index: InterfaceIdx,
        headers: &HeaderSet,
    ) -> Option<(HeaderSet, Reason)> {
        let interface = &self.net.interfaces[index];
        let traffic = headers.traffic().with_any_source_port();
        let mut probe = HeaderSet::product(&IpSet::all(), &headers.destinations(), &traffic);
        let (mut closed, mut reason) = (HeaderSet::empty(), None);
        for stage in 0..3 {
            let split = match stage {
                0 => interface.accept(probe),
                1 => self.security_groups(index, false, &probe, &Sender::Unknown),
                _ => interface.carry(self.net.host(interface), probe),
            };
            let open = split.unsure.into_iter().map(|(headers, _)| headers).chain([split.passed]);
            probe = HeaderSet::union_all(open);
            closed = headers.difference(&headers.restrict_traffic(&probe.traffic()));
            if reason.is_none() && !closed.is_empty() {
                reason = split.dropped.into_iter().next().map(|(_, reason)| reason);
            }
        }
        reason.map(|reason| (closed, reason))
    }
}
