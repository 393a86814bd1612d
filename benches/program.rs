//! The program as a newcomer starts it: size, start-up time, memory. `cargo xtask bench program`

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop at once")]

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Prints binary size, start-up time until the pages answer, and memory of the demo.
#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn main() {
    let program = env!("CARGO_BIN_EXE_stadtfunk");
    println!("binary          {:>8.1} MiB", mebibytes(fs::metadata(program).unwrap().len()));
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    for start in ["first", "second"] {
        let began = Instant::now();
        let mut demo = Command::new(program)
            .args(["demo", "--port", &port.to_string(), "--mqtt-port", "0", "--data"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while !answers(port) {
            std::thread::sleep(Duration::from_millis(5));
        }
        println!("{start:<6} start  {:>8.2} s until pages answer", began.elapsed().as_secs_f64());
        std::thread::sleep(Duration::from_secs(15));
        let status = fs::read_to_string(format!("/proc/{}/status", demo.id())).unwrap_or_default();
        for field in ["VmRSS", "VmHWM"] {
            let kib = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
            println!("  {field}         {}", kib.unwrap_or("unknown").trim());
        }
        let _ = demo.kill();
        let _ = demo.wait();
    }
}

/// Whether the overview is served.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut start = [0; 15];
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").is_ok()
        && stream.read_exact(&mut start).is_ok()
        && start.starts_with(b"HTTP/1.1 200")
}

fn mebibytes(n_bytes: u64) -> f64 {
    n_bytes as f64 / (1024.0 * 1024.0)
}
