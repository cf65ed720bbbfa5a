//! The objects that histories can be about.

use faultlab_core::Access;

/// A kind of object, by the operations it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// Read and write.
    Register,
    /// Also compare and set.
    CasRegister,
    /// Also append and add: a key-value store, each key a register.
    Kv,
}

impl Model {
    pub const ALL: [Self; 3] = [Self::Register, Self::CasRegister, Self::Kv];

    /// Its name in files and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CasRegister => "cas-register",
            Self::Kv => "kv",
        }
    }

    /// Its operations by their names in files.
    pub(super) fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Register => &["read", "write"],
            Self::CasRegister => &["read", "write", "cas"],
            Self::Kv => &["get", "put", "append", "cas", "add"],
        }
    }

    pub(super) fn has(self, access: &Access) -> bool {
        match access {
            Access::Read | Access::Write(_) => true,
            Access::Cas { .. } => self != Self::Register,
            Access::Append(_) | Access::Add { .. } => self == Self::Kv,
        }
    }
}
