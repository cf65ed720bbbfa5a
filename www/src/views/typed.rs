//! A protocol's view in the protocol's own types. The page holds protocols erased; the way back is here alone.

use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;

use faultlab_core::{Disk, NodeId, Protocol, Setup};
use faultlab_registry::{Lab, NodeView};
use faultlab_sim::PacketName;
use faultlab_words::Lang;
use yew::prelude::*;

use crate::run::player::PlayerProps;

use super::{Invite, Layout, MessageFace, NodeFace, View};

/// How the page draws a protocol, as [`View`] has it for any.
pub(crate) trait ProtocolView {
    type P: Protocol;
    const LAYOUT: Layout;
    const EXAMPLE: &'static str;
    const INVITES: &'static [Invite];

    fn nodes(lab: TypedLab<'_, Self::P>, views: &[NodeView], lang: Lang) -> Vec<NodeFace>;
    fn message(message: &<Self::P as Protocol>::Message) -> MessageFace;
    fn panel(props: &PlayerProps) -> Html;
    fn invite_words(lang: Lang) -> &'static [&'static str];
}

impl View {
    /// The view of a protocol with its types erased.
    pub(super) const fn of<V: ProtocolView>() -> Self {
        Self {
            nodes: |lab, views, lang| V::nodes(TypedLab::of(lab), views, lang),
            message: |message, _| value(message).map(V::message).unwrap_or_default(),
            panel: Some(V::panel),
            layout: V::LAYOUT,
            example: V::EXAMPLE,
            invites: V::INVITES,
            invite_words: V::invite_words,
        }
    }
}

/// A run of the protocol `P`. Of another protocol's run it yields nothing.
pub(crate) struct TypedLab<'a, P> {
    lab: &'a dyn Lab,
    protocol: PhantomData<fn() -> P>,
}

impl<P> Clone for TypedLab<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for TypedLab<'_, P> {}

impl<'a, P: Protocol> TypedLab<'a, P> {
    pub(super) fn of(lab: &'a dyn Lab) -> Self {
        Self { lab, protocol: PhantomData }
    }

    /// The volatile state of a node that is up.
    pub(super) fn memory(self, node: NodeId) -> Option<&'a P> {
        value(self.lab.memory(node)?)
    }

    pub(super) fn disk(self, node: NodeId) -> Option<&'a Disk<P::Record>> {
        value(self.lab.disk(node)?)
    }

    /// What the fall of a node took from its disk, if the node is down.
    pub(super) fn lost(self, node: NodeId) -> Option<Rc<Disk<P::Record>>> {
        self.lab.lost(node)?.downcast().ok()
    }

    pub(super) fn setup(self) -> Option<&'a Setup<P>> {
        value(self.lab.setup())
    }

    pub(super) fn ghost(self) -> Option<&'a P::Ghost> {
        value(self.lab.ghost())
    }

    /// The message that a packet in flight carries.
    pub(super) fn message(self, packet: PacketName) -> Option<&'a P::Message> {
        value(self.lab.message(packet)?)
    }
}

/// A value in its own type, if it is of this type.
pub(super) fn value<T: 'static>(value: &dyn Any) -> Option<&T> {
    value.downcast_ref()
}
