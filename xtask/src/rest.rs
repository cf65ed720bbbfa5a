//! Parts the main module once more, function by function: what a first visit runs comes with the page, the rest as soon as somebody
//! touches it. Which functions those are was recorded (`cargo xtask record`) and stands in `www/rest.txt`, a name a line; a name that
//! no function has any more does no harm, and a function that the list does not know comes with the page.
//!
//! Both modules share memory, table and globals. In the place of a function that went, and that somebody who stayed calls, stays a
//! stub, which sees to it that the rest is here and passes the call on through the table. The rest calls what stayed through the
//! table as well. `parts.js` fetches the rest.

use crate::Outcome;
use crate::module::{Called, Whole, relinked};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, FunctionSection,
    ImportSection, Instruction, Module, RawSection, SectionId, TableSection, TableType,
};

/// Where the main module imports from what fetches the rest, and its name there.
const LOADER: [&str; 2] = ["./__wasm_split.js", "rest"];
/// Where the rest imports from what both share.
const SHARED: &str = "main";

/// The two modules.
pub(crate) struct Parted {
    pub(crate) main: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// Parts a module that still has its names.
///
/// # Errors
/// The module is none, or is built in a way that is not known here.
pub(crate) fn part(module: &[u8], goes: impl Fn(&str) -> bool) -> Outcome<Parted> {
    let whole = Whole::read(module)?;
    let plan = Plan::new(&whole, goes)?;
    Ok(Parted { main: plan.main()?, rest: plan.rest()? })
}

struct Plan<'module> {
    whole: &'module Whole<'module>,
    /// The functions that go.
    gone: BTreeSet<u32>,
    /// Those that leave a stub, by their types, so that like stubs lie together. Their places in the table follow its old end.
    stubs: Vec<u32>,
    /// The places in the table at which the rest finds what stayed.
    places: BTreeMap<u32, u32>,
    /// What had no place in the table and has one now, behind those of the stubs.
    placed: Vec<u32>,
    /// The functions of the main module by their old numbers, in their new order.
    kept: Vec<u32>,
    /// Their new numbers.
    numbers: BTreeMap<u32, u32>,
}

impl<'module> Plan<'module> {
    fn new(whole: &'module Whole<'module>, goes: impl Fn(&str) -> bool) -> Outcome<Self> {
        let own = whole.imported..whole.functions();
        let gone: BTreeSet<u32> =
            own.clone().filter(|function| whole.name_to_go_by(*function).is_some_and(&goes)).collect();
        let mut wanted: BTreeSet<u32> = whole.exported_functions().chain(whole.elements.values().copied()).collect();
        let mut called = BTreeSet::new();
        for function in own.clone() {
            let into = if gone.contains(&function) { &mut called } else { &mut wanted };
            into.extend(whole.calls(function)?);
        }
        let mut stubs: Vec<u32> = gone.intersection(&wanted).copied().collect();
        stubs.sort_by_key(|function| (whole.types_of[*function as usize], *function));
        let mut places: BTreeMap<u32, u32> =
            whole.elements.iter().map(|(place, function)| (*function, *place)).collect();
        let placed: Vec<u32> =
            called.difference(&gone).filter(|function| !places.contains_key(function)).copied().collect();
        let free = whole.table_end()? + stubs.len() as u32;
        places.extend(placed.iter().zip(free..).map(|(function, place)| (*function, place)));
        let mut kept: Vec<u32> = own.filter(|function| !gone.contains(function)).collect();
        kept.extend(&stubs);
        // The import of what fetches the rest comes after the others.
        let imported = (0..whole.imported).map(|function| (function, function));
        let numbers = imported.chain(kept.iter().copied().zip(whole.imported + 1..)).collect();
        Ok(Self { whole, gone, stubs, places, placed, kept, numbers })
    }

    /// How long the table is with the new places.
    fn table_end(&self) -> Outcome<u32> {
        Ok(self.whole.table_end()? + (self.stubs.len() + self.placed.len()) as u32)
    }

