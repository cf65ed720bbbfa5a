//! Packs a module for the way to the browser: what its code consists of, each kind by itself, which a host's compression makes a good
//! tenth smaller than code as it stands, where instructions and their numbers alternate. `unpack.js` puts it together again.
//!
//! A packed module still reads as a module. In the place of its code section it has a custom section [`NAME`]: the length of the
//! code section that it stands for; the count of streams, then number and length of each; then the streams, one behind the other.
//! The numbers of an instruction follow it in streams of their own, one for each place behind each instruction, with these exceptions.
//! Locals share one stream and stand there as ranks, the last used first. A constant's instruction tells how long it is, so that
//! short ones and addresses part. The length of a body is left out: a body ends where its last block ends.

use crate::Outcome;
use crate::split::leb128;
use std::collections::BTreeMap;

/// The custom section that holds the code.
const NAME: &str = "streams";
const CODE: u8 = 10;
/// What is shorter stays as it is: the list of its streams would take what they save.
const SHORTEST: usize = 2_000;

/// What follows an instruction in the binary format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Numbers(u8),
    /// The index of a local.
    Local,
    /// The count of what then follows, and so many more than that.
    List(u8),
    Bytes(u8),
    /// The instruction's second half.
    More,
}

const I32_CONST: u8 = 0x41;
const PREFIX: u8 = 0xfc;
/// Stand for constants of one to five bytes; the format has no such instructions.
const CONSTANTS: u8 = 0xe0;

/// What follows an instruction, second halves from 256 on. None for those that the page's compiler does not use.
fn follows(instruction: u16) -> Option<Follows> {
    Some(match instruction {
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Follows::Numbers(0),
        0x02..=0x04 | 0x0c | 0x0d | 0x10 | 0x23..=0x26 | 0x3f | 0x40 | 0x42 | 0xd0 | 0xd2 => Follows::Numbers(1),
        0x11 | 0x28..=0x3e => Follows::Numbers(2),
        0x20..=0x22 => Follows::Local,
        0x0e => Follows::List(1),
        0x1c => Follows::List(0),
        0x43 => Follows::Bytes(4),
        0x44 => Follows::Bytes(8),
        0xfc => Follows::More,
        // Constants by their length.
        0xe1..=0xe5 => Follows::Numbers(1),
        0x100..=0x107 => Follows::Numbers(0),
        0x109 | 0x10b | 0x10d | 0x10f..=0x111 => Follows::Numbers(1),
        0x108 | 0x10a | 0x10c | 0x10e => Follows::Numbers(2),
        _ => return None,
    })
}

/// What [`follows`] tells, as `unpack.js` has it: a digit for each instruction.
pub(crate) fn table() -> String {
    let digit = |instruction| match follows(instruction) {
        Some(Follows::Numbers(count)) => char::from(b'0' + count),
        Some(Follows::Local) => '3',
        Some(Follows::List(more)) => char::from(b'4' + more),
        Some(Follows::Bytes(4)) => '6',
        Some(Follows::Bytes(_)) => '7',
        Some(Follows::More) | None => '9',
    };
    (0..0x112).map(digit).collect()
}

/// The streams besides those behind instructions, which have the numbers 2 × instruction and 2 × instruction + 1.
#[derive(Clone, Copy)]
#[repr(u16)]
enum Own {
    Instructions = 0x300,
    Locals,
    Counts,
    Types,
}

/// Packs a module; what cannot be gained by packing stays as it is.
///
/// # Errors
/// The module is none, or has an instruction that is not known here.
pub(crate) fn packed(module: &[u8]) -> Outcome<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(8).ok_or("this is no wasm")?;
    let mut kept = head.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (length, digits) = leb128(after).ok_or("a section has no length")?;
        let start = 1 + digits;
        let section = rest.get(..start + length).ok_or("a section ends too early")?;
        if kind == CODE && length >= SHORTEST {
            let mut content = Vec::new();
            put(&mut content, NAME.len());
            content.extend(NAME.bytes());
            put(&mut content, length);
            Streams::of(&section[start..])?.write(&mut content);
            kept.push(0);
            put(&mut kept, content.len());
            kept.extend(content);
        } else {
            kept.extend_from_slice(section);
        }
        rest = &rest[start + length..];
    }
    Ok(kept)
}

