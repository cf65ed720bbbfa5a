//! The time line: painted with what happened, and a slider over it.

use std::cell::RefCell;
use std::rc::Rc;

use faultlab_core::{Mark, Time};
use faultlab_registry::Lab;
use faultlab_sim::phase_after;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent, ResizeObserver,
};
use yew::prelude::*;

use crate::browser::{self, Listening, Theme};
use crate::run::glide::Glide;
use crate::run::player::Player;
use crate::run::time::{Need, Tick};
use crate::text::format;

/// The height of the drawing in CSS pixels: carets above, the bar, crosses below.
const HEIGHT: f64 = 40.0;
const BAR_TOP: f64 = 14.0;
const BAR_HEIGHT: f64 = 12.0;
/// The shortest stretch of time that the line shows.
const SHORTEST: u64 = 2_000_000;

/// When the last known step is, in microseconds.
fn known(lab: &dyn Lab) -> u64 {
    lab.last_step().map_or(0, |step| step.at.0)
}

/// How far the line reaches: a round time somewhat beyond what is known, so that it does not change with every event.
fn reach(lab: &dyn Lab) -> u64 {
    let shown = known(lab).max(lab.now().0);
    let wanted = (shown + shown / 6).max(SHORTEST);
    let mut round = SHORTEST;
    for factor in [2, 3, 5].into_iter().cycle() {
        if round >= wanted {
            break;
        }
        let next = match factor {
            2 => round * 3 / 2,
            3 => round * 4 / 3,
            _ => round * 5 / 4,
        };
        round = next.max(round + 1);
    }
    round
}

#[derive(Properties, PartialEq)]
pub(crate) struct TransportProps {
    pub(crate) player: Player,
    /// The time line is painted, so it must know when colours change.
    pub(crate) theme: Theme,
}

#[component]
pub(crate) fn Scrub(props: &TransportProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().transport;
    let canvas = use_node_ref();
    let head = use_node_ref();
    let width = use_state(|| 0.0_f64);
    use_width(&canvas, &width);
    let again = use_force_update();
    let (reach, known, now) = {
        let lab = player.lab();
        (reach(&*lab), known(&*lab), lab.now())
    };
    use_system_theme();
    let dark = browser::window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok()?)
        .is_some_and(|query| query.matches());
    // While the run plays, a pixel is painted when the next one begins.
    let painted =
        (player.run_revision() * u64::from(!player.is_playing()), (known as f64 / reach as f64 * *width) as u32);
    let inks = use_mut_ref(|| None);
    use_effect_with((painted, reach, *width as u32, (props.theme, dark)), {
        let (player, canvas, width) = (player.clone(), canvas.clone(), *width);
        move |(_, _, _, colours)| {
            let Some(canvas) = canvas.cast::<HtmlCanvasElement>().filter(|_| width > 0.0) else { return };
            let mut inks = inks.borrow_mut();
            if inks.as_ref().is_none_or(|(of, _)| of != colours) {
                *inks = Inks::read(&canvas).map(|read| (*colours, read));
            }
            if let Some((_, inks)) = &*inks {
                paint(&canvas, inks, &*player.lab(), reach, width);
            }
        }
    });
    use_effect_with((reach, *width as u32), {
        let (player, head, again) = (player.clone(), head.clone(), again.clone());
        let width = *width;
        move |_| {
            let way = [0.0, width].map(|x| format!("translateX({x:.1}px)")).into_iter();
            let head = head.cast::<Element>();
            let glide = RefCell::new(head.and_then(|head| Glide::new(&head, way, (0.0, reach as f64))));
            let guard = player.on_frame(Rc::new(move |tick: &Tick| {
                if let Some(glide) = &mut *glide.borrow_mut() {
                    glide.follow(tick);
                }
                // Where nothing happens for long, time runs past the end of the line: then it has to reach farther.
                if tick.now > reach as f64 {
                    again.force_update();
                }
                Need::Beat
            }));
            move || drop(guard)
        }
    });
    let grab = pointer(&player, &canvas, reach);
    let onpointerdown = {
        let grab = grab.clone();
        Callback::from(move |event: PointerEvent| {
            let target: HtmlElement = event.target_unchecked_into();
            let _ = target.set_pointer_capture(event.pointer_id());
            grab(&event);
        })
    };
    let onpointermove = Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            grab(&event);
        }
    });
    html! {
        <div class="scrub" role="slider" tabindex="0" aria-label={words.time_line} aria-valuemin="0"
             aria-valuemax={(reach / 1_000).to_string()} aria-valuenow={(now.0 / 1_000).to_string()}
             aria-valuetext={format::moment(now)} onkeydown={slide_keys(&player, reach)} {onpointerdown} {onpointermove}>
            <canvas ref={canvas} class="scrub-canvas"></canvas>
            <span ref={head} class="scrub-head"></span>
        </div>
    }
}

