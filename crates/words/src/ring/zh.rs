//! The ring store in Simplified Chinese.

use super::{letter, letters, version};
use crate::{Named, RuleWords, Sentence};
use alloc::format;
use alloc::string::String;
use faultlab_core::hashing::ring::{
    Body, Change, Event, Membership, Message, Outcome, Record, Request, Response, RingStore, Rule, Timer, Via,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, RequestId, Setup};

pub(super) const SUMMARY: &str = "键和节点位于同一个环上，从键的位置顺时针遇到的节点保存它的副本：节点加入或离开时，只有它自己那些弧段上的键会移动。\
    任意 W − 1 块磁盘丢失后，已确认的写入仍然存在；若 R + W > N，读取不会漏掉在它发出之前已确认的写入。\
    读取可能返回尚未确认的写入，之后的读取又可能看不到它；客户端重试的写入可能生效两次：因此历史不一定是线性一致的。";

fn set(nodes: NodeSet) -> String {
    letters(nodes, "、", " 和 ")
}

pub(super) fn event(setup: &Setup<RingStore>, node: NodeId, event: &Event) -> Sentence {
    let who = letter(node);
    match event {
        Event::Started { .. }
        | Event::Suspected { .. }
        | Event::RecallStarted
        | Event::RecallFinished { .. }
        | Event::EpochIssued { .. }
        | Event::EpochSettled { .. }
        | Event::EpochEntered { .. } => epoch_event(&who, event),
        Event::WriteStarted { .. }
        | Event::TooFewOwners { .. }
        | Event::CopyStored { .. }
        | Event::OldEpochRefused { .. }
        | Event::Acknowledged { .. }
        | Event::ReadReturned { .. }
        | Event::ReadRepaired { .. }
        | Event::Redirected { .. } => client_event(setup, &who, event),
        Event::TransferStarted { .. }
        | Event::TransferFinished { .. }
        | Event::Dropped { .. }
        | Event::HandedOff { .. } => transfer_event(setup, &who, event),
    }
}

fn issued(who: &str, view: &Membership, change: &Change) -> Sentence {
    let epoch = view.epoch;
    match change {
        Change::Join(node) => Sentence::new(
            format!("{} 在纪元 {epoch} 加入。", letter(*node)),
            "它的点切分了其他节点的弧段：切出部分的键移到它那里，其他键都不动。",
        ),
        Change::Leave(node) => Sentence::new(
            format!("{} 在纪元 {epoch} 离开。", letter(*node)),
            "它的每段弧都归顺时针方向的下一个节点；在新的所有者拿到之前，它仍保留自己的键。",
        ),
        Change::Evict(node) => Sentence::new(
            format!("{who} 在纪元 {epoch} 移除 {}。", letter(*node)),
            format!("{} 的每段弧都归顺时针方向的下一个节点；重新复制完成之前，它的键都少一份副本。", letter(*node)),
        ),
        Change::Rejoin(node) => Sentence::new(
            format!("{} 在纪元 {epoch} 回来了。", letter(*node)),
            "它曾因没有音讯而被移除，现在又有了消息：它拿回自己的弧段，以及其间写入的内容。",
        ),
    }
}

