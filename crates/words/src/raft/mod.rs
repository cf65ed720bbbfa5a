//! The words of Raft: what its catalogue, `catalogues/raft.toml`, stands on.

mod held;

use crate::Speaker;
use crate::say::{Language, Say, list};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::NodeId;
use faultlab_core::consensus::raft::{
    Append, AppendEntries, Batch, Command, Config, Entry, EntryId, Event, Execution, INVARIANTS, Index, Key, Message,
    Outcome, Payload, RULES, Raft, ReadMode, Record, Refusal, Request, Response, Rule, Shape, StepDown, Term, Timer,
    VoteRefusal, Wait, spell_key,
};
use faultlab_core::kit::NodeSet;
use held::{CatchingUp, Reading};

include!(concat!(env!("OUT_DIR"), "/raft.rs"));

/// `S1`, `S2` …, as in the paper's figures.
impl<L> Say<Speaker<'_, L, Raft>> for NodeId {
    fn say(&self, _speaker: &Speaker<'_, L, Raft>, out: &mut String) {
        out.push_str(&format!("S{}", u32::from(self.0) + 1));
    }
}

/// A key as scenarios spell it.
fn spelt(key: &Key) -> String {
    let mut out = String::new();
    spell_key(*key, &mut out);
    out
}

/// Nodes as scenarios list them.
struct Apart(NodeSet);

fn apart(nodes: &NodeSet) -> Apart {
    Apart(*nodes)
}

impl<L: Language> Say<Speaker<'_, L, Raft>> for Apart {
    fn say(&self, speaker: &Speaker<'_, L, Raft>, out: &mut String) {
        list(self.0.iter(), [" "; 2], speaker, out);
    }
}

/// Why a server refuses its vote.
struct Because {
    voter: NodeId,
    to: NodeId,
    reason: VoteRefusal,
}

fn because(voter: &NodeId, to: &NodeId, reason: &VoteRefusal) -> Because {
    Because { voter: *voter, to: *to, reason: *reason }
}

/// Entries behind an index.
struct Appending {
    first: Index,
    last: Index,
    entries: Batch,
}

fn appended(prev: &EntryId, entries: &Batch) -> Appending {
    let prev = prev.index;
    Appending { first: prev + 1, last: prev + entries.as_slice().len() as u64, entries: entries.clone() }
}

fn carried(append: &AppendEntries) -> Appending {
    appended(&append.prev, &append.entries)
}

/// The first and the last term of entries.
struct TermSpan(Option<(Term, Term)>);

fn terms_of(entries: &Batch) -> TermSpan {
    let entries = entries.as_slice();
    TermSpan(entries.first().zip(entries.last()).map(|(first, last)| (first.term, last.term)))
}

/// The client's request that an entry executes.
struct Requester(Payload);

fn requester(entry: &Entry) -> Requester {
    Requester(entry.payload)
}

/// What executing an entry came to.
struct Effect(Option<Execution>);

fn effect(execution: &Option<Execution>) -> Effect {
    Effect(*execution)
}

/// The entries of one term in a log.
struct Run {
    term: Term,
    first: Index,
    last: Index,
}

/// The terms of a log with their first and last entries: the newest four, since a long log has many.
struct Runs(Vec<Run>);

fn terms(shape: &Shape) -> Runs {
    const SHOWN: usize = 4;
    let ends = shape.runs.iter().skip(1).map(|next| next.index - 1).chain([shape.last]);
    let runs = shape.runs.iter().zip(ends).map(|(run, last)| Run { term: run.term, first: run.index, last });
    Runs(runs.skip(shape.runs.len().saturating_sub(SHOWN)).collect())
}

impl<'a, L: Language> Say<Speaker<'a, L, Raft>> for Runs
where
    Run: Say<Speaker<'a, L, Raft>>,
{
    fn say(&self, speaker: &Speaker<'a, L, Raft>, out: &mut String) {
        list(self.0.iter(), [L::CLAUSE; 2], speaker, out);
    }
}

/// Whether the entries are on the disk before anybody hears of them. A leader's own always are.
fn is_durable<L>(speaker: &Speaker<'_, L, Raft>, by_leader: &bool) -> bool {
    *by_leader || speaker.setup.on(Rule::SyncLogBeforeAck)
}

/// Whether an acknowledgement means that the entry is on the disk, behind the same entries as the leader's.
fn is_stored<L>(speaker: &Speaker<'_, L, Raft>) -> bool {
    let kept = [Rule::SyncLogBeforeAck, Rule::CheckPreviousEntry, Rule::TruncateOnlyOnConflict];
    kept.into_iter().all(|rule| speaker.setup.on(rule))
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::Lang;
    use faultlab_core::{NodeId, Setup};

    #[test]
    fn servers_are_named_as_in_the_paper() {
        assert_eq!((words(Lang::En).node)(&Setup::new(5), NodeId(4)), "S5");
    }
}
