use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::super::address::IpSet;
use super::super::interval::{IntervalSet, Key};
use super::super::traffic::Traffic;
use super::{Family, HeaderSet};
use crate::order;

impl HeaderSet {
    /// Disjoint products that make it up: sources, destinations, and the traffic between all of
    /// them. Sources that share destinations and traffic stand together, and so do the IPv4 and
    /// the IPv6 half of what was one product. The same set always gives the same list.
    ///
    /// # Example
    ///
    /// ```
    /// use reach_core::packet::{HeaderSet, IpSet, Traffic};
    ///
    /// let products = HeaderSet::all().products();
    /// assert_eq!(products, [(IpSet::all(), IpSet::all(), Traffic::all())]);
    /// ```
    pub fn products(&self) -> Vec<(IpSet, IpSet, Traffic)> {
        // The IPv6 products wait for an IPv4 product with the same traffic to join.
        let mut waiting: BTreeMap<&Traffic, Vec<Rectangle<'_, u128>>> = BTreeMap::new();
        for rectangle in rectangles(&self.v6).into_iter().rev() {
            waiting.entry(rectangle.2).or_default().push(rectangle);
        }
        let mut products = Vec::new();
        for (sources, destinations, traffic) in rectangles(&self.v4) {
            let (v6_sources, v6_destinations) = waiting
                .get_mut(traffic)
                .and_then(Vec::pop)
                .map(|(sources, destinations, _)| (sources, destinations.clone()))
                .unwrap_or_default();
            products.push((
                IpSet::from_parts(sources, v6_sources),
                IpSet::from_parts(destinations.clone(), v6_destinations),
                traffic.clone(),
            ));
        }
        let mut rest: Vec<(IpSet, IpSet, Traffic)> = waiting
            .into_values()
            .flatten()
            .map(|(sources, destinations, traffic)| {
                (sources.into(), destinations.clone().into(), traffic.clone())
            })
            .collect();
        order::sort(&mut rest);
        products.append(&mut rest);
        products
    }
}

type Rectangle<'a, A> = (IntervalSet<A>, &'a IntervalSet<A>, &'a Traffic);

/// The products of one family, by source, then destination. Sources from different classes that
/// have the same traffic to the same destinations are put together.
fn rectangles<A: Key>(family: &Family<A>) -> Vec<Rectangle<'_, A>> {
    let mut sources = BTreeMap::<_, Vec<(A, A)>>::new();
    for (keys, inner) in family.classes() {
        for class in inner.classes() {
            sources.entry(class).or_default().extend(keys.ranges());
        }
    }
    let mut rectangles: Vec<_> = sources
        .into_iter()
        .map(|((destinations, traffic), sources)| {
            (IntervalSet::from_ranges(sources), destinations, traffic)
        })
        .collect();
    order::sort(&mut rectangles);
    rectangles
}

/// `10.0.0.0/8 -> 10.1.2.3: tcp 22`, joined by ` | `; `none` where there is nothing.
impl fmt::Display for HeaderSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (position, (sources, destinations, traffic)) in self.products().iter().enumerate() {
            if position > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{sources} -> {destinations}: {traffic}")?;
        }
        Ok(())
    }
}

/// The [`products`](HeaderSet::products), as a list of `sources`, `destinations` and `traffic`.
impl Serialize for HeaderSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Product {
            sources: IpSet,
            destinations: IpSet,
            traffic: Traffic,
        }

        let products = self.products();
        let mut list = serializer.serialize_seq(Some(products.len()))?;
        for (sources, destinations, traffic) in products {
            list.serialize_element(&Product { sources, destinations, traffic })?;
        }
        list.end()
    }
}
