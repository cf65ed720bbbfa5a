//! A run, taken along as a test in Rust.

use faultlab_scenario::{Expect, Scenario};
use faultlab_words::export;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::browser;
use crate::run::doors::{AS_TEST, PROTOCOL};
use crate::run::player::Player;

/// Copies a run as a test.
pub(crate) fn button(player: &Player, run: impl Fn(&Player) -> Scenario + 'static) -> Html {
    let onclick = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| copy(&player, run(&player)))
    };
    html! { <button type="button" class="plain" {onclick}>{ export::words(player.lang()).copy_as_test }</button> }
}

/// The run on the stage, to be judged where it stands.
pub(crate) fn until_now(player: &Player) -> Scenario {
    let lab = player.lab();
    let expect = Expect { until: lab.now().to_string(), ..Expect::default() };
    Scenario { expect: Some(expect), ..lab.scenario_so_far() }
}

fn copy(player: &Player, run: Scenario) {
    let player = player.clone();
    spawn_local(async move {
        let name = format!("{}_test.rs", run.protocol.replace('-', "_"));
        let text = match PROTOCOL.open(run.protocol.clone()).await {
            Ok(protocol) => AS_TEST.open((protocol, run)).await,
            Err(missing) => Err(missing),
        };
        match text {
            Ok(Ok(text)) => {
                let saved = text.clone();
                browser::copy(&text, move |copied| {
                    let words = export::words(player.lang());
                    if copied {
                        return player.notify(words.copied, false);
                    }
                    browser::save_file(&name, &saved);
                    player.notify(&(words.saved)(&name), true);
                });
            }
            Ok(Err(error)) => player.notify(&player.refused(&error), true),
            Err(_) => player.notify(player.words().share.not_fetched, true),
        }
    });
}
