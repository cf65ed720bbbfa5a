//! The ring store in English.

use super::{letter, letters, version};
use crate::{Named, RuleWords, Sentence};
use alloc::format;
use alloc::string::String;
use faultlab_core::hashing::ring::{
    Body, Change, Event, Membership, Message, Outcome, Record, Request, Response, RingStore, Rule, Timer, Via,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, RequestId, Setup};

pub(super) const SUMMARY: &str = "Keys and nodes lie on one ring, and the nodes clockwise from a key keep its copies: \
    when a node comes or goes, only the keys of its own arcs move. An acknowledged write survives \
    the loss of any W − 1 disks, and with R + W > N a read misses no write that was acknowledged before it was asked. A read may \
    return a write that is not acknowledged yet and a later one miss it again, and a write that its client repeats can take effect \
    twice: histories need not be linearizable.";

fn set(nodes: NodeSet) -> String {
    letters(nodes, ", ", " and ")
}

fn count(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn keys(number: u32) -> String {
    count(number, "key", "keys")
}

pub(super) fn event(setup: &Setup<RingStore>, node: NodeId, event: &Event) -> Sentence {
    let who = letter(node);
    match event {
        Event::Started { .. }
        | Event::Suspected { .. }
        | Event::RecallStarted
        | Event::RecallFinished { .. }
        | Event::EpochIssued { .. }
        | Event::EpochSettled { .. }
        | Event::EpochEntered { .. } => epoch_event(&who, event),
        Event::WriteStarted { .. }
        | Event::TooFewOwners { .. }
        | Event::CopyStored { .. }
        | Event::OldEpochRefused { .. }
        | Event::Acknowledged { .. }
        | Event::ReadReturned { .. }
        | Event::ReadRepaired { .. }
        | Event::Redirected { .. } => client_event(setup, &who, event),
        Event::TransferStarted { .. }
        | Event::TransferFinished { .. }
        | Event::Dropped { .. }
        | Event::HandedOff { .. } => transfer_event(setup, &who, event),
    }
}

fn issued(who: &str, view: &Membership, change: &Change) -> Sentence {
    let epoch = view.epoch;
    match change {
        Change::Join(node) => Sentence::new(
            format!("{} joins in epoch {epoch}.", letter(*node)),
            " Its points cut other nodes’ arcs: the keys behind them move to it, and no other key moves.",
        ),
        Change::Leave(node) => Sentence::new(
            format!("{} leaves in epoch {epoch}.", letter(*node)),
            " Each of its arcs passes to the next node clockwise; it keeps its keys until the new owners have them.",
        ),
        Change::Evict(node) => Sentence::new(
            format!("{who} removes {} in epoch {epoch}.", letter(*node)),
            format!(
                " Each of {}’s arcs passes to the next node clockwise, and its keys are a copy short until they are copied again.",
                letter(*node)
            ),
        ),
        Change::Rejoin(node) => Sentence::new(
            format!("{} is back, in epoch {epoch}.", letter(*node)),
            " It was removed for its silence and has been heard again: it gets its arcs back, and what was written there meanwhile.",
        ),
    }
}

fn epoch_event(who: &str, event: &Event) -> Sentence {
    match event {
        Event::Started { view, keys: 0, unreadable: 0, .. } => {
            Sentence::new(format!("{who} starts"), format!(" with an empty disk, in epoch {}.", view.epoch))
        }
        Event::Started { view, keys: held, unreadable, .. } => {
            let damage = match unreadable {
                0 => String::new(),
                number => format!(
                    " {} could not be read and {} skipped: nobody had been promised anything by a record torn in mid-write.",
                    count(*number, "record", "records"),
                    if *number == 1 { "was" } else { "were" }
                ),
            };
            Sentence::new(
                format!("{who} starts"),
                format!(" with {} from its disk, in epoch {}.{damage}", keys(*held), view.epoch),
            )
        }
        Event::Suspected { node } => Sentence::new(
            format!("{who} suspects {}:", letter(*node)),
            " no heartbeat for the detection timeout. Whether it is dead, cut off or slow, nobody can tell from here.",
        ),
        Event::RecallStarted => Sentence::new(
            format!("{who} asks what it held."),
            " Its disk was lost, and with it what it had confirmed to others. Until it has heard of that, it takes part in no read and no write.",
        ),
        Event::RecallFinished { heard, keys: held } => Sentence::new(
            format!("{who} takes part again"),
            format!(", with {}: {} have told it all that they hold of its keys.", keys(*held), set(*heard)),
        ),
        Event::EpochIssued { view, change } => issued(who, view, change),
        Event::EpochSettled { view } => Sentence::new(
            format!("Epoch {} has settled:", view.epoch),
            " every key lies where its new owners are, so nobody need ask the former ones any more.",
        ),
        Event::EpochEntered { view, foreign: 0, .. } => {
            Sentence::new(format!("{who} goes by epoch {}", view.epoch), " and still owns every key it holds.")
        }
        Event::EpochEntered { view, foreign, .. } => Sentence::new(
            format!("{who} goes by epoch {}", view.epoch),
            format!(" and has {} to hand off, because other nodes own them now.", keys(*foreign)),
        ),
        _ => Sentence::default(),
    }
}

fn client_event(setup: &Setup<RingStore>, who: &str, event: &Event) -> Sentence {
    let w = setup.config.write_quorum.min(setup.config.copies);
    match event {
        Event::TooFewOwners { client, key, owners, quorum } => Sentence::new(
            format!("{who} refuses the request of {client} for {key}:"),
            format!(
                " it needs {quorum} owners, and the key has only {owners}. With so few members nobody could ever answer it."
            ),
        ),
        Event::WriteStarted { id: RequestId { client, .. }, key, version: written } => Sentence::new(
            format!("{who} coordinates a write of {key} for {client}"),
            format!(
                " as version {}: it goes to all owners of the key, and {w} of their disks are enough.",
                version(*written)
            ),
        ),
        Event::CopyStored { key, item, .. } if !setup.on(Rule::SyncBeforeAck) => Sentence::new(
            format!("{who} has {key}={} at version {} in memory", item.value, version(item.version)),
            " and says so before its disk has it.",
        ),
        Event::CopyStored { key, item, via, .. } => {
            let why = match via {
                Via::Write => ", so it may tell the coordinator.",
                Via::Transfer => ": the copy came from another holder.",
            };
            Sentence::new(format!("{who} has {key}={} at version {} on disk", item.value, version(item.version)), why)
        }
        Event::OldEpochRefused { from, theirs, ours } if theirs == ours => Sentence::new(
            format!("{who} refuses a request of {}:", letter(*from)),
            format!(" both go by epoch {ours}, yet {who} does not own that key. They do not agree on who owns what."),
        ),
        Event::OldEpochRefused { from, theirs, ours } => Sentence::new(
            format!("{who} refuses a request of {}:", letter(*from)),
            format!(
                " {} goes by epoch {theirs}, which epoch {ours} has replaced. A copy written by old rules would be looked for elsewhere.",
                letter(*from)
            ),
        ),
        Event::Acknowledged { id: RequestId { client, .. }, key, version: written, copies }
            if !setup.on(Rule::SyncBeforeAck) =>
        {
            Sentence::new(
                format!("The write of {key} is acknowledged to {client}"),
                format!(" at version {}: {} took it, maybe in memory only.", version(*written), set(*copies)),
            )
        }
        Event::Acknowledged { id: RequestId { client, .. }, key, version: written, copies } => Sentence::new(
            format!("The write of {key} is acknowledged to {client}"),
            format!(" at version {}: it, or a newer one, is on the disks of {}.", version(*written), set(*copies)),
        ),
        Event::ReadReturned { id: RequestId { client, .. }, key, version: None, answers } => {
            Sentence::new(format!("{client} reads {key}:"), format!(" {} know nothing of it.", set(*answers)))
        }
        Event::ReadReturned { id: RequestId { client, .. }, key, version: Some(found), answers } => Sentence::new(
            format!("{client} reads {key}:"),
            format!(" version {}, the newest that {} hold.", version(*found), set(*answers)),
        ),
        Event::ReadRepaired { key, version: newest, node } => Sentence::new(
            format!("{who} repairs {key} at {}:", letter(*node)),
            format!(" that copy was old or missing, and the read has just seen version {}.", version(*newest)),
        ),
        Event::Redirected { client, key, epoch } => Sentence::new(
            format!("{client} asked the wrong node for {key}."),
            format!(
                " In epoch {epoch} {who} does not own it; the client had another epoch in mind, and gets this one to find its way."
            ),
        ),
        _ => Sentence::default(),
    }
}

fn transfer_event(setup: &Setup<RingStore>, who: &str, event: &Event) -> Sentence {
    match event {
        Event::TransferStarted { to, keys: sent, moving: 0, .. } => Sentence::new(
            format!("{who} copies {} to {}", keys(*sent), letter(*to)),
            ", which owns them as well and lacked them. This is re-replication: the copies here stay.",
        ),
        Event::TransferStarted { to, keys: sent, moving, .. } => Sentence::new(
            format!("{who} hands {} to {}", keys(*sent), letter(*to)),
            format!(
                ", which owns them now. {who} forgets the {moving} it no longer owns only when all keys of the epoch have arrived."
            ),
        ),
        Event::TransferFinished { to, keys: sent, .. } => {
            Sentence::new(format!("{} has {} on disk", letter(*to), keys(*sent)), format!(" that {who} sent."))
        }
        Event::Dropped { key, .. } if !setup.on(Rule::TransferBeforeDrop) => Sentence::new(
            format!("{who} forgets {key}:"),
            " the epoch gives it to others, and without the rule nobody asks whether they have it.",
        ),
        Event::Dropped { key, .. } => Sentence::new(
            format!("{who} forgets {key}:"),
            " it is no longer its own, every owner has the copy on disk, and the epoch has settled.",
        ),
        Event::HandedOff { epoch } => Sentence::new(
            format!("{who} has nothing left to hand off in epoch {epoch}"),
            ": every other owner has confirmed its copies.",
        ),
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    let epoch = message.view.epoch;
    match &message.body {
        Body::Heartbeat { .. } => format!("alive, epoch {epoch}"),
        Body::Publish => format!("epoch {epoch}"),
        Body::Recall { .. } => "what did I hold?".into(),
        Body::Recalled { items, .. } => format!("epoch {epoch}, {} of yours", keys(items.len() as u32)),
        Body::Write { key, item, .. } => format!("write {key}={} v{}", item.value, version(item.version)),
        Body::Stored { key, .. } => format!("{key} on disk"),
        Body::Read { key, .. } => format!("read {key}"),
        Body::Found { key, item: Some(item), .. } => format!("{key}={} v{}", item.value, version(item.version)),
        Body::Found { key, item: None, .. } => format!("{key}: none"),
        Body::OldEpoch => format!("no: epoch {epoch}"),
        Body::Offer { versions } => format!("I hold {}", keys(versions.len() as u32)),
        Body::Compared { want, .. } if !want.is_empty() => format!("send me {}", keys(want.len() as u32)),
        Body::Compared { stored, .. } if *stored > 0 => format!("{} on disk", keys(*stored)),
        Body::Compared { .. } => "I have them all".into(),
        Body::Transfer { items } => format!("here: {}", keys(items.len() as u32)),
    }
}

pub(super) fn request(request: &Request) -> String {
    match request {
        Request::Put { key, value } => format!("put {key}={value}"),
        Request::Get { key } => format!("get {key}"),
        Request::Join { node } => format!("{} shall join", letter(*node)),
        Request::Leave { node } => format!("{} shall leave", letter(*node)),
    }
}

pub(super) fn response(response: &Response) -> String {
    let epoch = response.view.epoch;
    match response.outcome {
        Outcome::Stored { version: written } => format!("stored, v{}", version(written)),
        Outcome::Found { item } => format!("{} (v{})", item.value, version(item.version)),
        Outcome::Absent => "no such key".into(),
        Outcome::NotMine => format!("not mine in epoch {epoch}"),
        Outcome::Changed => format!("done, epoch {epoch}"),
        Outcome::Busy => "not now".into(),
        Outcome::Refused => "refused".into(),
        Outcome::TooFew { owners, quorum } => format!("refused: {quorum} owners needed, {owners} there"),
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Put { key, item } => format!("{key}={} v{}", item.value, version(item.version)),
        Record::Drop { key } => format!("{key} dropped"),
        Record::Whole => "all that the lost disk held".into(),
        Record::Membership(view) if view.is_settled() => format!("epoch {}: {}", view.epoch, set(view.members)),
        Record::Membership(view) => format!("epoch {}: {}, moving", view.epoch, set(view.members)),
    }
}

pub(super) fn timer(timer: Timer) -> String {
    match timer {
        Timer::Heartbeat => "heartbeat".into(),
        Timer::Exchange => "comparing copies".into(),
        Timer::Silence(node) => format!("silence of {}", letter(node)),
        Timer::Recall => "asking again what it held".into(),
    }
}

pub(super) fn rule(slug: &str) -> Option<RuleWords> {
    let (name, without) = match slug {
        "distinct_physical_successors" => (
            "Keep copies on distinct nodes",
            "The next N points on the ring may belong to one node. Two of the three copies then lie on one disk, and a write counts them twice.",
        ),
        "transfer_before_drop" => (
            "Drop a key only after all its owners have it",
            "A node forgets a key as soon as an epoch says that it is another’s. If the transfer has not happened yet, the last copies go with it.",
        ),
        "ack_after_w" => (
            "Acknowledge a write only after W disks have it",
            "The coordinator answers as soon as its own disk has the write. Lose that one disk, and the acknowledged write is gone.",
        ),
        "reject_old_epoch" => (
            "Refuse requests of an old epoch",
            "A coordinator that missed a change keeps writing to the former owners. They take the copies, and readers look for them elsewhere.",
        ),
        "keep_newest" => (
            "Keep the newer version",
            "The copy that arrives last wins. A late duplicate of an old write then replaces a newer one that was acknowledged.",
        ),
        "sync_before_ack" => (
            "Sync before acknowledging",
            "Copies are confirmed while they are in memory only. A power failure takes a write that its client believes safe.",
        ),
        "joint_quorums" => (
            "Write to the former owners as well while keys move",
            "In a new epoch a write asks only the new owners. Some of them have not got the key yet, so it gets a lower version than a write that was acknowledged before it, and that older one outlives it.",
        ),
        "ask_versions" => (
            "Ask for the newest version before writing",
            "A coordinator numbers a write by its own copy. If that copy is behind, an acknowledged write gets a lower version than an older one and is replaced by it.",
        ),
        "version_by_request" => (
            "Tell versions apart by the request",
            "The coordinator’s name tells equal counters apart. If it forgets a number that it gave and another node kept, it gives it again: two values under one version, and copies that differ for ever.",
        ),
        "recall_lost_disk" => (
            "Ask what a lost disk held before counting again",
            "A node with an empty new disk answers that it holds nothing. A quorum with it in it no longer meets what was acknowledged.",
        ),
        "resume_on_settle" => (
            "Begin waiting requests anew when an epoch settles",
            "A request that waits for a former owner goes on waiting when the epoch settles, although nobody needs that answer any more. Nothing wakes it.",
        ),
        "common_seed" => (
            "Hash with one common seed",
            "Each process seeds its hash by itself, as Python’s string hash does. No two nodes agree on who owns a key.",
        ),
        "ring_placement" => (
            "Place keys on a ring",
            "Keys go to hash modulo the number of nodes. One node more, and nearly every key changes its owner.",
        ),
        "virtual_nodes" => (
            "Give each node many points",
            "With one point each, arcs differ wildly in length, and all keys of a lost node fall on a single neighbour.",
        ),
        _ => return None,
    };
    Some(RuleWords { name, without })
}

pub(super) fn invariant(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "durability" => (
            "Durability",
            "An acknowledged write, or a newer version of its key, survives the loss of any W − 1 disks.",
        ),
        "write_order" => (
            "Write order",
            "A write gets a greater version than every write of its key that was acknowledged before it was asked. Otherwise the older one outlives it.",
        ),
        "one_value" => ("One value", "All copies of one version hold the same value."),
        "regular_reads" => (
            "Regular reads",
            "If R + W > N, a read returns the newest value that was acknowledged when it was asked, or a newer one.",
        ),
        "epoch_agreement" => ("Epoch agreement", "The same epoch gives every key the same owners at every node."),
        "monotonicity" => {
            ("Monotonicity", "When members change, a key moves only from a node that went or to a node that came.")
        }
        "spread" => (
            "Spread",
            "A node takes a client’s write only for keys that it owns in the epoch it goes by, or owned before while keys move. So a key is in few places, however many views there are.",
        ),
        "full_replication" => (
            "Full replication",
            "Some time after the last fault, every owner that runs holds every acknowledged key of its own again.",
        ),
        "removal" => (
            "Removal of the dead",
            "Some time after the last fault, no dead node is a member, unless fewer than N would remain or the administrator itself is down.",
        ),
        "progress" => (
            "Progress",
            "Some time after the last fault, every request is answered, and every change of members has settled.",
        ),
        "balance" => (
            "Balance",
            "No node owns many more keys than the mean: so many at most that one ring in a million has more.",
        ),
        "load" => (
            "Load after a loss",
            "The keys of a lost node are shared among the others: no one takes more than in one ring in a million.",
        ),
        "keys_moved" => (
            "Minimal disruption",
            "When a node joins, about one key in n + 1 changes its owner: more than the bound in one ring in a million.",
        ),
        "acknowledges" => ("Writes succeed", "Some write is acknowledged."),
        "hands_off" => ("Keys are handed off", "Some key is forgotten by a former owner after its transfer."),
        "replicates_again" => ("Copies are transferred", "Some transfer to another owner is finished."),
        "settles" => ("Changes settle", "Some change of members is finished, with every key in its place."),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn field(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "members" => ("first members", "How many nodes are on the ring at first. The others are spares that can join."),
        "copies" => ("N, copies", "How many distinct nodes keep each key."),
        "read_quorum" => {
            ("R, read quorum", "How many answers a read waits for. If R + W > N, reads meet every acknowledged write.")
        }
        "write_quorum" => (
            "W, write quorum",
            "How many disks a write waits for. It then survives the loss of W − 1 of them. Before, N − W + 1 owners are asked for the newest version.",
        ),
        "virtual_nodes" => ("virtual nodes", "How many points each node has on the ring. More points, more even arcs."),
        "hash" => (
            "hash function",
            "How keys and points find their place. FNV-1a mixes less at its end, and the load shows it.",
        ),
        "hash_seed" => ("hash seed", "Another seed lays another ring."),
        "heartbeat_interval" => ("heartbeat interval", "How often a node tells the administrator that it is alive."),
        "detection_timeout" => (
            "detection timeout",
            "How long the administrator waits for a heartbeat before it removes a node. Short finds the dead soon and takes the slow for dead.",
        ),
        "exchange_interval" => {
            ("comparison interval", "How often a node compares its copies with those of other owners.")
        }
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "view" => "membership",
        "items" => "copies",
        "operations" => "requests under way",
        "foreign" => "keys to hand off",
        "compared" => "owners that have all",
        "handed_off" => "all handed off",
        "recall" => "what it knows of its lost disk",
        "administrator" => "administrator",
        _ => return None,
    })
}
