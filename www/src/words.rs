//! The page's words in the language of the reader. English comes with the page; any other language is a part.

use std::cell::Cell;

use faultlab_words::Lang;
use faultlab_words::page::{EN, PageWords, StageWords, Tables};

use crate::parts::{self, Missing};

thread_local! {
    static CHINESE: Cell<Option<&'static Tables>> = const { Cell::new(None) };
}

/// Fetches a language, if it is not here yet.
pub(crate) async fn fetch(lang: Lang) -> Result<(), Missing> {
    if lang == Lang::Zh && CHINESE.get().is_none() {
        CHINESE.set(Some(parts::chinese().await?));
    }
    Ok(())
}

/// English until the language is here.
fn tables(lang: Lang) -> &'static Tables {
    match lang {
        Lang::En => &EN,
        Lang::Zh => CHINESE.get().unwrap_or(&EN),
    }
}

pub(crate) fn words(lang: Lang) -> &'static PageWords {
    tables(lang).page
}

pub(crate) fn stage_words(lang: Lang) -> &'static StageWords {
    tables(lang).stage
}
