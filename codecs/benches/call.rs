//! Microseconds of one codec call with everything around it: `cargo xtask bench call`.
//!
//! The yardstick, measured in the same run, is the way to a process and back: one byte through a pair of sockets to `cat`.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop at once")]
#![expect(clippy::disallowed_methods, reason = "a measurement needs the machine's clock")]

use std::{
    fs,
    io::{Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use codecs::{Call, Pool, PoolOptions, Script, WorkerCommand};

/// Calls of each measurement.
const CALLS: u32 = 20_000;
const COLD_CALLS: u32 = 500;
const BESIDE_LOOP: Duration = Duration::from_secs(10);

/// A weather station with twelve values, in the style of most makers.
const TYPICAL: &str = r#"
function u16(bytes, at) { return (bytes[at] << 8) | bytes[at + 1]; }
function i16(bytes, at) { var n = u16(bytes, at); return n > 0x7fff ? n - 0x10000 : n; }
function decodeUplink(input) {
  var b = input.bytes, warnings = [];
  if (b.length < 20) return { errors: ["expected 20 bytes, got " + b.length] };
  var data = {
    battery: u16(b, 0) / 1000, temperature: i16(b, 2) / 10, humidity: b[4] / 2, pressure: u16(b, 5) / 10, illuminance: u16(b, 7) * 10,
    uv: b[9] / 10, wind_speed: u16(b, 10) / 10, wind_direction: u16(b, 12), gust: u16(b, 14) / 10, rain: u16(b, 16) / 100,
    rain_total: u16(b, 18) / 10, status: (b[0] & 1) === 0 ? "ok" : "fault"
  };
  if (data.battery < 3) warnings.push("battery low");
  return { data: data, warnings: warnings };
}
"#;
const FRAME: [u8; 20] = [14, 16, 0, 215, 120, 39, 90, 3, 232, 12, 0, 35, 0, 180, 0, 72, 0, 12, 4, 176];

fn main() {
    let worker = WorkerCommand { program: env!("CARGO_BIN_EXE_codec-worker").into(), arguments: vec![] };
    let options = PoolOptions { wait_limit: Duration::from_secs(10), ..PoolOptions::new(worker) };

    let began = Instant::now();
    let pool = Pool::new(options);
    println!("confinement: {:?}", pool.ready(Duration::from_secs(10)).unwrap());
    println!("first process ready after {:.1} ms", began.elapsed().as_secs_f64() * 1e3);

    print("one byte to a process and back", &mut to_a_process_and_back());
    let typical = Script::new("typical", TYPICAL).unwrap();
    let mut warm = time_each(CALLS, |_| run(&pool, &typical, "device"));
    print("warm: twelve fields", &mut warm);
    let long = format!("{TYPICAL}\n/* {} */", "x".repeat(40_000));
    let long = Script::new("long", &long).unwrap();
    print("warm: the same in 40 KiB", &mut time_each(CALLS, |_| run(&pool, &long, "device")));
    let mut fleet = time_each(CALLS, |n| run(&pool, &typical, &format!("device {}", n % 2_000)));
    print("warm: twelve fields, 2,000 devices", &mut fleet);
    let new = |n: u32| Script::new("new", &format!("{TYPICAL}\n// {n}")).unwrap();
    let scripts: Vec<Script> = (0..COLD_CALLS).map(new).collect();
    let mut scripts = scripts.iter();
    let mut cold = time_each(COLD_CALLS, |_| run(&pool, scripts.next().unwrap(), "device"));
    print("cold: first call of a script", &mut cold);
    print("beside an endless loop", &mut beside_a_loop(&pool, &typical));
    for id in pool.status().processes {
        println!("process {id}: {} KiB resident", resident_kib(id));
    }
    println!("{} processes had to be ended", pool.status().n_ended);
}

fn run(pool: &Pool, script: &Script, device: &str) {
    let call =
        Call { script, device, f_port: 2, bytes: &FRAME, received_at_ms: 1_792_736_000_500, variables: &[] };
    assert_eq!(pool.run(&call).unwrap().data["temperature"], 21.5);
}

/// Each loop is of another script and device, so that none is suspended.
fn beside_a_loop(pool: &Pool, typical: &Script) -> Vec<Duration> {
    let (ended, n_loops) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                let n = n_loops.fetch_add(1, Ordering::Relaxed);
                let script =
                    Script::new("loop", &format!("function decodeUplink() {{ for (;;); }} // {n}")).unwrap();
                let call = Call {
                    script: &script,
                    device: "loop",
                    f_port: 1,
                    bytes: &[],
                    received_at_ms: 0,
                    variables: &[],
                };
                assert_eq!(pool.run(&call).unwrap_err().code(), "timeout");
            }
        });
        let (began, mut times) = (Instant::now(), Vec::new());
        while began.elapsed() < BESIDE_LOOP {
            times.extend(time_each(100, |_| run(pool, typical, "neighbour")));
        }
        ended.store(true, Ordering::Relaxed);
        times
    })
}

fn to_a_process_and_back() -> Vec<Duration> {
    let (mut near, far) = UnixStream::pair().unwrap();
    let back = far.try_clone().unwrap();
    let mut cat = Command::new("/bin/cat")
        .stdin(Stdio::from(OwnedFd::from(far)))
        .stdout(Stdio::from(OwnedFd::from(back)))
        .spawn()
        .unwrap();
    let times = time_each(CALLS, |_| {
        near.write_all(&[1]).unwrap();
        near.read_exact(&mut [0]).unwrap();
    });
    cat.kill().unwrap();
    cat.wait().unwrap();
    times
}

fn time_each(n: u32, mut act: impl FnMut(u32)) -> Vec<Duration> {
    (0..n)
        .map(|n| {
            let began = Instant::now();
            act(n);
            began.elapsed()
        })
        .collect()
}

fn print(name: &str, times: &mut [Duration]) {
    times.sort();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000].as_secs_f64() * 1e6;
    println!(
        "{name:<32} p50 {:>8.1} us  p99 {:>8.1} us  max {:>8.1} us  ({} calls)",
        at(500),
        at(990),
        at(1000),
        times.len()
    );
}

fn resident_kib(id: u32) -> u64 {
    let pages = fs::read_to_string(format!("/proc/{id}/statm")).unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4
}
