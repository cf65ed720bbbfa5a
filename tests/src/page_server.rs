//! A static file server for the built page, as strict as a careful host and no cleverer than a plain one.

use crate::root;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the page needs, and no more: a host may forbid everything else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'";

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves files until the test process ends: the page in `dist/`, or the test's own.
pub struct PageServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// Where the page is.
    folder: Option<PathBuf>,
    policy: Option<&'static str>,
    /// The test's own files by their paths.
    files: Vec<(String, Vec<u8>)>,
    traffic: Mutex<Traffic>,
    /// Told whenever the traffic changes.
    changed: Condvar,
}

#[derive(Default)]
struct Traffic {
    requests: Vec<String>,
    /// Paths that are answered only when they are released.
    held: Vec<String>,
    /// Paths at which there is nothing for a while.
    withdrawn: Vec<String>,
}

impl PageServer {
    /// Serves the page under a strict content security policy.
    pub fn start() -> Self {
        Self::new(Some(page_folder()), Some(POLICY), Vec::new())
    }

    /// Serves, beside the page, HTML files of the test's own (path without the leading slash, text); these may hold inline scripts.
    pub fn start_with(pages: &[(&str, &str)]) -> Self {
        let files = pages.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Self::new(Some(page_folder()), None, files)
    }

    /// Serves files of the test's own (path without the leading slash, content) and no page.
    pub fn of_files(files: Vec<(String, Vec<u8>)>) -> Self {
        Self::new(None, Some(POLICY), files)
    }

    fn new(folder: Option<PathBuf>, policy: Option<&'static str>, files: Vec<(String, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the address just bound");
        let shared = Arc::new(Shared { folder, policy, files, traffic: Mutex::default(), changed: Condvar::new() });
        let server = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&server);
                // A browser that goes away in the middle of an answer is no failure of the test.
                std::thread::spawn(move || server.answer(&stream).ok());
            }
        });
        Self { address, shared }
    }

    /// The address of the page, with whatever follows the slash: `""`, `"?embed"`, `"host.html"`.
    pub fn url(&self, rest: &str) -> String {
        format!("http://{}/{rest}", self.address)
    }

    /// What it answers to a path, as far as there is something.
    pub fn body(&self, path: &str) -> Vec<u8> {
        let path = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
        self.shared.content(path).map(|(_, body)| body).unwrap_or_default()
    }

    /// The paths that were asked for so far, in order.
    pub fn requests(&self) -> Vec<String> {
        self.shared.traffic().requests.clone()
    }

    /// Waits until a path has been asked for.
    #[track_caller]
    pub fn wait_for_request(&self, path: &str) {
        let is_missing = |traffic: &mut Traffic| !traffic.requests.iter().any(|asked| asked == path);
        let waited = self.shared.changed.wait_timeout_while(self.shared.traffic(), PATIENCE, is_missing);
        let is_late = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        assert!(!is_late, "nobody has asked for {path}");
    }

    /// From now on, whoever asks for a path waits until it is released.
    pub fn hold(&self, path: &str) {
        self.shared.traffic().held.push(path.to_owned());
    }

    /// From now on, there is nothing at a path until it is released.
    pub fn withdraw(&self, path: &str) {
        self.shared.traffic().withdrawn.push(path.to_owned());
    }

    /// Answers to a path as ever.
    pub fn release(&self, path: &str) {
        let mut traffic = self.shared.traffic();
        traffic.held.retain(|held| held != path);
        traffic.withdrawn.retain(|withdrawn| withdrawn != path);
        drop(traffic);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a request and waits until it may be answered. False if there is nothing at its path for now.
    fn admit(&self, path: &str) -> bool {
        let mut traffic = self.traffic();
        traffic.requests.push(path.to_owned());
        self.changed.notify_all();
        let is_held = |traffic: &mut Traffic| traffic.held.iter().any(|held| held == path);
        let waited = self.changed.wait_timeout_while(traffic, PATIENCE, is_held);
        let (traffic, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !traffic.withdrawn.iter().any(|withdrawn| withdrawn == path)
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let target = request.split(' ').nth(1).unwrap_or("/");
        let path = target.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
        let is_there = self.admit(&format!("/{path}"));
        match self.content(if path.is_empty() { "index.html" } else { path }).filter(|_| is_there) {
            Some((kind, body)) => self.send(stream, "200 OK", kind, &body),
            None => self.send(stream, "404 Not Found", "text/plain", b"not found"),
        }
    }

    fn content(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        let own = self.files.iter().find(|(name, _)| name == path).map(|(_, content)| content.clone());
        let path = Path::new(path);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let of_page = || std::fs::read(self.folder.as_ref().filter(|_| inside)?.join(path)).ok();
        Some((media_type(path), own.or_else(of_page)?))
    }

    fn send(&self, mut stream: &TcpStream, status: &str, kind: &str, body: &[u8]) -> std::io::Result<()> {
        let policy = self.policy.map(|policy| format!("Content-Security-Policy: {policy}\r\n")).unwrap_or_default();
        let length = body.len();
        // Any origin: a sandboxed frame has an opaque one, and its modules and wasm are fetched with CORS.
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{policy}\
             Access-Control-Allow-Origin: *\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)
    }
}

fn page_folder() -> PathBuf {
    let folder: PathBuf = std::env::var_os("FAULTLAB_DIST").map_or_else(|| root().join("dist"), Into::into);
    assert!(
        folder.join("index.html").is_file(),
        "the page is not built: run `cargo xtask test`, or `cargo xtask build` once"
    );
    folder
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("toml" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
