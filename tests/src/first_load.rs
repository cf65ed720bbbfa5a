//! What a first visit fetches, weighed as a host sends it.

use crate::PageServer;

/// What the whole first visit may weigh: what it weighs today. The aim is 350,000, and most of what is above lies in the part of Raft.
pub const MOST_BYTES: usize = 436_000;
/// How many requests it may take.
pub const MOST_REQUESTS: usize = 8;

/// A file of the first visit, and its bytes compressed by brotli, each file for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    pub path: String,
    pub bytes: usize,
}

impl PageServer {
    /// What has been fetched so far, in order.
    pub fn fetched(&self) -> Vec<Fetched> {
        let weighed = |path: String| Fetched { bytes: brotli_bytes(&self.body(&path)), path };
        self.requests().into_iter().map(weighed).collect()
    }
}

fn brotli_bytes(mut body: &[u8]) -> usize {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    let written = brotli::BrotliCompress(&mut body, &mut compressed, &parameters);
    written.map_or(body.len(), |_| compressed.len())
}
