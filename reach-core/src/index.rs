//! Dense indices: inside a Network, resources are numbers, and a number of one kind cannot be
//! mistaken for another.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub(crate) struct $name(u32);

            impl DenseIndex for $name {
                fn from_usize(index: usize) -> Self {
                    Self(u32::try_from(index).unwrap_or(u32::MAX))
                }
                fn to_usize(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

pub(crate) trait DenseIndex: Copy {
    fn from_usize(index: usize) -> Self;
    fn to_usize(self) -> usize;
}

indices! {
    /// A VPC.
    VpcIdx;
    /// A subnet.
    SubnetIdx;
    /// A network interface.
    InterfaceIdx;
    /// An instance.
    InstanceIdx;
    /// A security group.
    GroupIdx;
    /// A network ACL.
    AclIdx;
    /// A route table.
    TableIdx;
    /// An internet gateway.
    InternetGatewayIdx;
    /// An egress-only internet gateway.
    EgressOnlyIdx;
    /// A NAT gateway.
    NatGatewayIdx;
    /// A VPC peering connection.
    PeeringIdx;
    /// A virtual private gateway.
    VpnGatewayIdx;
    /// A transit gateway.
    TransitGatewayIdx;
    /// A transit gateway attachment.
    AttachmentIdx;
    /// A route table of a transit gateway.
    TransitTableIdx;
    /// A firewall of Network Firewall.
    FirewallIdx;
    /// A load balancer.
    LoadBalancerIdx;
    /// A target group.
    TargetGroupIdx;
    /// A VPC endpoint.
    EndpointIdx;
}

/// A list that only its own indices can look into.
#[derive(Debug, Clone)]
pub(crate) struct Arena<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I: DenseIndex, T> Arena<I, T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(index, item)| (I::from_usize(index), item))
    }

    /// Where an item of a sorted list is.
    pub(crate) fn search(&self, order: impl Fn(&T) -> Ordering) -> Option<I> {
        self.items.binary_search_by(order).ok().map(I::from_usize)
    }

    pub(crate) fn map<U>(self, to: impl FnMut(T) -> U) -> Arena<I, U> {
        self.items.into_iter().map(to).collect()
    }

    pub(crate) fn get_mut(&mut self, index: I) -> Option<&mut T> {
        self.items.get_mut(index.to_usize())
    }
}

impl<I: DenseIndex, T> Index<I> for Arena<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "an index is a position of this very list")]
    fn index(&self, index: I) -> &T {
        &self.items[index.to_usize()]
    }
}

impl<I: DenseIndex, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(items: It) -> Self {
        Self { items: items.into_iter().collect(), index: PhantomData }
    }
}

/// A list that is shared, but for a few items: some replaced, some taken out. Indices stay what they
/// are.
#[derive(Clone)]
pub(crate) struct Patched<I, T> {
    list: Arc<Arena<I, T>>,
    /// By index, ascending; nothing for what was taken out.
    patches: Vec<(I, Option<Arc<T>>)>,
}

impl<I: DenseIndex + Ord, T> Patched<I, T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.list.iter().filter_map(|(index, item)| match self.patch(index) {
            None => Some((index, item)),
            Some(patch) => Some((index, patch.as_deref()?)),
        })
    }

    /// Where an item of a list is that is sorted by what no patch changes.
    pub(crate) fn search(&self, order: impl Fn(&T) -> Ordering) -> Option<I> {
        let found = self.list.search(order)?;
        (!matches!(self.patch(found), Some(None))).then_some(found)
    }

    pub(crate) fn put(&mut self, index: I, item: T) {
        self.set(index, Some(Arc::new(item)));
    }

    /// Whoever takes an item out sees to it that nothing leads there any more.
    pub(crate) fn take_out(&mut self, index: I) {
        self.set(index, None);
    }

    fn place(&self, index: I) -> Result<usize, usize> {
        self.patches.binary_search_by(|(at, _)| at.cmp(&index))
    }

    #[inline]
    fn patch(&self, index: I) -> Option<&Option<Arc<T>>> {
        // Most have none.
        if self.patches.is_empty() {
            return None;
        }
        self.patches.get(self.place(index).ok()?).map(|(_, patch)| patch)
    }

    fn set(&mut self, index: I, patch: Option<Arc<T>>) {
        match self.place(index) {
            Ok(at) => {
                if let Some(place) = self.patches.get_mut(at) {
                    place.1 = patch;
                }
            }
            Err(at) => self.patches.insert(at, (index, patch)),
        }
    }
}

impl<I: DenseIndex + Ord, T> Index<I> for Patched<I, T> {
    type Output = T;

    fn index(&self, index: I) -> &T {
        match self.patch(index) {
            None => &self.list[index],
            Some(Some(patch)) => patch,
            Some(None) => {
                debug_assert!(false, "nothing leads to what was taken out");
                &self.list[index]
            }
        }
    }
}

impl<I, T> From<Arena<I, T>> for Patched<I, T> {
    fn from(list: Arena<I, T>) -> Self {
        Self { list: Arc::new(list), patches: Vec::new() }
    }
}

/// As it is to those who read it, patched or not.
impl<I: DenseIndex + Ord + fmt::Debug, T: fmt::Debug> fmt::Debug for Patched<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
