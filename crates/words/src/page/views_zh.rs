//! The views' words in Simplified Chinese.

use alloc::format;

use super::views::{CommitView, SpaceTime, ViewWords};

pub(super) const WORDS: ViewWords = ViewWords {
    space_time: SpaceTime {
        title: "时空图",
        equivalent: "这幅图画出谁在何时向谁发送了什么。“经过”列表用文字列出同样的事件。",
        clients: "客户端",
        show_clients: "每个客户端单独一行",
        zoom_in: "放大",
        zoom_out: "缩小",
        find_now: "现在",
        now: "当前时刻",
        now_text: |time, step, steps| format!("{time}，第 {step} 步，共 {steps} 步"),
        dense: "事件太密，无法逐一画出：高度表示步数；放大即可看到每条消息。",
        keys: "方向键逐步移动，Page Up 和 Page Down 在重要时刻之间跳转，+ 和 − 缩放，Shift 加方向键移动窗口。",
    },
    commit: CommitView {
        title: "事务的时间线",
        choose: "显示哪个事务",
        none_yet: "还没有事务开始。",
        coordinator: "协调者",
        participant: "参与者",
        idle: "空闲",
        working: "执行中",
        voting: "等待投票",
        prepared: "已准备",
        blocked: "被阻塞",
        down: "停机",
        votes: "票",
        needs_all: |all| format!("需要全部 {all} 票"),
        prepared_bar: "已准备：持有锁，无法决定",
        prepared_bar_short: "已准备",
        sync: "落盘",
        commit: "提交",
        abort: "中止",
        blocked_for: |span| format!("已阻塞 {span}"),
        in_doubt_for: |span| format!("存疑 {span}"),
        outcome_open: "进行中",
        outcome_commit: "已提交",
        outcome_abort: "已中止",
        counts: |locks, messages, syncs| format!("{locks} 把锁 · {messages} 条消息 · {syncs} 次落盘"),
        lanes_told: |txn, participants, waiting| format!("{txn}：{participants} 个参与者，{waiting} 个存疑"),
        locks_title: "账户与锁",
        locked_by: |txn| format!("被 {txn} 锁住"),
        free: "未加锁",
    },
};