    /// The number of the function that sees to it that the rest is here: it is the last.
    fn ensure(&self) -> u32 {
        self.whole.imported + 1 + self.kept.len() as u32
    }

    fn main(&self) -> Outcome<Vec<u8>> {
        let mut module = Module::new();
        for (id, data) in &self.whole.sections {
            match *id {
                id if id == SectionId::Import as u8 => module.section(&self.imports()?),
                id if id == SectionId::Function as u8 => module.section(&self.functions()?),
                id if id == SectionId::Table as u8 => module.section(&self.tables()?),
                id if id == SectionId::Global as u8 => module.section(&self.whole.globals_and_ready()?),
                id if id == SectionId::Export as u8 => module.section(&self.exports()?),
                id if id == SectionId::Element as u8 => module.section(&self.elements()?),
                id if id == SectionId::Code as u8 => module.section(&self.code()?),
                id if id == SectionId::Custom as u8 => &mut module,
                id => module.section(&RawSection { id, data }),
            };
        }
        Ok(module.finish())
    }

    fn imports(&self) -> Outcome<ImportSection> {
        let mut imports = ImportSection::new();
        for import in &self.whole.imports {
            RoundtripReencoder.parse_import(&mut imports, *import).map_err(told)?;
        }
        imports.import(LOADER[0], LOADER[1], EntityType::Function(self.whole.nothing_type()?));
        Ok(imports)
    }

    fn functions(&self) -> Outcome<FunctionSection> {
        let mut functions = FunctionSection::new();
        for function in &self.kept {
            functions.function(self.whole.types_of[*function as usize]);
        }
        functions.function(self.whole.nothing_type()?);
        Ok(functions)
    }

    fn tables(&self) -> Outcome<TableSection> {
        let mut tables = TableSection::new();
        for number in 0..self.whole.tables.len() {
            tables.table(self.table(number)?);
        }
        Ok(tables)
    }

    /// A table as it is now: the first one has become longer.
    fn table(&self, number: usize) -> Outcome<TableType> {
        let table = RoundtripReencoder.table_type(self.whole.tables[number]).map_err(told)?;
        let end = u64::from(self.table_end()?);
        Ok(if number == 0 { TableType { minimum: end, maximum: table.maximum.map(|_| end), ..table } } else { table })
    }

    fn exports(&self) -> Outcome<ExportSection> {
        let mut exports = self.whole.exports_and_ready(|function| self.numbers[&function])?;
        for (kind, number, name) in self.shared()? {
            if !self.whole.exports.iter().any(|export| export.name == name) {
                exports.export(&name, kind, number);
            }
        }
        Ok(exports)
    }

    /// The table as it was, without the places that are empty anyhow, and what the rest calls.
    fn elements(&self) -> Outcome<ElementSection> {
        let mut elements = ElementSection::new();
        let mut run: Vec<u32> = Vec::new();
        let mut begin = 0;
        let mut flush = |begin: u32, run: &mut Vec<u32>| {
            if !run.is_empty() {
                let offset = ConstExpr::i32_const(begin as i32);
                elements.active(None, &offset, Elements::Functions(std::mem::take(run).into()));
            }
        };
        for (place, function) in &self.whole.elements {
            if begin + run.len() as u32 != *place {
                flush(begin, &mut run);
                begin = *place;
            }
            run.push(self.numbers[function]);
        }
        flush(begin, &mut run);
        let mut placed: Vec<u32> = self.placed.iter().map(|function| self.numbers[function]).collect();
        flush(self.whole.table_end()? + self.stubs.len() as u32, &mut placed);
        Ok(elements)
    }

