//! The worker: takes questions, one at a time, and tells what it finds. To stop it, the page ends it.

use std::time::Duration;

use faultlab_core::{Expected, Kind};
use faultlab_hunt::{Hunts, News, Question, answer};
use faultlab_scenario::ScenarioError;
use js_sys::Date;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use yew::platform::spawn_local;

use crate::run::lazy::{Door, LoadError};

/// The explorer for the protocol of a slug.
pub(crate) static HUNTS: Door<String, Hunts> = Door::new();

/// Listens for questions for as long as the worker lives.
pub(crate) fn serve(scope: DedicatedWorkerGlobalScope) {
    let heard = {
        let scope = scope.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let (scope, text) = (scope.clone(), event.data().as_string().unwrap_or_default());
            spawn_local(async move {
                let tell = |news: News| {
                    // Who does not listen any more misses nothing.
                    let _ = scope.post_message(&JsValue::from_str(&news.to_json()));
                };
                if let Err(refused) = consider(&text, &tell).await {
                    tell(refused);
                }
            });
        })
    };
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    let _ = scope.post_message(&JsValue::from_str(&News::Ready.to_json()));
}

async fn consider(text: &str, tell: &dyn Fn(News)) -> Result<(), News> {
    let refused = |path: &str, found: &str, expected| News::Refused(ScenarioError::at(path, found, expected));
    let question = Question::from_json(text).map_err(|error| refused("question", &error, Expected::Question))?;
    let hunts = HUNTS.open(question.scenario.protocol.clone()).await.map_err(|missing| match missing {
        LoadError::Unknown => refused("protocol", &question.scenario.protocol, Expected::listed(Kind::Protocol, [])),
        LoadError::NotFetched => News::NotFetched,
    })?;
    let begun = Date::now();
    let clock = || Duration::from_millis((Date::now() - begun).max(0.0) as u64);
    answer(hunts, &question, &clock, &mut |news| tell(news));
    Ok(())
}
