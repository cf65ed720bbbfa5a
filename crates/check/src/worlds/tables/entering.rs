//! A world of the simulation as numbers.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{ClientId, Endpoint, Fault, NodeId, Protocol};
use faultlab_sim::World;

use super::super::Scope;
use super::super::local::Parcel;
use super::passing::left_to_arrive;
use super::{GHOST, HEAD, Tables};

impl<P: Protocol> Tables<P> {
    /// The world as a vector. Clients that neither wait nor will ask are left out.
    pub(super) fn enter(&mut self, world: &World<P>, scope: &Scope<P>) -> Vec<u32> {
        let mut askers = scope.requests_max;
        for (index, client) in world.clients().iter().enumerate() {
            let id = ClientId(index as u8);
            let asks = client.outstanding.is_none() && id != ClientId::OPERATOR && askers > 0;
            if asks {
                askers -= 1;
                self.askers.push(self.client_ids.len() as u8);
            }
            if asks || client.outstanding.is_some() {
                self.client_ids.push(id);
            }
        }
        let mut words = vec![0; HEAD];
        let mut tally = world.faults().clone();
        if self.means.delay_ticks.is_none() {
            // Packets may take for ever here.
            tally.note(Fault::Delay);
        }
        words[GHOST] = self.ghosts.intern((world.ghost().clone(), tally));
        for node in NodeId::all(self.setup.nodes) {
            let site = self.site(world, node);
            words.push(self.slots.intern(site));
        }
        for id in &self.client_ids {
            words.push(self.clients.intern((*id, world.clients()[id.index()].timeless())));
        }
        let parcels = world.packets().map(|packet| Parcel {
            from: packet.name.from,
            to: packet.name.to,
            payload: packet.payload.clone(),
            ticks_left: scope.timing.and_then(|timing| left_to_arrive(timing, world.now().since(packet.sent))),
        });
        let parcels: Vec<Parcel<P>> = parcels.collect();
        let mut packets: Vec<u32> = parcels.into_iter().filter_map(|parcel| self.packet(parcel)).collect();
        packets.sort_unstable();
        words.extend(packets);
        words[0] = words.len() as u32;
        words
    }

    /// The number of a packet. None if it goes to somebody who does not matter: nobody, or a client that waits for nothing.
    pub(super) fn packet(&mut self, parcel: Parcel<P>) -> Option<u32> {
        let word = match parcel.to {
            Endpoint::Node(node) => (node.0 < self.setup.nodes).then_some(HEAD + node.index()),
            Endpoint::Client(client) => {
                self.client_ids.iter().position(|other| *other == client).map(|place| self.first_client() + place)
            }
        }?;
        let may_become_stale = self.forgets_stale && Self::may_become_stale(&parcel);
        let number = self.packets.intern(parcel);
        if number as usize == self.addressees.len() {
            self.addressees.push(word as u16);
            self.staleness.push(may_become_stale.then_some(word as u16));
            self.take_in_packet(number);
        }
        Some(number)
    }
}
