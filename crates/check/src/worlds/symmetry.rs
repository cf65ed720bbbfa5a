//! Worlds that differ only in which node is which count as one.
//!
//! The renamings are all those of the nodes that are alike where the search begins: in config, rules, requests and the first world. Of
//! every slot, packet and ghost the content hash under each renaming is kept, so that the fingerprint of a world under each is a sum
//! like its own. The least of them stands for the world; the world itself stays as it was met, so a counterexample needs no renaming back.
//!
//! Content hashes under each renaming stand beside the tables, so a world's fingerprint under each is a sum as well,
//! worked out for a candidate without building it; the least one is looked up among the visited. The world itself goes
//! on as it was met: a counterexample needs no renaming back. Exact means that the sizes of all orbits come to the full
//! count (`tests/explorer.rs`): a part that is renamed wrongly shows there. Where whom clients ask follows from numbers
//! (Raft's routes), no renaming gives the same cluster, and the search refuses while clients ask.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::kit::stable_hash;
use faultlab_core::{Endpoint, NodeId, Outgoing, Protocol, Renaming, Slot};
use faultlab_sim::Payload;

use super::local::{Parcel, canonical};
use super::tables::{HEAD, Tables, client_hash, ghost_hash};

/// No more renamings than these are tried: those of six nodes. Of more nodes that are alike, some keep their names.
const RENAMINGS_MAX: usize = 720;

/// Why no two worlds can be told to be the same up to a renaming.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asymmetry {
    /// The protocol does not say how its parts are renamed.
    Unsaid,
    /// Whom clients ask follows from the numbers of the nodes.
    Clients,
    /// No two nodes are alike where the search begins.
    NoneAlike,
}

/// Content hashes under each renaming.
#[derive(Clone)]
pub(super) struct Renamed {
    /// The new name of each node.
    group: Vec<Vec<NodeId>>,
    /// For each thing in the order of its number, a hash under each renaming.
    slots: Vec<u64>,
    clients: Vec<u64>,
    packets: Vec<u64>,
    ghosts: Vec<u64>,
}

impl Renamed {
    /// The renamings of what the tables begin with.
    pub(super) fn of<P: Protocol>(tables: &Tables<P>) -> Result<Self, Asymmetry> {
        let symmetry = P::symmetry().ok_or(Asymmetry::Unsaid)?;
        if symmetry.route.is_none() && tables.first_packet() > tables.first_client() {
            return Err(Asymmetry::Clients);
        }
        let mut classes: Vec<Vec<NodeId>> = Vec::new();
        for node in NodeId::all(tables.setup.nodes) {
            match classes.iter_mut().find(|class| keeps_all(tables, &swap(tables.setup.nodes, class[0], node))) {
                Some(class) => class.push(node),
                None => classes.push(vec![node]),
            }
        }
        let group = group(tables.setup.nodes, classes);
        if group.len() < 2 {
            return Err(Asymmetry::NoneAlike);
        }
        let (slots, clients, packets, ghosts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut renamed = Self { group, slots, clients, packets, ghosts };
        renamed.catch_up(tables);
        Ok(renamed)
    }

    /// Works out what has come to the tables since.
    pub(super) fn catch_up<P: Protocol>(&mut self, tables: &Tables<P>) {
        let count = self.group.len();
        let group: Vec<Renaming<'_, P>> = self.group.iter().map(|to| Renaming::new(&tables.setup, to)).collect();
        let fill = |hashes: &mut Vec<u64>, things: usize, hash: &dyn Fn(u32, &Renaming<'_, P>) -> u64| {
            for thing in hashes.len() / count..things {
                hashes.extend(group.iter().map(|by| hash(thing as u32, by)));
            }
        };
        fill(&mut self.slots, tables.slots.len(), &|slot, by| slot_hash(tables, slot, by));
        fill(&mut self.clients, tables.clients.len(), &|client, by| renamed_client_hash(tables, client, by));
        fill(&mut self.packets, tables.packets.len(), &|packet, by| packet_hash(tables, packet, by));
        fill(&mut self.ghosts, tables.ghosts.len(), &|ghost, by| renamed_ghost_hash(tables, ghost, by));
    }

    fn row<'a>(&self, hashes: &'a [u64], thing: u32) -> &'a [u64] {
        let begin = thing as usize * self.group.len();
        &hashes[begin..begin + self.group.len()]
    }

    pub(super) fn slot(&self, slot: u32) -> &[u64] {
        self.row(&self.slots, slot)
    }

    pub(super) fn client(&self, client: u32) -> &[u64] {
        self.row(&self.clients, client)
    }

    pub(super) fn packet(&self, packet: u32) -> &[u64] {
        self.row(&self.packets, packet)
    }

    pub(super) fn ghost(&self, ghost: u32) -> &[u64] {
        self.row(&self.ghosts, ghost)
    }

    pub(super) fn bytes(&self) -> usize {
        [&self.slots, &self.clients, &self.packets, &self.ghosts].iter().map(|hashes| hashes.capacity() * 8).sum()
    }
}

