//! Single steps of a node.

use super::{Event, GIVER, Message, Request, Response, Rule, SkeletonName};
use crate::{Answers, ClientId, Cx, Disk, Effect, Input, NodeId, Protocol, RequestId, Setup, Time};
use alloc::vec::Vec;

/// No step of this protocol asks anything.
struct NoAnswers;

impl Answers for NoAnswers {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

const ID: RequestId = RequestId { client: ClientId(1), sequence: 1 };

/// What a fresh node does with these inputs.
fn effects(setup: &Setup<SkeletonName>, me: NodeId, inputs: Vec<Input<SkeletonName>>) -> Vec<Effect<SkeletonName>> {
    let (mut effects, mut answers) = (Vec::new(), NoAnswers);
    let mut cx = Cx::new(setup, me, &mut effects, &mut answers);
    let mut node = SkeletonName::boot(&Disk::new(SkeletonName::AREAS.len()), &mut cx);
    for input in inputs {
        node.step(input, &mut cx);
    }
    effects
}

fn places(effects: &[Effect<SkeletonName>]) -> (Option<usize>, Option<usize>) {
    let sync = effects.iter().position(|effect| matches!(effect, Effect::Sync { .. }));
    let event = effects.iter().position(|effect| matches!(effect, Effect::Emit(Event::Given { number: 1, id: ID })));
    (sync, event)
}

#[test]
fn a_number_is_synced_before_it_is_given() {
    let ask = || [Input::Request { id: ID, request: Request::Next }].into();
    let mut setup = Setup::new(2);
    let (sync, event) = places(&effects(&setup, GIVER, ask()));
    assert!(sync.is_some() && sync < event, "{sync:?} {event:?}");
    setup.rules.set(Rule::SyncBeforeGiving.into(), false);
    let (sync, event) = places(&effects(&setup, GIVER, ask()));
    assert!(event.is_some() && event < sync, "{sync:?} {event:?}");
}

#[test]
fn another_node_asks_the_giver_and_answers_once() {
    let given = || Input::Message { from: GIVER, message: Message::Given { id: ID, number: 7 } };
    let inputs = [Input::Request { id: ID, request: Request::Next }, given(), given()].into();
    let effects = effects(&Setup::new(2), NodeId(1), inputs);
    assert!(effects.contains(&Effect::Send { to: GIVER, message: Message::Ask { id: ID } }), "{effects:?}");
    let reply = Effect::Reply { to: ID.client, id: ID, response: Response { number: 7 } };
    assert_eq!(effects.iter().filter(|effect| **effect == reply).count(), 1, "{effects:?}");
}
