//! Links and files: the run, to send on or to keep.

use faultlab_scenario::{TEXT_MAX, link};
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::as_test;
use super::catalogue::CatalogueProps;
use crate::browser;
use crate::run::doors::READ_FILE;
use crate::run::open;
use crate::run::player::Player;
use crate::text::error_text;

/// What a frame may do in the page that holds it. Its own origin, because a plain server sends modules and wasm to nobody else; and to
/// open the whole page beside that one.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";

#[component]
pub(crate) fn SharePanel(props: &CatalogueProps) -> Html {
    let CatalogueProps { player, close } = props;
    let words = &player.words().share;
    let field = use_node_ref();
    let link = {
        let player = player.clone();
        use_memo(open::link_age(&player), move |_| {
            let linked = open::linked(&*player.lab());
            link::encode(&linked.scenario, linked.moment)
        })
    };
    let address = format!("{}#s={link}", browser::base_address());
    let frame = format!(
        "<iframe src=\"{}?embed#s={link}\" title=\"Faultlab\" width=\"720\" height=\"560\" loading=\"lazy\" \
         sandbox=\"{SANDBOX}\"></iframe>",
        browser::base_address(),
    );
    let on_copy = {
        let (player, address, field) = (player.clone(), address.clone(), field.clone());
        Callback::from(move |_: MouseEvent| copy(&player, &address, &field))
    };
    let on_save = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| {
            let name = format!("faultlab-{}.json", player.lab().about().slug);
            let text = open::file_of(&*player.lab());
            browser::save_file(&name, &text);
        })
    };
    let on_file = {
        let (player, close) = (player.clone(), close.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            if let Some(file) = file {
                load(&player, &file, &close);
            }
        })
    };
    html! {
        <section class="panel share" aria-label={words.title}>
            <div class="panel-head">
                <div><h2>{ words.title }</h2><p class="soft">{ words.link_about }</p></div>
                <button type="button" class="quiet icon" aria-label={player.words().header.close}
                        onclick={close.reform(|_: MouseEvent| ())}>{ "×" }</button>
            </div>
            <div class="share-row">
                <label class="share-field">
                    <span>{ words.link }</span>
                    <input ref={field} type="text" readonly=true value={address} class="share-link" />
                </label>
                <button type="button" class="plain strong" onclick={on_copy}>{ words.copy }</button>
            </div>
            <div class="share-row">
                <label class="share-field">
                    <span>{ words.frame }</span>
                    <input type="text" readonly=true value={frame} class="share-frame" />
                </label>
            </div>
            <div class="share-row">
                <button type="button" class="plain" onclick={on_save}>{ words.save }</button>
                { as_test::button(player, as_test::until_now) }
                <label class="plain file">
                    <span>{ words.load }</span>
                    <input type="file" accept=".json,.toml,application/json,application/toml" onchange={on_file} />
                </label>
            </div>
        </section>
    }
}

/// Copies the link; where that is forbidden, selects it for the person to copy.
fn copy(player: &Player, address: &str, field: &NodeRef) {
    let (player, field) = (player.clone(), field.clone());
    browser::copy(address, move |copied| {
        let words = &player.words().share;
        if !copied && let Some(field) = field.cast::<HtmlInputElement>() {
            field.select();
        }
        player.notify(if copied { words.copied } else { words.copy_failed }, !copied);
    });
}

/// Opens a run file. What is wrong with it is told; the run that is shown stays.
fn load(player: &Player, file: &web_sys::File, close: &Callback<()>) {
    let (name, player, close) = (file.name(), player.clone(), close.clone());
    let words = &player.words().share;
    if file.size() > TEXT_MAX as f64 {
        close.emit(());
        return player.notify(&(words.file_big)(&name), true);
    }
    browser::read_file(file, move |text| {
        let (player, name, close) = (player.clone(), name.clone(), close.clone());
        spawn_local(async move {
            let words = player.words();
            if let Err(reason) = open_text(&player, &name, text).await {
                // The notice must not lie behind the panel.
                close.emit(());
                player.notify(&(words.share.file_wrong)(&name, &reason), true);
            }
        });
    });
}

async fn open_text(player: &Player, name: &str, text: Option<String>) -> Result<(), String> {
    let text = text.ok_or_else(String::new)?;
    let is_toml = name.to_ascii_lowercase().ends_with(".toml");
    let read = READ_FILE.open((text, is_toml)).await;
    let read = read.map_err(|_| player.words().share.not_fetched.to_owned())?;
    let scenario = read.map_err(|error| error_text::misfit(player.words(), None, &error))?;
    let opened = open::run(&scenario, player.words()).await?;
    open::show_opened(player, opened, &format!("#s={}", link::encode(&scenario, None)));
    player.notify(&(player.words().header.opened)(name), false);
    Ok(())
}
