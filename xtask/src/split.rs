//! Splits the published page into the program that everybody loads and its parts, which are fetched when they are first wanted.
//!
//! Trunk runs this as its hook after each build (`Trunk.toml`). Trunk has built the page as one program in which the entries of the
//! parts are marked (`www/src/parts.rs`). The splitter makes modules of it: the main one, one for each part, and a chunk for every set
//! of parts that share something. Each part becomes one file with all modules that it needs.

use crate::command::{Outcome, program, root, run};
use crate::tools;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wasm_encoder::RawSection;
use wasmparser::Parser;

const NAME: &str = "faultlab-www";
/// The script that the splitter writes: it exports a loader for each part.
const LOADERS: &str = "__wasm_split.js";
/// Where the page's profile leaves the program, inside the target folder.
const BUILT: &str = "wasm32-unknown-unknown/page/faultlab-www.wasm";

/// Splits what Trunk has built, unless it was built to work on it.
pub(crate) fn hook() -> Outcome {
    let variable = |name| std::env::var_os(name).ok_or(format!("{name} is not set: this is for Trunk to call"));
    if variable("TRUNK_PROFILE")? != "release" {
        return Ok(());
    }
    split(&PathBuf::from(variable("TRUNK_STAGING_DIR")?))
}

fn split(dist: &Path) -> Outcome {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let modules = target.join("parts");
    // Chunks of an earlier build may have other numbers.
    let _ = std::fs::remove_dir_all(&modules);
    run(
        program(tools::wasm_split()?).arg(target.join(BUILT)).arg(&modules).args(["--out-name", NAME]),
        "split the page into its parts",
    )?;
    run(
        program(tools::wasm_bindgen()?)
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--keep-lld-exports",
                "--remove-producers-section",
                "--out-dir",
            ])
            .arg(dist)
            .arg(modules.join(format!("{NAME}.wasm"))),
        "write the script of the main program",
    )?;
    let main = dist.join(format!("{NAME}_bg.wasm"));
    write(&main, &without_custom_sections(&read(&main)?)?)?;
    let text = String::from_utf8_lossy(&read(&modules.join(LOADERS))?).into_owned();
    let parts = parts(&text).ok_or_else(|| format!("{LOADERS} does not look as expected"))?;
    let mut script = String::from(include_str!("loader.js"));
    for (part, needed) in &parts {
        script.push_str(&format!("export const __wasm_split_load_{part} = loader(\"{part}\");\n"));
        write(&dist.join(format!("part_{part}.wasm")), &part_file(&modules, needed)?)?;
    }
    write(&dist.join(LOADERS), script.as_bytes())
}

/// The modules that each part needs, as the splitter's script names them; none if it does not look as expected.
fn parts(script: &str) -> Option<BTreeMap<&str, Vec<String>>> {
    let part = |text| -> Option<(&str, Vec<String>)> {
        let (part, text) = str::split_once(text, " = wrapAsyncCb(makeLoad(")?;
        let (own, chunks) = text.trim_end().strip_suffix("]));")?.rsplit_once(", [")?;
        let chunks = chunks.split(", ").filter_map(|name| name.strip_prefix("__").map(str::to_owned));
        // A part that shares all it has with others has no module of its own.
        let own = own.contains("fetch(").then(|| format!("split_{part}"));
        Some((part, chunks.chain(own).collect()))
    };
    script.split("export const __wasm_split_load_").skip(1).map(part).collect()
}

/// All modules that a part needs in one file; `loader.js` says how it is read.
fn part_file(folder: &Path, names: &[String]) -> Outcome<Vec<u8>> {
    let mut table = vec![names.len()];
    let mut modules = Vec::new();
    for name in names {
        let module = without_custom_sections(&read(&folder.join(name).with_extension("wasm"))?)?;
        table.push(name.strip_prefix("chunk_").and_then(|number| number.parse().ok()).unwrap_or(0));
        table.push(module.len());
        modules.extend(module);
    }
    Ok(table.iter().flat_map(|word| (*word as u32).to_le_bytes()).chain(modules).collect())
}

/// Custom sections hold names, which only splitting needs.
fn without_custom_sections(module: &[u8]) -> Outcome<Vec<u8>> {
    let mut kept = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|error| format!("the splitter wrote a module that cannot be read: {error}"))?;
        if let Some((id, range)) = payload.as_section().filter(|(id, _)| *id != 0) {
            kept.section(&RawSection { id, data: &module[range.start as usize..range.end as usize] });
        }
    }
    Ok(kept.finish())
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Outcome {
    std::fs::write(file, bytes).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_of_each_part_are_found() {
        let script = r#"const __chunk_3 = makeLoad(() => {}, []);
export const __wasm_split_load_ring = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_ring.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3, __chunk_12]));
export const __wasm_split_load_side = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_3]));
"#;
        let parts = parts(script).expect("it looks as expected");
        assert_eq!(parts["ring"], ["chunk_3", "chunk_12", "split_ring"]);
        assert_eq!(parts["side"], ["chunk_3"]);
        assert_eq!(super::parts("export const __wasm_split_load_ring = somethingElse();"), None);
    }

    #[test]
    fn custom_sections_go_and_the_others_stay() {
        let head = b"\0asm\x01\0\0\0";
        let (custom, types) = ([0, 3, 1, b'n', 9], [1, 1, 0]);
        let module = [&head[..], &custom, &types, &custom].concat();
        assert_eq!(without_custom_sections(&module), Ok([&head[..], &types].concat()));
        assert!(without_custom_sections(&module[..module.len() - 1]).is_err());
    }
}
