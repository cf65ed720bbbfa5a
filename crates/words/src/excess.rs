//! In what a run went beyond what its protocol promises to survive, as a phrase.

use alloc::format;
use alloc::string::{String, ToString};
use faultlab_core::{Bound, Excess, Span, Unit};

/// `name` is the name of the fault, or of the configuration's number.
pub(crate) fn en(excess: Excess, name: &str) -> String {
    match excess {
        Excess::Fault(_) => name.into(),
        Excess::DisksLost { found, limit } => format!("{found} lost disks (at most {limit})"),
        Excess::Delay { found, limit } => format!("messages that take {found} (at most {limit})"),
        Excess::Slowness { found, limit } => {
            format!("a node that takes {found} % of the usual time (at most {limit} %)")
        }
        Excess::Skew { found, limit } => {
            format!("a clock that runs {} % off (at most {} %)", percent(found), percent(limit))
        }
        Excess::Config(misfit) => {
            let found = number(misfit.unit, misfit.found);
            match misfit.needed {
                Bound::AtLeast(least) => format!("“{name}” of {found} (at least {})", number(misfit.unit, least)),
                Bound::AtMost(most) => format!("“{name}” of {found} (at most {})", number(misfit.unit, most)),
            }
        }
    }
}

pub(crate) fn zh(excess: Excess, name: &str) -> String {
    match excess {
        Excess::Fault(_) => name.into(),
        Excess::DisksLost { found, limit } => format!("丢失 {found} 块磁盘（上限 {limit} 块）"),
        Excess::Delay { found, limit } => format!("消息延迟 {found}（上限 {limit}）"),
        Excess::Slowness { found, limit } => format!("节点耗时为平时的 {found}%（上限 {limit}%）"),
        Excess::Skew { found, limit } => format!("时钟漂移 {}%（上限 {}%）", percent(found), percent(limit)),
        Excess::Config(misfit) => {
            let found = number(misfit.unit, misfit.found);
            match misfit.needed {
                Bound::AtLeast(least) => format!("“{name}”设为 {found}（下限 {}）", number(misfit.unit, least)),
                Bound::AtMost(most) => format!("“{name}”设为 {found}（上限 {}）", number(misfit.unit, most)),
            }
        }
    }
}

fn number(unit: Unit, number: u64) -> String {
    match unit {
        Unit::Span => Span(number).to_string(),
        Unit::Count | Unit::Flag | Unit::Choice(_) => number.to_string(),
    }
}

/// Millionths as per cent, with as many decimals as there are.
fn percent(ppm: u32) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultlab_core::{Fault, Misfit};

    #[test]
    fn amounts_stand_beside_their_limits() {
        let skew = Excess::Skew { found: 250_000, limit: 199_999 };
        assert_eq!(en(skew, ""), "a clock that runs 25 % off (at most 19.9999 %)");
        assert_eq!(zh(skew, ""), "时钟漂移 25%（上限 19.9999%）");
        let delay = Excess::Delay { found: Span::seconds(3), limit: Span::millis(200) };
        assert_eq!(en(delay, ""), "messages that take 3s (at most 200ms)");
        let needed = Bound::AtMost(149_999);
        let misfit = Misfit { field: "lease", unit: Unit::Span, found: 400_000, needed };
        assert_eq!(en(Excess::Config(misfit), "lease"), "“lease” of 400ms (at most 149.999ms)");
        assert_eq!(en(Excess::Fault(Fault::DiskLoss), "a lost disk"), "a lost disk");
    }
}
