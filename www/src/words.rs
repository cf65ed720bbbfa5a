//! The page's words in the language of the reader, and those of the protocol that comes with the page. English comes with the page;
//! any other language is a part.

use std::cell::Cell;

use faultlab_core::consensus::raft::Raft;
use faultlab_words::page::{EN, PageWords, RaftView, StageWords, Tables};
use faultlab_words::{Catalogue, Lang, raft};

use crate::parts::{self, Missing};

/// A language that does not come with the page.
#[derive(Clone, Copy)]
pub(crate) struct Language {
    pub(crate) tables: &'static Tables,
    pub(crate) raft: &'static Catalogue<Raft>,
}

thread_local! {
    static CHINESE: Cell<Option<Language>> = const { Cell::new(None) };
}

/// Fetches a language, if it is not here yet.
pub(crate) async fn fetch(lang: Lang) -> Result<(), Missing> {
    if lang == Lang::Zh && CHINESE.get().is_none() {
        CHINESE.set(Some(parts::chinese().await?));
    }
    Ok(())
}

/// English until the language is here.
fn language(lang: Lang) -> Language {
    const ENGLISH: Language = Language { tables: &EN, raft: &raft::EN };
    match lang {
        Lang::En => ENGLISH,
        Lang::Zh => CHINESE.get().unwrap_or(ENGLISH),
    }
}

pub(crate) fn words(lang: Lang) -> &'static PageWords {
    language(lang).tables.page
}

pub(crate) fn stage_words(lang: Lang) -> &'static StageWords {
    language(lang).tables.stage
}

pub(crate) fn raft_view(lang: Lang) -> &'static RaftView {
    language(lang).tables.raft
}

/// The words of Raft, which comes with the page; those of other protocols are in their parts.
pub(crate) fn raft_words(lang: Lang) -> &'static Catalogue<Raft> {
    language(lang).raft
}
