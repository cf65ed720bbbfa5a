//! Words of a run that is taken along as a test.

use alloc::format;
use alloc::string::String;

use crate::Lang;
use crate::say::zh;

/// What the buttons and notices say.
#[derive(Debug)]
pub struct ExportWords {
    pub copy_as_test: &'static str,
    pub copied: &'static str,
    /// The browser did not allow copying: it is saved under this name.
    pub saved: fn(&str) -> String,
}

pub fn words(lang: Lang) -> &'static ExportWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

const EN: ExportWords = ExportWords {
    copy_as_test: "Copy as test",
    copied: "Copied: a test in Rust with the run in it, for a crate that depends on faultlab-registry and faultlab-scenario.",
    saved: |name| format!("The browser did not allow copying; the test is saved as {name}."),
};

const ZH: ExportWords = ExportWords {
    copy_as_test: "复制为测试",
    copied: "已复制：一个包含此运行的 Rust 测试，供依赖 faultlab-registry 和 faultlab-scenario 的 crate 使用。",
    saved: |name| zh(format!("浏览器不允许复制；测试已保存为 {name}。")),
};
