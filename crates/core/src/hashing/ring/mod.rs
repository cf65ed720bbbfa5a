//! A replicated key-value store on a hash ring.
