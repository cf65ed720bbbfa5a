//! Share links: `1.` and the scenario's JSON, deflated, in the alphabet of URLs.
//!
//! A link carries what a run is a function of, never a state. What it says of a moment is where to look, and how to notice
//! that the run has become another one.

use alloc::format;
use alloc::string::String;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::fmt;
use faultlab_core::Time;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};

use crate::json::{Head, TEXT_MAX, read, to_json};
use crate::{Scenario, ScenarioError};

/// The codec that links are written with. Every codec there ever was is read for ever.
pub const CODEC: u32 = 1;

/// How hard the compressor tries; the result is the same on every machine.
const EFFORT: u8 = 9;

/// A moment of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkMoment {
    /// How many steps have been taken.
    pub step: u64,
    /// The moment shown, in microseconds: not before the last step taken.
    pub at: Time,
    /// The protocol's behaviour number when the link was made.
    pub behaviour: u32,
    /// The short hash of all facts up to here.
    pub trace: u32,
}

/// What a link holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    pub scenario: Scenario,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<LinkMoment>,
}

impl Linked {
    /// As JSON, which a link holds packed.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads the JSON.
    ///
    /// # Errors
    /// Where it is not what a link holds.
    pub fn from_json(json: &str) -> Result<Self, LinkError> {
        let head: LinkedHead = read(json).map_err(LinkError::NotAScenario)?;
        head.scenario.check().map_err(|error| LinkError::NotAScenario(error.within("scenario")))?;
        read(json).map_err(LinkError::NotAScenario)
    }
}

/// Read first, so that a link with a newer scenario in it is refused as what it is.
#[derive(Deserialize)]
struct LinkedHead {
    scenario: Head,
}

/// Why a link cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkError {
    /// It does not begin with the number of a codec.
    NotOurs,
    /// It was made by a codec that this program does not know.
    UnknownCodec { found: u64, known: u32 },
    /// A part of it is missing or changed.
    Damaged,
    /// It holds more than a scenario can have.
    TooLarge { most: usize },
    /// It holds something else than a scenario.
    NotAScenario(ScenarioError),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs => f.write_str("not a link of Faultlab: it does not begin with a number and a dot"),
            Self::UnknownCodec { found, known } => {
                write!(f, "made by a newer Faultlab: codec {found}, this one knows up to {known}")
            }
            Self::Damaged => f.write_str("damaged: a part of the link is missing or changed"),
            Self::TooLarge { most } => write!(f, "too large: more than {most} bytes"),
            Self::NotAScenario(error) => write!(f, "not a scenario: {error}"),
        }
    }
}

impl core::error::Error for LinkError {}

/// The text of a link: what stands behind `#s=` in an address.
pub fn encode(scenario: &Scenario, moment: Option<LinkMoment>) -> String {
    let json = Linked { scenario: scenario.clone(), moment }.to_json();
    format!("{CODEC}.{}", URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), EFFORT)))
}

/// Reads a link: what [`encode`] wrote, or a whole address with it behind `#s=`.
///
/// # Errors
/// Why the link cannot be opened.
pub fn decode(link: &str) -> Result<Linked, LinkError> {
    let text = payload(link.trim());
    let (codec, packed) = text.split_once('.').ok_or(LinkError::NotOurs)?;
    if codec.is_empty() || codec.len() > 10 || !codec.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(LinkError::NotOurs);
    }
    let codec: u64 = codec.parse().map_err(|_| LinkError::NotOurs)?;
    if codec != u64::from(CODEC) {
        return Err(LinkError::UnknownCodec { found: codec, known: CODEC });
    }
    // Deflate packs a thousand bytes into one at best, so what is this long cannot be one of ours.
    if packed.len() > 2 * TEXT_MAX {
        return Err(LinkError::TooLarge { most: TEXT_MAX });
    }
    let packed = URL_SAFE_NO_PAD.decode(packed).map_err(|_| LinkError::Damaged)?;
    let bytes = decompress_to_vec_with_limit(&packed, TEXT_MAX).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge { most: TEXT_MAX },
        _ => LinkError::Damaged,
    })?;
    let json = core::str::from_utf8(&bytes).map_err(|_| LinkError::Damaged)?;
    Linked::from_json(json)
}

/// What stands behind `s=` in the fragment of an address; without a fragment, the text itself.
fn payload(link: &str) -> &str {
    let fragment = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    fragment.split('&').find_map(|part| part.strip_prefix("s=")).unwrap_or(fragment)
}