    fn code(&self) -> Outcome<CodeSection> {
        let mut code = CodeSection::new();
        let (stayed, stubs) = self.kept.split_at(self.kept.len() - self.stubs.len());
        for function in stayed {
            let body = relinked(self.whole.body(*function), |called| Ok(Called::Direct(self.numbers[&called])))?;
            code.raw(&body);
        }
        for (function, place) in stubs.iter().zip(self.whole.table_end()?..) {
            code.function(&self.stub(*function, place)?);
        }
        let mut ensure = wasm_encoder::Function::new([]);
        ensure.instruction(&Instruction::GlobalGet(self.whole.ready())).instruction(&Instruction::I32Eqz);
        ensure.instruction(&Instruction::If(wasm_encoder::BlockType::Empty));
        ensure.instruction(&Instruction::Call(self.whole.imported)).instruction(&Instruction::End);
        code.function(ensure.instruction(&Instruction::End));
        Ok(code)
    }

    /// Passes a call on to where the rest has put the function.
    fn stub(&self, function: u32, place: u32) -> Outcome<wasm_encoder::Function> {
        let type_index = self.whole.types_of[function as usize];
        let mut stub = wasm_encoder::Function::new([]);
        stub.instruction(&Instruction::Call(self.ensure()));
        for given in 0..self.whole.types[type_index as usize].params().len() {
            stub.instruction(&Instruction::LocalGet(given as u32));
        }
        stub.instruction(&Instruction::I32Const(place as i32));
        stub.instruction(&Instruction::CallIndirect { type_index, table_index: 0 });
        stub.instruction(&Instruction::End);
        Ok(stub)
    }

    /// What the rest imports: kind, number and the name under which the main module exports it.
    fn shared(&self) -> Outcome<Vec<(ExportKind, u32, String)>> {
        let tables = (0..self.whole.tables.len() as u32).map(|number| (ExportKind::Table, number));
        let globals = (0..self.whole.globals.len() as u32).map(|number| (ExportKind::Global, number));
        let all = tables.chain([(ExportKind::Memory, 0)]).chain(globals);
        let name = |(kind, number): (ExportKind, u32)| {
            let is_meant = |export: &&wasmparser::Export<'_>| {
                export.index == number && RoundtripReencoder.export_kind(export.kind).is_ok_and(|other| other == kind)
            };
            let known = self.whole.exports.iter().find(is_meant);
            (kind, number, known.map_or_else(|| format!("{kind:?}{number}"), |export| export.name.to_owned()))
        };
        Ok(all.map(name).collect())
    }

    fn rest(&self) -> Outcome<Vec<u8>> {
        let numbers: BTreeMap<u32, u32> = self.gone.iter().copied().zip(0..).collect();
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for function in &self.gone {
            functions.function(self.whole.types_of[*function as usize]);
            let body = relinked(self.whole.body(*function), |called| match numbers.get(&called) {
                Some(number) => Ok(Called::Direct(*number)),
                None => {
                    let place =
                        self.places.get(&called).ok_or("a function that is called has no place in the table")?;
                    Ok(Called::ThroughTable { type_index: self.whole.types_of[called as usize], place: *place })
                }
            })?;
            code.raw(&body);
        }
        let stubbed: Vec<u32> = self.stubs.iter().map(|function| numbers[function]).collect();
        let mut elements = ElementSection::new();
        let offset = ConstExpr::i32_const(self.whole.table_end()? as i32);
        elements.active(None, &offset, Elements::Functions(stubbed.into()));
        let mut module = Module::new();
        let types = self.whole.section(SectionId::Type)?;
        module.section(&RawSection { id: SectionId::Type as u8, data: types });
        module.section(&self.shared_imports()?).section(&functions).section(&elements).section(&code);
        Ok(module.finish())
    }

    fn shared_imports(&self) -> Outcome<ImportSection> {
        let mut imports = ImportSection::new();
        for (kind, number, name) in self.shared()? {
            let entity: EntityType = match kind {
                ExportKind::Table => self.table(number as usize)?.into(),
                ExportKind::Memory => RoundtripReencoder.memory_type(self.whole.memory()?).map_err(told)?.into(),
                _ => RoundtripReencoder.global_type(self.whole.globals[number as usize].ty).map_err(told)?.into(),
            };
            imports.import(SHARED, &name, entity);
        }
        Ok(imports)
    }
}

