//! Verbs on a message.

use faultlab_core::Span;
use faultlab_sim::PacketName;

use super::super::scene::Scene;
use super::Verb;

pub(super) fn verbs(scene: &Scene, name: PacketName) -> Vec<Verb> {
    let words = &scene.words.packet;
    let Some(packet) = scene.moment.packets.iter().find(|packet| packet.name == name) else { return Vec::new() };
    let mut verbs = Vec::new();
    if !packet.waiting {
        verbs.push(Verb::act(words.deliver, format!("deliver {name}")));
    }
    verbs.push(Verb::harm(words.drop, format!("drop {name}")));
    if !packet.waiting {
        // Longer than any other packet takes: it will be overtaken.
        let by = Span::micros(scene.moment.network.latency_max.0.saturating_mul(2).max(1_000));
        verbs.push(Verb::act(
            format!("{} +{}", words.delay, crate::text::format::span(by)),
            format!("delay {name} {by}"),
        ));
    }
    verbs.push(Verb::act(words.duplicate, format!("duplicate {name}")));
    if packet.held {
        verbs.push(Verb::act(words.release, format!("release {name}")));
    } else if !packet.waiting {
        verbs.push(Verb::act(words.hold, format!("hold {name}")));
    }
    verbs
}
