//! The words of Skeleton Name: what its catalogue, `catalogues/skeleton_name.toml`, stands on.

use crate::Speaker;
use crate::say::{Say, display};
use alloc::string::String;
use faultlab_core::NodeId;
use faultlab_core::skeleton_family::skeleton_name::{
    Config, Event, INVARIANTS, Message, RULES, Record, Request, Response, Rule, SkeletonName, Timer,
};

include!(concat!(env!("OUT_DIR"), "/skeleton_name.rs"));

/// What the stage calls a node: `n1`.
impl<L> Say<Speaker<'_, L, SkeletonName>> for NodeId {
    fn say(&self, _speaker: &Speaker<'_, L, SkeletonName>, out: &mut String) {
        display(self, out);
    }
}

mod held {
    use crate::Speaker;
    use alloc::string::String;
    use faultlab_core::skeleton_family::skeleton_name::SkeletonName;

    /// What a field holds, in words: every field reads well part by part.
    pub(super) fn held<L>(
        _speaker: &Speaker<'_, L, SkeletonName>,
        _node: &SkeletonName,
        _field: &str,
    ) -> Option<String> {
        None
    }
}
