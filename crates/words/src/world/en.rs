//! English.

use alloc::format;
use alloc::string::String;
use faultlab_core::{LossReason, Void};

use super::{Dial, WorldEvent, percent};
use crate::Sentence;

pub(super) fn sentence(event: &WorldEvent<'_>) -> Sentence {
    match *event {
        WorldEvent::Booted { node, again: false } => Sentence::new(format!("{node} starts"), "."),
        WorldEvent::Booted { node, again: true } => {
            Sentence::new(format!("{node} restarts"), " and recovers from its disk.")
        }
        WorldEvent::Sent { from, to, message } => Sentence::new(format!("{from} sends {to}"), format!(": {message}.")),
        WorldEvent::Lost { from, to, message, reason } => lost(from, to, message, reason),
        WorldEvent::Duplicated { from, to } => {
            Sentence::new(format!("A message from {from} to {to} is duplicated"), "; both copies are on their way.")
        }
        WorldEvent::Delivered { from, to, message } => {
            Sentence::new(format!("{to} receives from {from}"), format!(": {message}."))
        }
        WorldEvent::Queued { from, to } => {
            Sentence::new(format!("A message from {from} waits at {to}"), ", which stands still.")
        }
        WorldEvent::Delayed { from, to } => Sentence::new(format!("You delay a message from {from} to {to}"), "."),
        WorldEvent::Held { from, to } => {
            Sentence::new(format!("You hold a message from {from} to {to}"), " until you let it go.")
        }
        WorldEvent::Released { from, to } => Sentence::new(format!("You let a message from {from} to {to} go on"), "."),
        WorldEvent::Fired { node, timer } => Sentence::new(format!("{node}: {timer}"), " – the timer has run out."),
        WorldEvent::Synced { node } => {
            Sentence::new(format!("{node} has synced its disk"), "; what waited for that may leave now.")
        }
        WorldEvent::Invoked { client, request } => Sentence::new(format!("The {client} asks"), format!(": {request}.")),
        WorldEvent::Retried { client, attempt } => Sentence::new(
            format!("The {client} asks again"),
            format!(", time {}, after no useful answer.", attempt + 1),
        ),
        WorldEvent::Returned { client, request, response, refused } => {
            let verb = if refused { "is refused" } else { "has its answer" };
            Sentence::new(format!("The {client} {verb}"), format!(" to “{request}”: {response}."))
        }
        WorldEvent::Set(ref dial) => Sentence::new("You set", format!(" {}.", self::dial(dial))),
        WorldEvent::Broken { invariant } => Sentence::new(format!("{invariant} is broken"), "."),
        WorldEvent::Reached { invariant } => Sentence::new(format!("Seen: {invariant}"), "."),
        WorldEvent::Void(void) => Sentence::new("Nothing happens", format!(": {}.", self::void(void))),
        _ => fault(event),
    }
}

