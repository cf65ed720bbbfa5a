//! The space-time diagram (Lamport 1978): a lane for each party, time to the right, messages as arrows between lanes.
//!
//! It is drawn on canvases from what the run's story tells of the stretch in sight. The line of the present is a slider, so
//! that all it does can be done by keyboard; for those who cannot see it, the story lists the same in words.

mod density;
mod diagram;
mod history;
mod hit;
mod items;
mod lanes;
mod operations;
mod paint;
mod pen;
mod window;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use faultlab_core::Time;
use faultlab_registry::StepFilter;
use faultlab_words::page::space_time_words;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, IntersectionObserver, ResizeObserver};
use yew::prelude::*;

use crate::browser::Listening;
use crate::run::player::{Player, PlayerProps, Selection};
use crate::run::time::{Need, Tick};

use diagram::{Canvases, Diagram};
use hit::Hit;
use operations::{Finding, Judged, OperationList, OperationTools, use_judged};

/// One press of a zoom button or key.
const ZOOM_STEP: f64 = 2.0;
/// How far the pointer may move for a press to be a click.
const CLICK_REACH: f64 = 4.0;
/// How near the line of the present a press must be to take hold of it.
const NOW_REACH: f64 = 9.0;
/// The height of the time scale, where a press moves the present.
const SCALE_HEIGHT: f64 = 26.0;

/// What a pressed pointer does.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Drag {
    /// It moves the present.
    Scrub,
    /// It moves the window, or clicks where it is let go.
    Pan { from: (f64, f64), last: f64, moved: bool },
}

/// The parts that a frame touches outside the virtual DOM.
#[derive(Clone, PartialEq, Default)]
struct Parts {
    plot: NodeRef,
    film: NodeRef,
    /// Over the film, and what the pointer meets.
    front: NodeRef,
    swatches: NodeRef,
    now: NodeRef,
    tip: NodeRef,
}

/// All that outlives a rendering.
struct Live {
    diagram: RefCell<Diagram>,
    parts: Parts,
    drag: RefCell<Option<Drag>>,
    visible: Cell<bool>,
    /// The canvas's width on the page, as last measured; zero before that.
    width: Cell<f64>,
}

impl Live {
    fn measure(&self) {
        let front = self.parts.front.cast::<Element>();
        self.width.set(front.map_or(0.0, |canvas| f64::from(canvas.client_width())));
    }

