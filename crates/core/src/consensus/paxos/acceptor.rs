//! The acceptor: promises ballots and accepts values. Both are on disk before anybody hears of them (Lamport 2001, section 2.5).

use super::{ACCEPTED, Ballot, Event, Message, PROMISED, Paxos, Record, Rule, Vote};
use crate::kit::NodeSet;
use crate::{AreaId, Cx, NodeId};
use serde::{Deserialize, Serialize};

/// What an acceptor has promised and accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Acceptor {
    /// The newest ballot that it has promised.
    pub promised: Ballot,
    /// What it accepted last.
    pub accepted: Option<Vote>,
}

impl Paxos {
    /// Phase 1b: promises the ballot unless a newer one is promised. The same ballot again is a duplicate and gets the same answer.
    pub(super) fn on_prepare(&mut self, from: NodeId, ballot: Ballot, cx: &mut Cx<'_, Self>) {
        let Acceptor { promised, accepted } = self.acceptor;
        if ballot < promised {
            return self.refuse(from, ballot, cx);
        }
        if ballot > promised {
            self.acceptor.promised = ballot;
            if cx.on(Rule::PersistPromise) {
                self.write(PROMISED, Record::Promised(ballot), cx);
            }
            cx.emit(Event::Promised { ballot, accepted });
        }
        self.tell(from, Message::Promise { ballot, accepted }, cx);
    }

    /// Phase 2b: accepts the value unless a newer ballot is promised.
    pub(super) fn on_accept(&mut self, from: NodeId, vote: Vote, cx: &mut Cx<'_, Self>) {
        if vote.ballot < self.acceptor.promised && cx.on(Rule::RefuseOlder) {
            return self.refuse(from, vote.ballot, cx);
        }
        if self.acceptor.accepted != Some(vote) {
            self.acceptor.promised = self.acceptor.promised.max(vote.ballot);
            self.acceptor.accepted = Some(vote);
            if cx.on(Rule::PersistAccepted) {
                self.write(ACCEPTED, Record::Accepted(vote), cx);
            }
            cx.emit(Event::Accepted { ballot: vote.ballot, value: vote.value });
        }
        let Vote { ballot, value } = vote;
        self.tell_all(NodeSet::first(cx.setup().nodes), Message::Accepted { ballot, value }, cx);
    }

    fn refuse(&mut self, from: NodeId, ballot: Ballot, cx: &mut Cx<'_, Self>) {
        let promised = self.acceptor.promised;
        cx.emit(Event::Refused { proposer: from, ballot, promised });
        self.tell(from, Message::Refuse { ballot, promised }, cx);
    }

    /// Puts a record on disk in the place of the one before it; what is sent after this waits until it is there. The old record goes
    /// behind the new one, so that a crash in between leaves one of them.
    pub(super) fn write(&mut self, area: AreaId, record: Record, cx: &mut Cx<'_, Self>) {
        cx.append(area, record);
        let end = &mut self.ends[usize::from(area.0)];
        cx.trim(area, *end);
        *end += 1;
        cx.sync(&[area]);
    }
}
