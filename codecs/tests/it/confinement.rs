//! What the kernel says about a worker process.

#![cfg(target_os = "linux")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::harness::{call, pool, script};

/// What the open files of a process lead to.
fn open_files(process: &Path) -> BTreeSet<PathBuf> {
    let files = fs::read_dir(process.join("fd")).unwrap().filter_map(Result::ok);
    files.filter_map(|file| fs::read_link(file.path()).ok()).collect()
}

#[test]
fn a_worker_is_shut_in_as_it_says() {
    let pool = pool();
    let confinement = pool.ready(Duration::from_mins(1)).unwrap();
    pool.run(&call(&script("function Decoder() { return {} }"), "device")).unwrap();
    assert!(confinement.is_tight(), "{confinement:?}");

    let worker = PathBuf::from(format!("/proc/{}", pool.status().processes[0]));
    let read = |name: &str| fs::read_to_string(worker.join(name)).unwrap();
    let status = read("status");
    assert!(status.contains("Seccomp:\t2"), "{status}");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    assert!(status.contains("Threads:\t1"), "{status}");
    assert_eq!(read("environ"), "TZ=UTC0\0");
    let limits = read("limits");
    for name in ["Max open files", "Max processes", "Max file size", "Max core file size"] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let values: Vec<&str> = line.trim_start_matches(name).split_whitespace().take(2).collect();
        assert_eq!(values, ["0", "0"], "{line}");
    }
    if confinement.network {
        let devices = read("net/dev");
        assert_eq!(devices.lines().count(), 3, "two head lines and the loopback: {devices}");
    }
    // What starts the tests may leave files open for everybody.
    let inherited = open_files(Path::new("/proc/self"));
    let (sockets, others): (Vec<PathBuf>, Vec<PathBuf>) = open_files(&worker)
        .into_iter()
        .filter(|file| !inherited.contains(file))
        .partition(|file| file.to_string_lossy().starts_with("socket:"));
    assert_eq!(sockets.len(), 1, "the way to the parent: {sockets:?}");
    assert!(others.iter().all(|file| file == Path::new("/dev/null")), "{others:?}");
}

#[test]
fn workers_end_with_their_pool() {
    let pool = pool();
    pool.ready(Duration::from_mins(1)).unwrap();
    let processes = pool.status().processes;
    assert!(!processes.is_empty());
    drop(pool);
    for id in processes {
        assert!(!Path::new(&format!("/proc/{id}")).exists(), "{id}");
    }
}
