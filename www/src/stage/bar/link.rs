//! Verbs on a link and on a client.

use faultlab_core::{ClientId, Endpoint};

use super::super::acts;
use super::super::scene::Scene;
use super::Verb;

pub(super) fn verbs(scene: &Scene, a: Endpoint, b: Endpoint) -> Vec<Verb> {
    let words = &scene.words.link;
    let (a_name, b_name) = (scene.name(a), scene.name(b));
    let mut verbs = Vec::new();
    for ((from, to), (from_name, to_name)) in [((a, b), (&a_name, &b_name)), ((b, a), (&b_name, &a_name))] {
        verbs.push(if scene.is_cut(from, to) {
            Verb::act((words.heal)(from_name, to_name), format!("heal {from}->{to}"))
        } else {
            Verb::harm((words.cut)(from_name, to_name), format!("cut {from}->{to}"))
        });
    }
    let both = [(a, b), (b, a)];
    match acts::heal_cut(&both, &scene.moment.cuts) {
        Some(text) => verbs.push(Verb::act(words.heal_both, text)),
        None => verbs.extend(acts::cut_open(&both, &scene.moment.cuts).map(|text| Verb::harm(words.cut_both, text))),
    }
    verbs
}

pub(super) fn client_verbs(scene: &Scene, client: ClientId) -> Vec<Verb> {
    let waits = scene.moment.clients.get(client.index()).is_some_and(|view| view.waiting.is_some());
    if waits { vec![Verb::act(scene.words.client.ask_again, format!("retry {client}"))] } else { Vec::new() }
}
