//! Names and meanings of Raft's rules, invariants and fields in Simplified Chinese.

use crate::{Named, RuleWords};

fn of(name: &'static str, without: &'static str) -> Option<RuleWords> {
    Some(RuleWords { name, without })
}

fn named(name: &'static str, meaning: &'static str) -> Option<Named> {
    Some(Named { name, meaning })
}

pub(in crate::raft) fn rule(slug: &str) -> Option<RuleWords> {
    match slug {
        "persist_term" => of(
            "先写下任期，再按新任期行事",
            "重启后服务器回到旧任期：可能在同一任期投两次票，也可能追随早已下台的领导者。",
        ),
        "persist_vote" => {
            of("先写下投票，再投出去", "服务器重启后忘了自己投过票，在同一任期又投一次：一个任期出现两位领导者。")
        }
        "sync_log_before_ack" => {
            of("日志落盘之后才确认", "宕机会丢掉领导者已经计数的条目，已提交的条目可能从多数派中消失。")
        }
        "commit_only_current_term" => {
            of("只有本任期的条目才靠计数提交", "旧任期的条目即使已在多数派上，仍可能被覆盖，却被当作已提交：论文图 8。")
        }
        "vote_only_up_to_date" => {
            of("只投票给日志足够新的候选人", "缺少已提交条目的服务器也能当选，并把这些条目覆盖掉。")
        }
        "majority_quorum" => of("法定人数必须过半", "偶数台服务器时，两个一半各自决定：一个任期出现两位领导者。"),
        "check_previous_entry" => {
            of("先核对前一条目，再追加", "缺少条目的追随者越过空缺追加，它的日志不再与领导者一致。")
        }
        "truncate_only_on_conflict" => of("只在冲突处删除条目", "一条迟到的、较短的追加消息会截掉后来已经确认的条目。"),
        "pre_vote" => {
            of("先询问，再增大任期", "曾被隔开或已被移除的服务器带着更大的任期回来，把没有过错的领导者赶下台。")
        }
        "leader_stickiness" => {
            of("还听得到领导者时不投票", "谁带着更大的任期来请求投票，领导者就得下台，哪怕对方早已被移除：反复不断。")
        }
        "check_quorum" => {
            of("失去多数派的领导者主动下台", "只能发、不能收的领导者会让追随者一直安静等待，什么也提交不了。")
        }
        "read_index_confirms" => {
            of("回答读请求之前先确认自己仍是领导者", "已经下台而不自知的领导者用旧状态回答读请求。")
        }
        "lease_bounded" => of("租约到期即失效", "别人已经当选，旧领导者还相信过期的租约，用旧状态回答读请求。"),
        "read_after_own_commit" => {
            of("先提交本任期的条目，再回答读请求", "新领导者还不知道哪些条目已经提交，会用旧状态回答读请求。")
        }
        "no_config_before_commit" => of(
            "先提交本任期的条目，再变更成员",
            "前后两位领导者从同一份旧配置各改一次，两份新配置的多数派可能没有共同的服务器。",
        ),
        "one_server_at_a_time" => {
            of("一次只变更一台服务器", "新旧配置的多数派不一定有共同的服务器：可能同时出现两位领导者。")
        }
        "one_change_at_a_time" => {
            of("一次只进行一项成员变更", "未提交的变更越积越多，合起来跨度太大，多数派可能没有共同的服务器。")
        }
        "snapshot_only_forward" => {
            of("不安装比已应用状态更旧的快照", "迟到的旧快照让服务器退回到它已经确认过的条目之前。")
        }
        "snapshot_keeps_configuration" => {
            of("快照里保存配置", "从快照重启的服务器退回最初的配置，按早已不存在的成员来数多数派。")
        }
        "deduplicate" => of("每个请求只执行一次", "回答丢失后客户端重试，它的命令就被执行两次。"),
        "bounded_catch_up" => of(
            "放弃赶不上进度的新服务器",
            "等待一台已宕机或太慢的服务器赶上进度永远没有结果：操作员得不到回答，别的服务器也无法加入。",
        ),
        _ => None,
    }
}

