//! What a newcomer is invited to do next in a fresh cluster: one thing at a time, each following from what happened. It asks for
//! nothing and blocks nothing: whoever does something else is not disturbed.

use faultlab_core::{NodeId, Span, Time};
use faultlab_registry::{CheckState, Lab, Moment, NodeView};
use faultlab_words::Lang;

use crate::run::player::Player;
use crate::views::{self, Invite, Tone, view_of};

/// What has been done needs so long to show, at most, before the next invitation.
const SETTLES_WITHIN: Span = Span::millis(800);

/// With these words a play begins in which only what is ordered happens.
const PLAYED: &str = "set stepwise on";

/// These words switch a rule.
const BENT: &str = "set rule";

/// An invitation as things stand.
pub(super) struct Invitation {
    /// What leads to it.
    pub(super) words: &'static str,
    /// What it invites to; none once all is done.
    pub(super) invite: Option<Invite>,
    /// The moment for it has come.
    pub(super) is_due: bool,
}

/// What has been done of the invitations, and when the last of it was.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Done {
    count: usize,
    last: Time,
}

impl Done {
    /// Reads the acts of the present branch up to now. None where something is planned: a lesson leads by itself, and so does a play
    /// that was found.
    pub(super) fn read(lab: &dyn Lab) -> Option<Self> {
        let scenario = lab.scenario();
        let invites = view_of(lab.about().slug).invites;
        let is_lesson = !scenario.captions.is_empty() || !scenario.title.is_empty();
        let is_play = !scenario.steps.is_empty() || scenario.schedule.iter().any(|line| line.contains(PLAYED));
        // What they say is so by the rules of the protocol.
        let is_bent = !scenario.rules_off.is_empty() || scenario.schedule.iter().any(|line| line.contains(BENT));
        if invites.is_empty() || is_lesson || is_play || is_bent {
            return None;
        }
        let mut done = Self { count: 0, last: Time::ZERO };
        for line in &scenario.schedule {
            let Some((at, acts)) = split(line).filter(|(at, _)| *at <= lab.now()) else { continue };
            // One gesture may be several acts, such as a partition made of cuts.
            if invites.get(done.count).is_some_and(|invite| acts.split(" · ").any(|act| follows(*invite, act))) {
                done = Self { count: done.count + 1, last: at };
            }
        }
        Some(done)
    }

    pub(super) fn next(self, player: &Player) -> Option<Invitation> {
        let lab = player.lab();
        let view = view_of(lab.about().slug);
        let words = (view.invite_words)(player.lang()).get(self.count).copied()?;
        let invite = view.invites.get(self.count).copied();
        let moment = player.moment();
        if !is_possible(invite, player, &moment) {
            return None;
        }
        let passed = moment.now.since(self.last) >= SETTLES_WITHIN;
        let faces = views::faces(player);
        let mut tones = tones(&moment, faces.iter().map(|face| face.tone));
        let is_due = match invite {
            Some(Invite::CrashMiddle) => middle_decides(&mut tones),
            Some(Invite::Restart) => passed || tones.any(|(_, tone)| matches!(tone, Tone::Leading | Tone::Suspect)),
            Some(Invite::Heal) => {
                let sides = crate::run::islands::sides(&moment);
                let larger = sides.into_iter().max_by_key(Vec::len).unwrap_or_default();
                passed || tones.any(|(node, tone)| tone == Tone::Leading && larger.contains(&node))
            }
            Some(Invite::CrashLeader | Invite::CrashOne | Invite::Ask | Invite::Partition) => true,
            None => passed,
        };
        Some(Invitation { words, invite, is_due })
    }
}

/// The moment and the acts of a line of the schedule.
fn split(line: &str) -> Option<(Time, &str)> {
    let (when, acts) = line.strip_prefix("at ")?.split_once(' ')?;
    let at = when.split_once('+').map_or(when, |(at, _)| at);
    Some((Time(Span::parse(at)?.0), acts))
}