    /// Out of sight, the canvases hold no pixels: the browser would hand them over with every frame of the page.
    fn put_away(&self) {
        for canvas in [&self.parts.film, &self.parts.front] {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                canvas.set_width(0);
            }
        }
        self.diagram.borrow_mut().forget_pictures();
    }

    fn draw(&self, player: &Player) {
        self.draw_at(player, &player.tick());
    }

    fn draw_at(&self, player: &Player, tick: &Tick) {
        let parts = &self.parts;
        let (Some(film), Some(front), Some(swatches)) = (
            parts.film.cast::<HtmlCanvasElement>(),
            parts.front.cast::<HtmlCanvasElement>(),
            parts.swatches.cast::<Element>(),
        ) else {
            return;
        };
        if !self.visible.get() {
            return;
        }
        if self.width.get() == 0.0 {
            self.measure();
        }
        let mut diagram = self.diagram.borrow_mut();
        diagram.draw(player, &Canvases { film, front, swatches, width: self.width.get() }, tick);
        if let Some(now) = parts.now.cast::<HtmlElement>() {
            let x = diagram.x_of(tick.now);
            let shown = diagram.in_plot(x) && x <= self.width.get();
            let style = now.style();
            let _ = style.set_property("transform", &format!("translateX({:.1}px)", x.max(0.0)));
            let _ = style.set_property("visibility", if shown { "visible" } else { "hidden" });
        }
    }

    /// What the pointer is over, told beside it and lit elsewhere.
    fn point(&self, player: &Player, x: f64, y: f64) {
        let diagram = self.diagram.borrow();
        let hit = diagram.hit(x, y);
        let told = match hit {
            Some(Hit::Dot { fact, .. }) => diagram.sentence(fact),
            Some(Hit::Flight { told, .. }) => diagram.sentence(told),
            Some(Hit::Operation(number)) => diagram.operations.told(number, player.lang()),
            Some(Hit::Name(_)) | None => None,
        };
        let known = Diagram::selection_of(hit);
        drop(diagram);
        let operation = if let Some(Hit::Operation(number)) = hit { Some(number) } else { None };
        if self.diagram.borrow_mut().operations.point(operation) {
            self.draw(player);
        }
        self.tell(told.as_deref(), x, y);
        player.hover(known);
    }

    fn tell(&self, text: Option<&str>, x: f64, y: f64) {
        let (Some(tip), Some(canvas)) =
            (self.parts.tip.cast::<HtmlElement>(), self.parts.front.cast::<HtmlCanvasElement>())
        else {
            return;
        };
        let Some(text) = text else {
            tip.set_hidden(true);
            return;
        };
        tip.set_text_content(Some(text));
        tip.set_hidden(false);
        let room = f64::from(canvas.client_width());
        let width = f64::from(tip.offset_width());
        let height = f64::from(tip.offset_height());
        let left = (x - width / 2.0).clamp(0.0, (room - width).max(0.0));
        let top = if y > height + 16.0 { y - height - 12.0 } else { y + 18.0 };
        let style = tip.style();
        let _ = style.set_property("transform", &format!("translate({left:.0}px, {top:.0}px)"));
    }

    /// Goes where a click points.
    fn choose(&self, player: &Player, x: f64, y: f64) {
        let hit = self.diagram.borrow().hit(x, y);
        match hit {
            Some(Hit::Dot { fact, position, .. }) => {
                player.seek(position);
                player.select(Selection::Fact(fact));
            }
            Some(Hit::Flight { packet, sent_position, .. }) => {
                if sent_position > 0 {
                    player.seek(sent_position);
                }
                player.select(Selection::Packet(packet));
            }
            Some(Hit::Name(node)) => player.select(Selection::Node(node)),
            Some(Hit::Operation(number)) => self.choose_operation(player, number),
            None => {
                let time = self.diagram.borrow().time_at(x);
                player.seek_time(Time(time as u64));
            }
        }
    }

    /// Goes to where an operation takes effect.
    fn choose_operation(&self, player: &Player, number: usize) {
        let moment = self.diagram.borrow_mut().operations.choose(number);
        if let Some(moment) = moment {
            player.seek_time(moment);
        }
    }

    fn press(&self, player: &Player, x: f64, y: f64) {
        let diagram = self.diagram.borrow();
        let near_now = (diagram.x_of(player.clock()) - x).abs() < NOW_REACH && diagram.in_plot(x);
        let scrub = near_now || (y < SCALE_HEIGHT && diagram.in_plot(x));
        let time = diagram.time_at(x);
        drop(diagram);
        *self.drag.borrow_mut() =
            Some(if scrub { Drag::Scrub } else { Drag::Pan { from: (x, y), last: x, moved: false } });
        if scrub && !near_now {
            player.seek_time(Time(time as u64));
        }
    }

    fn moved(&self, player: &Player, x: f64, y: f64) {
        let drag = *self.drag.borrow();
        match drag {
            None => self.point(player, x, y),
            Some(Drag::Scrub) => {
                let time = self.diagram.borrow().time_at(x);
                player.seek_time(Time(time as u64));
            }
            Some(Drag::Pan { from, last, moved }) => {
                let moved = moved || (x - from.0).abs() > CLICK_REACH;
                if moved {
                    self.tell(None, x, y);
                    let end = player.lab().last_step().map_or(0.0, |step| step.at.0 as f64);
                    self.diagram.borrow_mut().window.pan(last - x, end);
                    self.draw(player);
                }
                *self.drag.borrow_mut() = Some(Drag::Pan { from, last: x, moved });
            }
        }
    }

    fn release(&self, player: &Player, x: f64, y: f64) {
        let drag = self.drag.borrow_mut().take();
        if let Some(Drag::Pan { from, moved: false, .. }) = drag
            && (y - from.1).abs() <= CLICK_REACH * 2.0
        {
            self.choose(player, x, y);
        }
    }

    fn zoom(&self, player: &Player, factor: f64, x: Option<f64>) {
        let mut diagram = self.diagram.borrow_mut();
        match x {
            Some(x) => diagram.zoom_at(factor, x),
            None => diagram.window.zoom_here(factor),
        }
        drop(diagram);
        self.draw(player);
    }

    fn pan(&self, player: &Player, share: f64) {
        let end = player.lab().last_step().map_or(0.0, |step| step.at.0 as f64);
        let mut diagram = self.diagram.borrow_mut();
        let width = diagram.window.width;
        diagram.window.pan(share * width, end);
        drop(diagram);
        self.draw(player);
    }

    /// A key on the slider. True if it meant something.
    fn key(&self, player: &Player, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("ArrowRight" | "ArrowUp", false) => drop(player.step_forward(StepFilter::Event)),
            ("ArrowLeft" | "ArrowDown", false) => drop(player.step_back(StepFilter::Event)),
            ("PageUp", _) => drop(player.step_forward(StepFilter::Notable)),
            ("PageDown", _) => drop(player.step_back(StepFilter::Notable)),
            ("Home", _) => player.seek(0),
            ("End", _) => {
                let end = player.lab().steps_known();
                player.seek(end);
            }
            ("ArrowRight", true) => self.pan(player, 0.25),
            ("ArrowLeft", true) => self.pan(player, -0.25),
            ("+" | "=", _) => self.zoom(player, ZOOM_STEP, None),
            ("-" | "_", _) => self.zoom(player, 1.0 / ZOOM_STEP, None),
            _ => return false,
        }
        true
    }
}