/// Renders again when the system turns light or dark: what is painted does not follow by itself.
#[hook]
fn use_system_theme() {
    let redraw = use_force_update();
    use_effect_with((), move |()| {
        let query = browser::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok()?);
        let listening = query.map(|query| Listening::new(&query, "change", move |_| redraw.force_update()));
        move || drop(listening)
    });
}

/// Follows the width of the drawing.
#[hook]
fn use_width(canvas: &NodeRef, width: &UseStateHandle<f64>) {
    let (canvas, width) = (canvas.clone(), width.clone());
    use_effect_with((), move |()| {
        let element = canvas.cast::<HtmlCanvasElement>();
        let watched = element.clone();
        let callback = Closure::<dyn Fn()>::new(move || {
            if let Some(element) = &watched {
                width.set(f64::from(element.client_width()));
            }
        });
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(callback);
        }
    });
}

/// Goes to the moment under the pointer.
fn pointer(player: &Player, canvas: &NodeRef, reach: u64) -> impl Fn(&PointerEvent) + Clone + 'static {
    let (player, canvas) = (player.clone(), canvas.clone());
    move |event: &PointerEvent| {
        let Some(canvas) = canvas.cast::<HtmlElement>() else { return };
        let area = canvas.get_bounding_client_rect();
        let share = ((f64::from(event.client_x()) - area.left()) / area.width().max(1.0)).clamp(0.0, 1.0);
        player.seek_time(Time((share * reach as f64) as u64));
    }
}

fn slide_keys(player: &Player, reach: u64) -> Callback<KeyboardEvent> {
    let player = player.clone();
    Callback::from(move |event: KeyboardEvent| {
        let now = player.lab().now().0;
        let known = known(&*player.lab());
        let target = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(reach / 100),
            "ArrowRight" | "ArrowUp" => now + reach / 100,
            "PageDown" => now.saturating_sub(reach / 10),
            "PageUp" => now + reach / 10,
            "Home" => 0,
            "End" => known,
            _ => return,
        };
        event.prevent_default();
        player.seek_time(Time(target));
    })
}

/// What one pixel of the line has to show.
#[derive(Clone, Copy, Default)]
struct Column {
    progress: bool,
    contest: bool,
    fault: bool,
    broken: bool,
}

/// What the ground's colour says.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Unknown,
    Calm,
    Deciding,
    Leading,
    Trouble,
}

impl Phase {
    const ALL: [Self; 5] = [Self::Unknown, Self::Calm, Self::Deciding, Self::Leading, Self::Trouble];

    /// The property of the style sheet that has the ground's colour.
    fn ground(self) -> &'static str {
        match self {
            Self::Unknown => "--track",
            Self::Calm => "--calm-ground",
            Self::Deciding => "--deciding-ground",
            Self::Leading => "--leading-ground",
            Self::Trouble => "--fault-ground",
        }
    }
}

/// A stretch of the line in one phase, in pixels.
struct Stretch {
    from: f64,
    to: f64,
    phase: Phase,
}

/// Reads the steps into one column a pixel and the phases between them: as many things as fit, however many steps there are.
fn read(lab: &dyn Lab, reach: u64, width: usize) -> (Vec<Column>, Vec<Stretch>) {
    let mut columns = vec![Column::default(); width + 1];
    let mut stretches = Vec::new();
    let scale = width as f64 / reach as f64;
    let (mut phase, mut since) = (Phase::Calm, 0.0);
    let end = known(lab) as f64 * scale;
    let mut mark = Mark::Detail;
    for stretch in lab.outline() {
        let x = stretch.at.0 as f64 * scale;
        let column = &mut columns[(x as usize).min(width)];
        column.fault |= stretch.fault;
        column.broken |= stretch.broken;
        column.contest |= stretch.contest;
        column.progress |= stretch.progress > 0;
        mark = phase_after(mark, stretch.phase);
        let next = match mark {
            Mark::Contest => Phase::Deciding,
            Mark::Settled => Phase::Leading,
            Mark::Trouble => Phase::Trouble,
            Mark::Detail | Mark::Notable | Mark::Progress => phase,
        };
        if next != phase {
            stretches.push(Stretch { from: since, to: x, phase });
            (phase, since) = (next, x);
        }
    }
    stretches.push(Stretch { from: since, to: end, phase });
    stretches.push(Stretch { from: end, to: width as f64, phase: Phase::Unknown });
    (columns, stretches)
}

