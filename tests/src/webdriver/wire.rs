//! chromedriver as a child process, and the HTTP it speaks.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// No command may hang longer: a test that waits for ever says nothing.
const LIMIT: Duration = Duration::from_secs(120);
/// How often chromedriver is started before that is a failure.
const STARTS_MAX: usize = 5;

pub(super) struct Driver {
    process: Child,
    /// Kept, since a driver that cannot write its output ends.
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
    profile: PathBuf,
}

impl Driver {
    pub(super) fn start() -> Self {
        let program = program("FAULTLAB_CHROMEDRIVER", &["chromedriver"]);
        let (process, output, port) = (0..STARTS_MAX)
            .find_map(|_| listening(&program))
            .expect("chromedriver tells its port; `cargo xtask test` installs it");
        let mut driver = Self { process, _output: output, port, session: String::new(), profile: fresh_folder() };
        let answer = driver.send("POST", "/session", Some(&driver.wanted_browser()));
        answer["sessionId"].as_str().expect("a session").clone_into(&mut driver.session);
        driver
    }

    #[track_caller]
    pub(super) fn post(&self, command: &str, body: &Value) -> Value {
        self.send("POST", &format!("/session/{}/{command}", self.session), Some(body))
    }

    #[track_caller]
    pub(super) fn get(&self, command: &str) -> Value {
        self.send("GET", &format!("/session/{}/{command}", self.session), None)
    }

    fn wanted_browser(&self) -> Value {
        let profile = format!("--user-data-dir={}", self.profile.display());
        let options = json!({
            "binary": program("FAULTLAB_CHROMIUM", &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]),
            // As root there is no sandbox to be had; a test browser needs no GPU, no updates and no outside hosts.
            "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync", profile],
        });
        json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": LIMIT.as_millis() as u64 },
        } } })
    }

    #[track_caller]
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer =
            exchange(self.port, method, path, body).unwrap_or_else(|error| panic!("chromedriver, {path}: {error}"));
        let mut answer: Value =
            serde_json::from_str(&answer).unwrap_or_else(|error| panic!("chromedriver, {path}: {error}"));
        let value = answer["value"].take();
        let message = value["message"].as_str().unwrap_or_default();
        assert!(value["error"].is_null(), "{path}: {}", message.lines().next().unwrap_or_default());
        value
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver ends its browser when the session ends; nothing here may panic, a failed test is being unwound.
        let _ = exchange(self.port, "DELETE", &format!("/session/{}", self.session), None);
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// One request, one connection.
fn exchange(port: u16, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(LIMIT))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A chromedriver, its output and its port. None if it ended: asked for any port it takes one, and the same for the other version
/// of the internet protocol, which somebody may have taken meanwhile.
fn listening(program: &Path) -> Option<(Child, BufReader<ChildStdout>, u16)> {
    let mut process = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{} did not start ({error}): run `cargo xtask test`", program.display()));
    let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
    let mut lines = output.by_ref().lines().map_while(Result::ok);
    let announced = lines.find_map(|line| {
        let (_, rest) = line.split_once("successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    });
    if announced.is_none() {
        // It has closed its output, so it ends.
        let _ = process.wait();
    }
    Some((process, output, announced?))
}

/// The program that a variable names (`cargo xtask test` sets it), or else the first of these on the PATH.
fn program(variable: &str, names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let candidates = std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let found =
        std::env::var_os(variable).map(PathBuf::from).or_else(|| candidates.into_iter().find(|file| file.is_file()));
    found.unwrap_or_else(|| {
        panic!("{} is not on the PATH: run `cargo xtask test`, which installs it or says how", names[0])
    })
}

fn fresh_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("faultlab-browser-{}-{number}", std::process::id()))
}

/// Decodes what WebDriver sends screenshots in; anything outside the alphabet is skipped.
pub(super) fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::from_base64;

    #[test]
    fn base64_of_every_length() {
        assert_eq!(from_base64(""), b"");
        assert_eq!(from_base64("Zg=="), b"f");
        assert_eq!(from_base64("Zm8="), b"fo");
        assert_eq!(from_base64("Zm9vYmFy"), b"foobar");
        assert_eq!(from_base64("+/8="), [0xfb, 0xff]);
    }
}
