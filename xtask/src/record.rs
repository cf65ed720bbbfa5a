//! Records which functions of the page a first visit runs: in a page whose main module counts them, some first visits are made
//! (`tests/src/bin/first_visits.rs`). What none of them ran is written to `www/rest.txt` and comes later (`rest.rs`).

use crate::Outcome;
use crate::command::{cargo, root, run as run_command};
use crate::module::Whole;
use crate::split::{LIST, Purpose};
use crate::{page, suite};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, Encode, Instruction, MemArg, MemArgTarget, MemorySection, MemoryType, Module, RawSection, SectionId,
};

/// The file in `dist/` that names the functions: a line with where the counters lie in memory, then a name a line.
pub(crate) const FUNCTIONS: &str = "functions.txt";
/// The page that the counters get.
const PAGE_BYTES: u64 = 65_536;

pub(crate) fn run() -> Outcome {
    let (tools, browser) = suite::set_up()?;
    page::build_with(&tools, Purpose::Recording)?;
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--package", "faultlab-tests", "--bin", "first_visits", "--"])
        .arg(root().join(LIST));
    browser.tell(&mut command);
    run_command(&mut command, "make first visits")?;
    let _ = std::fs::remove_file(root().join("dist").join(FUNCTIONS));
    page::build_with(&tools, Purpose::Publishing)
}

pub(crate) struct Counted {
    pub(crate) module: Vec<u8>,
    pub(crate) functions: String,
}

/// The module with a page of memory more, in which each function leaves a one when it is called.
pub(crate) fn counted(module: &[u8]) -> Outcome<Counted> {
    let whole = Whole::read(module)?;
    let memory = whole.memory()?;
    let begin = memory.initial * PAGE_BYTES;
    let own = whole.imported..whole.functions();
    if own.len() as u64 > PAGE_BYTES {
        return Err("the main module has more functions than fit into a page of counters".to_owned());
    }
    let mut functions = format!("{begin}\n");
    let mut code = CodeSection::new();
    for (place, function) in own.enumerate() {
        functions.push_str(whole.name_to_go_by(function).unwrap_or_default());
        functions.push('\n');
        let body = whole.body(function);
        let locals = body.get_operators_reader().map_err(told)?.original_position() - body.range().start;
        let (locals, instructions) = body.as_bytes().split_at(locals as usize);
        let mut counting = locals.to_vec();
        Instruction::I32Const((begin + place as u64) as i32).encode(&mut counting);
        Instruction::I32Const(1).encode(&mut counting);
        Instruction::I32Store8(MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(0), ordering: None })
            .encode(&mut counting);
        counting.extend_from_slice(instructions);
        code.raw(&counting);
    }
    let mut memories = MemorySection::new();
    let known = RoundtripReencoder.memory_type(memory).map_err(told)?;
    memories.memory(MemoryType { minimum: known.minimum + 1, ..known });
    let mut counted = Module::new();
    for (id, data) in &whole.sections {
        match *id {
            id if id == SectionId::Memory as u8 => counted.section(&memories),
            id if id == SectionId::Code as u8 => counted.section(&code),
            id if id == SectionId::Global as u8 => counted.section(&whole.globals_and_ready()?),
            id if id == SectionId::Export as u8 => counted.section(&whole.exports_and_ready(|function| function)?),
            id if id == SectionId::Custom as u8 => &mut counted,
            id => counted.section(&RawSection { id, data }),
        };
    }
    Ok(Counted { module: counted.finish(), functions })
}

fn told(error: impl std::fmt::Display) -> String {
    format!("the main module cannot be made to count: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_has_its_counter_behind_the_memory() {
        let counted = counted(&crate::rest::tests::module()).expect("it can count");
        assert_eq!(counted.functions, "65536\nfirst\nlate\nshared\nlisted\n");
        let whole = Whole::read(&counted.module).expect("it is a module");
        assert_eq!(whole.memory().map(|memory| memory.initial), Ok(2));
        // Each body begins with the address of its counter, after the count of its locals: i32.const 65536 + 1 for the second.
        assert_eq!(whole.body(2).as_bytes()[..5], [0, 0x41, 0x81, 0x80, 0x04]);
        assert_eq!(whole.calls(1), Ok(vec![2]));
    }
}
