//! Simplified Chinese.

use alloc::format;
use alloc::string::String;
use faultlab_core::{LossReason, Void};

use super::{Dial, WorldEvent, percent};
use crate::Sentence;

pub(super) fn sentence(event: &WorldEvent<'_>) -> Sentence {
    match *event {
        WorldEvent::Booted { node, again: false } => Sentence::new(format!("{node} 启动"), "。"),
        WorldEvent::Booted { node, again: true } => Sentence::new(format!("{node} 重启"), "，从磁盘恢复状态。"),
        WorldEvent::Sent { from, to, message } => {
            Sentence::new(format!("{from} 向 {to} 发送"), format!("：{message}。"))
        }
        WorldEvent::Lost { from, to, message, reason } => lost(from, to, message, reason),
        WorldEvent::Duplicated { from, to } => {
            Sentence::new(format!("{from} 发给 {to} 的一条消息被重复发送"), "，两份都在途中。")
        }
        WorldEvent::Delivered { from, to, message } => {
            Sentence::new(format!("{to} 收到 {from} 的消息"), format!("：{message}。"))
        }
        WorldEvent::Queued { from, to } => {
            Sentence::new(format!("{from} 的消息在 {to} 处排队"), format!("，因为 {to} 已暂停。"))
        }
        WorldEvent::Delayed { from, to } => Sentence::new(format!("你延迟了 {from} 发给 {to} 的消息"), "。"),
        WorldEvent::Held { from, to } => Sentence::new(format!("你扣留了 {from} 发给 {to} 的消息"), "，直到你放行。"),
        WorldEvent::Released { from, to } => Sentence::new(format!("你放行了 {from} 发给 {to} 的消息"), "。"),
        WorldEvent::Fired { node, timer } => Sentence::new(format!("{node} 的定时器到期"), format!("：{timer}。")),
        WorldEvent::Synced { node } => Sentence::new(format!("{node} 完成落盘"), "，等待落盘的消息现在可以发出。"),
        WorldEvent::Invoked { client, request } => {
            Sentence::new(format!("{client} 发出请求"), format!("：{request}。"))
        }
        WorldEvent::Retried { client, attempt } => {
            Sentence::new(format!("{client} 再次请求"), format!("（第 {} 次），因为没有得到有用的答复。", attempt + 1))
        }
        WorldEvent::Returned { client, request, response, refused } => {
            let verb = if refused { "被拒绝" } else { "得到答复" };
            Sentence::new(format!("{client} {verb}"), format!("（请求“{request}”）：{response}。"))
        }
        WorldEvent::Crashed { node, lost: 0 } => {
            Sentence::new(format!("{node} 崩溃"), "。写过的内容都在磁盘上，内存中的内容丢失。")
        }
        WorldEvent::Crashed { node, lost } => {
            Sentence::new(format!("{node} 崩溃"), format!("。{lost} 次尚未落盘的写入连同内存一起丢失。"))
        }
        WorldEvent::Paused { node } => {
            Sentence::new(format!("{node} 暂停"), "：不再发出任何消息，到达的消息排队等待。")
        }
        WorldEvent::Resumed { node } => {
            Sentence::new(format!("{node} 继续运行"), "：过期的定时器先触发，然后处理排队的消息。")
        }
        WorldEvent::Slowed { node, percent: 100 } => Sentence::new(format!("{node} 恢复正常速度"), "。"),
        WorldEvent::Slowed { node, percent } => {
            Sentence::new(format!("{node} 变慢"), format!("：磁盘和链路耗时为平时的 {percent}%。"))
        }
        WorldEvent::Cut { from, to } => {
            Sentence::new(format!("从 {from} 到 {to} 的链路被切断"), "，链路上的消息丢失。")
        }
        WorldEvent::Healed { from, to } => Sentence::new(format!("从 {from} 到 {to} 的链路恢复"), "。"),
        WorldEvent::Skewed { node, ppm: 0 } => Sentence::new(format!("{node} 的时钟恢复准确"), "。"),
        WorldEvent::Skewed { node, ppm } => {
            let way = if ppm > 0 { "走快" } else { "走慢" };
            Sentence::new(format!("{node} 的时钟{way}"), format!("，漂移 {}。", percent(ppm.unsigned_abs())))
        }
        WorldEvent::Corrupted { node, area, at } => {
            Sentence::new(format!("{node} 的磁盘出现数据损坏"), format!("：{area}中的第 {at} 条记录与校验和不符。"))
        }
        WorldEvent::Torn { node, area } => {
            Sentence::new(format!("{node} 断电"), format!("，当时正在写入{area}：该记录只写到一半。"))
        }
        WorldEvent::Wiped { node } => Sentence::new(format!("{node} 的磁盘被换成空盘"), "。"),
        WorldEvent::Set(ref dial) => Sentence::new("你更改了设置", format!("：{}。", self::dial(dial))),
        WorldEvent::Broken { invariant } => Sentence::new(format!("被违反：{invariant}"), "。"),
        WorldEvent::Reached { invariant } => Sentence::new(format!("已出现：{invariant}"), "。"),
        WorldEvent::Void(void) => Sentence::new("什么也没有发生", format!("：{}。", self::void(void))),
    }
}