/// Where a pointer is on the canvas, in CSS pixels.
fn place_of(live: &Live, event: &MouseEvent) -> Option<(f64, f64)> {
    let bounds = live.parts.front.cast::<Element>()?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top()))
}

/// The diagram.
#[component]
pub(crate) fn SpaceTime(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = space_time_words(player.lang());
    let parts = use_memo((), |()| Parts::default());
    let live = use_memo((), |()| Live {
        diagram: RefCell::default(),
        parts: (*parts).clone(),
        drag: RefCell::new(None),
        visible: Cell::new(true),
        width: Cell::new(0.0),
    });
    let open = use_state(|| false);
    let shows_operations = use_state(|| true);
    let state = use_state(|| (false, false));
    use_pictures(player, &live);
    use_pointer(player, &live);
    use_effect_with((*open, player.run_revision()), {
        let (live, player, state) = (Rc::clone(&live), player.clone(), state.clone());
        move |(open, _)| {
            let toggled = std::mem::replace(&mut live.diagram.borrow_mut().lanes.open, *open) != *open;
            // Every change of the run is followed by a frame, which draws; opening and closing lanes is not.
            if toggled {
                live.draw(&player);
            }
            let diagram = live.diagram.borrow();
            let now = (diagram.is_dense(), diagram.window.is_loose());
            if now != *state {
                state.set(now);
            }
        }
    });
    let judged = use_judged(player, &live, *shows_operations);
    let nodes = player.moment().nodes.len();
    let clients = player.moment().clients.len();
    let rows = operations::rows(player, judged.as_deref(), *shows_operations);
    let lanes = lanes::Lanes { nodes, clients, open: *open, rows };
    live.diagram.borrow_mut().lanes.rows = rows;
    let on_choose = {
        let (live, player) = (Rc::clone(&live), player.clone());
        Callback::from(move |number: usize| live.choose_operation(&player, number))
    };
    html! {
        <section class="card spacetime" aria-label={words.title}>
            <header class="spacetime-head">
                <h2>{ words.title }</h2>
                if state.0 {
                    <p class="spacetime-note">{ words.dense }</p>
                }
                if player.lab().registers().is_some() {
                    <OperationTools player={player.clone()} live={Shared(Rc::clone(&live))}
                                    keys={judged.as_deref().map(Judged::keys).unwrap_or_default()} shown={shows_operations.clone()} />
                }
                { tools(player, &live, &open, &state, clients) }
            </header>
            if *shows_operations {
                <Finding player={player.clone()} judged={(*judged).clone()} />
            }
            <Plot player={player.clone()} live={Shared(Rc::clone(&live))} {lanes} />
            <p class="hidden-text">{ words.equivalent }</p>
            if let Some(judged) = (*judged).clone().filter(|_| *shows_operations) {
                <OperationList player={player.clone()} {judged} {on_choose} />
            }
        </section>
    }
}