fn put(bytes: &mut Vec<u8>, number: usize) {
    crate::glue::put_length(bytes, number);
}

#[derive(Default)]
struct Streams {
    /// Each stream by its number.
    bytes: BTreeMap<u16, Vec<u8>>,
}

impl Streams {
    /// Takes a code section apart.
    fn of(section: &[u8]) -> Outcome<Self> {
        let mut streams = Self::default();
        let mut code = Code { bytes: section, at: 0 };
        let functions = code.number()?;
        streams.put(Own::Counts, functions);
        for _ in 0..functions {
            let length = code.number()?;
            let end = code.at + length;
            streams.take_body(&mut code)?;
            if code.at != end {
                return Err(format!("a function ends at byte {} of the code instead of {end}", code.at));
            }
        }
        Ok(streams)
    }

    fn take_body(&mut self, code: &mut Code<'_>) -> Outcome {
        let kinds = code.number()?;
        self.put(Own::Counts, kinds);
        for _ in 0..kinds {
            let count = code.number()?;
            self.put(Own::Counts, count);
            self.own(Own::Types).extend_from_slice(code.take(1)?);
        }
        let mut recency = Vec::new();
        let mut depth = 1;
        while depth > 0 {
            let instruction = code.take(1)?[0];
            match instruction {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
            self.take_instruction(instruction, code, &mut recency)?;
        }
        Ok(())
    }

    fn take_instruction(&mut self, instruction: u8, code: &mut Code<'_>, recency: &mut Vec<usize>) -> Outcome {
        let mut stream = u16::from(instruction);
        if instruction == I32_CONST {
            stream = u16::from(CONSTANTS) + code.number_length()? as u16;
        }
        self.own(Own::Instructions).push(stream as u8);
        if instruction == PREFIX {
            let half = code.number()?;
            self.put_behind(PREFIX.into(), 0, half);
            stream = 0x100 + half as u16;
        }
        match follows(stream).ok_or_else(|| format!("xtask/src/streams.rs has to learn the instruction {stream:#x}"))? {
            Follows::Numbers(count) => {
                for place in 0..count {
                    let number = code.raw_number()?;
                    self.behind(stream, place).extend_from_slice(number);
                }
            }
            Follows::Local => {
                let local = code.number()?;
                self.put(Own::Locals, rank(recency, local));
            }
            Follows::List(more) => {
                let count = code.number()?;
                self.put_behind(stream, 0, count);
                for _ in 0..count + usize::from(more) {
                    let number = code.raw_number()?;
                    self.behind(stream, 0).extend_from_slice(number);
                }
            }
            Follows::Bytes(count) => {
                let bytes = code.take(count.into())?;
                self.behind(stream, 0).extend_from_slice(bytes);
            }
            Follows::More => return Err("a second half has no third".to_owned()),
        }
        Ok(())
    }

    fn own(&mut self, stream: Own) -> &mut Vec<u8> {
        self.bytes.entry(stream as u16).or_default()
    }

    fn put(&mut self, stream: Own, number: usize) {
        put(self.own(stream), number);
    }

    fn behind(&mut self, instruction: u16, place: u8) -> &mut Vec<u8> {
        self.bytes.entry(2 * instruction + u16::from(place)).or_default()
    }

    fn put_behind(&mut self, instruction: u16, place: u8, number: usize) {
        put(self.behind(instruction, place), number);
    }

    /// The longest first: there a compression learns most.
    fn write(self, content: &mut Vec<u8>) {
        let mut streams: Vec<(u16, Vec<u8>)> = self.bytes.into_iter().collect();
        streams.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.len()));
        put(content, streams.len());
        for (stream, bytes) in &streams {
            put(content, usize::from(*stream));
            put(content, bytes.len());
        }
        content.extend(streams.into_iter().flat_map(|(_, bytes)| bytes));
    }
}