/// The colours of the drawing. To read them has the whole page styled and laid out, so they are kept.
struct Inks {
    grounds: [String; 5],
    deciding: String,
    leading: String,
    fault: String,
}

impl Inks {
    fn read(canvas: &HtmlCanvasElement) -> Option<Self> {
        let style = browser::window()?.get_computed_style(canvas).ok()??;
        let get = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_owned();
        Some(Self {
            grounds: Phase::ALL.map(|phase| get(phase.ground())),
            deciding: get("--deciding"),
            leading: get("--leading"),
            fault: get("--fault"),
        })
    }
}

/// The width is told: to ask the page for it would have it laid out every time.
fn paint(canvas: &HtmlCanvasElement, inks: &Inks, lab: &dyn Lab, reach: u64, width: f64) -> Option<()> {
    let window = browser::window()?;
    let ratio = window.device_pixel_ratio().clamp(1.0, 3.0);
    let (wide, high) = ((width * ratio) as u32, (HEIGHT * ratio) as u32);
    if (canvas.width(), canvas.height()) != (wide, high) {
        canvas.set_width(wide);
        canvas.set_height(high);
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).ok()?;
    context.clear_rect(0.0, 0.0, width, HEIGHT);
    let (columns, stretches) = read(lab, reach, width as usize);
    for stretch in &stretches {
        paint_ground(&context, inks, stretch);
    }
    paint_marks(&context, inks, &columns);
    Some(())
}

fn paint_ground(context: &CanvasRenderingContext2d, inks: &Inks, stretch: &Stretch) {
    let edge = match stretch.phase {
        Phase::Unknown | Phase::Calm | Phase::Leading => None,
        Phase::Deciding => Some(&inks.deciding),
        Phase::Trouble => Some(&inks.fault),
    };
    let width = (stretch.to - stretch.from).max(0.0);
    context.set_fill_style_str(&inks.grounds[stretch.phase as usize]);
    context.fill_rect(stretch.from, BAR_TOP, width, BAR_HEIGHT);
    if let Some(edge) = edge {
        context.set_stroke_style_str(edge);
        context.set_line_width(1.0);
        context.stroke_rect(stretch.from + 0.5, BAR_TOP + 0.5, (width - 1.0).max(0.0), BAR_HEIGHT - 1.0);
    }
}

/// Ticks for progress, carets for contests, crosses for faults, an exclamation mark for a broken promise. Marks that would
/// lie on one another are drawn once.
fn paint_marks(context: &CanvasRenderingContext2d, inks: &Inks, columns: &[Column]) {
    let (mut tick, mut caret, mut cross, mut alarm) = (-9.0, -9.0, -9.0, -99.0);
    context.set_line_width(1.6);
    for (index, column) in columns.iter().enumerate() {
        let x = index as f64 + 0.5;
        if column.progress && x - tick >= 3.0 {
            context.set_fill_style_str(&inks.leading);
            context.fill_rect(x - 0.75, BAR_TOP + 4.0, 1.5, BAR_HEIGHT - 8.0);
            tick = x;
        }
        if column.contest && x - caret >= 5.0 {
            context.set_fill_style_str(&inks.deciding);
            triangle(context, x);
            caret = x;
        }
        if column.fault && x - cross >= 5.0 {
            context.set_stroke_style_str(&inks.fault);
            saltire(context, x);
            cross = x;
        }
        if column.broken && x - alarm >= 14.0 {
            context.set_fill_style_str(&inks.fault);
            context.fill_rect(x - 1.0, 0.0, 2.0, HEIGHT);
            context.set_font("700 14px system-ui, sans-serif");
            let _ = context.fill_text("!", x + 3.0, 11.0);
            alarm = x;
        }
    }
}

fn triangle(context: &CanvasRenderingContext2d, x: f64) {
    context.begin_path();
    context.move_to(x - 4.0, BAR_TOP - 4.0);
    context.line_to(x + 4.0, BAR_TOP - 4.0);
    context.line_to(x, BAR_TOP - 11.0);
    context.close_path();
    context.fill();
}

fn saltire(context: &CanvasRenderingContext2d, x: f64) {
    let (top, bottom) = (BAR_TOP + BAR_HEIGHT + 4.0, BAR_TOP + BAR_HEIGHT + 11.0);
    context.begin_path();
    context.move_to(x - 3.5, top);
    context.line_to(x + 3.5, bottom);
    context.move_to(x + 3.5, top);
    context.line_to(x - 3.5, bottom);
    context.stroke();
}