fn epoch_event(who: &str, event: &Event) -> Sentence {
    match event {
        Event::Started { view, keys: 0, unreadable: 0, .. } => {
            Sentence::new(format!("{who} 启动"), format!("，磁盘为空，处于纪元 {}。", view.epoch))
        }
        Event::Started { view, keys, unreadable, .. } => {
            let damage = match unreadable {
                0 => String::new(),
                number => format!("有 {number} 条记录无法读取，已跳过：写到一半就断电的记录从未向任何人作过承诺。"),
            };
            Sentence::new(format!("{who} 启动"), format!("，从磁盘读回 {keys} 个键，处于纪元 {}。{damage}", view.epoch))
        }
        Event::Suspected { node } => Sentence::new(
            format!("{who} 怀疑 {} 已失效：", letter(*node)),
            "在检测时限内没有收到心跳。它究竟是宕机、断网还是变慢，从这里无法分辨。",
        ),
        Event::RecallStarted => Sentence::new(
            format!("{who} 询问自己曾保存过什么。"),
            "它的磁盘丢失了，它向别人确认过的内容也随之丢失。在问清楚之前，它不参与任何读写。",
        ),
        Event::RecallFinished { heard, keys } => Sentence::new(
            format!("{who} 重新参与读写"),
            format!("，持有 {keys} 个键：{} 已把各自持有的、归它的键全都告诉了它。", set(*heard)),
        ),
        Event::EpochIssued { view, change } => issued(who, view, change),
        Event::EpochSettled { view } => Sentence::new(
            format!("纪元 {} 已就绪：", view.epoch),
            "每个键都到了新的所有者那里，不必再询问从前的所有者。",
        ),
        Event::EpochEntered { view, foreign: 0, .. } => {
            Sentence::new(format!("{who} 进入纪元 {}", view.epoch), "，手中的键仍然全都归它所有。")
        }
        Event::EpochEntered { view, foreign, .. } => Sentence::new(
            format!("{who} 进入纪元 {}", view.epoch),
            format!("，有 {foreign} 个键要移交，因为它们现在归其他节点所有。"),
        ),
        _ => Sentence::default(),
    }
}

fn client_event(setup: &Setup<RingStore>, who: &str, event: &Event) -> Sentence {
    let w = setup.config.write_quorum.min(setup.config.copies);
    match event {
        Event::TooFewOwners { client, key, owners, quorum } => Sentence::new(
            format!("{who} 拒绝 {client} 对 {key} 的请求："),
            format!("它需要 {quorum} 个所有者，而这个键只有 {owners} 个。成员这么少，谁也无法完成它。"),
        ),
        Event::WriteStarted { id: RequestId { client, .. }, key, version: written } => Sentence::new(
            format!("{who} 为 {client} 协调对 {key} 的写入"),
            format!("，版本 {}：发给这个键的全部所有者，其中有 {w} 块磁盘写好就够了。", version(*written)),
        ),
        Event::CopyStored { key, item, .. } if !setup.on(Rule::SyncBeforeAck) => Sentence::new(
            format!("{who} 的内存里有了 {key}={}，版本 {}", item.value, version(item.version)),
            "，还没有落盘就作了答复。",
        ),
        Event::CopyStored { key, item, via, .. } => {
            let why = match via {
                Via::Write => "，因此可以告诉协调者。",
                Via::Transfer => "：这份副本来自另一个持有者。",
            };
            Sentence::new(format!("{who} 的磁盘上有了 {key}={}，版本 {}", item.value, version(item.version)), why)
        }
        Event::OldEpochRefused { from, theirs, ours } if theirs == ours => Sentence::new(
            format!("{who} 拒绝了 {} 的请求：", letter(*from)),
            format!("双方都处于纪元 {ours}，但 {who} 并不拥有这个键。它们对谁拥有什么看法不一。"),
        ),
        Event::OldEpochRefused { from, theirs, ours } => Sentence::new(
            format!("{who} 拒绝了 {} 的请求：", letter(*from)),
            format!(
                "{} 还处于纪元 {theirs}，而它已被纪元 {ours} 取代。按旧规则写下的副本，别人会到别处去找。",
                letter(*from)
            ),
        ),
        Event::Acknowledged { id: RequestId { client, .. }, key, version: written, copies }
            if !setup.on(Rule::SyncBeforeAck) =>
        {
            Sentence::new(
                format!("对 {key} 的写入已向 {client} 确认"),
                format!("，版本 {}：{} 收下了它，也许只在内存里。", version(*written), set(*copies)),
            )
        }
        Event::Acknowledged { id: RequestId { client, .. }, key, version: written, copies } => Sentence::new(
            format!("对 {key} 的写入已向 {client} 确认"),
            format!("，版本 {}：它或更新的版本在 {} 的磁盘上。", version(*written), set(*copies)),
        ),
        Event::ReadReturned { id: RequestId { client, .. }, key, version: None, answers } => {
            Sentence::new(format!("{client} 读取 {key}："), format!("{} 都没有这个键。", set(*answers)))
        }
        Event::ReadReturned { id: RequestId { client, .. }, key, version: Some(found), answers } => Sentence::new(
            format!("{client} 读取 {key}："),
            format!("版本 {}，是 {} 所持有的最新版本。", version(*found), set(*answers)),
        ),
        Event::ReadRepaired { key, version: newest, node } => Sentence::new(
            format!("{who} 修复 {} 上的 {key}：", letter(*node)),
            format!("那里的副本过旧或缺失，而这次读取刚刚见到版本 {}。", version(*newest)),
        ),
        Event::Redirected { client, key, epoch } => Sentence::new(
            format!("{client} 为 {key} 问错了节点。"),
            format!("在纪元 {epoch}，{who} 不拥有这个键；客户端依据的是另一个纪元，它会得到这个纪元来重新找路。"),
        ),
        _ => Sentence::default(),
    }
}

