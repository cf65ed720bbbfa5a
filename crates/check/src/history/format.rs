//! How histories are written, and which way a text is.

/// A way to write histories.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// EDN as Jepsen writes it: entries, or a vector of them.
    Jepsen,
    /// Jepsen's `history.txt`: process, type, function and value in columns.
    JepsenText,
    /// The log of porcupine's etcd tests.
    Etcd,
    /// The same entries as JSON: a list, one a line, or a history that Faultlab wrote.
    Json,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Jepsen, Self::JepsenText, Self::Etcd, Self::Json];

    /// Its name on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Jepsen => "jepsen",
            Self::JepsenText => "jepsen-txt",
            Self::Etcd => "etcd",
            Self::Json => "json",
        }
    }

    /// The format of a file with this name, if its ending tells.
    pub fn of_file(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1;
        let is = |known: &str| ending.eq_ignore_ascii_case(known);
        match () {
            () if is("edn") => Some(Self::Jepsen),
            () if is("json") || is("jsonl") || is("ndjson") => Some(Self::Json),
            () => None,
        }
    }

    /// The format that a text looks like: the first to be tried.
    pub(super) fn likely(text: &str) -> Self {
        let begin = text.trim_start();
        if begin.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Self::Etcd;
        }
        if begin.starts_with(|first: char| first.is_ascii_digit())
            || begin.starts_with(':') && begin.lines().next().is_some_and(|line| line.contains('\t'))
        {
            return Self::JepsenText;
        }
        // JSON quotes its names, EDN puts a colon before them.
        match begin.find(['"', ':']) {
            Some(at) if begin.as_bytes()[at] == b'"' && !begin.starts_with('#') => Self::Json,
            _ => Self::Jepsen,
        }
    }
}