impl<P: Protocol> Tables<P> {
    /// From now on, worlds that are the same up to a renaming have one fingerprint.
    ///
    /// # Errors
    /// Why no two are.
    pub(super) fn use_symmetry(&mut self) -> Result<(), Asymmetry> {
        self.renamed = Some(Renamed::of(self)?);
        Ok(())
    }

    /// The fingerprints of a world under each renaming; none without symmetry.
    pub(super) fn sums(&self, words: &[u32]) -> Vec<u64> {
        let Some(renamed) = &self.renamed else { return Vec::new() };
        let mut sums = vec![self.head_hash(words, 0); renamed.group.len()];
        let mut add = |row: &[u64]| sums.iter_mut().zip(row).for_each(|(sum, hash)| *sum = sum.wrapping_add(*hash));
        let (first_client, first_packet) = (self.first_client(), self.first_packet());
        add(renamed.ghost(self.ghost_in(words)));
        words[HEAD..first_client].iter().for_each(|slot| add(renamed.slot(*slot)));
        words[first_client..first_packet].iter().for_each(|client| add(renamed.client(*client)));
        words[first_packet..].iter().for_each(|packet| add(renamed.packet(*packet)));
        sums
    }

    /// How many worlds are the same as one up to a renaming; without symmetry, it alone.
    pub(super) fn orbit(&self, words: &[u32]) -> u64 {
        let sums = self.sums(words);
        let Some(least) = sums.iter().min() else { return 1 };
        let same = sums.iter().filter(|sum| *sum == least).count();
        (sums.len() / same) as u64
    }
}