/// Whether an act of scenario text is what an invitation asks for.
fn follows(invite: Invite, act: &str) -> bool {
    let verb = match invite {
        Invite::CrashLeader | Invite::CrashOne => "crash",
        Invite::CrashMiddle => "crash n1",
        Invite::Restart => "restart",
        Invite::Ask => "request c0",
        Invite::Partition => "partition",
        Invite::Heal => "heal",
    };
    act.strip_prefix(verb).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether things stand as the words of an invitation say. The words behind the last one look back: for them all must be whole.
fn is_possible(invite: Option<Invite>, player: &Player, moment: &Moment) -> bool {
    let is_whole = moment.nodes.iter().all(|node| node.up) && moment.cuts.is_empty();
    match invite {
        Some(Invite::CrashLeader | Invite::Partition) => views::leader(player).is_some(),
        Some(Invite::CrashMiddle) => moment.nodes.first().is_some_and(|node| node.up),
        Some(Invite::CrashOne | Invite::Ask) => true,
        Some(Invite::Restart) => moment.nodes.iter().any(|node| !node.up),
        Some(Invite::Heal) => crate::run::islands::sides(moment).len() == 2,
        None => is_whole && player.checks().iter().all(|check| check.state != CheckState::Broken),
    }
}

/// The tones of the nodes that are up, each with its number.
fn tones(moment: &Moment, tones: impl Iterator<Item = Tone>) -> impl Iterator<Item = (usize, Tone)> {
    let up = moment.nodes.iter().zip(tones).filter(|(node, _)| node.up);
    up.map(|(node, tone)| (node.id.index(), tone))
}

/// The act that an invitation asks for, with the words of its button; none if it cannot be done as things stand, or if what mends
/// is offered anyway.
pub(super) fn act(player: &Player, invite: Invite) -> Option<(String, String)> {
    let words = &player.words().caption;
    let lab = player.lab();
    let moment = player.moment();
    let is_whole = moment.nodes.iter().all(|node| node.up) && moment.cuts.is_empty();
    let crash = |node: &NodeView| ((words.crash)(&node.name), format!("crash {}", node.id));
    match invite {
        _ if !is_whole => None,
        Invite::CrashLeader => {
            let leader = views::leader(player)?;
            Some((words.crash_leader.to_owned(), format!("crash {leader}")))
        }
        Invite::CrashMiddle => moment.nodes.first().map(crash),
        Invite::CrashOne => moment.nodes.get(1).map(crash),
        Invite::Ask => {
            let of = |node: &NodeView| {
                let request = lab.requests_on(node.id, player.lang()).into_iter().next()?;
                Some((format!("{}{}{}", node.name, words.colon, request.verb), request.act))
            };
            moment.nodes.iter().rev().find_map(of)
        }
        Invite::Partition => {
            let leader = views::leader(player)?;
            Some(partition(leader, moment.nodes.len())).map(|(sides, act)| ((words.divide)(sides.0, sides.1), act))
        }
        Invite::Restart | Invite::Heal => None,
    }
}

/// Does what an invitation asks for. What is to be crashed while it decides something is followed until it does.
pub(super) fn follow(player: &Player, invite: Invite, act: &str) {
    if invite == Invite::CrashMiddle {
        let view = view_of(player.lab().about().slug);
        player.go_on_until(|lab| {
            let moment = lab.moment(Lang::En);
            let faces = (view.nodes)(lab, &moment.nodes, Lang::En);
            middle_decides(&mut tones(&moment, faces.iter().map(|face| face.tone)))
        });
    }
    player.act(act);
}

/// Whether the node that the others turn around decides something.
fn middle_decides(tones: &mut impl Iterator<Item = (usize, Tone)>) -> bool {
    tones.next() == Some((0, Tone::Deciding))
}

/// The largest minority with the leader in it, against the rest.
fn partition(leader: NodeId, nodes: usize) -> ((usize, usize), String) {
    let few = (nodes.saturating_sub(1) / 2).max(1);
    let from = |first: usize, count: usize| {
        let members = (first..first + count).map(|index| NodeId(((leader.index() + index) % nodes) as u8).to_string());
        members.collect::<Vec<_>>().join(" ")
    };
    let act = format!("partition {} | {}", from(0, few), from(few, nodes - few));
    ((few, nodes - few), act)
}
