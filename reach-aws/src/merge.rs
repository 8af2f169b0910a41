//! Many files, in any order, become one Snapshot.

use std::collections::BTreeMap;

use reach_core::Diagnostic;
use reach_core::snapshot::{Kind, Region, Snapshot};

use crate::document::Document;
use crate::place::Place;
use crate::resource;
use crate::text::{shown, shown_name};

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) name: String,
    pub(crate) document: Document,
}

/// Groups the files by account and Region. Their order does not matter: names decide.
pub(crate) fn merge(mut pieces: Vec<Piece>, diagnostics: &mut Vec<Diagnostic>) -> Snapshot {
    pieces.sort_by(|a, b| a.name.cmp(&b.name));
    let mut told: BTreeMap<Place, Region> = BTreeMap::new();
    let mut pages = Pages::default();
    for Piece { name, document } in pieces {
        let Document { region, answers, gaps, diagnostics: noticed } = document;
        diagnostics.extend(noticed);
        if answers.is_empty() && !gaps {
            continue;
        }
        let place = Place::of_name(&name);
        for answer in answers {
            pages.add(&place, answer.kind, answer.subject, answer.more, &name);
        }
        told.entry(place).or_default().extend(region);
    }
    pages.tell(diagnostics);

    // What the folders left open is filled from the data, and may turn out to be a place that
    // other folders name.
    let mut regions: BTreeMap<Place, Region> = BTreeMap::new();
    for (mut place, region) in told {
        place.fill_from(&region);
        regions.entry(place).or_default().extend(region);
    }
    let settled = regions.into_iter().map(|(place, mut region)| {
        region.account = place.account;
        region.name = place.region;
        resource::settle(&mut region, diagnostics);
        region
    });
    Snapshot { regions: settled.collect() }
}

/// Which answers lack their last page.
#[derive(Default)]
struct Pages(BTreeMap<(Place, Kind, Option<String>), LastPage>);

enum LastPage {
    Seen,
    /// The latest page says that there are more.
    Missing(String),
}

impl Pages {
    fn add(&mut self, at: &Place, kind: Kind, subject: Option<String>, more: bool, file: &str) {
        let page = self.0.entry((at.clone(), kind, subject));
        let page = page.or_insert_with(|| LastPage::Missing(String::new()));
        if !more {
            *page = LastPage::Seen;
        } else if let LastPage::Missing(latest) = page {
            file.clone_into(latest);
        }
    }

    fn tell(self, diagnostics: &mut Vec<Diagnostic>) {
        for ((_, kind, subject), page) in self.0 {
            let LastPage::Missing(file) = page else { continue };
            let message =
                format!("`{}`: the last page is missing: more pages may exist", kind.key());
            let diagnostic =
                Diagnostic::warning("answer_truncated", message).file(shown_name(&file));
            diagnostics.push(match subject {
                Some(id) => diagnostic.resource(shown(&id)),
                None => diagnostic,
            });
        }
    }
}
