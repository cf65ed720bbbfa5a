//! The visits of this page, one for each entry of the browser's history: each run that was opened, each play that was found and each
//! panel. Back and forward go among them, and what one comes back to is as it was left.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use faultlab_registry::Lab;
use faultlab_sim::{BranchId, Position};
use faultlab_words::Lang;

use super::address::Mount;
use crate::browser;

/// What is opened under the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Panel {
    Catalogue,
    Share,
    Help,
    Matrix,
}

/// How many runs that are not shown are kept. One that is farther away is opened anew from its address.
const RUNS_MAX: usize = 6;

/// One visit.
#[derive(Clone, Copy)]
struct Visit {
    /// Which run was shown.
    run: u64,
    /// Where it was left.
    place: Option<(BranchId, Position)>,
    panel: Option<Panel>,
}

/// All visits, and where one is.
pub(super) struct Visits {
    /// The number of the first one: after a reload the browser still knows older ones.
    first: Cell<usize>,
    all: RefCell<Vec<Visit>>,
    current: Cell<usize>,
    mount: Mount,
    /// The runs that are not shown, by the order in which they were opened.
    runs: RefCell<BTreeMap<u64, Box<dyn Lab>>>,
}

/// What to show after going back or forward.
pub(super) enum Return {
    /// The same run, perhaps elsewhere.
    Here(Option<(BranchId, Position)>),
    /// Another run, which was kept.
    Run(u64, Box<dyn Lab>),
    /// What is not known any more: the address says it.
    Unknown,
}

impl Visits {
    pub(super) fn new(mount: Mount) -> Self {
        let first = match mount {
            Mount::Page => browser::visit_number().unwrap_or(0),
            Mount::Element => 0,
        };
        if mount == Mount::Page {
            browser::number_visit(first);
        }
        let only = Visit { run: 0, place: None, panel: None };
        let (first, current, all) = (Cell::new(first), Cell::new(0), RefCell::new(vec![only]));
        Self { first, all, current, mount, runs: RefCell::default() }
    }

    pub(super) fn mount(&self) -> Mount {
        self.mount
    }

    /// Whether the browser's buttons lead from visit to visit: not where the history is somebody else's.
    pub(super) fn has_history(&self) -> bool {
        self.mount == Mount::Page && !browser::is_framed()
    }

    /// The number of the visit one is at.
    pub(super) fn number(&self) -> usize {
        self.first.get() + self.current.get()
    }

    pub(super) fn panel(&self) -> Option<Panel> {
        self.all.borrow()[self.current.get()].panel
    }

    /// Whether the browser can go back to a visit of this page that is known.
    pub(super) fn any_before(&self) -> bool {
        self.current.get() > 0 && self.has_history()
    }

    /// Another panel in the same visit.
    pub(super) fn set_panel(&self, panel: Option<Panel>) {
        self.all.borrow_mut()[self.current.get()].panel = panel;
    }

    /// A new visit; those that were ahead are gone, as in the browser.
    pub(super) fn begin(&self, lab: &dyn Lab, run: u64, panel: Option<Panel>, address: Option<&str>) {
        self.leave(lab);
        let mut all = self.all.borrow_mut();
        all.truncate(self.current.get() + 1);
        all.push(Visit { run, place: None, panel });
        let runs: Vec<u64> = all.iter().map(|visit| visit.run).collect();
        drop(all);
        self.runs.borrow_mut().retain(|run, _| runs.contains(run));
        self.current.set(self.current.get() + 1);
        if self.mount == Mount::Page {
            browser::push_address(address, self.number());
        }
    }

    /// Notes where the shown run is left.
    fn leave(&self, lab: &dyn Lab) {
        let branch = lab.branches(Lang::En).iter().find(|branch| branch.current).map(|branch| branch.id);
        self.all.borrow_mut()[self.current.get()].place = branch.map(|branch| (branch, lab.position()));
    }

    /// Keeps a run that is not shown any more.
    pub(super) fn keep(&self, run: u64, lab: Box<dyn Lab>) {
        let mut runs = self.runs.borrow_mut();
        runs.insert(run, lab);
        while runs.len() > RUNS_MAX {
            runs.pop_first();
        }
    }

    /// Goes to another visit.
    pub(super) fn go_to(&self, number: usize, lab: &dyn Lab, shown: u64) -> Return {
        let index = number.checked_sub(self.first.get()).filter(|index| *index < self.all.borrow().len());
        let Some(index) = index else { return Return::Unknown };
        let Visit { run, place, .. } = self.all.borrow()[index];
        if run == shown {
            self.leave(lab);
            self.current.set(index);
            let branch = lab.branches(Lang::En).iter().find(|branch| branch.current).map(|branch| branch.id);
            return Return::Here(place.filter(|(other, _)| Some(*other) != branch));
        }
        let Some(kept) = self.runs.borrow_mut().remove(&run) else { return Return::Unknown };
        self.leave(lab);
        self.current.set(index);
        Return::Run(run, kept)
    }
}
