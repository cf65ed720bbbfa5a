//! How a protocol wants its nodes and messages to look: shapes and tones, never colours or sizes.

/// What a colour means. The tokens of the style sheet own the colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Tone {
    #[default]
    Calm,
    Leading,
    Deciding,
    /// Deciding's colour with a hatched edge.
    Suspect,
    /// No colour: hatched, the name struck through.
    Down,
    /// A fault, a loss, a broken promise.
    Fault,
}

impl Tone {
    /// The class that gives an element this tone.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Calm => "tone-calm",
            Self::Leading => "tone-leading",
            Self::Deciding => "tone-deciding",
            Self::Suspect => "tone-suspect",
            Self::Down => "tone-down",
            Self::Fault => "tone-fault",
        }
    }

    /// The property that holds this tone's ink.
    pub(crate) fn ink(self) -> &'static str {
        match self {
            Self::Calm => "var(--calm)",
            Self::Leading => "var(--leading)",
            Self::Deciding | Self::Suspect => "var(--deciding)",
            Self::Down => "var(--soft)",
            Self::Fault => "var(--fault)",
        }
    }
}

/// The line around a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Ring {
    #[default]
    Plain,
    Dashed,
    Double,
}

/// How safe a record is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CellState {
    /// Thick border: it can no longer be lost.
    Committed,
    /// Thin border: on this disk.
    Synced,
    /// Dashed border: issued, not on the disk yet.
    Unsynced,
    /// Struck through: gone with a crash, or damaged.
    Lost,
}

impl CellState {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Committed => "cell-committed",
            Self::Synced => "cell-synced",
            Self::Unsynced => "cell-unsynced",
            Self::Lost => "cell-lost",
        }
    }
}

/// One small box beside a node: a record of its log, a lock it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// At most four characters.
    pub(crate) text: String,
    pub(crate) state: CellState,
    pub(crate) tone: Tone,
}

/// A count towards a threshold, drawn as discs: filled, open, and a mark where it suffices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tally {
    /// `votes`
    pub(crate) label: String,
    pub(crate) got: u32,
    /// How many there can be.
    pub(crate) of: u32,
    /// How many suffice.
    pub(crate) needed: u32,
    /// `needs 3 of 5`
    pub(crate) hint: String,
}

/// How a node looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct NodeFace {
    pub(crate) tone: Tone,
    /// A star, a question mark: the shape that says what the tone says.
    pub(crate) glyph: Option<char>,
    pub(crate) ring: Ring,
    /// The letter of an owner, in the second set of colours: its number there.
    pub(crate) owner: Option<u8>,
    /// The role in a word, for the inspector's badge and for screen readers.
    pub(crate) role: String,
    /// `term 3`
    pub(crate) subtitle: String,
    /// The newest last; the stage shows the last few that have room.
    pub(crate) cells: Vec<Cell>,
    pub(crate) tally: Option<Tally>,
}

/// The outline of a message on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Shape {
    /// It asks or tells: a triangle that points where it goes.
    #[default]
    Triangle,
    /// A yes: a disc with a tick.
    Yes,
    /// A no: a disc with a cross.
    No,
    /// An answer that is neither: a plain disc.
    Disc,
    /// It carries data: a square.
    Square,
}

/// How a message looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct MessageFace {
    pub(crate) tone: Tone,
    pub(crate) shape: Shape,
    /// A few words; empty means that the packet's own label will do.
    pub(crate) label: String,
}

/// Where nodes stand on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Layout {
    /// Equals in a circle.
    #[default]
    Circle,
    /// The first node in the middle, the others around it.
    Star,
    /// On a hash ring, in the order of their letters.
    Ring,
}
