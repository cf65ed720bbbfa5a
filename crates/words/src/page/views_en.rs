//! The views' words in English.

use alloc::format;
use alloc::string::String;

use super::views::{RaftView, SpaceTime};

pub(super) static SPACE_TIME: SpaceTime = SpaceTime {
    title: "Space and time",
    equivalent: "A drawing of who sent what to whom and when. The story lists the same happenings in words.",
    clients: "clients",
    show_clients: "A lane for each client",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    find_now: "Now",
    now: "The present moment",
    now_text: |time, step, steps| format!("{time}, step {step} of {steps}"),
    dense: "Too much to tell apart: height shows how many steps; zoom in to see each message.",
    keys: "Arrow keys step, Page Up and Page Down jump between notable moments, + and − zoom, Shift with arrows moves the window.",
};

pub(super) static RAFT: RaftView = RaftView {
    title: "Logs",
    invites: &[
        "These servers keep one log, and the one with the star leads. What if it dies?",
        "Who misses the leader’s heartbeats elects another. What does a crashed server find when it comes back?",
        "It comes back as a follower and catches up. Next, put the leader on the smaller side: who can still commit?",
        "Only the larger side can commit. When they meet again, the smaller one must forget.",
        "A crash and a partition, and nothing that was committed is lost.",
    ],
    follower: "follower",
    pre_candidate: "pre-candidate",
    candidate: "candidate",
    leader: "leader",
    not_member: "not a member",
    down: "down",
    term: |term| format!("term {term}"),
    votes: "votes",
    pre_votes: "pre-votes",
    needs: |needed, of| format!("needs {needed} of {of}"),
    server: "server",
    known: "match · next",
    peer: |stored, next| format!("{stored} · {next}"),
    entry: |index, term, state| format!("index {index}, term {term}, {state}"),
    entry_committed: "committed",
    entry_synced: "on disk",
    entry_unsynced: "not on disk yet",
    entry_conflicting: "contradicts the leader’s",
    entry_damaged: "cannot be read",
    snapshot: |last| format!("a snapshot stands for the entries up to {last}"),
    earlier: |count| format!("{} further left", self::count(count as usize, "entry", "entries")),
    log_empty: "All logs are empty.",
    state_title: "Applied state and client sessions",
    applied: |index| format!("applied {index}"),
    session: |client, sequence| format!("the newest request of {client} that was executed: number {sequence}"),
};

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
