//! One action, applied.

use faultlab_core::process::{LocalInput, crash};
use faultlab_core::{AreaId, Endpoint, Fault, Input, Keep, NodeId, Protocol, Seen, Span, Time};

use super::{Due, World};
use crate::chance::Chance;
use crate::fact::{FactId, FactKind, LossReason, Sink, Void};
use crate::{Action, PacketName, Setting};

impl<P: Protocol> World<P> {
    /// Applies one action at a moment not before the last one. An action that does not apply is told as void.
    pub fn apply<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        action: Action<P>,
        now: Time,
        chance: &mut C,
        sink: &mut S,
    ) {
        self.apply_hinted(action, now, u32::MAX, chance, sink);
    }

    /// The same, with the place where the action's packet probably is.
    pub(crate) fn apply_hinted<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        action: Action<P>,
        now: Time,
        hint: u32,
        chance: &mut C,
        sink: &mut S,
    ) {
        self.now = now.max(self.now);
        self.due.clear();
        let done = match action {
            Action::Deliver(name) => self.deliver(name, hint, chance, sink),
            Action::Fire { node, timer } => self.fire(node, timer, chance, sink),
            Action::Flush { node } => self.flush(node, chance, sink),
            Action::Request { client, request } => self.request(client, request, chance, sink),
            Action::Retry { client } => self.retry(client, chance, sink),
            Action::Drop(name) => self.drop_packet(name, sink),
            Action::Duplicate(name) => self.duplicate(name, sink),
            Action::Delay { packet, by } => self.delay(packet, by, sink),
            Action::Hold(name) => self.hold(name, sink),
            Action::Release(name) => self.let_go(name, sink),
            Action::Crash { node, keep } => self.crash(node, keep, sink),
            Action::Restart { node } => self.restart(node, chance, sink),
            Action::Pause { node } => self.pause(node, sink),
            Action::Resume { node } => self.resume(node, chance, sink),
            Action::Slow { node, percent } => self.slow(node, percent, sink),
            Action::Cut { from, to } => self.cut(from, to, sink),
            Action::Heal { from, to } => self.heal(from, to, sink),
            Action::Skew { node, ppm } => self.skew(node, ppm, sink),
            Action::CorruptRecord { node, area, at } => self.corrupt(node, area, at, sink),
            Action::TearRecord { node, area } => self.tear(node, area, sink),
            Action::WipeDisk { node } => self.wipe(node, sink),
            Action::Set(setting) => self.set(setting, sink),
        };
        if let Err(void) = done {
            self.tell(FactKind::Void(void), [FactId::NONE; 2], sink);
        }
    }

    fn known(&self, node: NodeId) -> Result<usize, Void> {
        if node.index() < self.slots.len() { Ok(node.index()) } else { Err(Void::NoSuchNode) }
    }

    /// The node's place, if it is up.
    fn running(&self, node: NodeId) -> Result<usize, Void> {
        let index = self.known(node)?;
        if self.slots[index].is_up() { Ok(index) } else { Err(Void::NodeIsDown) }
    }

    fn fire<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        timer: P::Timer,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let index = self.running(node)?;
        if self.environment[index].paused {
            return Err(Void::NodeIsPaused);
        }
        let slot = &mut self.slots[index];
        let place = slot.timers.binary_search_by(|armed| armed.timer.cmp(&timer)).map_err(|_| Void::NotArmed)?;
        slot.timers.remove(place);
        let parents = [self.environment[index].last_fact, FactId::NONE];
        let fact = self.tell(FactKind::Fired { node, timer }, parents, sink);
        self.run_local(node, LocalInput::Input(Input::Timer(timer)), fact, chance, sink);
        Ok(())
    }

    fn flush<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let index = self.running(node)?;
        if self.slots[index].syncing == 0 {
            return Err(Void::NothingToSync);
        }
        let paused = self.environment[index].paused;
        let fact = self.tell(FactKind::Synced { node }, [self.environment[index].last_fact, FactId::NONE], sink);
        self.run_local(node, LocalInput::Flush { paused }, fact, chance, sink);
        self.disk_changed(node, fact, sink);
        Ok(())
    }

    fn drop_packet<S: Sink<P> + ?Sized>(&mut self, name: PacketName, sink: &mut S) -> Result<(), Void> {
        let place = self.place_of(name, u32::MAX).ok_or(Void::NoSuchPacket)?;
        self.note_fault(Fault::Loss);
        self.lose_packet(place, LossReason::Dropped, FactId::NONE, sink);
        Ok(())
    }

    fn duplicate<S: Sink<P> + ?Sized>(&mut self, name: PacketName, sink: &mut S) -> Result<(), Void> {
        let place = self.place_of(name, u32::MAX).ok_or(Void::NoSuchPacket)?;
        let copies =
            self.packets().filter(|packet| PacketName { copy: 0, ..packet.name } == PacketName { copy: 0, ..name });
        let highest = copies.map(|packet| packet.name.copy).max().unwrap_or(0).max(name.copy);
        let copy = highest.checked_add(1).ok_or(Void::OutOfRange)?;
        let mut packet = self.packet_at(place).cloned().ok_or(Void::NoSuchPacket)?;
        packet.name.copy = copy;
        packet.held = false;
        packet.waiting = false;
        packet.due = packet.due.max(self.now) + Span::millis(5);
        self.note_fault(Fault::Duplication);
        let kind = FactKind::Duplicated { packet: name, copy: packet.name, due: packet.due };
        self.tell(kind, [packet.sent_by, FactId::NONE], sink);
        self.put_in_flight(packet);
        Ok(())
    }

    fn delay<S: Sink<P> + ?Sized>(&mut self, name: PacketName, by: Span, sink: &mut S) -> Result<(), Void> {
        let place = self.place_of(name, u32::MAX).ok_or(Void::NoSuchPacket)?;
        let now = self.now;
        let packet = self.packets[place as usize].as_mut().ok_or(Void::NoSuchPacket)?;
        packet.due = packet.due.max(now) + by;
        let (due, held, sent, sent_by) = (packet.due, packet.held, packet.sent, packet.sent_by);
        if !held {
            self.due.push(Due::Packet { place, at: due });
        }
        self.note_fault(Fault::Delay);
        self.faults.note_delay(due.since(sent));
        self.tell(FactKind::Delayed { packet: name, due }, [sent_by, FactId::NONE], sink);
        Ok(())
    }

    fn hold<S: Sink<P> + ?Sized>(&mut self, name: PacketName, sink: &mut S) -> Result<(), Void> {
        let place = self.place_of(name, u32::MAX).ok_or(Void::NoSuchPacket)?;
        let packet = self.packets[place as usize].as_mut().ok_or(Void::NoSuchPacket)?;
        if packet.held {
            return Err(Void::AlreadySo);
        }
        packet.held = true;
        packet.waiting = false;
        let sent_by = packet.sent_by;
        self.note_fault(Fault::Delay);
        self.tell(FactKind::Held { packet: name }, [sent_by, FactId::NONE], sink);
        Ok(())
    }

    fn let_go<S: Sink<P> + ?Sized>(&mut self, name: PacketName, sink: &mut S) -> Result<(), Void> {
        let place = self.place_of(name, u32::MAX).ok_or(Void::NoSuchPacket)?;
        let now = self.now;
        let packet = self.packets[place as usize].as_mut().ok_or(Void::NoSuchPacket)?;
        if !packet.held {
            return Err(Void::NotHeld);
        }
        packet.held = false;
        packet.due = packet.due.max(now);
        let (due, sent, sent_by) = (packet.due, packet.sent, packet.sent_by);
        self.due.push(Due::Packet { place, at: due });
        self.due.push(Due::Disturbance);
        self.faults.note_delay(due.since(sent));
        self.tell(FactKind::Released { packet: name, due }, [sent_by, FactId::NONE], sink);
        Ok(())
    }

    /// What every way of going down shares: the fault, the fact, the end of the process. Gives the fact.
    fn go_down<S: Sink<P> + ?Sized>(&mut self, node: NodeId, keep: Keep, fault: Fault, sink: &mut S) -> FactId {
        let index = node.index();
        let lost = crash(&mut self.slots[index], keep);
        self.note_fault(fault);
        let parents = [self.environment[index].last_fact, FactId::NONE];
        let fact = self.tell(FactKind::Crashed { node, lost }, parents, sink);
        self.environment[index].last_fact = fact;
        self.environment[index].paused = false;
        self.drop_waiting(node, fact, sink);
        self.see(&Seen::Crashed { node }, fact, sink);
        fact
    }

    /// What waited at a paused node that goes down is lost.
    fn drop_waiting<S: Sink<P> + ?Sized>(&mut self, node: NodeId, cause: FactId, sink: &mut S) {
        for place in 0..self.packets.len() as u32 {
            let waits = |packet: &crate::Packet<P>| packet.waiting && packet.name.to == Endpoint::Node(node);
            if self.packet_at(place).is_some_and(waits) {
                self.lose_packet(place, LossReason::Down, cause, sink);
            }
        }
    }

    fn crash<S: Sink<P> + ?Sized>(&mut self, node: NodeId, keep: Keep, sink: &mut S) -> Result<(), Void> {
        self.running(node)?;
        let fact = self.go_down(node, keep, Fault::Crash, sink);
        self.disk_changed(node, fact, sink);
        Ok(())
    }

    fn tear<S: Sink<P> + ?Sized>(&mut self, node: NodeId, area: AreaId, sink: &mut S) -> Result<(), Void> {
        let index = self.running(node)?;
        if usize::from(area.0) >= P::AREAS.len() {
            return Err(Void::NoSuchArea);
        }
        if !self.slots[index].disk.tear(area) {
            return Err(Void::NothingBeingWritten);
        }
        self.tell(FactKind::Torn { node, area }, [self.environment[index].last_fact, FactId::NONE], sink);
        let fact = self.go_down(node, Keep::NOTHING, Fault::TornRecord, sink);
        self.disk_changed(node, fact, sink);
        Ok(())
    }

    fn wipe<S: Sink<P> + ?Sized>(&mut self, node: NodeId, sink: &mut S) -> Result<(), Void> {
        let index = self.known(node)?;
        self.slots[index].disk.wipe();
        self.note_fault(Fault::DiskLoss);
        let mut fact = self.tell(FactKind::Wiped { node }, [self.environment[index].last_fact, FactId::NONE], sink);
        self.environment[index].last_fact = fact;
        if self.slots[index].is_up() {
            fact = self.go_down(node, Keep::NOTHING, Fault::Crash, sink);
        }
        self.see(&Seen::DiskLost { node }, fact, sink);
        self.disk_changed(node, fact, sink);
        Ok(())
    }

    fn corrupt<S: Sink<P> + ?Sized>(&mut self, node: NodeId, area: AreaId, at: u64, sink: &mut S) -> Result<(), Void> {
        let index = self.known(node)?;
        if usize::from(area.0) >= P::AREAS.len() {
            return Err(Void::NoSuchArea);
        }
        if !self.slots[index].disk.corrupt(area, at) {
            return Err(Void::NoSuchRecord);
        }
        self.note_fault(Fault::CorruptRecord);
        let parents = [self.environment[index].last_fact, FactId::NONE];
        let fact = self.tell(FactKind::Corrupted { node, area, at }, parents, sink);
        self.disk_changed(node, fact, sink);
        Ok(())
    }

    fn restart<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let index = self.known(node)?;
        if self.slots[index].is_up() {
            return Err(Void::NodeIsUp);
        }
        let last_fact = self.environment[index].last_fact;
        let again = last_fact != FactId::NONE;
        let fact = self.tell(FactKind::Booted { node, again }, [last_fact, FactId::NONE], sink);
        self.due.push(Due::Disturbance);
        self.run_local(node, LocalInput::Boot, fact, chance, sink);
        Ok(())
    }

    fn pause<S: Sink<P> + ?Sized>(&mut self, node: NodeId, sink: &mut S) -> Result<(), Void> {
        let index = self.running(node)?;
        if self.environment[index].paused {
            return Err(Void::NodeIsPaused);
        }
        self.environment[index].paused = true;
        self.note_fault(Fault::Pause);
        let fact = self.tell(FactKind::Paused { node }, [self.environment[index].last_fact, FactId::NONE], sink);
        self.environment[index].last_fact = fact;
        Ok(())
    }

    fn resume<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        chance: &mut C,
        sink: &mut S,
    ) -> Result<(), Void> {
        let index = self.running(node)?;
        if !self.environment[index].paused {
            return Err(Void::NodeIsNotPaused);
        }
        self.environment[index].paused = false;
        let fact = self.tell(FactKind::Resumed { node }, [self.environment[index].last_fact, FactId::NONE], sink);
        self.run_local(node, LocalInput::Resume, fact, chance, sink);
        self.due.push(Due::Disturbance);
        self.due.push(Due::Timers(node));
        for place in 0..self.packets.len() {
            if let Some(packet) = &mut self.packets[place]
                && packet.waiting
                && packet.name.to == Endpoint::Node(node)
            {
                packet.waiting = false;
                self.due.push(Due::Packet { place: place as u32, at: packet.due });
            }
        }
        Ok(())
    }

    fn slow<S: Sink<P> + ?Sized>(&mut self, node: NodeId, percent: u32, sink: &mut S) -> Result<(), Void> {
        let index = self.known(node)?;
        if !(1..=100_000).contains(&percent) {
            return Err(Void::OutOfRange);
        }
        self.environment[index].percent = percent;
        self.faults.note_slowness(percent);
        self.due.push(Due::Disturbance);
        let parents = [self.environment[index].last_fact, FactId::NONE];
        self.tell(FactKind::Slowed { node, percent }, parents, sink);
        Ok(())
    }

    fn cut<S: Sink<P> + ?Sized>(&mut self, from: Endpoint, to: Endpoint, sink: &mut S) -> Result<(), Void> {
        let link = self.links.between(from, to).ok_or(Void::NoSuchNode)?;
        if self.links.cut_by(link).is_some() || from == to {
            return Err(Void::AlreadySo);
        }
        self.note_fault(Fault::Partition);
        let fact = self.tell(FactKind::Cut { from, to }, [FactId::NONE; 2], sink);
        self.links.cut(link, fact);
        for place in 0..self.packets.len() as u32 {
            let on_it = |packet: &crate::Packet<P>| packet.name.from == from && packet.name.to == to && !packet.waiting;
            if self.packet_at(place).is_some_and(on_it) {
                self.lose_packet(place, LossReason::Cut, fact, sink);
            }
        }
        Ok(())
    }

    fn heal<S: Sink<P> + ?Sized>(&mut self, from: Endpoint, to: Endpoint, sink: &mut S) -> Result<(), Void> {
        let link = self.links.between(from, to).ok_or(Void::NoSuchNode)?;
        let cut_by = self.links.heal(link).ok_or(Void::AlreadySo)?;
        self.due.push(Due::Disturbance);
        self.tell(FactKind::Healed { from, to }, [cut_by, FactId::NONE], sink);
        Ok(())
    }

    fn skew<S: Sink<P> + ?Sized>(&mut self, node: NodeId, ppm: i32, sink: &mut S) -> Result<(), Void> {
        let index = self.known(node)?;
        if !(-900_000..=9_000_000).contains(&ppm) {
            return Err(Void::OutOfRange);
        }
        self.environment[index].clock.skew(self.now, ppm);
        self.faults.note_skew(ppm);
        self.due.push(Due::Disturbance);
        let parents = [self.environment[index].last_fact, FactId::NONE];
        self.tell(FactKind::Skewed { node, ppm }, parents, sink);
        Ok(())
    }

    fn set<S: Sink<P> + ?Sized>(&mut self, setting: Setting, sink: &mut S) -> Result<(), Void> {
        let (network, load) = (&mut self.network, &mut self.load);
        match setting {
            Setting::LossPpm(ppm) => network.loss_ppm = ppm.min(1_000_000),
            Setting::DuplicationPpm(ppm) => network.duplication_ppm = ppm.min(1_000_000),
            Setting::Latency { min, max } => (network.latency_min, network.latency_max) = (min, max.max(min)),
            Setting::InOrder(on) => network.in_order = on,
            Setting::Stepwise(on) => self.stepwise = on,
            Setting::SyncTime { min, max } => (network.sync_min, network.sync_max) = (min, max.max(min)),
            Setting::Clients(clients) => load.clients = clients,
            Setting::Think { min, max } => (load.think_min, load.think_max) = (min, max.max(min)),
            Setting::ReadsPpm(ppm) => load.reads_ppm = ppm.min(1_000_000),
            Setting::Keys(keys) => load.keys = keys.max(1),
            Setting::Retry(span) => load.retry = span.max(Span(1)),
            Setting::Config { field, value } => {
                let field = P::fields().get(usize::from(field)).filter(|field| field.live).ok_or(Void::OutOfRange)?;
                if !(field.min..=field.max).contains(&value) {
                    return Err(Void::OutOfRange);
                }
                (field.set)(&mut self.setup.config, value);
            }
            Setting::Rule { rule, on } => {
                if usize::from(rule) >= P::rules().len() {
                    return Err(Void::OutOfRange);
                }
                self.setup.rules.set(usize::from(rule), on);
            }
        }
        if self.network.loss_ppm > 0 {
            self.faults.note(Fault::Loss);
        }
        if self.network.duplication_ppm > 0 {
            self.faults.note(Fault::Duplication);
        }
        self.faults.note_delay(self.network.latency_max);
        self.due.push(Due::Disturbance);
        if matches!(setting, Setting::Clients(_)) {
            let idle = |client: &crate::Client<P>| client.outstanding.is_none();
            for (index, _) in self.clients.iter().enumerate().filter(|(_, client)| idle(client)) {
                self.due.push(Due::Idle(faultlab_core::ClientId(index as u8)));
            }
        }
        self.tell(FactKind::Set(setting), [FactId::NONE; 2], sink);
        Ok(())
    }
}
