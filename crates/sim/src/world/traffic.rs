//! Packets and clients: what leaves, travels, arrives and is answered.

use faultlab_core::process::LocalInput;
use faultlab_core::{Answer, ClientId, Endpoint, Input, NodeId, Occasion, Outgoing, Protocol, Seen, Sent};

use super::{Due, World, slowed};
use crate::chance::Chance;
use crate::client::QUEUE_MAX;
use crate::fact::{FactId, FactKind, LossReason, Sink, Void};
use crate::{Packet, PacketName, Payload};

impl<P: Protocol> World<P> {
    /// Something leaves a node.
    pub(super) fn let_out<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        item: Outgoing<P>,
        cause: FactId,
        chance: &mut C,
        sink: &mut S,
    ) {
        match item {
            Outgoing::Fence(_) => {}
            Outgoing::Send { to, message } => {
                if self.watches.sends {
                    let sent = Sent { from: node, to, message: &message };
                    self.judge(&Occasion::Sent(&sent), cause, sink);
                }
                self.send(Endpoint::Node(node), Endpoint::Node(to), Payload::Message(message), cause, chance, sink);
            }
            Outgoing::Reply { to, id, response } => {
                let payload = Payload::Response { id, response };
                self.send(Endpoint::Node(node), Endpoint::Client(to), payload, cause, chance, sink);
            }
            Outgoing::Emit(event) => {
                let fact = self.tell(FactKind::Emitted { node, event: &event }, [cause, FactId::NONE], sink);
                self.see(&Seen::Event { node, event: &event }, fact, sink);
            }
        }
    }

    pub(super) fn send<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        from: Endpoint,
        to: Endpoint,
        payload: Payload<P>,
        cause: FactId,
        chance: &mut C,
        sink: &mut S,
    ) {
        let now = self.now;
        // A protocol may address a node that does not exist, say after a hostile configuration: nothing happens.
        let Some(link) = self.links.between(from, to) else { return };
        let name = PacketName { from, to, ordinal: self.links.count(link), copy: 0 };
        let cut_by = self.links.cut_by(link);
        let transit = chance.transit(name, &self.network);
        let percent = self.percent_of(from).max(self.percent_of(to));
        let mut due = now + slowed(transit.delay, percent);
        if self.network.in_order {
            due = self.links.in_order(link, due);
        }
        let sent_by = self.tell(FactKind::Sent { packet: name, payload: &payload, due }, [cause, FactId::NONE], sink);
        if cut_by.is_some() || transit.lost {
            let network = (LossReason::Network, FactId::NONE);
            let (reason, blame) = cut_by.map_or(network, |fact| (LossReason::Cut, fact));
            self.tell(FactKind::Lost { packet: name, payload: &payload, reason }, [sent_by, blame], sink);
            return;
        }
        if let Some(delay) = transit.copy {
            let copy = Packet {
                name: PacketName { copy: 1, ..name },
                payload: payload.clone(),
                sent: now,
                due: now + slowed(delay, percent),
                held: false,
                waiting: false,
                sent_by,
            };
            let kind = FactKind::Duplicated { packet: name, copy: copy.name, due: copy.due };
            self.tell(kind, [sent_by, FactId::NONE], sink);
            self.put_in_flight(copy);
        }
        self.put_in_flight(Packet { name, payload, sent: now, due, held: false, waiting: false, sent_by });
    }

    fn percent_of(&self, endpoint: Endpoint) -> u32 {
        match endpoint {
            Endpoint::Node(node) => self.slowness_percent(node),
            Endpoint::Client(_) => 100,
        }
    }

    pub(super) fn put_in_flight(&mut self, packet: Packet<P>) {
        let at = packet.due;
        let place = match self.free.pop() {
            Some(place) => {
                self.packets[place as usize] = Some(packet);
                place
            }
            None => {
                self.packets.push(Some(packet));
                (self.packets.len() - 1) as u32
            }
        };
        self.due.push(Due::Packet { place, at });
    }

    pub(super) fn take_packet(&mut self, place: u32) -> Option<Packet<P>> {
        let packet = self.packets.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(packet)
    }

    /// The place of a packet: where the hint says, or wherever it is.
    pub(super) fn place_of(&self, name: PacketName, hint: u32) -> Option<u32> {
        let is_it = |packet: &Option<Packet<P>>| packet.as_ref().is_some_and(|packet| packet.name == name);
        if self.packets.get(hint as usize).is_some_and(is_it) {
            return Some(hint);
        }
        self.packets.iter().position(is_it).map(|place| place as u32)
    }

    pub(super) fn deliver<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        name: PacketName,
        hint: u32,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let place = self.place_of(name, hint).ok_or(Void::NoSuchPacket)?;
        match name.to {
            Endpoint::Node(node) if self.environment[node.index()].paused => {
                if let Some(packet) = &mut self.packets[place as usize] {
                    packet.waiting = true;
                    packet.held = false;
                    let sent_by = packet.sent_by;
                    self.tell(FactKind::Queued { packet: name }, [sent_by, FactId::NONE], sink);
                }
                Ok(())
            }
            Endpoint::Node(node) => {
                let packet = self.take_packet(place).ok_or(Void::NoSuchPacket)?;
                self.deliver_to_node(node, packet, chance, sink);
                Ok(())
            }
            Endpoint::Client(client) => {
                let packet = self.take_packet(place).ok_or(Void::NoSuchPacket)?;
                self.deliver_to_client(client, packet, chance, sink);
                Ok(())
            }
        }
    }

    fn deliver_to_node<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        packet: Packet<P>,
        chance: &mut C,
        sink: &mut S,
    ) {
        let last_fact = self.environment[node.index()].last_fact;
        let parents = [packet.sent_by, last_fact];
        if !self.slots[node.index()].is_up() {
            let kind = FactKind::Lost { packet: packet.name, payload: &packet.payload, reason: LossReason::Down };
            self.tell(kind, parents, sink);
            return;
        }
        let kind = FactKind::Delivered { packet: packet.name, payload: &packet.payload };
        let fact = self.tell(kind, parents, sink);
        let input = match (packet.payload, packet.name.from) {
            (Payload::Message(message), Endpoint::Node(from)) => Input::Message { from, message },
            (Payload::Request { id, request }, _) => Input::Request { id, request },
            // Clients send requests only, and responses go to clients.
            (Payload::Message(_), Endpoint::Client(_)) | (Payload::Response { .. }, _) => return,
        };
        self.run_local(node, LocalInput::Input(input), fact, chance, sink);
    }

    fn deliver_to_client<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        packet: Packet<P>,
        chance: &mut C,
        sink: &mut S,
    ) {
        let parents = [packet.sent_by, self.clients[client_id.index()].last_fact];
        let kind = FactKind::Delivered { packet: packet.name, payload: &packet.payload };
        let fact = self.tell(kind, parents, sink);
        let (Payload::Response { id, response }, Endpoint::Node(from)) = (packet.payload, packet.name.from) else {
            return;
        };
        let client = &mut self.clients[client_id.index()];
        let Some(answer) = client.read(from, id.sequence, &response) else { return };
        match answer {
            Answer::Later => {}
            Answer::Again => self.ask_again(client_id, fact, chance, sink),
            Answer::Done | Answer::Refused => {
                let Some(settled) = client.outstanding.take() else { return };
                client.last_fact = fact;
                self.answered = self.now;
                let request = &settled.request;
                let kind = FactKind::Returned { id, request, response: &response, answer, invoked: settled.invoked };
                let told = self.tell(kind, [fact, settled.invoked_by], sink);
                self.see(&Seen::Returned { id, request, response: &response }, told, sink);
                match self.clients[client_id.index()].queue.pop_front() {
                    Some(next) => self.invoke(client_id, next, chance, sink),
                    None => self.due.push(Due::Idle(client_id)),
                }
            }
        }
    }

    pub(super) fn request<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        request: P::Request,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let client = self.clients.get_mut(client_id.index()).ok_or(Void::NoSuchClient)?;
        if client.outstanding.is_none() {
            self.invoke(client_id, request, chance, sink);
        } else if client.queue.len() < QUEUE_MAX {
            client.queue.push_back(request);
        } else {
            return Err(Void::QueueIsFull);
        }
        Ok(())
    }

    fn invoke<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        request: P::Request,
        chance: &mut C,
        sink: &mut S,
    ) {
        let client = &self.clients[client_id.index()];
        let id = faultlab_core::RequestId { client: client_id, sequence: client.sequence + 1 };
        let parent = client.last_fact;
        let fact = self.tell(FactKind::Invoked { id, request: &request }, [parent, FactId::NONE], sink);
        self.see(&Seen::Invoked { id, request: &request }, fact, sink);
        let client = &mut self.clients[client_id.index()];
        client.last_fact = fact;
        client.begin(request, self.now, fact);
        self.ask(client_id, fact, chance, sink);
    }

    /// Puts the outstanding request to the node that the route names, and arms the patience.
    fn ask<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        cause: FactId,
        chance: &mut C,
        sink: &mut S,
    ) {
        let retry_at = self.now + self.load.retry;
        let client = &mut self.clients[client_id.index()];
        let Some(node) = client.address(&self.setup) else { return };
        let Some(waiting) = &mut client.outstanding else { return };
        waiting.asked = node;
        waiting.retry_at = retry_at;
        let id = faultlab_core::RequestId { client: client_id, sequence: waiting.sequence };
        let payload = Payload::Request { id, request: waiting.request.clone() };
        self.due.push(Due::Retry { client: client_id, at: retry_at });
        self.send(Endpoint::Client(client_id), Endpoint::Node(node), payload, cause, chance, sink);
    }

    fn ask_again<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        cause: FactId,
        chance: &mut C,
        sink: &mut S,
    ) {
        let client = &mut self.clients[client_id.index()];
        let Some(waiting) = &mut client.outstanding else { return };
        waiting.attempt += 1;
        let (sequence, attempt) = (waiting.sequence, waiting.attempt);
        let id = faultlab_core::RequestId { client: client_id, sequence };
        let fact = self.tell(FactKind::Retried { id, attempt }, [cause, FactId::NONE], sink);
        self.ask(client_id, fact, chance, sink);
    }

    pub(super) fn retry<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        client_id: ClientId,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let client = self.clients.get(client_id.index()).ok_or(Void::NoSuchClient)?;
        let waiting = client.outstanding.as_ref().ok_or(Void::NothingOutstanding)?;
        let cause = waiting.invoked_by;
        self.ask_again(client_id, cause, chance, sink);
        Ok(())
    }

    pub(super) fn lose_packet<S: Sink<P> + ?Sized>(
        &mut self,
        place: u32,
        reason: LossReason,
        cause: FactId,
        sink: &mut S,
    ) {
        if let Some(packet) = self.take_packet(place) {
            let kind = FactKind::Lost { packet: packet.name, payload: &packet.payload, reason };
            self.tell(kind, [packet.sent_by, cause], sink);
        }
    }
}
