//! What the space-time diagram and the views of single protocols say.

use alloc::string::String;

use super::{views_en, views_zh};
use crate::Lang;

// Each has its own table and its own way to it, so that a part of the page carries the words of its own view only.

pub fn space_time_words(lang: Lang) -> &'static SpaceTime {
    match lang {
        Lang::En => &views_en::SPACE_TIME,
        Lang::Zh => &views_zh::SPACE_TIME,
    }
}

/// The space-time diagram.
#[derive(Debug)]
pub struct SpaceTime {
    pub title: &'static str,
    /// For those who cannot see it: where the same is told in words.
    pub equivalent: &'static str,
    pub clients: &'static str,
    pub show_clients: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
    pub find_now: &'static str,
    pub now: &'static str,
    /// The present for screen readers: the time, the step, how many steps.
    pub now_text: fn(&str, usize, usize) -> String,
    /// Shown in the band that stands for too many happenings.
    pub dense: &'static str,
    pub keys: &'static str,
}
