//! Renaming nodes: what makes clusters equal that differ only in which node is which.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::Hash;

use crate::kit::{NodeSet, Shared};
use crate::{ClientId, NodeId, Protocol, RequestId, Setup, Span, Time};

/// New names for the nodes of a cluster, each used once.
#[derive(Debug)]
pub struct Renaming<'a, P: Protocol> {
    pub setup: &'a Setup<P>,
    /// The new name of each node.
    to: &'a [NodeId],
}

impl<'a, P: Protocol> Renaming<'a, P> {
    pub fn new(setup: &'a Setup<P>, to: &'a [NodeId]) -> Self {
        Self { setup, to }
    }

    /// A node that does not exist keeps its name.
    pub fn node(&self, node: NodeId) -> NodeId {
        self.to.get(node.index()).copied().unwrap_or(node)
    }

    /// Moves what stands at each node's place to the place of its new name.
    pub fn places<T: Clone>(&self, places: &mut [T]) {
        for (to, what) in self.to.iter().zip(places.to_vec()) {
            if let Some(place) = places.get_mut(to.index()) {
                *place = what;
            }
        }
    }
}

/// What names nodes. Renamed, it is what it would be, had the nodes had the new names from the start; lists that are sorted
/// by what names nodes are sorted anew.
///
/// Derive it: then every field is renamed, and one that cannot be does not compile.
///
/// ```compile_fail,E0277
/// use faultlab_core::{NodeId, Rename, consensus::raft::Raft};
///
/// /// Knows a node by a name of its own.
/// struct Nickname(NodeId);
///
/// #[derive(Rename)]
/// #[rename(Raft)]
/// struct Vote {
///     candidate: Nickname,
/// }
/// ```
pub trait Rename<P: Protocol> {
    fn rename(&mut self, by: &Renaming<'_, P>);
}

type Renames<P, T> = fn(&mut T, &Renaming<'_, P>);

/// How every part of a protocol is renamed.
pub struct Symmetry<P: Protocol> {
    /// Whether config and rules mean the same to a cluster with the new names: a node with an office of its own must keep its name.
    pub keeps_setup: fn(&Renaming<'_, P>) -> bool,
    pub process: Renames<P, P>,
    pub message: Renames<P, P::Message>,
    pub timer: Renames<P, P::Timer>,
    pub record: Renames<P, P::Record>,
    pub request: Renames<P, P::Request>,
    pub response: Renames<P, P::Response>,
    pub event: Renames<P, P::Event>,
    pub ghost: Renames<P, P::Ghost>,
    /// None: whom clients ask next follows from the numbers of the nodes, so that no renaming gives the same cluster while clients ask.
    pub route: Option<Renames<P, P::Route>>,
}

impl<P: Protocol> Symmetry<P> {
    pub fn of(keeps_setup: fn(&Renaming<'_, P>) -> bool, route: Option<Renames<P, P::Route>>) -> Self
    where
        P: Rename<P>,
        P::Message: Rename<P>,
        P::Timer: Rename<P>,
        P::Record: Rename<P>,
        P::Request: Rename<P>,
        P::Response: Rename<P>,
        P::Event: Rename<P>,
        P::Ghost: Rename<P>,
    {
        Self {
            keeps_setup,
            process: Rename::rename,
            message: Rename::rename,
            timer: Rename::rename,
            record: Rename::rename,
            request: Rename::rename,
            response: Rename::rename,
            event: Rename::rename,
            ghost: Rename::rename,
            route,
        }
    }
}

impl<P: Protocol> Rename<P> for NodeId {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        *self = by.node(*self);
    }
}

/// Types that name no node.
macro_rules! names_no_node {
    ($($kind:ty),*) => {$(
        impl<P: Protocol> Rename<P> for $kind {
            fn rename(&mut self, _: &Renaming<'_, P>) {}
        }
    )*};
}

names_no_node!(bool, u8, u16, u32, u64, u128, i32, i64, String, RequestId, ClientId, Span, Time);

impl<P: Protocol> Rename<P> for NodeSet {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        *self = self.iter().map(|node| by.node(node)).collect();
    }
}

impl<P: Protocol, T: Rename<P>> Rename<P> for Option<T> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        self.iter_mut().for_each(|inner| inner.rename(by));
    }
}

impl<P: Protocol, T: Rename<P>> Rename<P> for Vec<T> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        self.iter_mut().for_each(|item| item.rename(by));
    }
}

impl<P: Protocol, T: Rename<P>> Rename<P> for Box<T> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        (**self).rename(by);
    }
}

impl<P: Protocol, T: Rename<P> + Clone + Hash> Rename<P> for Shared<T> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        let mut inner = (**self).clone();
        inner.rename(by);
        *self = Self::new(inner);
    }
}

impl<P: Protocol, A: Rename<P>, B: Rename<P>> Rename<P> for (A, B) {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        self.0.rename(by);
        self.1.rename(by);
    }
}

/// What stands under the name of a node comes to stand under its new name.
impl<P: Protocol, K: Rename<P> + Ord + Clone, V: Rename<P>> Rename<P> for BTreeMap<K, V> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        let renamed = core::mem::take(self).into_iter().map(|(mut key, mut value)| {
            key.rename(by);
            value.rename(by);
            (key, value)
        });
        *self = renamed.collect();
    }
}
