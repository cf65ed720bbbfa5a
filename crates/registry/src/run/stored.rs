//! The branches of a run as text, to be kept over a reload of the page.
//!
//! A line for what is shown, then for every branch its own line, one for each gesture and one for each act. Acts are spelled as in a
//! scenario, so nothing here knows a protocol.

use std::fmt::Write;
use std::slice::from_ref;

use faultlab_core::{Protocol, Time};
use faultlab_scenario::text::{Cluster, read_script, write_action, write_script};
use faultlab_sim::{Act, Brought, Gesture, Origin, Stored, StoredBranch};

const OPENED: &str = "opened";
const FOUND: &str = "found";
const SHRUNK: &str = "shrunk";
/// Before the action that began a branch.
const ACT: &str = "act ";

pub(super) fn write<P: Protocol>(stored: &Stored<P>) -> String {
    let mut out = format!("{} {} {}\n", stored.current, stored.position, stored.now.0);
    for branch in &stored.branches {
        let (parent, position) = branch.parent.map_or((-1, 0), |(parent, position)| (parent as i64, position));
        let (before, at) = branch.before;
        let (forked, inherited, steps) = (branch.forked_at.0, branch.inherited, branch.steps);
        let _ = write!(out, "branch {parent} {position} {forked} {inherited} {before} {} {steps} ", at.0);
        match &branch.origin {
            Origin::Opened => out.push_str(OPENED),
            Origin::Brought(Brought::Found) => out.push_str(FOUND),
            Origin::Brought(Brought::Shrunk) => out.push_str(SHRUNK),
            Origin::Act(action) => out.extend([ACT, &write_action(action)]),
        }
        out.push('\n');
        for Gesture { number, position, now } in &branch.gestures {
            let _ = writeln!(out, "gesture {number} {position} {}", now.0);
        }
        for Act { at, after, scripted, gesture, by_person } in &branch.acts {
            let _ = writeln!(
                out,
                "act {gesture} {} {} {after} {}",
                u8::from(*by_person),
                at.0,
                write_script(from_ref(scripted))
            );
        }
    }
    out
}

/// None if it is not such a text.
pub(super) fn read<P: Protocol>(text: &str, cluster: &Cluster) -> Option<Stored<P>> {
    let mut lines = text.lines();
    let ([current, position, now], "") = numbers(lines.next()?)? else { return None };
    let mut stored =
        Stored { branches: Vec::new(), current: current as usize, position: position as usize, now: Time(now) };
    for line in lines {
        let (kind, line) = line.split_once(' ')?;
        match kind {
            "branch" => stored.branches.push(read_branch(line, cluster)?),
            "gesture" => {
                let ([number, position, now], "") = numbers(line)? else { return None };
                let gesture = Gesture { number: number as u32, position: position as usize, now: Time(now) };
                stored.branches.last_mut()?.gestures.push(gesture);
            }
            "act" => {
                let ([gesture, by_person, at, after], scripted) = numbers(line)?;
                let scripted = read_script(scripted, cluster).ok()?.pop()?;
                let (at, after, gesture) = (Time(at), after as u32, gesture as u32);
                stored.branches.last_mut()?.acts.push(Act { at, after, scripted, gesture, by_person: by_person == 1 });
            }
            _ => return None,
        }
    }
    Some(stored)
}

fn read_branch<P: Protocol>(line: &str, cluster: &Cluster) -> Option<StoredBranch<P>> {
    let (parent, line) = line.split_once(' ')?;
    let parent: i64 = parent.parse().ok()?;
    let ([position, forked, inherited, before, at, steps], origin) = numbers(line)?;
    let origin = match origin {
        OPENED => Origin::Opened,
        FOUND => Origin::Brought(Brought::Found),
        SHRUNK => Origin::Brought(Brought::Shrunk),
        _ => Origin::Act(read_script(origin.strip_prefix(ACT)?, cluster).ok()?.pop()?.action),
    };
    Some(StoredBranch {
        parent: usize::try_from(parent).ok().map(|parent| (parent, position as usize)),
        origin,
        forked_at: Time(forked),
        inherited: inherited as usize,
        before: (before as usize, Time(at)),
        acts: Vec::new(),
        gestures: Vec::new(),
        steps: steps as usize,
    })
}

/// The numbers with which a line begins, and what comes after them.
fn numbers<const N: usize>(line: &str) -> Option<([u64; N], &str)> {
    let mut numbers = [0; N];
    let mut left = line;
    for number in &mut numbers {
        let (word, after) = left.split_once(' ').unwrap_or((left, ""));
        *number = word.parse().ok()?;
        left = after;
    }
    Some((numbers, left))
}
