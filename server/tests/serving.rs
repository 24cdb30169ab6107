//! Serving: how it starts, follows changes, withstands odd clients, and ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn gatewatch(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewatch"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

const ACME: [&str; 2] = ["--example", "acme"];
const GOOD: &str = include_str!("../../end2end/clusters/acme.yaml");

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let mut child = gatewatch(&all)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = lines
            .find_map(|line| Some(line.ok()?.split_once("http://")?.1.to_owned()))
            .expect("it says its address");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn ask(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("legal");
        stream.write_all(request.as_bytes()).expect("it reads");
        stream
    }

    fn get(&self, path: &str) -> String {
        let mut answer = String::new();
        let mut stream = self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        stream
            .read_to_string(&mut answer)
            .expect("an answer in UTF-8");
        answer
    }

    /// Asks it to end and waits for that; the exit code and how long it took.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (Option<i32>, Duration) {
        let start = Instant::now();
        let pid = self.child.id().to_string();
        Command::new("kill")
            .args([signal, &pid])
            .status()
            .expect("kill runs");
        let status = self.child.wait().expect("it ends");
        (status.code(), start.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until an answer holds a word; changes of files take their time.
fn until(server: &Server, path: &str, word: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        if server.get(path).contains(word) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{path} never said {word}: {}", server.get(path));
}

#[test]
fn changes_of_files_are_followed() {
    let folder = TempDir::new().expect("a temporary directory");
    let file = folder.path().join("acme.yaml");
    let write = |text: &str| std::fs::write(&file, text).expect("a file");
    write(GOOD);
    let server = Server::start(&["-f", &folder.path().to_string_lossy()]);
    until(&server, "/api/v1/overview", "1 of 3 routes cannot attach");
    let labelled = GOOD.replace(
        "kubernetes.io/metadata.name: hr\n",
        "kubernetes.io/metadata.name: hr\n    shared-gateway-access: \"true\"\n",
    );
    assert_ne!(labelled, GOOD);
    write(&labelled);
    until(&server, "/api/v1/overview", "All 3 routes are attached");
    write("kind: [");
    until(&server, "/api/v1/overview", "its last good state is shown");
    assert!(
        server
            .get("/api/v1/overview")
            .contains("All 3 routes are attached")
    );
    write(GOOD);
    until(&server, "/api/v1/overview", "1 of 3 routes cannot attach");
    std::fs::remove_file(&file).expect("removed");
    until(&server, "/api/v1/overview", "No .yaml, .yml or .json file");
    std::fs::remove_dir_all(folder.path()).expect("removed");
    until(&server, "/api/v1/overview", "Cannot be read");
    std::fs::create_dir(folder.path()).expect("made again");
    write(GOOD);
    until(&server, "/api/v1/overview", "1 of 3 routes cannot attach");
}

#[cfg(unix)]
#[test]
fn signals_end_it_while_streams_are_open() {
    // As many as a process may have where nobody has raised its limit of files.
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(&ACME);
        let request = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let mut streams: Vec<TcpStream> = (0..900).map(|_| server.ask(request)).collect();
        for stream in &mut streams {
            let mut first = [0; 12];
            stream.read_exact(&mut first).expect("an answer begins");
            assert_eq!(&first, b"HTTP/1.1 200");
        }
        let _slow = server.ask("GET / HTTP/1.1\r\nHost: loc");
        let (code, took) = server.end(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(took < Duration::from_secs(5), "{signal} took {took:?}");
    }
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let output = gatewatch(&["serve", "--example", "acme", "--listen", &address])
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        (output.status.code(), told.lines().count()),
        (Some(3), 1),
        "{told}"
    );
    assert!(
        told.contains("another program has that port") && told.contains("--listen"),
        "{told}"
    );
}

#[test]
fn requests_that_are_no_http_are_refused_and_harm_nobody() {
    let server = Server::start(&ACME);
    let answer = |request: &str| {
        let mut answer = Vec::new();
        let _ = server.ask(request).read_to_end(&mut answer);
        String::from_utf8_lossy(&answer)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(answer("nonsense\r\n\r\n").contains("400"));
    assert!(
        answer(&format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
            "x".repeat(200_000)
        ))
        .contains("431")
    );
    assert!(
        answer("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").contains("421")
    );
    assert!(answer("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").contains("421"));
    assert!(server.get("/").contains("1 of 3 routes cannot attach"));
}

#[test]
fn probes_have_a_port_of_their_own() {
    let mut child = gatewatch(&[
        "serve",
        "--example",
        "acme",
        "--listen",
        "127.0.0.1:0",
        "--probes-listen",
        "127.0.0.1:0",
    ])
    .stderr(Stdio::piped())
    .spawn()
    .expect("the binary runs");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let address = lines
        .find_map(|line| {
            let line = line.ok()?;
            line.contains("probes").then(|| {
                line.split_once("http://")
                    .map(|(_, address)| address.to_owned())
            })?
        })
        .expect("it says where probes are");
    let server = Server { child, address };
    for (path, word) in [
        ("/livez", "200"),
        ("/readyz", "200"),
        ("/metrics", "gatewatch_"),
        ("/", "404"),
    ] {
        assert!(server.get(path).contains(word), "{path}");
    }
    assert!(
        !server.get("/metrics").contains("cross-namespace"),
        "no names of objects"
    );
}
