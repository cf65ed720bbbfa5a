//! A static file server for the built page, as strict as a careful host and no cleverer than a plain one.

use crate::root;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the page needs, and no more: a host may forbid everything else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'";

/// Serves files until the test process ends: the page in `dist/`, or the test's own.
pub struct PageServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What is served, and how.
#[derive(Default)]
pub struct Host {
    /// The folder of the page, if it serves the page.
    pub folder: Option<PathBuf>,
    /// Files of the test's own, which come first: path without the leading slash, content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Files of the page that are not there.
    pub missing: Vec<&'static str>,
    /// The content security policy.
    pub policy: Option<&'static str>,
    /// Media types for endings, other than the right ones.
    pub types: Vec<(&'static str, &'static str)>,
    /// Whether other origins may read what is served, which a plain server does not say.
    pub any_origin: bool,
}

impl Host {
    /// The page, as a plain server serves it.
    pub fn plain() -> Self {
        Self { folder: Some(page_folder()), ..Self::default() }
    }
}

struct Shared {
    host: Host,
    requests: Mutex<Vec<String>>,
}

impl PageServer {
    /// Serves the page under a strict content security policy.
    pub fn start() -> Self {
        Self::of(Host { policy: Some(POLICY), ..Host::plain() })
    }

    /// Serves, beside the page, HTML files of the test's own (path without the leading slash, text); these may hold inline scripts.
    pub fn start_with(pages: &[(&str, &str)]) -> Self {
        let files = pages.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Self::of(Host { files, ..Host::plain() })
    }

    /// Serves files of the test's own (path without the leading slash, content) and no page.
    pub fn of_files(files: Vec<(String, Vec<u8>)>) -> Self {
        Self::of(Host { policy: Some(POLICY), files, ..Host::default() })
    }

    pub fn of(host: Host) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the address just bound");
        let shared = Arc::new(Shared { host, requests: Mutex::default() });
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
        self.shared.requests().clone()
    }
}

impl Shared {
    fn requests(&self) -> MutexGuard<'_, Vec<String>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let target = request.split(' ').nth(1).unwrap_or("/");
        let path = target.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
        self.requests().push(format!("/{path}"));
        match self.content(if path.is_empty() { "index.html" } else { path }) {
            Some((kind, body)) => self.send(stream, "200 OK", kind, &body),
            None => self.send(stream, "404 Not Found", "text/plain", b"not found"),
        }
    }

    fn content(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        let own = self.host.files.iter().find(|(name, _)| name == path).map(|(_, content)| content.clone());
        let is_missing = self.host.missing.contains(&path);
        let path = Path::new(path);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let of_page = || std::fs::read(self.host.folder.as_ref().filter(|_| inside && !is_missing)?.join(path)).ok();
        Some((self.media_type(path), own.or_else(of_page)?))
    }

    fn media_type(&self, path: &Path) -> &'static str {
        let ending = path.extension().and_then(|extension| extension.to_str());
        let other = self.host.types.iter().find(|(of, _)| Some(*of) == ending).map(|(_, other)| *other);
        other.unwrap_or_else(|| media_type(ending))
    }

    fn send(&self, mut stream: &TcpStream, status: &str, kind: &str, body: &[u8]) -> std::io::Result<()> {
        let policy =
            self.host.policy.map(|policy| format!("Content-Security-Policy: {policy}\r\n")).unwrap_or_default();
        let any_origin = if self.host.any_origin { "Access-Control-Allow-Origin: *\r\n" } else { "" };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{policy}{any_origin}\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)
    }
}

/// Where the built page is.
pub fn page_folder() -> PathBuf {
    let folder: PathBuf = std::env::var_os("FAULTLAB_DIST").map_or_else(|| root().join("dist"), Into::into);
    assert!(
        folder.join("index.html").is_file(),
        "the page is not built: run `cargo xtask test`, or `cargo xtask build` once"
    );
    folder
}

fn media_type(ending: Option<&str>) -> &'static str {
    match ending {
        // A folder has no ending, and shows its index.
        None | Some("html") => "text/html; charset=utf-8",
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
