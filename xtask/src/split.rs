//! Splits the published page into the file that everybody loads and its parts, which are fetched when they are wanted.
//!
//! Trunk has built the page as one program in which the ways into the parts are marked (`www/src/parts.rs`). Here the splitter makes
//! modules of it: the main one, one for each part, and a chunk for every set of parts that share something. What Trunk put into
//! `dist/` is replaced by the main module and one script, and each part becomes one file with all modules that it needs.

use crate::Outcome;
use crate::command::{program, root, run};
use crate::glue;
use crate::record;
use crate::rest;
use crate::streams::{self, packed};
use crate::tools::{self, Tools};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const NAME: &str = "faultlab-www";
/// The module with the loaders.
const LINK: &str = "__wasm_split.js";
/// What a page and its worker start with.
const START: &str = "start.js";
/// What a first visit does not run, and the list of it.
const REST: &str = "rest.wasm";
pub(crate) const LIST: &str = "www/rest.txt";
/// Where the page's profile leaves the program, inside the target folder.
const BUILT: &str = "wasm32-unknown-unknown/page/faultlab-www.wasm";

/// What the page is split for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Publishing,
    /// The main module stays whole and counts which of its functions are called.
    Recording,
}

/// Splits what was built into `dist/`.
pub(crate) fn split(tools: &Tools, purpose: Purpose) -> Outcome {
    let dist = root().join("dist");
    let parts = target().join("parts");
    // Parts of an earlier build may go by other numbers.
    let _ = std::fs::remove_dir_all(&parts);
    run(
        program(tools::wasm_split()?).arg(target().join(BUILT)).arg(&parts).args(["--out-name", NAME]),
        "split the page into its parts",
    )?;
    run(
        program(&tools.wasm_bindgen)
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--keep-lld-exports",
                // Functions are told apart by their names once more before all names go.
                "--keep-debug",
                "--no-demangle",
                "--remove-producers-section",
                "--out-dir",
            ])
            .arg(&dist)
            .arg(parts.join(format!("{NAME}.wasm"))),
        "write the glue of the main part",
    )?;
    let names = write_script(&dist, &write_parts(&dist, &parts)?)?;
    let main = dist.join(format!("{NAME}_bg.wasm"));
    let module = read(&main)?;
    let short = |module: &[u8]| lean(module, &names).ok_or_else(|| format!("{} is no wasm", main.display()));
    if purpose == Purpose::Recording {
        let counted = record::counted(&module)?;
        write(&dist.join(record::FUNCTIONS), counted.functions.as_bytes())?;
        let start = dist.join(START);
        write(&start, format!("{}globalThis.faultlabMemory = () => wasm.memory;\n", text(&start)?).as_bytes())?;
        return write(&main, &short(&counted.module)?);
    }
    let goes = text(&root().join(LIST))?;
    let goes: BTreeSet<&str> = goes.lines().collect();
    let parted = rest::part(&module, |name| goes.contains(name))?;
    write(&main, &packed(&short(&parted.main)?)?)?;
    write(&dist.join(REST), &packed(&short(&parted.rest)?)?)
}

/// Writes a file for each part, and tells what opens them.
fn write_parts(dist: &Path, parts: &Path) -> Outcome<String> {
    let link = text(&parts.join(LINK))?;
    let unknown = || format!("the splitter wrote a {LINK} of another shape; xtask/src/split.rs has to learn it");
    let shared = shared(&link).ok_or_else(unknown)?;
    let mut names = Vec::new();
    for Loader { part, modules } in loaders(&link).ok_or_else(unknown)? {
        let mut table = Vec::new();
        let mut behind = Vec::new();
        glue::put_length(&mut table, modules.len());
        for module in modules {
            let bytes = read(&parts.join(format!("{module}.wasm")))?;
            let module_of_part = lean(&bytes, &BTreeMap::new()).ok_or_else(|| format!("{module} is no wasm"))?;
            let module_of_part = packed(&module_of_part)?;
            glue::put_length(&mut table, number(&module).ok_or_else(unknown)?);
            glue::put_length(&mut table, module_of_part.len());
            behind.extend(module_of_part);
        }
        write(&dist.join(format!("part_{part}.wasm")), &[table, behind].concat())?;
        names.push(format!("\"{part}\""));
    }
    let opens = include_str!("parts.js").replace("/* parts */", &names.join(", "));
    let unpack = include_str!("unpack.js").replace("/* table */", &streams::table());
    Ok(unpack + &opens.replace("/* shared */", shared))
}