fn lost(from: &str, to: &str, message: &str, reason: LossReason) -> Sentence {
    let why = match reason {
        LossReason::Network => "网络丢包".into(),
        LossReason::Cut => "链路已切断".into(),
        LossReason::Dropped => "被你丢弃".into(),
        LossReason::Down => format!("{to} 已宕机"),
    };
    Sentence::new(format!("{from} 发给 {to} 的消息丢失"), format!("：{why}（{message}）。"))
}

fn dial(dial: &Dial<'_>) -> String {
    match *dial {
        Dial::LossPpm(ppm) => format!("丢包率设为 {}", percent(ppm)),
        Dial::DuplicationPpm(ppm) => format!("重复率设为 {}", percent(ppm)),
        Dial::Latency { min, max } => format!("延迟设为 {min}–{max}"),
        Dial::Stepwise(true) => "只执行指定的步骤".into(),
        Dial::Stepwise(false) => "恢复自行运转".into(),
        Dial::InOrder(true) => "链路设为保持顺序".into(),
        Dial::InOrder(false) => "链路设为允许乱序".into(),
        Dial::SyncTime { min, max } => format!("落盘时间设为 {min}–{max}"),
        Dial::Clients(clients) => format!("客户端数量设为 {clients}"),
        Dial::Think { min, max } => format!("请求间隔设为 {min}–{max}"),
        Dial::ReadsPpm(ppm) => format!("读请求比例设为 {}", percent(ppm)),
        Dial::Keys(keys) => format!("键的数量设为 {keys}"),
        Dial::Retry(span) => format!("客户端的等待时限设为 {span}"),
        Dial::Config { name, value } => format!("{name}设为 {value}"),
        Dial::Rule { name, on: true } => format!("规则“{name}”打开"),
        Dial::Rule { name, on: false } => format!("规则“{name}”关闭"),
    }
}

fn void(void: Void) -> &'static str {
    match void {
        Void::NoSuchPacket => "该消息已不在途中",
        Void::NoSuchNode => "没有这个节点",
        Void::NoSuchClient => "没有这个客户端",
        Void::NoSuchArea => "磁盘没有这个区域",
        Void::NoSuchRecord => "没有这条记录",
        Void::NotArmed => "该定时器没有在运行",
        Void::NothingToSync => "没有需要落盘的内容",
        Void::NothingBeingWritten => "那里没有正在进行的写入",
        Void::NodeIsDown => "该节点已宕机",
        Void::NodeIsUp => "该节点正在运行",
        Void::NodeIsPaused => "该节点已暂停",
        Void::NodeIsNotPaused => "该节点没有暂停",
        Void::NotHeld => "该消息没有被扣留",
        Void::AlreadySo => "已经是这样",
        Void::NothingOutstanding => "该客户端没有在等待",
        Void::QueueIsFull => "排队的请求太多",
        Void::OutOfRange => "数值超出范围",
    }
}

/// The verbs of scenario text.
pub(super) fn verb(verb: &str) -> &str {
    match verb {
        "crash" => "崩溃",
        "restart" => "重启",
        "pause" => "暂停",
        "resume" => "继续运行",
        "wipe" => "清空磁盘",
        "isolate" => "隔离",
        "partition" => "分区",
        "cut" => "切断",
        "heal" => "恢复",
        "drop" => "丢弃",
        "duplicate" => "重复",
        "delay" => "延迟",
        "hold" => "扣留",
        "release" => "放行",
        "deliver" => "送达",
        "slow" => "变慢",
        "skew" => "时钟漂移",
        "corrupt" => "损坏",
        "tear" => "写到一半断电",
        "fire" => "触发",
        "flush" => "落盘",
        "request" => "请求",
        "retry" => "重试",
        "set" => "设置",
        other => other,
    }
}
