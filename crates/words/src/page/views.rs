//! What the space-time diagram and the views of single protocols say.

use alloc::string::String;

use crate::Lang;

/// The views' words in a language.
pub fn view_words(lang: Lang) -> &'static ViewWords {
    match lang {
        Lang::En => &super::views_en::WORDS,
        Lang::Zh => &super::views_zh::WORDS,
    }
}

/// Everything the diagram and the views say.
#[derive(Debug)]
pub struct ViewWords {
    pub space_time: SpaceTime,
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
