//! Where AWS has several ways and chooses (PIPE-07): what gets through whatever it chooses.

use super::branch::{Choice, Fork};
use crate::packet::HeaderSet;

/// Headers that get through, or may, when these choices fall this way.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) choices: Vec<Choice>,
    pub(super) headers: HeaderSet,
    /// Whether they certainly do.
    pub(super) sure: bool,
}

/// The headers that get through by every choice. Each header meets the same forks in the same
/// order until a choice parts them, so that the outcomes form a tree.
pub(super) fn always<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> HeaderSet {
    let outcomes = outcomes.into_iter();
    let parts: Vec<(&[Choice], &HeaderSet)> =
        outcomes.map(|outcome| (outcome.choices.as_slice(), &outcome.headers)).collect();
    by_every_choice(&parts)
}

fn by_every_choice(outcomes: &[(&[Choice], &HeaderSet)]) -> HeaderSet {
    let mut passing = HeaderSet::empty();
    let mut forks: Vec<(Fork, usize)> = Vec::new();
    for (choices, headers) in outcomes {
        match choices.first() {
            None => passing = passing.union(headers),
            Some(choice) if !forks.iter().any(|(fork, _)| *fork == choice.at) => {
                forks.push((choice.at, choice.of));
            }
            Some(_) => {}
        }
    }
    for (fork, of) in forks {
        let options = (0..of).map(|option| {
            let taken: Vec<_> = outcomes
                .iter()
                .filter_map(|(choices, headers)| {
                    let (first, rest) = choices.split_first()?;
                    (first.at == fork && first.option == option).then_some((rest, *headers))
                })
                .collect();
            by_every_choice(&taken)
        });
        let all = options.reduce(|all, one| all.intersection(&one));
        passing = passing.union(&all.unwrap_or_else(HeaderSet::empty));
    }
    passing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{AttachmentIdx, DenseIndex};

    fn outcome(choices: &[(usize, usize)], headers: &HeaderSet) -> Outcome {
        let fork = |fork| Fork::Flow { attachment: AttachmentIdx::from_usize(fork) };
        Outcome {
            choices: choices
                .iter()
                .map(|(at, option)| Choice { at: fork(*at), option: *option, of: 2 })
                .collect(),
            headers: headers.clone(),
            sure: true,
        }
    }

    #[test]
    fn every_option_has_to_pass() {
        let all = HeaderSet::all();
        let one = [outcome(&[(0, 0)], &all)];
        assert!(always(&one).is_empty());
        let both = [outcome(&[(0, 0)], &all), outcome(&[(0, 1)], &all)];
        assert_eq!(always(&both), all);
        let nested = [
            outcome(&[(0, 0)], &all),
            outcome(&[(0, 1), (1, 0)], &all),
            outcome(&[(0, 1), (1, 1)], &all),
        ];
        assert_eq!(always(&nested), all);
        assert!(always(&nested[..2]).is_empty());
    }
}
