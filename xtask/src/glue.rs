//! The script of the published page: what starts it, the glue that wasm-bindgen wrote and what opens parts, as one file with short
//! names. A name that wasm-bindgen gives to something of the browser ends in sixteen digits that no compression makes smaller, and
//! it stands in the script as well as in the program.

use std::collections::BTreeMap;

/// How wasm-bindgen's names begin, and how many hexadecimal digits end them.
const NAMED: [&str; 2] = ["__wbg_", "__wbindgen_"];
const DIGITS: usize = 16;
/// The module that the loaders of the parts are imported from.
const LINK: &str = "\"./__wasm_split.js\"";
/// The page is packed and in pieces, so the glue cannot fetch it by itself. What would is left out.
const FETCHES: [&str; 2] = ["async function __wbg_load(", "export { initSync, __wbg_init as default };\n"];
const STARTED: &str = "const started = pageFetched().then((page) => WebAssembly.instantiate(page, __wbg_get_imports()))
.then(({ instance, module }) => __wbg_finalize_init(instance, module))";

/// Puts the glue, what opens parts and what starts the page together. None if the glue does not look as expected.
pub(crate) fn one_script(glue: &str, parts: &str, start: &str) -> Option<String> {
    let body = &glue[..glue.strip_suffix(FETCHES[1])?.find(FETCHES[0])?];
    let mut script = String::new();
    let mut linked = false;
    for line in body.lines().filter(|line| !line.starts_with("import * as ")) {
        if !line.trim_start().starts_with(LINK) {
            script.push_str(line);
        } else if !linked {
            linked = true;
            script.push_str(&format!("{LINK}: loaders,"));
        }
        script.push('\n');
    }
    let (_, start) = start.split_once("import init from ")?;
    let (_, start) = start.split_once('\n')?;
    Some(squeezed(&format!("{script}{parts}{}", start.replace("init()", STARTED))))
}

/// Without comments and indentation. No string of the glue goes over several lines.
fn squeezed(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// Short names for the long ones in a script, in the order of their appearance.
pub(crate) fn short_names(script: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for word in words(script).filter(|word| is_long(word)) {
        let short = format!("${:x}", names.len());
        names.entry(word.to_owned()).or_insert(short);
    }
    names
}

fn words(script: &str) -> impl Iterator<Item = &str> {
    script.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'))
}

fn is_long(word: &str) -> bool {
    NAMED.iter().any(|begin| word.starts_with(begin))
        && word.len() > DIGITS
        && word[word.len() - DIGITS..].bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The script with the short names.
pub(crate) fn renamed(script: &str, names: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut rest = script;
    while let Some(word) = words(rest).find(|word| is_long(word)) {
        let place = word.as_ptr() as usize - rest.as_ptr() as usize;
        text.push_str(&rest[..place]);
        text.push_str(names.get(word).map_or(word, String::as_str));
        rest = &rest[place + word.len()..];
    }
    text + rest
}

/// A list of imports as it stands in a module, with the short names. None if it cannot be read.
pub(crate) fn renamed_imports(section: &[u8], names: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    let (count, digits) = crate::split::leb128(section)?;
    let (head, mut rest) = section.split_at(digits);
    let mut renamed = head.to_vec();
    for _ in 0..count {
        let module = name(&mut rest)?;
        let word = name(&mut rest)?;
        let short =
            std::str::from_utf8(word).ok().and_then(|word| names.get(word)).map_or(word, |short| short.as_bytes());
        for text in [module, short] {
            put_length(&mut renamed, text.len());
            renamed.extend_from_slice(text);
        }
        let kind = kind(&mut rest)?;
        renamed.extend_from_slice(kind);
    }
    rest.is_empty().then_some(renamed)
}

fn name<'section>(rest: &mut &'section [u8]) -> Option<&'section [u8]> {
    let (length, digits) = crate::split::leb128(rest)?;
    let name = rest.get(digits..digits + length)?;
    *rest = &rest[digits + length..];
    Some(name)
}

/// What is imported: a function of a type, a table, a memory, a global or a tag.
fn kind<'section>(rest: &mut &'section [u8]) -> Option<&'section [u8]> {
    let number = |at: usize| Some(at + crate::split::leb128(rest.get(at..)?)?.1);
    let limits = |at: usize| {
        let has_end = rest.get(at)? & 1 == 1;
        let end = number(at + 1)?;
        if has_end { number(end) } else { Some(end) }
    };
    let end = match rest.first()? {
        0 => number(1),
        1 => limits(2),
        2 => limits(1),
        3 => Some(3),
        4 => number(2),
        _ => None,
    }?;
    let kind = rest.get(..end)?;
    *rest = &rest[end..];
    Some(kind)
}

pub(crate) fn put_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \"./__wasm_split.js\"\n\n\
        const imports = {\n    // A node.\n    __wbg_body_00112233aabbccdd: 1,\n    \"./__wasm_split.js\": import1,\n    \"./__wasm_split.js\": import2,\n};\n\
        async function __wbg_load() {\n}\nexport { initSync, __wbg_init as default };\n";
    const START: &str = "// Starts.\nimport init from \"./faultlab-www.js\";\n\ninit();\n";

    #[test]
    fn three_scripts_become_one() {
        let script = one_script(GLUE, "const loaders = {};\n", START).expect("it looks as expected");
        assert_eq!(
            script,
            "const imports = {\n__wbg_body_00112233aabbccdd: 1,\n\"./__wasm_split.js\": loaders,\n};\nconst loaders = {};\nconst started = pageFetched().then((page) => WebAssembly.instantiate(page, __wbg_get_imports()))\n.then(({ instance, module }) => __wbg_finalize_init(instance, module));\n"
        );
        assert_eq!(one_script("glue of another shape", "", START), None);
    }

    #[test]
    fn a_name_is_as_short_in_the_script_as_in_the_program() {
        let names = short_names(GLUE);
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            [("__wbg_body_00112233aabbccdd".to_owned(), "$0".to_owned())]
        );
        let names = short_names(GLUE);
        assert!(renamed(GLUE, &names).contains("    $0: 1,"));
        // A memory from another module, then a function of type 3.
        let section = [
            &[2, 1, b'm', 3, b'm', b'e', b'm', 2, 1, 1, 0x80, 1, 1, b'm', 27][..],
            b"__wbg_body_00112233aabbccdd",
            &[0, 3],
        ]
        .concat();
        let short = [2, 1, b'm', 3, b'm', b'e', b'm', 2, 1, 1, 0x80, 1, 1, b'm', 2, b'$', b'0', 0, 3];
        assert_eq!(renamed_imports(&section, &names).as_deref(), Some(&short[..]));
        assert_eq!(renamed_imports(&section[..section.len() - 1], &names), None);
    }
}
