//! The page's side of the explorer: the worker, what it was asked, and how that stands.

use std::cell::RefCell;

use faultlab_hunt::{Allow, Asked, Compared, Find, News, Place, Question, Reach};
use faultlab_registry::{CheckState, What};
use faultlab_scenario::{Scenario, Texts};
use faultlab_sim::Brought;
use faultlab_words::Lang;
use yew::Callback;
use yew::platform::spawn_local;

use super::hired::Hired;
use crate::browser;
use crate::run::explorer::Wish;
use crate::run::open;
use crate::run::player::Player;

/// How the last question stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) enum Status {
    #[default]
    Idle,
    /// Under way, with how far it has come.
    Looking {
        here: Reach,
        witness: Option<Reach>,
    },
    Shrinking {
        tried: u64,
        acts: usize,
    },
    /// A counterexample was found and brought to the stage. How it compares with others may not be known yet.
    Found {
        find: Box<Find>,
        here: Reach,
        compared: Option<Compared>,
    },
    Nothing {
        wish: Wish,
        here: Reach,
        witness: Option<Reach>,
        /// The slugs of the promises that were not judged, since time promised nothing.
        unjudged: Vec<String>,
        /// The slugs of the situations that were reached, and of those that were not.
        reached: Vec<String>,
        not_reached: Vec<String>,
    },
    NoSearchShows,
    BrokenAlready,
    Shrunk {
        before: usize,
        after: usize,
        tried: u64,
    },
    /// The reader stopped it.
    Stopped,
    /// It cannot be had, and why.
    Failed(String),
}

impl Status {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self, Self::Looking { .. } | Self::Shrinking { .. })
    }

    /// The worker would not hear another question before it is done with this one.
    fn keeps_the_worker(&self) -> bool {
        self.is_under_way() || matches!(self, Self::Found { compared: None, .. })
    }
}

#[derive(Default)]
struct Session {
    hired: Option<Hired>,
    status: Status,
    wish: Option<Wish>,
    allow: Allow,
    /// Which run was asked about.
    run: u64,
    /// Which run shows what was found: the one that was asked about, or a cluster of its own.
    shown: u64,
    /// The visit in which a counterexample from elsewhere is on the stage: behind it is the person's own run.
    elsewhere: Option<usize>,
    on_change: Option<Callback<()>>,
}

/// Each player has its own.
fn with<T>(player: &Player, what: impl FnOnce(&mut Session) -> T) -> T {
    what(&mut player.attached::<RefCell<Session>>().borrow_mut())
}

/// How things stand with the run on the stage: what was asked about another one is over.
pub(super) fn status(player: &Player) -> Status {
    with(player, |session| {
        if session.shown != player.opened() {
            (session.status, session.hired, session.elsewhere) = (Status::Idle, None, None);
            session.shown = player.opened();
        }
        session.status.clone()
    })
}

/// What may happen in a search, as far as the reader has said.
pub(super) fn allow(player: &Player) -> Allow {
    with(player, |session| session.allow)
}

pub(super) fn set_allow(player: &Player, allow: Allow) {
    with(player, |session| session.allow = allow);
    changed(player);
}

/// Whether the run that the reader came from waits behind the one on the stage.
pub(super) fn keeps_a_run(player: &Player) -> bool {
    with(player, |session| session.elsewhere) == Some(player.visit())
}

/// Whom to tell when something changes.
pub(super) fn on_change(player: &Player, listener: Option<Callback<()>>) {
    with(player, |session| session.on_change = listener);
}

fn changed(player: &Player) {
    if let Some(listener) = with(player, |session| session.on_change.clone()) {
        listener.emit(());
    }
}

fn set_status(player: &Player, status: Status) {
    with(player, |session| session.status = status);
    changed(player);
}

/// Asks the worker about the run as it stands.
pub(crate) fn begin(player: &Player, wish: Wish) {
    let lab = player.lab();
    let rules_off = rules_off(player);
    let asked = match wish {
        Wish::Break => Asked::Break { allow: allow(player), rules_off, compare: true },
        Wish::Prove => Asked::Prove { allow: allow(player), rules_off },
        Wish::Shrink => {
            let Some(broken) = broken_now(player) else { return };
            Asked::Shrink { broken }
        }
    };
    let question = Question { scenario: lab.scenario(), step: lab.position(), asked };
    let status = match wish {
        Wish::Break | Wish::Prove => Status::Looking { here: Reach::default(), witness: None },
        Wish::Shrink => Status::Shrinking { tried: 0, acts: 0 },
    };
    with(player, |session| {
        (session.wish, session.run, session.shown) = (Some(wish), player.opened(), player.opened());
        if session.status.keeps_the_worker() {
            session.hired = None;
        }
    });
    send(player, &question);
    if !matches!(self::status(player), Status::Failed(_)) {
        set_status(player, status);
    }
}

/// The slug of what broke in the last step taken, which is what the reader sees; else of what is broken.
fn broken_now(player: &Player) -> Option<String> {
    let (lab, checks) = (player.lab(), player.checks());
    let last = lab.position().checked_sub(1).map(|last| lab.story(last, last + 1, player.lang())).unwrap_or_default();
    let now = last.iter().find_map(|line| match line.what {
        What::Broken { invariant } => checks.get(usize::from(invariant)),
        _ => None,
    });
    let broken = now.or_else(|| checks.iter().find(|check| check.state == CheckState::Broken))?;
    Some(broken.slug.to_owned())
}

/// Ends what is under way.
pub(super) fn stop(player: &Player) {
    with(player, |session| session.hired = None);
    set_status(player, Status::Stopped);
}