fn fault(event: &WorldEvent<'_>) -> Sentence {
    match *event {
        WorldEvent::Crashed { node, lost: 0 } => {
            Sentence::new(format!("{node} crashes"), ". All it had written is on its disk; its memory is gone.")
        }
        WorldEvent::Crashed { node, lost } => {
            let records = if lost == 1 { "One unsynced write is" } else { "Its unsynced writes are" };
            Sentence::new(format!("{node} crashes"), format!(". {records} lost with its memory ({lost})."))
        }
        WorldEvent::Paused { node } => {
            Sentence::new(format!("{node} stands still"), ": nothing leaves it, and what arrives waits.")
        }
        WorldEvent::Resumed { node } => {
            Sentence::new(format!("{node} goes on"), ": overdue timers fire first, then what waited arrives.")
        }
        WorldEvent::Slowed { node, percent: 100 } => Sentence::new(format!("{node} is as fast as usual again"), "."),
        WorldEvent::Slowed { node, percent } => Sentence::new(
            format!("{node} is slow"),
            format!(": its disk and links take {percent} % of the usual time."),
        ),
        WorldEvent::Cut { from, to } => {
            Sentence::new(format!("The link from {from} to {to} is cut"), ". What is on it is lost.")
        }
        WorldEvent::Healed { from, to } => Sentence::new(format!("The link from {from} to {to} works again"), "."),
        WorldEvent::Skewed { node, ppm: 0 } => Sentence::new(format!("{node}’s clock runs true again"), "."),
        WorldEvent::Skewed { node, ppm } => {
            let way = if ppm > 0 { "fast" } else { "slow" };
            Sentence::new(format!("{node}’s clock runs {way}"), format!(" by {}.", percent(ppm.unsigned_abs())))
        }
        WorldEvent::Corrupted { node, area, at } => {
            let rest = format!(": record {at} of its {area} no longer matches its checksum.");
            Sentence::new(format!("{node}’s disk rots"), rest)
        }
        WorldEvent::Torn { node, area } => {
            let rest = format!(" while it writes to its {area}: the record stays behind torn.");
            Sentence::new(format!("{node} loses power"), rest)
        }
        WorldEvent::Wiped { node } => Sentence::new(format!("{node}’s disk is replaced by an empty one"), "."),
        _ => Sentence::default(),
    }
}

fn lost(from: &str, to: &str, message: &str, reason: LossReason) -> Sentence {
    let why = match reason {
        LossReason::Network => "the network loses it".into(),
        LossReason::Cut => "the link is cut".into(),
        LossReason::Dropped => "you dropped it".into(),
        LossReason::Down => format!("{to} is down"),
    };
    Sentence::new(format!("A message from {from} to {to} is lost"), format!(": {why} ({message})."))
}

fn dial(dial: &Dial<'_>) -> String {
    match *dial {
        Dial::LossPpm(ppm) => format!("message loss to {}", percent(ppm)),
        Dial::DuplicationPpm(ppm) => format!("duplication to {}", percent(ppm)),
        Dial::Latency { min, max } => format!("latency to {min}–{max}"),
        Dial::Stepwise(true) => "the world to happen only as told".into(),
        Dial::Stepwise(false) => "the world to go on by itself".into(),
        Dial::InOrder(true) => "links to keep the order".into(),
        Dial::InOrder(false) => "links to reorder freely".into(),
        Dial::SyncTime { min, max } => format!("the time of a disk sync to {min}–{max}"),
        Dial::Clients(clients) => format!("the number of clients to {clients}"),
        Dial::Think { min, max } => format!("the time between requests to {min}–{max}"),
        Dial::ReadsPpm(ppm) => format!("the share of reads to {}", percent(ppm)),
        Dial::Keys(keys) => format!("the number of keys to {keys}"),
        Dial::Retry(span) => format!("the clients’ patience to {span}"),
        Dial::Config { name, value } => format!("{name} to {value}"),
        Dial::Rule { name, on: true } => format!("the rule “{name}” on"),
        Dial::Rule { name, on: false } => format!("the rule “{name}” off"),
    }
}

fn void(void: Void) -> &'static str {
    match void {
        Void::NoSuchPacket => "the message is no longer on its way",
        Void::NoSuchNode => "there is no such node",
        Void::NoSuchClient => "there is no such client",
        Void::NoSuchArea => "the disk has no such area",
        Void::NoSuchRecord => "there is no such record",
        Void::NotArmed => "the timer is not running",
        Void::NothingToSync => "there is nothing to sync",
        Void::NothingBeingWritten => "nothing is being written there",
        Void::NodeIsDown => "the node is down",
        Void::NodeIsUp => "the node is up",
        Void::NodeIsPaused => "the node stands still",
        Void::NodeIsNotPaused => "the node does not stand still",
        Void::NotHeld => "the message is not held",
        Void::AlreadySo => "it is so already",
        Void::NothingOutstanding => "the client waits for nothing",
        Void::QueueIsFull => "too many requests wait already",
        Void::OutOfRange => "the value is out of range",
    }
}