/// Makes one script of all, which the page and its worker start with. Returns the short names in it.
fn write_script(dist: &Path, parts: &str) -> Outcome<BTreeMap<String, String>> {
    let glue_file = dist.join(format!("{NAME}.js"));
    let start_file = dist.join(START);
    let script = glue::one_script(&text(&glue_file)?, parts, &text(&start_file)?)
        .ok_or("wasm-bindgen wrote glue of another shape; xtask/src/glue.rs has to learn it")?;
    let names = glue::short_names(&script);
    write(&start_file, glue::renamed(&script, &names).as_bytes())?;
    let page_file = dist.join("index.html");
    let preload = format!("<link rel=\"modulepreload\" href=\"./{NAME}.js\" crossorigin=\"anonymous\">");
    write(&page_file, text(&page_file)?.replace(&preload, "").as_bytes())?;
    for file in [glue_file, dist.join(LINK)] {
        // An earlier build's, or the one that is in the script now.
        let _ = std::fs::remove_file(file);
    }
    Ok(names)
}

/// What fetches a part, as the splitter wrote it: the modules that it asks for, chunks first.
#[derive(PartialEq, Eq, Debug)]
struct Loader<'link> {
    part: &'link str,
    modules: Vec<String>,
}

const LOADER: &str = "export const __wasm_split_load_";
const FETCH: [&str; 2] = ["fetch(new URL(\"./", ".wasm\", import.meta.url))"];
const LOAD: &str = "wrapAsyncCb(makeLoad(";
const SHARED: [&str; 2] = ["const { ", " } = initSync("];

/// The loaders of a link module; none if it does not look as expected.
fn loaders(link: &str) -> Option<Vec<Loader<'_>>> {
    let read = |text| -> Option<Loader<'_>> {
        let (part, text): (&str, &str) = str::split_once(text, " = ")?;
        let (fetches, chunks) = text.strip_prefix(LOAD)?.trim_end().strip_suffix("]));")?.rsplit_once("\n, [")?;
        let chunks = chunks.split(", ").filter_map(|chunk| chunk.strip_prefix("__"));
        let own = fetches.split_once(FETCH[0]).and_then(|(_, after)| after.split_once(FETCH[1]));
        Some(Loader { part, modules: chunks.chain(own.map(|(module, _)| module)).map(str::to_owned).collect() })
    };
    let mut texts = link.split(LOADER);
    texts.next()?;
    texts.map(read).collect()
}

/// The number of a module that parts share; zero for a part's own. None if it is called otherwise.
fn number(module: &str) -> Option<usize> {
    match module.strip_prefix("chunk_") {
        Some(digits) => digits.parse().ok().filter(|number| *number > 0),
        None => module.starts_with("split_").then_some(0),
    }
}

/// What the modules of parts import of the main module, as a list with commas.
fn shared(link: &str) -> Option<&str> {
    let (_, after) = link.split_once(SHARED[0])?;
    Some(after.split_once(SHARED[1])?.0.trim())
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn text(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Outcome {
    std::fs::write(file, bytes).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// A module with short names and without its custom sections: these hold names, which splitting needed and nobody else does.
fn lean(module: &[u8], names: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    const CUSTOM: u8 = 0;
    const IMPORTS: u8 = 2;
    let (head, mut rest) = module.split_at_checked(8)?;
    let mut kept = head.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (length, digits) = leb128(after)?;
        let end = 1 + digits + length;
        let section = rest.get(..end)?;
        if kind == IMPORTS {
            let imports = glue::renamed_imports(&section[1 + digits..], names)?;
            kept.push(kind);
            glue::put_length(&mut kept, imports.len());
            kept.extend(imports);
        } else if kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = &rest[end..];
    }
    Some(kept)
}

/// An unsigned number in LEB128, and how many bytes it takes.
pub(crate) fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let value = bytes[..digits].iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f));
    Some((value, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_request() {
        let link = "let shared;\nconst __chunk_4 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_4.wasm\", import.meta.url));\n}\n, []);\n\
            export const __wasm_split_load_ring = wrapAsyncCb(makeLoad(() => {\n    \
            const src = fetch(new URL(\"./split_ring.wasm\", import.meta.url));\n}\n, [__chunk_4]));\n";
        let modules = vec!["chunk_4".to_owned(), "split_ring".to_owned()];
        assert_eq!(loaders(link), Some(vec![Loader { part: "ring", modules }]));
        assert_eq!(loaders(&link.replace("]));", "])")), None);
    }

    #[test]
    fn shared_modules_have_numbers() {
        let modules = ["chunk_57", "split_ring", "chunk_0", "chunk_x", "other"];
        assert_eq!(modules.map(number), [Some(57), Some(0), None, None, None]);
    }

    #[test]
    fn what_parts_import_of_the_main_module_is_found() {
        let link = "const { table, memory,  } = initSync(undefined, undefined);";
        assert_eq!(shared(link), Some("table, memory,"));
        assert_eq!(shared("const { table }"), None);
    }

    #[test]
    fn custom_sections_go_and_the_others_stay() {
        let head = b"\0asm\x01\0\0\0";
        let (custom, types) = ([0, 3, 1, b'n', 9], [1, 2, 0, 7]);
        let module = [&head[..], &custom, &types, &custom].concat();
        assert_eq!(lean(&module, &BTreeMap::new()), Some([&head[..], &types].concat()));
        assert_eq!(lean(&module[..module.len() - 1], &BTreeMap::new()), None);
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26]), Some((624_485, 3)));
    }
}