/// The buttons: a lane for each client, back to the present, farther and closer.
fn tools(
    player: &Player,
    live: &Rc<Live>,
    open: &UseStateHandle<bool>,
    state: &UseStateHandle<(bool, bool)>,
    clients: usize,
) -> Html {
    let words = space_time_words(player.lang());
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let zoom = |factor: f64| {
        let (live, player, state) = (Rc::clone(live), player.clone(), state.clone());
        Callback::from(move |_: MouseEvent| {
            live.zoom(&player, factor, None);
            let diagram = live.diagram.borrow();
            state.set((diagram.is_dense(), diagram.window.is_loose()));
        })
    };
    let find = {
        let (live, player) = (Rc::clone(live), player.clone());
        Callback::from(move |_: MouseEvent| {
            live.diagram.borrow_mut().window.find_now();
            live.draw(&player);
        })
    };
    html! {
        <div class="spacetime-tools">
            if clients > 1 {
                <button type="button" class="tool" aria-pressed={open.to_string()} onclick={toggle}
                    title={words.show_clients}>{ words.clients }</button>
            }
            <button type="button" class="tool" onclick={find}>{ words.find_now }</button>
            <button type="button" class="tool tool-icon" onclick={zoom(1.0 / ZOOM_STEP)}
                aria-label={words.zoom_out} title={words.zoom_out}>{ "−" }</button>
            <button type="button" class="tool tool-icon" onclick={zoom(ZOOM_STEP)}
                aria-label={words.zoom_in} title={words.zoom_in}>{ "+" }</button>
        </div>
    }
}

/// Equal only to itself.
#[derive(Clone)]
struct Shared(Rc<Live>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct PlotProps {
    player: Player,
    live: Shared,
    lanes: lanes::Lanes,
}

/// The canvases with the slider of the present over it.
#[component]
fn Plot(props: &PlotProps) -> Html {
    let PlotProps { player, live: Shared(live), lanes } = props;
    let words = space_time_words(player.lang());
    let (now, position, known) = {
        let lab = player.lab();
        (lab.now(), lab.position(), lab.steps_known())
    };
    let onkeydown = {
        let (live, player) = (Rc::clone(live), player.clone());
        Callback::from(move |event: KeyboardEvent| {
            if live.key(&player, &event) {
                event.prevent_default();
                event.stop_propagation();
            }
        })
    };
    let retint = {
        let (live, player) = (Rc::clone(live), player.clone());
        Callback::from(move |_: TransitionEvent| {
            live.diagram.borrow_mut().forget_inks();
            live.draw(&player);
        })
    };
    // The canvases lie in a plot of their height. It is set on the element, since a strict host forbids style attributes.
    use_effect_with(lanes.height(), {
        let plot = live.parts.plot.clone();
        move |height| {
            if let Some(plot) = plot.cast::<HtmlElement>() {
                let _ = plot.style().set_property("height", &format!("{height}px"));
            }
        }
    });
    let swatches = pen::SWATCHES.iter().map(|name| html! { <i class={format!("swatch-{name}")}></i> });
    let parts = &live.parts;
    html! {
        <div class="spacetime-plot" ref={parts.plot.clone()}>
            <span class="spacetime-swatches" aria-hidden="true" ref={parts.swatches.clone()}
                ontransitionend={retint}>{ for swatches }</span>
            <canvas ref={parts.front.clone()} class="spacetime-front" aria-hidden="true"
                data-lanes={lanes.count().to_string()} data-lanes-top={lanes.lanes_top().to_string()}></canvas>
            <canvas ref={parts.film.clone()} class="spacetime-film" aria-hidden="true"></canvas>
            <div class="spacetime-now" role="slider" tabindex="0" ref={parts.now.clone()} {onkeydown}
                aria-label={words.now} title={words.keys} aria-orientation="horizontal"
                aria-valuemin="0" aria-valuemax={known.to_string()} aria-valuenow={position.to_string()}
                aria-valuetext={(words.now_text)(&now.to_string(), position, known)}></div>
            <div class="spacetime-tip" ref={parts.tip.clone()} hidden=true aria-hidden="true"></div>
        </div>
    }
}

/// Draws on every frame, and when the size or the sight of the canvas changes.
#[hook]
fn use_pictures(player: &Player, live: &Rc<Live>) {
    let (player, live) = (player.clone(), Rc::clone(live));
    use_effect_with((), move |()| {
        let guard = player.on_frame({
            let (player, live) = (player.clone(), Rc::clone(&live));
            Rc::new(move |tick: &Tick| {
                if tick.is_beat {
                    live.draw_at(&player, tick);
                }
                Need::Beat
            })
        });
        let resized = {
            let (player, live) = (player.clone(), Rc::clone(&live));
            Closure::<dyn Fn()>::new(move || {
                live.measure();
                live.draw(&player);
            })
        };
        let seen = {
            let live = Rc::clone(&live);
            Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
                let last = entries.get(entries.length().saturating_sub(1));
                if let Ok(entry) = last.dyn_into::<web_sys::IntersectionObserverEntry>() {
                    live.visible.set(entry.is_intersecting());
                    if entry.is_intersecting() {
                        live.draw(&player);
                    } else {
                        live.put_away();
                    }
                }
            })
        };
        let size = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        let sight = IntersectionObserver::new(seen.as_ref().unchecked_ref()).ok();
        if let Some(plot) = live.parts.plot.cast::<Element>() {
            if let Some(size) = &size {
                size.observe(&plot);
            }
            if let Some(sight) = &sight {
                sight.observe(&plot);
            }
        }
        move || {
            if let Some(size) = size {
                size.disconnect();
            }
            if let Some(sight) = sight {
                sight.disconnect();
            }
            drop((guard, resized, seen));
        }
    });
}

