//! Going from run to run and from panel to panel, each a visit that the browser's buttons come back to.

use faultlab_registry::Lab;

use super::{Player, Selection};
use crate::browser;
use crate::run::time::Speed;
use crate::run::visits::{Panel, Return};

impl Player {
    /// Shows another run instead, as a visit of its own with this address. The present one is kept for who comes back.
    pub(crate) fn open(&self, lab: Box<dyn Lab>, address: &str) {
        let run = self.inner.opened.get() + 1;
        self.inner.visits.begin(&*self.lab(), run, None, Some(address));
        self.exchange(run, lab);
        self.emit_panel();
    }

    fn exchange(&self, run: u64, lab: Box<dyn Lab>) {
        let inner = &self.inner;
        inner.frames.set_playing(false);
        inner.frames.set_speed(Speed::USUAL);
        let before = inner.lab.replace(lab);
        inner.visits.keep(inner.run.replace(run), before);
        inner.selection.set(Selection::None);
        inner.opened.set(inner.opened.get() + 1);
        inner.run_changed();
    }

    /// Goes back to the visit before, as the browser's own button does.
    pub(crate) fn go_back(&self) {
        if self.inner.visits.any_before() {
            browser::go_back();
        } else {
            self.return_to(self.visit().saturating_sub(1));
        }
    }

    /// The number of the present visit.
    pub(crate) fn visit(&self) -> usize {
        self.inner.visits.number()
    }

    /// What was found begins a visit of its own, in the same run.
    pub(crate) fn begin_visit(&self) {
        self.inner.visits.begin(&*self.lab(), self.inner.run.get(), None, None);
        self.emit_panel();
    }

    /// Goes to the visit that the browser has gone to. Which panel was open then is told to who opens panels.
    pub(crate) fn return_to(&self, visit: usize) {
        let to = self.inner.visits.go_to(visit, &*self.lab(), self.inner.run.get());
        match to {
            Return::Here(Some((branch, position))) => {
                self.switch(branch);
                self.seek(position);
            }
            Return::Here(None) => {}
            Return::Run(run, lab) => self.exchange(run, lab),
            Return::Unknown => browser::reload(),
        }
        self.emit_panel();
    }

    /// Opens or closes what stands under the header. A panel that opens begins a visit; one that closes goes back from it.
    pub(crate) fn open_panel(&self, panel: Option<Panel>) {
        let visits = &self.inner.visits;
        match (visits.panel(), panel) {
            (None, Some(_)) if visits.has_history() => visits.begin(&*self.lab(), self.inner.run.get(), panel, None),
            (Some(_), None) if visits.any_before() => {
                visits.set_panel(None);
                browser::go_back();
            }
            _ => visits.set_panel(panel),
        }
        self.emit_panel();
    }

    /// What is open from the beginning.
    pub(crate) fn begin_with_panel(&self, panel: Option<Panel>) {
        self.inner.visits.set_panel(panel);
    }

    fn emit_panel(&self) {
        let opens = self.inner.on_panel.borrow().clone();
        opens.emit(self.inner.visits.panel());
    }
}
