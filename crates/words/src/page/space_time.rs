//! Words of the space-time diagram.

use alloc::format;
use alloc::string::String;

use crate::Lang;
use crate::say::zh;

/// What the diagram says.
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
    /// Shown in the band that stands for too many events.
    pub dense: &'static str,
    pub keys: &'static str,
}

pub fn space_time_words(lang: Lang) -> &'static SpaceTime {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

static EN: SpaceTime = SpaceTime {
    title: "Space and time",
    equivalent: "A drawing of who sent what to whom and when. The story lists the same events in words.",
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

static ZH: SpaceTime = SpaceTime {
    title: "时空图",
    equivalent: "这幅图画出谁在何时向谁发送了什么。“事件经过”列表用文字列出同样的事件。",
    clients: "客户端",
    show_clients: "每个客户端单独一行",
    zoom_in: "放大",
    zoom_out: "缩小",
    find_now: "现在",
    now: "当前时刻",
    now_text: |time, step, steps| zh(format!("{time}，第 {step} 步，共 {steps} 步")),
    dense: "事件太密，无法逐一画出：高度表示步数；放大即可看到每条消息。",
    keys: "方向键逐步移动，Page Up 和 Page Down 在关键时刻之间跳转，+ 和 − 缩放，Shift 加方向键移动窗口。",
};