/// Listens to pointer and wheel on the canvas itself: a wheel with Ctrl must be kept from zooming the page.
#[hook]
fn use_pointer(player: &Player, live: &Rc<Live>) {
    let (player, live) = (player.clone(), Rc::clone(live));
    use_effect_with((), move |()| {
        let canvas = live.parts.front.cast::<Element>();
        let listen = |event: &'static str, act: fn(&Live, &Player, &PointerEvent, f64, f64)| {
            let (live, player) = (Rc::clone(&live), player.clone());
            canvas.as_ref().map(|canvas| {
                Listening::new(canvas, event, move |event| {
                    let Ok(event) = event.dyn_into::<PointerEvent>() else { return };
                    if let Some((x, y)) = place_of(&live, &event) {
                        act(&live, &player, &event, x, y);
                    }
                })
            })
        };
        let listening = [
            listen("pointerdown", |live, player, event, x, y| {
                if event.button() == 0 {
                    if let Some(canvas) = live.parts.front.cast::<Element>() {
                        let _ = canvas.set_pointer_capture(event.pointer_id());
                    }
                    live.press(player, x, y);
                }
            }),
            listen("pointermove", |live, player, _, x, y| live.moved(player, x, y)),
            listen("pointerup", |live, player, _, x, y| live.release(player, x, y)),
            listen("pointercancel", |live, _, _, _, _| *live.drag.borrow_mut() = None),
            listen("pointerleave", |live, player, _, x, y| {
                live.tell(None, x, y);
                if live.diagram.borrow_mut().operations.point(None) {
                    live.draw(player);
                }
                player.hover(Selection::None);
            }),
        ];
        let wheel = canvas.as_ref().map(|canvas| {
            let (live, player) = (Rc::clone(&live), player.clone());
            Listening::new(canvas, "wheel", move |event| wheel(&live, &player, event))
        });
        move || drop((listening, wheel))
    });
}

/// Ctrl (or ⌘) and the wheel zoom; a sideways wheel moves; the plain wheel scrolls the page.
fn wheel(live: &Live, player: &Player, event: Event) {
    let Ok(event) = event.dyn_into::<WheelEvent>() else { return };
    if event.ctrl_key() || event.meta_key() {
        event.prevent_default();
        if let Some((x, _)) = place_of(live, &event) {
            live.zoom(player, (-event.delta_y() / 300.0).exp(), Some(x));
        }
        return;
    }
    let sideways = if event.shift_key() { event.delta_y() } else { event.delta_x() };
    if sideways.abs() > event.delta_y().abs() || event.shift_key() {
        event.prevent_default();
        let width = live.diagram.borrow().window.width;
        live.pan(player, sideways / width);
    }
}
