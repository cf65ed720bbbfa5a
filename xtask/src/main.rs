//! `cargo xtask`: sets up the tools, serves, builds, tests and measures.

fn main() {}