/// How many other locals were used since this one was, which becomes the last used. Those never used come in their order.
fn rank(recency: &mut Vec<usize>, local: usize) -> usize {
    recency.extend(recency.len()..=local);
    let rank = recency.iter().position(|other| *other == local).unwrap_or_default();
    recency[..=rank].rotate_right(1);
    rank
}

struct Code<'section> {
    bytes: &'section [u8],
    at: usize,
}

impl<'section> Code<'section> {
    fn take(&mut self, count: usize) -> Outcome<&'section [u8]> {
        let taken = self.bytes.get(self.at..self.at + count).ok_or("the code ends too early")?;
        self.at += count;
        Ok(taken)
    }

    /// An unsigned number, which is written as short as can be.
    fn number(&mut self) -> Outcome<usize> {
        let (number, digits) = leb128(&self.bytes[self.at..]).ok_or("the code ends in a number")?;
        let mut shortest = Vec::new();
        put(&mut shortest, number);
        if shortest.len() != digits {
            return Err(format!("the number at byte {} of the code is longer than it needs to be", self.at));
        }
        self.at += digits;
        Ok(number)
    }

    fn number_length(&self) -> Outcome<usize> {
        let last = self.bytes[self.at..].iter().position(|byte| byte & 0x80 == 0);
        last.map(|last| last + 1).ok_or_else(|| "the code ends in a number".to_owned())
    }

    /// A number of any kind, as it stands.
    fn raw_number(&mut self) -> Outcome<&'section [u8]> {
        let length = self.number_length()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_local_has_the_lowest_rank() {
        let mut recency = Vec::new();
        let ranks = [2, 2, 0, 2, 1, 4].map(|local| rank(&mut recency, local));
        assert_eq!(ranks, [2, 0, 1, 1, 2, 4]);
    }

    /// A body of two i32 locals: `(i32.store offset=300 (local.get 1) (i32.const 1000))`.
    const BODY: [u8; 13] = [1, 2, 0x7f, 0x20, 1, 0x41, 0xe8, 0x07, 0x36, 2, 0xac, 0x02, 0x0b];

    #[test]
    fn code_is_taken_apart_by_kind() {
        let section = [&[1, BODY.len() as u8][..], &BODY].concat();
        let streams = Streams::of(&section).expect("it is code").bytes;
        let instructions = [0x20, 0xe2, 0x36, 0x0b];
        let expected = [
            (2 * 0x36, vec![2]),
            (2 * 0x36 + 1, vec![0xac, 0x02]),
            (2 * 0xe2, vec![0xe8, 0x07]),
            (Own::Instructions as u16, instructions.to_vec()),
            (Own::Locals as u16, vec![1]),
            (Own::Counts as u16, vec![1, 1, 2]),
            (Own::Types as u16, vec![0x7f]),
        ];
        assert_eq!(streams, BTreeMap::from(expected));
    }

    #[test]
    fn what_is_no_code_is_told() {
        let told = |section: &[u8]| Streams::of(section).err().expect("it is no code");
        assert_eq!(told(&[1, 2, 0, 0xfb]), "xtask/src/streams.rs has to learn the instruction 0xfb");
        assert_eq!(told(&[1, 4, 0, 0x0b]), "a function ends at byte 4 of the code instead of 6");
        assert_eq!(told(&[1, 2, 0, 0x20]), "the code ends in a number");
    }

    #[test]
    fn a_short_module_stays_as_it_is() {
        let module = [b"\0asm\x01\0\0\0", &[CODE, 4, 1, 2, 0, 0x0b][..]].concat();
        assert_eq!(packed(&module), Ok(module));
    }
}
