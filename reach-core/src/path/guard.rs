//! What guards an interface by itself, whatever way a packet takes.

use super::walk::{Place, State};
use super::{Trail, Walk};
use crate::index::InterfaceIdx;
use crate::packet::HeaderSet;
use crate::rules::{Sender, Split};

/// What an interface lets through, and what nobody can tell about.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) passed: HeaderSet,
    pub(crate) unsure: HeaderSet,
}

impl Walk<'_> {
    /// What an interface lets out: to the targets of its load balancer, by its groups.
    pub(crate) fn guard_out(&self, index: InterfaceIdx, headers: HeaderSet) -> Guard {
        let states = self.send_to_targets(vec![at(index, headers, Sender::Lost)], index);
        gather(self.leave_groups(states, index))
    }

    /// What an interface lets in from a sender: by its groups, its endpoint and the listeners of its
    /// load balancer.
    pub(crate) fn guard_in(
        &self,
        index: InterfaceIdx,
        headers: HeaderSet,
        sender: Sender,
    ) -> Guard {
        let states = self.pass_groups(vec![at(index, headers, sender)], index);
        let states = self.enter_endpoint(states, index);
        gather(self.meet_listeners(states, index))
    }

    /// What the groups of an interface let in from somebody, whoever it is.
    pub(crate) fn guard_in_from_anybody(&self, index: InterfaceIdx, headers: &HeaderSet) -> Guard {
        let Split { passed, unsure, .. } =
            self.security_groups(index, false, headers, &Sender::Unknown);
        let unsure = unsure.into_iter().map(|(headers, _)| headers);
        Guard { passed, unsure: HeaderSet::union_all(unsure) }
    }
}

fn at(index: InterfaceIdx, headers: HeaderSet, sender: Sender) -> State {
    State { place: Place::Depart(index), headers, sender, trail: Trail::default(), steps: 0 }
}

fn gather(states: Vec<State>) -> Guard {
    let (unsure, passed): (Vec<_>, Vec<_>) =
        states.into_iter().partition(|state| state.trail.doubtful());
    let all = |states: Vec<State>| HeaderSet::union_all(states.into_iter().map(|it| it.headers));
    Guard { passed: all(passed), unsure: all(unsure) }
}
