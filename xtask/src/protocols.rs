//! The protocols there are, read from their folders in core.

use crate::command::Outcome;
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that has the tests look at one protocol only.
pub(crate) const ONLY: &str = "FAULTLAB_PROTOCOL";

/// A protocol, as its folder says.
pub(crate) struct Known {
    pub(crate) family: String,
    pub(crate) module: String,
    pub(crate) slug: String,
}

/// All protocols, in the order of their folders: whatever in a folder of core declares a slug.
pub(crate) fn known(root: &Path) -> Outcome<Vec<Known>> {
    let mut known = Vec::new();
    for family in folder(&root.join("crates/core/src"))?.iter().filter(|path| path.is_dir()) {
        for path in folder(family)? {
            let file = if path.is_dir() { path.join("mod.rs") } else { path.clone() };
            let text = fs::read_to_string(&file).unwrap_or_default();
            let slug = text
                .lines()
                .find_map(|line| line.trim().strip_prefix("const SLUG: &'static str = \"")?.split('"').next());
            if let Some(slug) = slug {
                known.push(Known { family: stem(family), module: stem(&path), slug: slug.to_owned() });
            }
        }
    }
    Ok(known)
}

/// The protocol of a slug.
pub(crate) fn find(root: &Path, slug: &str) -> Outcome<Known> {
    let known = known(root)?;
    let slugs: Vec<_> = known.iter().map(|protocol| protocol.slug.clone()).collect();
    let found = known.into_iter().find(|protocol| protocol.slug == slug);
    found.ok_or_else(|| format!("the protocol “{slug}”: expected one of {}", slugs.join(", ")))
}

fn folder(path: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::root;

    #[test]
    fn a_protocol_is_found_by_its_slug() {
        let found = find(&root(), "two-phase").unwrap_or_else(|told| panic!("{told}"));
        assert_eq!((found.family.as_str(), found.module.as_str()), ("commit", "two_phase"));
        assert!(
            find(&root(), "tow-phase")
                .err()
                .is_some_and(|told| told.contains("expected one of") && told.contains("raft"))
        );
    }
}