impl Renamed {
    /// What stands for a world and all that are the same up to a renaming, by the fingerprints under each.
    #[inline]
    pub(super) fn least(&self, fingerprint: impl Fn(usize) -> u64) -> u64 {
        // The least of many numbers is small: it is spread over all again.
        let least = (0..self.group.len()).map(fingerprint).min().unwrap_or(0);
        (least ^ least >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// The renaming that swaps two nodes.
fn swap(nodes: u8, one: NodeId, other: NodeId) -> Vec<NodeId> {
    let mut to: Vec<NodeId> = NodeId::all(nodes).collect();
    to.swap(one.index(), other.index());
    to
}

/// Whether a renaming changes nothing of set-up, requests and the first world.
fn keeps_all<P: Protocol>(tables: &Tables<P>, to: &[NodeId]) -> bool {
    let by = Renaming::new(&tables.setup, to);
    let Some(symmetry) = P::symmetry().filter(|symmetry| (symmetry.keeps_setup)(&by)) else { return false };
    if NodeId::all(tables.setup.nodes).any(|node| tables.means_at(node) != tables.means_at(by.node(node))) {
        return false;
    }
    let sorted = |mut requests: Vec<P::Request>| {
        requests.sort();
        requests
    };
    let mut requests = tables.requests.clone();
    requests.iter_mut().for_each(|request| (symmetry.request)(request, &by));
    sorted(requests) == sorted(tables.requests.clone()) && fingerprint(tables, &by) == tables.fingerprint(&tables.root)
}

/// The fingerprint of the first world under a renaming.
fn fingerprint<P: Protocol>(tables: &Tables<P>, by: &Renaming<'_, P>) -> u64 {
    let (root, first_client, first_packet) = (&tables.root, tables.first_client(), tables.first_packet());
    let slots = root[HEAD..first_client].iter().map(|slot| slot_hash(tables, *slot, by));
    let clients = root[first_client..first_packet].iter().map(|client| renamed_client_hash(tables, *client, by));
    let packets = root[first_packet..].iter().map(|packet| packet_hash(tables, *packet, by));
    let rest = tables.head_hash(root, renamed_ghost_hash(tables, tables.ghost_in(root), by));
    slots.chain(clients).chain(packets).fold(rest, u64::wrapping_add)
}

/// All renamings within the classes.
fn group(nodes: u8, classes: Vec<Vec<NodeId>>) -> Vec<Vec<NodeId>> {
    let mut group = vec![NodeId::all(nodes).collect::<Vec<_>>()];
    for class in classes {
        // All orders of the first of the class, each with the next one at every place.
        let mut orders: Vec<Vec<NodeId>> = vec![Vec::new()];
        for node in &class {
            if group.len() * orders.len() * (orders[0].len() + 1) > RENAMINGS_MAX {
                break;
            }
            let with = |order: &Vec<NodeId>, at: usize| {
                let mut order = order.clone();
                order.insert(at, *node);
                order
            };
            orders = orders.iter().flat_map(|order| (0..=order.len()).map(move |at| with(order, at))).collect();
        }
        let with = |renaming: &Vec<NodeId>, order: &[NodeId]| {
            let mut renaming = renaming.clone();
            class.iter().zip(order).for_each(|(node, to)| renaming[node.index()] = *to);
            renaming
        };
        group = group.iter().flat_map(|renaming| orders.iter().map(move |order| with(renaming, order))).collect();
    }
    group
}

fn slot_hash<P: Protocol>(tables: &Tables<P>, slot: u32, by: &Renaming<'_, P>) -> u64 {
    let mut site = tables.slots.get(slot).clone();
    rename_slot(&mut site.slot, by);
    canonical(&mut site.slot, tables.means_at(site.node).beat);
    site.node = by.node(site.node);
    stable_hash(&site)
}

fn rename_slot<P: Protocol>(slot: &mut Slot<P>, by: &Renaming<'_, P>) {
    let Some(symmetry) = P::symmetry() else { return };
    slot.memory.iter_mut().for_each(|memory| (symmetry.process)(memory, by));
    slot.timers.iter_mut().for_each(|armed| (symmetry.timer)(&mut armed.timer, by));
    slot.timers.sort_by_key(|armed| armed.timer);
    slot.disk.records_mut().for_each(|record| (symmetry.record)(record, by));
    for item in &mut slot.outgoing {
        match item {
            Outgoing::Fence(_) => {}
            Outgoing::Send { to, message } => {
                *to = by.node(*to);
                (symmetry.message)(message, by);
            }
            Outgoing::Reply { response, .. } => (symmetry.response)(response, by),
            Outgoing::Emit(event) => (symmetry.event)(event, by),
        }
    }
}

fn renamed_client_hash<P: Protocol>(tables: &Tables<P>, client: u32, by: &Renaming<'_, P>) -> u64 {
    let (id, client) = tables.clients.get(client);
    let mut client = client.clone();
    if let Some(symmetry) = P::symmetry() {
        symmetry.route.iter().for_each(|rename| rename(&mut client.route, by));
        client.outstanding.iter_mut().for_each(|waiting| (symmetry.request)(&mut waiting.request, by));
        client.queue.iter_mut().for_each(|request| (symmetry.request)(request, by));
    }
    client_hash(stable_hash(&(*id, client)))
}

fn packet_hash<P: Protocol>(tables: &Tables<P>, packet: u32, by: &Renaming<'_, P>) -> u64 {
    let mut parcel: Parcel<P> = tables.packets.get(packet).clone();
    for end in [&mut parcel.from, &mut parcel.to] {
        if let Endpoint::Node(node) = end {
            *node = by.node(*node);
        }
    }
    if let Some(symmetry) = P::symmetry() {
        match &mut parcel.payload {
            Payload::Message(message) => (symmetry.message)(message, by),
            Payload::Request { request, .. } => (symmetry.request)(request, by),
            Payload::Response { response, .. } => (symmetry.response)(response, by),
        }
    }
    stable_hash(&parcel)
}

fn renamed_ghost_hash<P: Protocol>(tables: &Tables<P>, ghost: u32, by: &Renaming<'_, P>) -> u64 {
    let (mut memory, tally) = tables.ghosts.get(ghost).clone();
    if let Some(symmetry) = P::symmetry() {
        (symmetry.ghost)(&mut memory, by);
    }
    ghost_hash(stable_hash(&(memory, tally)))
}
