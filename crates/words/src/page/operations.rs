//! Words of the clients' operations over the space-time diagram.

use alloc::format;
use alloc::string::String;
use faultlab_core::Datum;

use crate::Lang;
use crate::say::zh;

/// What is said of what the clients saw.
#[derive(Debug)]
pub struct OperationsWords {
    /// Shows and hides the picture.
    pub title: &'static str,
    pub show: &'static str,
    pub all_keys: &'static str,
    pub key: &'static str,
    /// Before what an operation is to the finding.
    pub colon: &'static str,
    /// Between operations that are listed.
    pub and: &'static str,
    pub contradicts: &'static str,
    pub explains: &'static str,
    /// When.
    pub takes_effect: fn(&str) -> String,
    pub needs_none: &'static str,
    pub judging: &'static str,
    pub nothing: &'static str,
    pub ordered: &'static str,
    pub cut_off: &'static str,
    pub too_many: fn(usize) -> String,
    /// The key, and the operations.
    pub contradiction: fn(&Datum, &str) -> String,
    /// The protocol.
    pub no_promise: fn(&str) -> String,
    pub list: &'static str,
    pub list_about: &'static str,
}

pub fn operations_words(lang: Lang) -> &'static OperationsWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

static EN: OperationsWords = OperationsWords {
    title: "operations",
    show: "What the clients saw, and the points at which it can have taken effect",
    all_keys: "all keys",
    key: "Key",
    colon: ": ",
    and: "; ",
    contradicts: "contradicts the others that are marked",
    explains: "wrote what is read there",
    takes_effect: |moment| format!("can have taken effect at {moment}"),
    needs_none: "need not have taken effect",
    judging: "Judging what the clients saw…",
    nothing: "Linearizable so far: no client has asked anything yet.",
    ordered: "Linearizable so far: one copy could have answered like this, each operation at its point.",
    cut_off: "Whether this is linearizable takes too long to find out here; faultlab check-history has more patience.",
    too_many: |most| format!("More than {most} operations are not judged here; faultlab check-history judges them."),
    contradiction: |key, operations| match key {
        Datum::Nil => format!("Not linearizable. No order fits these: {operations}."),
        key => format!("Not linearizable. For the key {key} no order fits these: {operations}."),
    },
    no_promise: |protocol| format!("{protocol} does not promise it. "),
    list: "The operations in words",
    list_about: "Those around the present moment, and those that contradict each other.",
};

static ZH: OperationsWords = OperationsWords {
    title: "客户端操作",
    show: "客户端看到了什么，以及每个操作可能生效的时刻",
    all_keys: "所有键",
    key: "键",
    colon: "：",
    and: "；",
    contradicts: "与其他被标记的操作相矛盾",
    explains: "写入了那里读到的值",
    takes_effect: |moment| zh(format!("可能在 {moment} 生效")),
    needs_none: "不一定生效",
    judging: "正在判断客户端看到的结果……",
    nothing: "到目前为止满足线性一致性：还没有客户端发出请求。",
    ordered: "到目前为止满足线性一致性：单个副本也能这样答复，每个操作在其标出的时刻生效。",
    cut_off: "在这里判断是否满足线性一致性耗时过长；faultlab check-history 更有耐心。",
    too_many: |most| zh(format!("超过 {most} 个操作在这里不作判断；请用 faultlab check-history。")),
    contradiction: |key, operations| match key {
        Datum::Nil => zh(format!("不满足线性一致性。以下操作没有任何合理的顺序：{operations}。")),
        key => zh(format!("不满足线性一致性。对键 {key}，以下操作没有任何合理的顺序：{operations}。")),
    },
    no_promise: |protocol| zh(format!("{protocol}并不承诺这一点。")),
    list: "用文字列出客户端操作",
    list_about: "当前时刻前后的操作，以及相互矛盾的操作。",
};
