//! The views' words in English.

use alloc::format;
use alloc::string::String;

use super::views::{CommitView, SpaceTime, ViewWords};

pub(super) const WORDS: ViewWords = ViewWords {
    space_time: SpaceTime {
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
    },
    commit: CommitView {
        title: "The transaction in time",
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
        needs_all: |all| format!("needs all {all}"),
        prepared_bar: "prepared: locks held, cannot decide",
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
    },
};

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
