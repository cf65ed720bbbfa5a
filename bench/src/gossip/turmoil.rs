//! The load on turmoil: a host for each node, datagrams between them.

use super::{HOPS, LATENCY, LOST_ONE_IN, MINORITY, NODES, REFILL, SIMULATED, SPLIT_EVERY, SPLIT_FOR};
use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;
use turmoil::net::UdpSocket;
use turmoil::{Builder, Result};

const PORT: u16 = 9000;
const TICK: Duration = Duration::from_millis(1);

/// Runs the load once and counts deliveries and new messages.
pub fn run(seed: u64) -> u64 {
    let mut simulation = Builder::new()
        .rng_seed(seed)
        .tick_duration(TICK)
        .simulation_duration(SIMULATED * 2)
        .min_message_latency(LATENCY)
        .max_message_latency(LATENCY)
        .udp_capacity(1024)
        // A link that breaks for one message and is whole again for the next: independent loss.
        .fail_rate(1.0 / f64::from(LOST_ONE_IN))
        .repair_rate(1.0)
        .build();
    let events = Rc::new(Cell::new(0));
    for node in 0..NODES {
        let events = Rc::clone(&events);
        simulation.host(name(node), move || gossip(node, seed, Rc::clone(&events)));
    }
    let mut now = Duration::ZERO;
    while now < SIMULATED {
        let phase = now.as_millis() % SPLIT_EVERY.as_millis();
        if phase == 0 {
            for_each_crossing(|a, b| simulation.partition(a, b));
        } else if phase == SPLIT_FOR.as_millis() {
            for_each_crossing(|a, b| simulation.repair(a, b));
        }
        simulation.step().expect("no host fails");
        now += TICK;
    }
    events.get()
}

async fn gossip(node: u8, seed: u64, events: Rc<Cell<u64>>) -> Result {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let others = (0..NODES).filter(|other| *other != node);
    let others: Vec<SocketAddr> = others.map(|other| SocketAddr::new(turmoil::lookup(name(other)), PORT)).collect();
    let mut random = seed << 8 | u64::from(node);
    let mut refill = tokio::time::interval(REFILL);
    let mut buffer = [0; 1];
    loop {
        let hops = tokio::select! {
            received = socket.recv_from(&mut buffer) => { received?; buffer[0] }
            _ = refill.tick() => HOPS,
        };
        events.set(events.get() + 1);
        if hops > 0 {
            socket.send_to(&[hops - 1], others[below(&mut random, others.len())]).await?;
        }
    }
}

fn name(node: u8) -> String {
    format!("n{node}")
}

fn for_each_crossing(mut act: impl FnMut(String, String)) {
    for inside in 0..MINORITY {
        for outside in MINORITY..NODES {
            act(name(inside), name(outside));
        }
    }
}

/// splitmix64, the cheapest generator that will do: the simulator is measured, not its dice.
fn below(state: &mut u64, count: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((u128::from(mixed ^ mixed >> 31) * count as u128) >> 64) as usize
}
