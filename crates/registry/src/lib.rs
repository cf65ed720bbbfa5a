//! Every protocol behind one object-safe [`Lab`]; the only place with the list of protocols.
//!
//! The page and the command line know no type parameter: they ask [`protocols`] for the rows, open a [`Lab`] for a scenario,
//! and read plain views from it. What is *absent*: colours, layouts, browsers, files.
//!
//! Start with [`Lab`] and [`protocols`].

mod about;
mod as_test;
mod fields;
mod history;
mod judged;
mod lab;
mod list;
mod run;
mod story;
#[cfg(feature = "sweep")]
mod sweep;
mod view;

pub use about::{About, FieldAbout, InvariantAbout, InvariantKind, RuleAbout};
pub use faultlab_sim::StepFilter;
pub use fields::Field;
pub use judged::{Judged, judge};
pub use lab::{Lab, Played, RegistersAbout};
pub use list::{LISTED, Listed, Protocol, protocol, protocols, raft, ring, three_phase, two_phase};
pub use story::{Line, Told, ToldWhat, What};
#[cfg(feature = "sweep")]
pub use sweep::{Drawn, STEPS_MAX, STEPS_MIN, Sweep, SweepDraws, Swept, SweptBroken};
pub use view::{
    AreaView, BranchView, CheckState, CheckView, ClientView, Moment, NodeView, OperatorRequest, PacketKind, PacketView,
    RecordView, TimerView,
};