pub(in crate::raft) fn invariant(slug: &str) -> Option<Named> {
    match slug {
        "election_safety" => named("选举安全性（Election Safety）", "一个任期最多选出一位领导者。"),
        "leader_append_only" => {
            named("领导者只追加（Leader Append-Only）", "领导者从不覆盖或删除自己日志里的条目，只追加。")
        }
        "log_matching" => named(
            "日志匹配（Log Matching）",
            "如果两份日志在同一索引处的条目任期相同，那么到这一条为止的全部内容都相同。",
        ),
        "leader_completeness" => {
            named("领导者完整性（Leader Completeness）", "在某个任期提交的条目，一定在以后各任期领导者的日志里。")
        }
        "state_machine_safety" => named(
            "状态机安全性（State Machine Safety）",
            "某台服务器在某个索引应用了一个条目，就没有别的服务器在那里应用不同的条目。",
        ),
        "exactly_once" => named("恰好一次", "客户端的一条命令无论请求多少次，只生效一次。"),
        "read_freshness" => named("读到的值够新", "读请求发出之前已经回答过的内容，读到的值至少和它一样新。"),
        "monotonic_term" => named("任期只增不减", "服务器的任期从不变小，宕机也不例外。"),
        "monotonic_commit_index" => named("提交索引只增不减", "运行中的服务器，状态机从不倒退。"),
        "one_vote_per_term" => named("每任期一票", "一台服务器在一个任期最多投票给一位候选人。"),
        "leader_elected" => named("选出了领导者", "只要在运行中出现过一次，就算达到。"),
        "entry_committed" => named("提交了条目", "只要在运行中出现过一次，就算达到。"),
        "log_repaired" => named("修复了日志", "有追随者删除了与领导者冲突的条目。"),
        "snapshot_taken" => named("生成了快照", "只要在运行中出现过一次，就算达到。"),
        "snapshot_installed" => named("安装了快照", "有追随者靠领导者的快照赶上了进度。"),
        "configuration_changed" => named("变更了成员", "有新的配置已经提交。"),
        "leadership_transferred" => named("移交了领导权", "有服务器应领导者的要求参选。"),
        "retry_deduplicated" => named("识别了重试", "重复的命令得到了回答，但没有再次执行。"),
        "read_served" => named("回答了读请求", "只要在运行中出现过一次，就算达到。"),
        "undisturbed_leader" => named(
            "领导者不受打扰",
            "多数派还听得到的领导者，只会因这样的任期下台：有多数派表示愿意在其中投票给某台服务器，或者是领导者自己让给别人的。",
        ),
        "leader_has_quorum" => {
            named("领导者拥有多数派", "按自己的时钟，整整一个选举超时没有得到多数派回应的领导者，不会继续当领导者。")
        }
        "join_ends" => named("加入有始有终", "新服务器没有及时赶上进度时，领导者不会一直等下去。"),
        "progress" => named("进展", "故障过去、多数派在线之后，会有领导者，每个请求都会及时得到回答。"),
        _ => None,
    }
}

pub(in crate::raft) fn field(slug: &str) -> Option<Named> {
    match slug {
        "voters" => named("开始时的投票成员数", "其余服务器等待被要求加入。"),
        "election_timeout_min" => named("选举超时下限", "服务器至少等待领导者这么久。它应当远大于一条消息的传输时间。"),
        "election_timeout_max" => named("选举超时上限", "每次等待都在上下限之间随机取值，使几台服务器很少同时参选。"),
        "heartbeat_interval" => named("心跳间隔", "领导者每隔这么久告诉追随者自己还在。"),
        "read_mode" => named("读的方式", "每次读用一轮心跳确认，或者凭以前的心跳赢得的租约。"),
        "lease" => {
            named("租约", "一轮心跳之后，领导者可以凭它回答读请求这么久。即使时钟有偏差，它也必须短于选举超时下限。")
        }
        "snapshot_every" => named("生成快照的间隔", "每应用这么多条目生成一次；0 表示从不生成。"),
        "snapshot_trailing" => named("快照之后保留的条目数", "供稍稍落后的追随者使用。"),
        "batch" => named("一条消息里的条目数", "最多这么多。"),
        "window" => named("途中的条目数", "对一个追随者，未得到回答的条目最多这么多。"),
        _ => None,
    }
}

/// The log, the state machine and the followers' progress have a panel of their own; the inspector leaves them out.
pub(in crate::raft) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "term" => "任期",
        "voted_for" => "票投给",
        "role" => "角色",
        "Follower" => "追随者",
        "PreCandidate" => "预候选者",
        "Candidate" => "候选者",
        "Leader" => "领导者",
        "leader" => "领导者",
        "hears_leader" => "听得到领导者",
        "commit" => "已提交并应用到",
        "granted" => "得票",
        "refused" => "被拒",
        "round" => "轮次",
        "contacted" => "有回音者",
        "reads" => "等待中的读",
        "joining" => "正在赶进度者",
        "goal" => "本轮要存到",
        "rounds_left" => "剩余轮数",
        "checks" => "本轮检查次数",
        "transfer" => "移交对象",
        _ => return None,
    })
}
