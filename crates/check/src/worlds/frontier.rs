//! Worlds that wait to be expanded, written as bytes: small numbers take one, packets are told by their distances.

use alloc::vec::Vec;

use crate::shard::Origin;

/// Worlds in a chunk: enough that what is kept for a chunk weighs little.
pub(super) const WORLDS_A_CHUNK: usize = 128;

/// Some worlds of one shard that were found one after the other.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// Where the first of them stands.
    pub(super) first: Origin,
    pub(super) count: usize,
    bytes: Vec<u8>,
}

impl Chunk {
    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity() + size_of::<Self>()
    }

    /// Writes its worlds one behind the other, each beginning with its length. `first_packet` is the word of a world at which
    /// its packets begin.
    #[inline]
    pub(super) fn unpack(&self, first_packet: usize, words: &mut Vec<u32>) {
        let mut bytes = self.bytes.iter();
        for _ in 0..self.count {
            let packets = read(&mut bytes) as usize;
            words.push((first_packet + packets) as u32);
            words.extend((1..first_packet).map(|_| read(&mut bytes)));
            let mut packet = 0;
            words.extend((0..packets).map(|_| {
                packet += read(&mut bytes);
                packet
            }));
        }
    }
}

/// The worlds of the next level in one shard, in chunks.
#[derive(Clone, Debug, Default)]
pub(super) struct Frontier {
    chunks: Vec<Chunk>,
    /// Of all chunks but the last.
    bytes: usize,
}

impl Frontier {
    /// Adds a world, which stands at this place.
    #[inline]
    pub(super) fn push(&mut self, at: Origin, words: &[u32], first_packet: usize) {
        if self.chunks.last().is_none_or(|chunk| chunk.count == WORLDS_A_CHUNK) {
            let mut room = 0;
            if let Some(full) = self.chunks.last_mut() {
                full.bytes.shrink_to_fit();
                self.bytes += full.bytes();
                room = full.bytes.len();
            }
            self.chunks.push(Chunk { first: at, count: 0, bytes: Vec::with_capacity(room) });
        }
        let Some(chunk) = self.chunks.last_mut() else { return };
        chunk.count += 1;
        write((words.len() - first_packet) as u32, &mut chunk.bytes);
        for word in &words[1..first_packet] {
            write(*word, &mut chunk.bytes);
        }
        let mut before = 0;
        for packet in &words[first_packet..] {
            write(packet - before, &mut chunk.bytes);
            before = *packet;
        }
    }

    /// Hands out what waits.
    pub(super) fn take(&mut self) -> Vec<Chunk> {
        self.bytes = 0;
        core::mem::take(&mut self.chunks)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.chunks.last().map_or(0, Chunk::bytes)
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
#[inline]
fn write(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[inline]
fn read(bytes: &mut core::slice::Iter<'_, u8>) -> u32 {
    let (mut number, mut shift) = (0, 0);
    for byte in bytes {
        number |= u32::from(byte & 127) << shift;
        if *byte < 128 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::super::tables::HEAD;
    use super::*;
    use alloc::vec;

    #[test]
    fn worlds_come_back_as_they_went() {
        let first_packet = HEAD + 2;
        let worlds =
            [vec![8, 0, 1 << 31, 300, 127, 128, 5, 5], vec![6, u32::MAX, 0, 0, 0, 0], vec![7, 1, 2, 3, 4, 5, u32::MAX]];
        let mut frontier = Frontier::default();
        for number in 0..WORLDS_A_CHUNK + 3 {
            frontier.push(Origin::new(3, number), &worlds[number % 3], first_packet);
        }
        let chunks = frontier.take();
        assert_eq!(chunks.iter().map(|chunk| chunk.count).collect::<Vec<_>>(), [WORLDS_A_CHUNK, 3]);
        assert_eq!(chunks[1].first.place(), WORLDS_A_CHUNK);
        let mut words = Vec::new();
        chunks.iter().for_each(|chunk| chunk.unpack(first_packet, &mut words));
        let expected: Vec<u32> = (0..WORLDS_A_CHUNK + 3).flat_map(|number| worlds[number % 3].clone()).collect();
        assert_eq!(words, expected);
    }
}
