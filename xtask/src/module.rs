//! A module of the page, read as far as it has to be to part it or to count in it.

use crate::Outcome;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    ConstExpr, Encode, ExportKind, ExportSection, GlobalSection, GlobalType, Instruction, SectionId, ValType,
};
use wasmparser::{
    Element, ElementItems, ElementKind, Export, ExternalKind, FuncType, FunctionBody, Global, Import, KnownCustom,
    MemoryType, Name, Operator, Parser, Payload, TableType, TypeRef,
};

/// A module and what parting it asks about.
#[derive(Default)]
pub(crate) struct Whole<'module> {
    /// Number and content of each section.
    pub(crate) sections: Vec<(u8, &'module [u8])>,
    pub(crate) types: Vec<FuncType>,
    pub(crate) imports: Vec<Import<'module>>,
    /// How many functions are imported; these have the first numbers.
    pub(crate) imported: u32,
    /// The type of each function, the imported ones first.
    pub(crate) types_of: Vec<u32>,
    pub(crate) tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    pub(crate) globals: Vec<Global<'module>>,
    pub(crate) exports: Vec<Export<'module>>,
    /// The functions in the first table by their places.
    pub(crate) elements: BTreeMap<u32, u32>,
    bodies: Vec<FunctionBody<'module>>,
    /// The name of each function, without what changes from one build to the next.
    names: BTreeMap<u32, String>,
}

/// What the main module exports to be told that the rest is here.
pub(crate) const READY: &str = "ready";
/// A shorter function stays where it is: a stub in its place would be no shorter.
const SHORTEST: usize = 24;
/// What a hash map does depends on hashes that are drawn anew for each visit.
const DRAWN: &str = "hashbrown";
/// Longer names, those of closures that were given closures, are cut.
const NAME_LETTERS: usize = 120;

