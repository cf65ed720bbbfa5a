//! The views' words in English.

use alloc::format;
use alloc::string::String;

use super::views::{CommitView, RaftView, RingView, SpaceTime};

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

pub(super) static COMMIT: CommitView = CommitView {
    title: "The transaction in time",
    invites: &[
        "Money moves only if every bank votes yes. What if the coordinator dies while they vote?",
        "Who voted yes may not decide alone. Bring the coordinator back: its log knows.",
        "In the end everybody has the same answer. And if one bank says no?",
        "One no, and nobody pays: all or nothing.",
    ],
    choose: "Which transaction to show",
    none_yet: "No transaction has begun yet.",
    coordinator: "coordinator",
    participant: "participant",
    idle: "idle",
    working: "working",
    voting: "votes?",
    prepared: "prepared",
    blocked: "blocked",
    down: "down",
    votes: "votes",
    needs: |needed, of| if needed == of { format!("needs all {of}") } else { format!("needs {needed} of {of}") },
    prepared_bar: "prepared: voted yes, not decided",
    prepared_bar_short: "prepared",
    sync: "sync",
    commit: "commit",
    abort: "abort",
    blocked_for: |span| format!("blocked for {span}"),
    in_doubt_for: |span| format!("in doubt for {span}"),
    outcome_open: "under way",
    outcome_commit: "committed",
    outcome_abort: "aborted",
    counts: |locks, messages, syncs| {
        format!(
            "{} · {} · {}",
            count(locks, "lock", "locks"),
            count(messages, "message", "messages"),
            count(syncs, "sync", "syncs")
        )
    },
    lanes_told: |txn, participants, waiting| {
        format!("{txn}: {}, {waiting} in doubt", count(participants, "participant", "participants"))
    },
    locks_title: "Accounts and locks",
    locked_by: |txn| format!("locked by {txn}"),
    free: "not locked",
};

pub(super) static RING: RingView = RingView {
    invites: &[
        "Each key belongs to the nodes clockwise from it. Let one more join: which keys move?",
        "Only keys on its own arcs move. What if a node dies, and its copies with it?",
        "The others notice its silence, and make the missing copies anew. Then bring it back.",
        "It gets back what is its own, and nothing that was acknowledged is lost.",
    ],
    title: "The ring: colour is ownership, position is the hash, motion is data moving",
    epoch: |epoch| format!("epoch {epoch}"),
    old_epoch: |epoch| format!("old epoch {epoch}"),
    recalling: "asks what it held",
    settled: "settled",
    moving: "keys on their way",
    administrator: "administrator",
    member: "member",
    spare: "spare",
    down: "down",
    load_title: "share of all keys, before (dashed) and now",
    load_now: "share of all keys",
    keys_held: |keys| count(keys, "copy", "copies"),
    keys_moved: |moved, all| format!("{moved} of {} moved", count(all, "key", "keys")),
    moved: |share| format!("the change moved {share} of all keys"),
    modulo: |share| format!("modulo would move {share}"),
    none_moved: "The members have not changed yet. Add a node, or crash one and wait for the detector.",
    missing: |copies| format!("{} not within reach", count(copies, "copy", "copies")),
    whole: "every key has all its copies",
    copies_title: |keys| format!("Copies of {}", count(keys, "key", "keys")),
    copy_there: "has a copy",
    copy_asleep: "has a copy, but is down",
    copy_missing: "should have a copy and has none",
    copy_extra: "has a copy that is no longer its own",
    ring_told: |members, keys| {
        format!("Hash ring with {} and {}", count(members, "member", "members"), count(keys, "key", "keys"))
    },
};

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