fn told(error: impl std::fmt::Display) -> String {
    format!("the main module cannot be parted: {error}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::module::READY;
    use wasm_encoder::{GlobalSection, GlobalType, MemorySection, MemoryType, RefType, TypeSection, ValType};

    /// One imported function, then `first`, which calls `late` and is exported; `late`, which is given a number and calls `shared`;
    /// `shared`, which calls the imported one; and `listed`, which stands in the table. The last three are long enough to go.
    pub(crate) fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("host", "imported", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0).function(1).function(0).function(0);
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: 5,
            maximum: Some(5),
            table64: false,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut globals = GlobalSection::new();
        globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
        let mut exports = ExportSection::new();
        exports.export("table", ExportKind::Table, 0).export("first", ExportKind::Func, 1);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(vec![4].into()));
        let mut code = CodeSection::new();
        let body = |instructions: &[Instruction<'_>]| {
            let mut body = wasm_encoder::Function::new([]);
            for instruction in instructions {
                body.instruction(instruction);
            }
            // Long enough to go.
            for _ in 0..30 {
                body.instruction(&Instruction::Nop);
            }
            body.instruction(&Instruction::End);
            body
        };
        code.function(&body(&[Instruction::I32Const(7), Instruction::Call(2), Instruction::Drop]));
        code.function(&body(&[Instruction::Call(3), Instruction::LocalGet(0)]));
        code.function(&body(&[Instruction::Call(0)]));
        code.function(&body(&[]));
        let mut names = wasm_encoder::NameMap::new();
        for (number, name) in [(1, "first"), (2, "late"), (3, "shared"), (4, "listed")] {
            names.append(number, name);
        }
        let mut section = wasm_encoder::NameSection::new();
        section.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        module.section(&globals).section(&exports).section(&elements).section(&code).section(&section);
        module.finish()
    }

    fn called(module: &[u8], function: u32) -> Vec<u32> {
        Whole::read(module).and_then(|whole| whole.calls(function)).expect("it is a module")
    }

    #[test]
    fn what_goes_leaves_a_stub_where_it_is_called_or_listed() {
        let parted = part(&module(), |name| ["late", "listed"].contains(&name)).expect("it can be parted");
        let main = Whole::read(&parted.main).expect("the main module is one");
        // The import of what fetches the rest has number 1; then come those that stayed, the two stubs, and what they call first.
        assert_eq!((main.imported, main.functions()), (2, 7));
        let [first, shared, listed, late, ensure] = [2, 3, 4, 5, 6];
        assert_eq!(called(&parted.main, first), [late]);
        assert_eq!(called(&parted.main, shared), [0]);
        assert_eq!((called(&parted.main, late), called(&parted.main, listed)), (vec![ensure], vec![ensure]));
        assert_eq!(called(&parted.main, ensure), [1]);
        // The table is longer by the places of the two stubs and of what the rest calls.
        assert_eq!((main.table_end(), main.tables[0].maximum), (Ok(8), Some(8)));
        assert_eq!(main.elements, BTreeMap::from([(1, listed), (7, shared)]));
        assert!(main.exports.iter().any(|export| export.name == READY && export.index == 1));
        let bodies = |payload: &wasmparser::Payload<'_>| matches!(payload, wasmparser::Payload::CodeSectionEntry(_));
        let rest = wasmparser::Parser::new(0).parse_all(&parted.rest).filter_map(Result::ok).filter(bodies);
        assert_eq!(rest.count(), 2);
    }

    #[test]
    fn who_is_not_named_stays() {
        let parted = part(&module(), |_| false).expect("it can be parted");
        let main = Whole::read(&parted.main).expect("the main module is one");
        assert_eq!((main.functions(), main.table_end()), (7, Ok(5)));
        assert_eq!(called(&parted.main, 2), [3]);
    }
}