impl<'module> Whole<'module> {
    /// # Errors
    /// This is no module, or it is built in a way that is not known here.
    pub(crate) fn read(module: &'module [u8]) -> Outcome<Self> {
        let mut whole = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload.map_err(told)?;
            if let Some((id, range)) = payload.as_section() {
                whole.sections.push((id, &module[range.start as usize..range.end as usize]));
            }
            whole.take(payload)?;
        }
        Ok(whole)
    }

    fn take(&mut self, payload: Payload<'module>) -> Outcome {
        match payload {
            Payload::TypeSection(types) => self.types = all(types.into_iter_err_on_gc_types())?,
            Payload::ImportSection(imports) => {
                self.imports = all(imports.into_imports())?;
                for import in &self.imports {
                    let TypeRef::Func(kind) = import.ty else {
                        return Err(format!("the main module imports {}, which is no function", import.name));
                    };
                    self.types_of.push(kind);
                }
                self.imported = self.types_of.len() as u32;
            }
            Payload::FunctionSection(functions) => self.types_of.extend(all(functions)?),
            Payload::TableSection(tables) => self.tables = all(tables)?.into_iter().map(|table| table.ty).collect(),
            Payload::MemorySection(memories) => self.memories = all(memories)?,
            Payload::GlobalSection(globals) => self.globals = all(globals)?,
            Payload::ExportSection(exports) => self.exports = all(exports)?,
            Payload::ElementSection(elements) => {
                for element in all(elements)? {
                    self.take_element(&element)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(names) = custom.as_known() {
                    for name in names {
                        if let Name::Function(functions) = name.map_err(told)? {
                            let read = all(functions)?;
                            self.names.extend(read.into_iter().map(|named| (named.index, lasting_name(named.name))));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_element(&mut self, element: &Element<'_>) -> Outcome {
        let ElementKind::Active { table_index: None | Some(0), offset_expr } = &element.kind else {
            return Err("the main module fills its table in a way that is not known here".to_owned());
        };
        let offset = match offset_expr.get_operators_reader().read().map_err(told)? {
            Operator::I32Const { value } => value as u32,
            _ => return Err("a place in the table is no plain number".to_owned()),
        };
        match &element.items {
            ElementItems::Functions(functions) => {
                self.elements.extend((offset..).zip(all(functions.clone())?));
            }
            ElementItems::Expressions(_, expressions) => {
                for (place, expression) in (offset..).zip(all(expressions.clone())?) {
                    match expression.get_operators_reader().read().map_err(told)? {
                        Operator::RefFunc { function_index } => drop(self.elements.insert(place, function_index)),
                        Operator::RefNull { .. } => {}
                        _ => return Err("what stands in the table is no plain function".to_owned()),
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn functions(&self) -> u32 {
        self.types_of.len() as u32
    }

    /// The body of a function that is not imported.
    pub(crate) fn body(&self, function: u32) -> &FunctionBody<'module> {
        &self.bodies[(function - self.imported) as usize]
    }

    /// The name of a function that may be parted from the others; none of the others, whatever they are called.
    pub(crate) fn name_to_go_by(&self, function: u32) -> Option<&str> {
        let is_long = self.body(function).as_bytes().len() >= SHORTEST;
        let name = self.names.get(&function).filter(|name| is_long && !name.contains(DRAWN))?;
        Some(name)
    }

    /// The functions that a function calls.
    pub(crate) fn calls(&self, function: u32) -> Outcome<Vec<u32>> {
        let mut called = Vec::new();
        relinked(self.body(function), |function| {
            called.push(function);
            Ok(Called::Direct(function))
        })?;
        Ok(called)
    }

    pub(crate) fn exported_functions(&self) -> impl Iterator<Item = u32> {
        self.exports.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index)
    }

    /// Where the first table ends.
    pub(crate) fn table_end(&self) -> Outcome<u32> {
        Ok(self.tables.first().ok_or("the main module has no table")?.initial as u32)
    }

    pub(crate) fn memory(&self) -> Outcome<MemoryType> {
        self.memories.first().copied().ok_or_else(|| "the main module has no memory".to_owned())
    }

    /// The global that tells that the rest is here: it comes after the others.
    pub(crate) fn ready(&self) -> u32 {
        self.globals.len() as u32
    }

    /// The globals, and that one: at first the rest is not here.
    pub(crate) fn globals_and_ready(&self) -> Outcome<GlobalSection> {
        let mut globals = GlobalSection::new();
        for global in &self.globals {
            RoundtripReencoder.parse_global(&mut globals, global.clone()).map_err(told)?;
        }
        let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(kind, &ConstExpr::i32_const(0));
        Ok(globals)
    }

    /// The exports, functions by other numbers, and that global.
    pub(crate) fn exports_and_ready(&self, number: impl Fn(u32) -> u32) -> Outcome<ExportSection> {
        let mut exports = ExportSection::new();
        for export in &self.exports {
            let kind = RoundtripReencoder.export_kind(export.kind).map_err(told)?;
            let index = if kind == ExportKind::Func { number(export.index) } else { export.index };
            exports.export(export.name, kind, index);
        }
        exports.export(READY, ExportKind::Global, self.ready());
        Ok(exports)
    }

    /// The type of functions that are given nothing and give nothing.
    pub(crate) fn nothing_type(&self) -> Outcome<u32> {
        let is_meant = |kind: &FuncType| kind.params().is_empty() && kind.results().is_empty();
        let found = self.types.iter().position(is_meant);
        found
            .map(|index| index as u32)
            .ok_or_else(|| "no function of the main module takes and gives nothing".to_owned())
    }

    pub(crate) fn section(&self, id: SectionId) -> Outcome<&'module [u8]> {
        let found = self.sections.iter().find(|(other, _)| *other == id as u8);
        found.map(|(_, content)| *content).ok_or_else(|| format!("the main module has no section {id:?}"))
    }
}

/// How a function is called in a module that is written.
pub(crate) enum Called {
    Direct(u32),
    ThroughTable { type_index: u32, place: u32 },
}

/// A body with other calls.
pub(crate) fn relinked(body: &FunctionBody<'_>, mut called: impl FnMut(u32) -> Outcome<Called>) -> Outcome<Vec<u8>> {
    let bytes = body.as_bytes();
    let begin = body.range().start;
    let mut written = Vec::with_capacity(bytes.len() + 16);
    let mut copied = 0;
    let mut operators = body.get_operators_reader().map_err(told)?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset().map_err(told)?;
        match operator {
            Operator::Call { function_index } => {
                written.extend_from_slice(&bytes[copied..(at - begin) as usize]);
                match called(function_index)? {
                    Called::Direct(number) => Instruction::Call(number).encode(&mut written),
                    Called::ThroughTable { type_index, place } => {
                        Instruction::I32Const(place as i32).encode(&mut written);
                        Instruction::CallIndirect { type_index, table_index: 0 }.encode(&mut written);
                    }
                }
                copied = (operators.original_position() - begin) as usize;
            }
            Operator::RefFunc { .. } | Operator::ReturnCall { .. } => {
                return Err(format!("xtask/src/module.rs has to learn {operator:?}"));
            }
            _ => {}
        }
    }
    written.extend_from_slice(&bytes[copied..]);
    Ok(written)
}

/// A function's name without what the compiler adds to tell two builds or two copies apart. In the place of what is cut stands its
/// hash.
fn lasting_name(symbol: &str) -> String {
    let mut name = format!("{:#}", rustc_demangle::demangle(symbol));
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|digit| digit.is_ascii_digit());
    if let Some((kept, number)) = name.rsplit_once('.')
        && is_number(number)
    {
        name.truncate(kept.len());
    }
    if let Some((end, _)) = name.char_indices().nth(NAME_LETTERS) {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        name.truncate(end);
        name.push_str(&format!(" … {hash:016x}"));
    }
    name
}

fn all<T>(items: impl IntoIterator<Item = wasmparser::Result<T>>) -> Outcome<Vec<T>> {
    items.into_iter().collect::<wasmparser::Result<_>>().map_err(told)
}

fn told(error: impl std::fmt::Display) -> String {
    format!("the main module cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_outlasts_the_build() {
        let symbol = "_RNvMs_NtCs8Sp0dVuG9AE_17faultlab_registry3runNtB4_3Run4open";
        assert_eq!(lasting_name(symbol), "<faultlab_registry::run::Run>::open");
        assert_eq!(lasting_name(&format!("{symbol}.753")), "<faultlab_registry::run::Run>::open");
        assert_eq!(lasting_name("not_mangled"), "not_mangled");
    }

    #[test]
    fn a_long_name_is_cut_and_stays_another() {
        let [one, other] = ["a", "b"].map(|end| lasting_name(&format!("{}{end}", "x".repeat(300))));
        assert!(one != other && one.len() < 150, "{one} and {other}");
    }
}
