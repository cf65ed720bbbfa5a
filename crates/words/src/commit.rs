//! What the catalogues of the protocols of atomic commitment stand on, `catalogues/commit.toml` among them.

use crate::Speaker;
use crate::say::{Language, Say, display, list};
use alloc::string::String;
use faultlab_core::kit::atomic_commit::Response;
use faultlab_core::kit::bank::{Account, AccountSet, Banks, Layout, TxnId};
use faultlab_core::{Protocol, RequestId};

/// The letter of a bank.
pub(crate) fn letter(number: &u8) -> char {
    char::from(b'A' + number.saturating_sub(1) % 26)
}

/// The newest request of a client, and its answer if there is one.
pub(crate) struct Session {
    pub(crate) request: RequestId,
    pub(crate) answer: Option<Response>,
}

/// What an audit read, if it was one, and how much there is.
pub(crate) struct Audited {
    pub(crate) read: Option<i64>,
    pub(crate) in_all: i64,
}

pub(crate) fn audited<L: Language, P: Banks>(speaker: &Speaker<'_, L, P>, read: &Option<i64>) -> Audited {
    Audited { read: *read, in_all: Layout::new(speaker.setup).grand_total() }
}

impl<S> Say<S> for TxnId {
    fn say(&self, _speaker: &S, out: &mut String) {
        display(self, out);
    }
}

impl<S> Say<S> for Account {
    fn say(&self, _speaker: &S, out: &mut String) {
        out.push(self.letter());
    }
}

/// Accounts in a list.
pub(crate) struct Locked(AccountSet);

pub(crate) fn locked(accounts: &AccountSet) -> Locked {
    Locked(*accounts)
}

impl<L: Language, P: Protocol> Say<Speaker<'_, L, P>> for Locked {
    fn say(&self, speaker: &Speaker<'_, L, P>, out: &mut String) {
        list(self.0.iter(), [L::COMMA; 2], speaker, out);
    }
}