fn transfer_event(setup: &Setup<RingStore>, who: &str, event: &Event) -> Sentence {
    match event {
        Event::TransferStarted { to, keys, moving: 0, .. } => Sentence::new(
            format!("{who} 向 {} 复制 {keys} 个键", letter(*to)),
            "，对方同样拥有这些键，却没有副本。这是重新复制：这里的副本保留。",
        ),
        Event::TransferStarted { to, keys, moving, .. } => Sentence::new(
            format!("{who} 向 {} 移交 {keys} 个键", letter(*to)),
            format!("，它们现在归对方所有。其中 {moving} 个已不属于 {who}，要等这个纪元的所有键都到位，它才会忘掉。"),
        ),
        Event::TransferFinished { to, keys, .. } => {
            Sentence::new(format!("{} 的磁盘上有了 {keys} 个键", letter(*to)), format!("，由 {who} 发来。"))
        }
        Event::Dropped { key, .. } if !setup.on(Rule::TransferBeforeDrop) => Sentence::new(
            format!("{who} 忘掉 {key}："),
            "新纪元把它归给了别人，而没有这条规则，谁也不问对方是否已经拿到。",
        ),
        Event::Dropped { key, .. } => Sentence::new(
            format!("{who} 忘掉 {key}："),
            "它已不归自己所有，每个所有者的磁盘上都有副本，而且这个纪元已经就绪。",
        ),
        Event::HandedOff { epoch } => {
            Sentence::new(format!("{who} 在纪元 {epoch} 已没有要移交的键"), "：其他所有者都确认了各自的副本。")
        }
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    let epoch = message.view.epoch;
    match &message.body {
        Body::Heartbeat { .. } => format!("在线，纪元 {epoch}"),
        Body::Publish => format!("纪元 {epoch}"),
        Body::Recall { .. } => "我曾保存什么？".into(),
        Body::Recalled { items, .. } => format!("纪元 {epoch}，你的 {} 个键", items.len()),
        Body::Write { key, item, .. } => format!("写 {key}={} v{}", item.value, version(item.version)),
        Body::Stored { key, .. } => format!("{key} 已落盘"),
        Body::Read { key, .. } => format!("读 {key}"),
        Body::Found { key, item: Some(item), .. } => format!("{key}={} v{}", item.value, version(item.version)),
        Body::Found { key, item: None, .. } => format!("{key}：没有"),
        Body::OldEpoch => format!("拒绝：纪元 {epoch}"),
        Body::Offer { versions } => format!("我有 {} 个键", versions.len()),
        Body::Compared { want, .. } if !want.is_empty() => format!("请发 {} 个键", want.len()),
        Body::Compared { stored, .. } if *stored > 0 => format!("{stored} 个键已落盘"),
        Body::Compared { .. } => "我都有了".into(),
        Body::Transfer { items } => format!("给你 {} 个键", items.len()),
    }
}

pub(super) fn request(request: &Request) -> String {
    match request {
        Request::Put { key, value } => format!("写 {key}={value}"),
        Request::Get { key } => format!("读 {key}"),
        Request::Join { node } => format!("让 {} 加入", letter(*node)),
        Request::Leave { node } => format!("让 {} 离开", letter(*node)),
    }
}

pub(super) fn response(response: &Response) -> String {
    let epoch = response.view.epoch;
    match response.outcome {
        Outcome::Stored { version: written } => format!("已写入，v{}", version(written)),
        Outcome::Found { item } => format!("{}（v{}）", item.value, version(item.version)),
        Outcome::Absent => "没有这个键".into(),
        Outcome::NotMine => format!("在纪元 {epoch} 不归我"),
        Outcome::Changed => format!("完成，纪元 {epoch}"),
        Outcome::Busy => "现在不行".into(),
        Outcome::Refused => "拒绝".into(),
        Outcome::TooFew { owners, quorum } => format!("拒绝：需要 {quorum} 个所有者，只有 {owners} 个"),
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Put { key, item } => format!("{key}={} v{}", item.value, version(item.version)),
        Record::Drop { key } => format!("{key} 已移交"),
        Record::Whole => "丢失的磁盘上的内容已齐全".into(),
        Record::Membership(view) if view.is_settled() => format!("纪元 {}：{}", view.epoch, set(view.members)),
        Record::Membership(view) => format!("纪元 {}：{}，移动中", view.epoch, set(view.members)),
    }
}

pub(super) fn timer(timer: Timer) -> String {
    match timer {
        Timer::Heartbeat => "心跳".into(),
        Timer::Exchange => "比对副本".into(),
        Timer::Silence(node) => format!("{} 没有音讯", letter(node)),
        Timer::Recall => "再次询问曾保存什么".into(),
    }
}

pub(super) fn rule(slug: &str) -> Option<RuleWords> {
    let (name, without) = match slug {
        "distinct_physical_successors" => (
            "副本放在不同的节点上",
            "环上接下来的 N 个点可能属于同一个节点。于是三份副本中有两份在同一块磁盘上，写入却把它们算作两份。",
        ),
        "transfer_before_drop" => (
            "所有者都拿到之后才丢弃键",
            "新纪元一说某个键归别人，节点就立刻忘掉它。如果移交还没有完成，最后几份副本也随之消失。",
        ),
        "ack_after_w" => {
            ("W 块磁盘写好之后才确认", "协调者自己的磁盘一写好就答复。丢了这一块磁盘，已确认的写入就没有了。")
        }
        "reject_old_epoch" => {
            ("拒绝旧纪元的请求", "错过变更的协调者继续向从前的所有者写入。它们收下副本，读者却到别处去找。")
        }
        "keep_newest" => {
            ("保留较新的版本", "后到的副本获胜。于是旧写入的一份迟到的重复消息，会盖掉已经确认的较新写入。")
        }
        "sync_before_ack" => ("先落盘再确认", "副本还只在内存里就被确认。断电会带走客户端以为安全的写入。"),
        "joint_quorums" => (
            "键移动期间也写到从前的所有者",
            "进入新纪元后，写入只询问新的所有者。其中有些还没有拿到这个键，于是写入得到的版本低于先前已确认的写入，最后被那个更旧的写入盖掉。",
        ),
        "ask_versions" => (
            "写入之前先询问最新的版本",
            "协调者按自己的副本给写入编号。如果这份副本已经落后，已确认的写入得到的版本就比更旧的写入还低，会被它盖掉。",
        ),
        "version_by_request" => (
            "用请求来区分版本",
            "计数相同时，用协调者的名字区分版本。如果协调者忘了自己给出的编号，而另一个节点记着，它就会再给一次：一个版本有两个值，副本永远不同。",
        ),
        "recall_lost_disk" => (
            "磁盘丢失后先问清楚再参与读写",
            "换上空磁盘的节点回答说自己什么也没有。包含它的法定数就不再与已确认的写入相交。",
        ),
        "resume_on_settle" => (
            "纪元就绪时重新开始等待中的请求",
            "等待从前所有者答复的请求，在纪元就绪之后仍然等着，虽然已没有谁需要那个答复。没有什么会唤醒它。",
        ),
        "common_seed" => (
            "使用共同的哈希种子",
            "每个进程各自选取哈希种子，就像 Python 的字符串哈希那样。没有两个节点对键归谁所有看法一致。",
        ),
        "ring_placement" => {
            ("用环来放置键", "键归哈希值对节点数取模所得的节点。多一个节点，几乎所有的键都要换所有者。")
        }
        "virtual_nodes" => {
            ("每个节点在环上有许多点", "每个节点只有一个点时，弧段长短悬殊，而且失效节点的键全部落到同一个邻居身上。")
        }
        _ => return None,
    };
    Some(RuleWords { name, without })
}

pub(super) fn invariant(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "durability" => ("持久性", "已确认的写入，或同一个键的更新版本，在任意 W − 1 块磁盘丢失后仍然存在。"),
        "write_order" => {
            ("写入次序", "写入得到的版本，大于在它发出之前已确认的、对同一个键的每个写入。否则更旧的写入会盖掉它。")
        }
        "one_value" => ("一个版本一个值", "同一个版本的所有副本都是同一个值。"),
        "regular_reads" => ("正则读取", "若 R + W > N，读取返回它发出时已确认的最新值，或更新的值。"),
        "epoch_agreement" => ("纪元一致", "同一个纪元在每个节点上都给每个键同样的所有者。"),
        "monotonicity" => ("单调性", "成员变更时，键只会从离开的节点移走，或移到新来的节点。"),
        "spread" => (
            "散布",
            "节点只接受在自己所处的纪元里归它所有的键的写入，键移动期间也接受从前归它的键，因此无论有多少种成员视图，一个键都只在少数地方。",
        ),
        "full_replication" => {
            ("副本齐全", "最后一次故障之后过一段时间，每个在运行的所有者又都持有归它的每个已确认的键。")
        }
        "removal" => (
            "移除失效节点",
            "最后一次故障之后过一段时间，成员中没有失效的节点，除非剩下的会少于 N 个，或者管理者本身宕机。",
        ),
        "progress" => ("有进展", "最后一次故障之后过一段时间，每个请求都得到答复，每次成员变更都已就绪。"),
        "balance" => ("均衡", "没有哪个节点拥有的键比平均值多出太多：一百万个环中只有一个会超出这个界限。"),
        "load" => {
            ("失效后的负载", "失效节点的键由其他节点分担：一百万个环中只有一个，会有某个节点承接得超出这个界限。")
        }
        "keys_moved" => {
            ("最小扰动", "一个节点加入时，大约 n + 1 个键中有一个换所有者：一百万个环中只有一个会超出这个界限。")
        }
        "acknowledges" => ("写入成功", "有写入得到确认。"),
        "hands_off" => ("键得到移交", "有从前的所有者在移交之后忘掉了键。"),
        "replicates_again" => ("副本得到传送", "有向另一个所有者的传送完成了。"),
        "settles" => ("变更就绪", "有成员变更完成，每个键都到位。"),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn field(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "members" => ("最初的成员数", "起初有多少个节点在环上。其余的是可以加入的备用节点。"),
        "copies" => ("N，副本数", "每个键由多少个不同的节点保存。"),
        "read_quorum" => ("R，读法定数", "读取等待多少个答复。若 R + W > N，读取总会遇到每个已确认的写入。"),
        "write_quorum" => (
            "W，写法定数",
            "写入等待多少块磁盘。此后丢失其中 W − 1 块，它仍然存在。写入之前先向 N − W + 1 个所有者询问最新的版本。",
        ),
        "virtual_nodes" => ("虚拟节点数", "每个节点在环上有多少个点。点越多，弧段越均匀。"),
        "hash" => ("哈希函数", "键和点如何找到位置。FNV-1a 末尾混合较少，这会在负载上显出来。"),
        "hash_seed" => ("哈希种子", "换一个种子，就是另一个环。"),
        "heartbeat_interval" => ("心跳间隔", "节点每隔多久告诉管理者自己还在线。"),
        "detection_timeout" => {
            ("检测时限", "管理者等不到心跳多久之后移除节点。时限短，很快发现失效的节点，也会把变慢的当作失效。")
        }
        "exchange_interval" => ("比对间隔", "节点每隔多久与其他所有者比对副本。"),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "view" => "成员表",
        "items" => "副本",
        "operations" => "进行中的请求",
        "foreign" => "待移交的键",
        "compared" => "副本齐全的所有者",
        "handed_off" => "已全部移交",
        "recall" => "对丢失的磁盘知道多少",
        "administrator" => "管理者",
        _ => return None,
    })
}