/// The slugs of the rules that are off.
pub(super) fn rules_off(player: &Player) -> Vec<String> {
    let (lab, moment) = (player.lab(), player.moment());
    let off = lab.about().rules.iter().zip(&moment.rules).filter(|(_, on)| !**on);
    off.map(|(rule, _)| rule.slug.to_owned()).collect()
}

fn send(player: &Player, question: &Question) {
    if with(player, |session| session.hired.is_none()) {
        let (hearing, failing) = (player.clone(), player.clone());
        let fail = move || {
            with(&failing, |session| session.hired = None);
            set_status(&failing, Status::Failed(words_of(&failing).worker_failed.to_owned()));
        };
        match Hired::new(move |news| hear(&hearing, news), fail) {
            Ok(hired) => with(player, |session| session.hired = Some(hired)),
            Err(_) => return set_status(player, Status::Failed(words_of(player).no_worker.to_owned())),
        }
    }
    with(player, |session| {
        if let Some(hired) = &session.hired {
            hired.ask(question);
        }
    });
}

pub(super) fn words_of(player: &Player) -> &'static faultlab_words::explorer::ExplorerWords {
    faultlab_words::explorer::words(player.lang())
}

fn hear(player: &Player, news: News) {
    match news {
        News::Ready => {}
        News::Looking { here, witness } => set_status(player, Status::Looking { here, witness }),
        News::Shrinking { tried, acts } => set_status(player, Status::Shrinking { tried, acts }),
        News::Found { find, here, goes_on } => {
            let known = Compared { shortest: find.shortest, ..Compared::default() };
            set_status(player, Status::Found { find: find.clone(), here, compared: (!goes_on).then_some(known) });
            show(player, &find);
        }
        News::Compared(now) => {
            with(player, |session| {
                if let Status::Found { compared, .. } = &mut session.status {
                    *compared = Some(now);
                }
            });
            changed(player);
        }
        News::Nothing { here, witness, unjudged, reached, not_reached } => {
            let wish = with(player, |session| session.wish).unwrap_or(Wish::Break);
            set_status(player, Status::Nothing { wish, here, witness, unjudged, reached, not_reached });
        }
        News::NoSearchShows => set_status(player, Status::NoSearchShows),
        News::BrokenAlready => set_status(player, Status::BrokenAlready),
        News::Shrunk { scenario, before, after, tried } => {
            set_status(player, Status::Shrunk { before, after, tried });
            if !brought(player, &scenario, Brought::Shrunk) {
                show_elsewhere(player, *scenario);
            }
        }
        News::Refused(error) => set_status(player, Status::Failed(player.refused(&error))),
        News::NotFetched => set_status(player, Status::Failed(player.words().share.not_fetched.to_owned())),
    }
}

/// Brings a counterexample to the stage: as a branch of the run if it begins there, else in its own cluster.
fn show(player: &Player, find: &Find) {
    let titled = Scenario { title: title(find, player), ..find.scenario.clone() };
    if !(find.place == Place::Here && brought(player, &titled, Brought::Found)) {
        show_elsewhere(player, titled);
    }
}

/// Brings the shorter play to the stage that was found while the first one was there.
pub(super) fn show_shorter(player: &Player) {
    let shorter = with(player, |session| {
        let Status::Found { find, compared: Some(compared), .. } = &mut session.status else { return None };
        *find = compared.shorter.take()?;
        Some(find.clone())
    });
    if let Some(find) = shorter {
        changed(player);
        show(player, &find);
    }
}

/// What a counterexample is called that stands for itself.
fn title(find: &Find, player: &Player) -> Texts {
    let lab = player.lab();
    let in_lang = |lang: Lang| {
        let broken = find.broken.first();
        let invariant =
            lab.about().invariants.iter().find(|invariant| Some(invariant.slug) == broken.map(String::as_str));
        let rule = find.rule.as_deref();
        let rule = lab.about().rules.iter().find(|row| Some(row.slug) == rule);
        let words = faultlab_words::explorer::words(lang);
        invariant
            .map(|invariant| (words.title)(invariant.name(lang), rule.map(|rule| rule.name(lang))))
            .unwrap_or_default()
    };
    Texts { en: in_lang(Lang::En), zh: in_lang(Lang::Zh) }
}

/// Brings a counterexample to the run that was asked about, if that is still on the stage, and plays it.
fn brought(player: &Player, scenario: &Scenario, kind: Brought) -> bool {
    let same_run = with(player, |session| session.run == player.opened());
    if same_run {
        player.begin_visit();
    }
    let done = same_run && player.bring(scenario, kind).is_ok();
    if done {
        play(player);
    }
    done
}

/// Lets the reader see it happen.
fn play(player: &Player) {
    browser::bring_into_sight(".stage-card");
    if !player.reduced_motion() {
        player.play_pause();
    }
}

/// Shows a counterexample in the cluster it was found in. The reader's own run is kept.
fn show_elsewhere(player: &Player, scenario: Scenario) {
    let player = player.clone();
    spawn_local(async move {
        match open::run(&scenario, player.words()).await {
            Ok(opened) => {
                player.open(opened.lab, &open::link_to(scenario).await);
                with(&player, |session| (session.shown, session.elsewhere) = (player.opened(), Some(player.visit())));
                changed(&player);
                play(&player);
            }
            Err(reason) => set_status(&player, Status::Failed(reason)),
        }
    });
}

/// Goes back to the run that the reader came from.
pub(super) fn go_back(player: &Player) {
    player.go_back();
}
