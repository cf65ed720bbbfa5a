//! The core needs no operating system: it compiles for bare metal, and in wasm it asks its host for nothing.

use faultlab_tests::{cargo, root, wasm_probe};
use std::process::Output;

const BARE: [&str; 4] = ["core", "sim", "check", "scenario"];

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn compiles_for_bare_metal() {
    let mut command = cargo();
    command.args(["build", "--quiet", "--lib", "--target", "thumbv7em-none-eabi"]);
    for name in BARE.iter().filter(|name| root().join("crates").join(name).is_dir()) {
        command.args(["--package", &format!("faultlab-{name}")]);
    }
    succeeded(&command.output().expect("cargo runs"));
}

/// The probe links a whole simulation: what it imports, the crates below it would ask of every host.
#[test]
fn asks_nothing_of_a_wasm_host() {
    let module = std::fs::read(wasm_probe::build()).expect("the probe is built");
    assert_eq!(imports(&module), Vec::<String>::new());
}

/// A page's wasm gets everything from its own glue and from what fetches its parts; a stray import of `env` would not even load.
#[test]
fn the_page_imports_only_its_glue() {
    let module =
        std::fs::read(root().join("dist/faultlab-www_bg.wasm")).expect("the page is built: run `cargo xtask test`");
    let imports = imports(&module);
    assert!(!imports.is_empty(), "a page imports at least its glue");
    for import in imports {
        let known = ["./faultlab-www_bg.js.", "./__wasm_split.js."].iter().any(|glue| import.starts_with(glue));
        assert!(known, "a stray import: {import}");
    }
}

/// `module.name` of everything a wasm module imports (section 2 of the binary format).
fn imports(module: &[u8]) -> Vec<String> {
    assert_eq!(&module[..8], b"\0asm\x01\0\0\0", "a wasm module");
    let mut reader = Reader { bytes: &module[8..] };
    while !reader.bytes.is_empty() {
        let section = reader.byte();
        let length = reader.number();
        let content = reader.take(length);
        if section == 2 {
            return Reader { bytes: content }.imports();
        }
    }
    Vec::new()
}

struct Reader<'module> {
    bytes: &'module [u8],
}

impl<'module> Reader<'module> {
    fn imports(&mut self) -> Vec<String> {
        (0..self.number()).map(|_| self.import()).collect()
    }

    fn import(&mut self) -> String {
        let name = format!("{}.{}", self.text(), self.text());
        match self.byte() {
            0 => self.skip_numbers(1),
            1 => {
                self.byte();
                self.skip_limits();
            }
            2 => self.skip_limits(),
            3 => {
                self.take(2);
            }
            4 => self.skip_numbers(2),
            kind => panic!("an import of unknown kind {kind}"),
        }
        name
    }

    fn skip_limits(&mut self) {
        let has_most = self.byte() & 1 == 1;
        self.skip_numbers(if has_most { 2 } else { 1 });
    }

    fn skip_numbers(&mut self, count: usize) {
        for _ in 0..count {
            self.number();
        }
    }

    fn text(&mut self) -> String {
        let length = self.number();
        String::from_utf8_lossy(self.take(length)).into_owned()
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }

    fn take(&mut self, length: usize) -> &'module [u8] {
        let (taken, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        taken
    }
}
