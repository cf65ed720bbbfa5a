//! The browser that the tests drive: found, or installed where that is ours to do.

use crate::command::{Outcome, on_path, output, program, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs the browser tests start.
pub(crate) struct Browser {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];
const NOTO_CJK: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

impl Browser {
    /// Finds the browser, its driver and a font for the Chinese screenshots; installs what is missing if it may.
    pub(crate) fn ready() -> Outcome<Self> {
        if let (Some(browser), true) = (Self::find(), has_chinese_font()) {
            return Ok(browser);
        }
        if may_install() {
            install()?;
        }
        let browser = Self::find().ok_or_else(|| {
            format!("the browser tests need Chromium and its driver, which are not on the PATH; {}", advice())
        })?;
        if !has_chinese_font() {
            println!(
                "No Chinese font was found: screenshots in Chinese will show boxes. To change that, {}.",
                advice()
            );
        }
        Ok(browser)
    }

    /// Says in a program's environment where the browser is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env("CHROMEDRIVER", &self.chromedriver)
            .env("FAULTLAB_CHROMIUM", &self.chromium)
            .env("FAULTLAB_CHROMEDRIVER", &self.chromedriver);
    }

    fn find() -> Option<Self> {
        let named = |variable| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file());
        let chromium = named("FAULTLAB_CHROMIUM").or_else(|| CHROMIUM.iter().find_map(|name| on_path(name)))?;
        let chromedriver = named("FAULTLAB_CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
        Some(Self { chromium, chromedriver })
    }
}

fn has_chinese_font() -> bool {
    // Other systems bring their own.
    if !cfg!(target_os = "linux") || Path::new(NOTO_CJK).exists() {
        return true;
    }
    let families = on_path("fc-list").and_then(|list| output(program(list).args([":lang=zh-cn", "family"])));
    families.is_some_and(|families| !families.is_empty())
}

/// Only as root on a Debian-like: anywhere else, what to install and how is the person's decision.
fn may_install() -> bool {
    let root = output(program("id").arg("-u")).is_some_and(|id| id == "0");
    root && Path::new("/etc/debian_version").exists() && on_path("apt-get").is_some()
}

fn install() -> Outcome {
    println!("Installing {} …", PACKAGES.join(", "));
    let apt = || {
        let mut command = program("apt-get");
        command.arg("-qq").env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // A stale package list is no reason to stop: the installation tells whether it mattered.
    if let Err(sentence) = run(apt().arg("update"), "refresh the package lists") {
        println!("{sentence}; going on with the old ones.");
    }
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(PACKAGES), "install the browser")
        .map_err(|error| format!("{error}; {}", advice()))
}

fn advice() -> String {
    if Path::new("/etc/debian_version").exists() {
        return format!("run `sudo apt-get install {}`", PACKAGES.join(" "));
    }
    "install Chromium (or Chrome), chromedriver of the same version and a Chinese font such as Noto Sans CJK, \
     or name the programs in FAULTLAB_CHROMIUM and FAULTLAB_CHROMEDRIVER"
        .to_owned()
}
