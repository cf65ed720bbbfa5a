//! The views' words in Simplified Chinese.

use alloc::format;

use crate::say::zh;

use super::views::SpaceTime;

pub(super) static SPACE_TIME: SpaceTime = SpaceTime {
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
