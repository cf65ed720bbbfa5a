//! The views' words in Simplified Chinese.

use alloc::format;

use super::views::{RaftView, SpaceTime};

pub(super) static SPACE_TIME: SpaceTime = SpaceTime {
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
};

pub(super) static RAFT: RaftView = RaftView {
    title: "日志",
    invites: &[
        "这些服务器保存同一份日志，带星的是领导者。如果它崩溃了呢？",
        "收不到领导者心跳的服务器会选出新的领导者。崩溃的服务器回来时会看到什么？",
        "它以跟随者身份回来，赶上进度。接下来把领导者分到少数一侧：谁还能提交？",
        "只有多数一侧能提交。重新相连时，少数一侧必须忘掉自己写下的。",
        "经历了崩溃和分区，已提交的一条也没有丢。",
    ],
    follower: "跟随者",
    pre_candidate: "预候选人",
    candidate: "候选人",
    leader: "领导者",
    not_member: "非成员",
    down: "停机",
    term: |term| format!("任期 {term}"),
    votes: "票",
    pre_votes: "预投票",
    needs: |needed, of| format!("{of} 票中需要 {needed} 票"),
    server: "服务器",
    known: "匹配 · 下一个",
    peer: |stored, next| format!("{stored} · {next}"),
    entry: |index, term, state| format!("索引 {index}，任期 {term}，{state}"),
    entry_committed: "已提交",
    entry_synced: "已落盘",
    entry_unsynced: "尚未落盘",
    entry_conflicting: "与领导者的不一致",
    entry_damaged: "无法读取",
    snapshot: |last| format!("快照代表直到 {last} 的条目"),
    earlier: |count| format!("左边还有 {count} 个条目"),
    log_empty: "所有日志都是空的。",
    state_title: "已应用的状态与客户端会话",
    applied: |index| format!("已应用到 {index}"),
    session: |client, sequence| format!("{client} 的请求已执行到第 {sequence} 个"),
};
