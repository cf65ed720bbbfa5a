//! The views' words in English.

use alloc::format;

use super::views::SpaceTime;

pub(super) static SPACE_TIME: SpaceTime = SpaceTime {
    title: "Space and time",
    equivalent: "A drawing of who sent what to whom and when. The story lists the same happenings in words.",
    clients: "clients",
    show_clients: "A lane for each client",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    find_now: "Now",
    now: "The present moment",
    now_text: |time, step, steps| format!("{time}, step {step} of {steps}"),
    dense: "Too much to tell apart: height shows how many steps; zoom in to see each message.",
    keys: "Arrow keys step, Page Up and Page Down jump between notable moments, + and − zoom, Shift with arrows moves the window.",
};
