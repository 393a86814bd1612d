//! F14: the machine's clock jumps.

use std::{fs, path::PathBuf};

use super::{
    report::Report,
    scene::{Plan, Setup},
};

/// Offsets and instants as libfaketime takes them. The last ones lie around the end of summer time.
const CLOCKS: [&str; 9] = [
    "+0",
    "+3600",
    "-3600",
    "-315360000",
    "+0",
    "+86400",
    "@2027-03-28 00:59:58",
    "@2027-10-31 00:59:58",
    "@2028-02-29 23:59:58",
];

pub(crate) fn clock(setup: Setup) -> Report {
    let load = setup.load(20_000);
    let n_jumps = setup.scaled(50).max(CLOCKS.len());
    let plan = Plan::new(setup);
    let clock = plan.folder.path().join("clock");
    fs::write(&clock, CLOCKS[0]).unwrap();
    let mut scene = plan.prepare(load);
    scene.program.wrapper = [
        "env".to_owned(),
        format!("LD_PRELOAD={}", libfaketime().display()),
        format!("FAKETIME_TIMESTAMP_FILE={}", clock.display()),
        "FAKETIME_NO_CACHE=1".to_owned(),
        // Time that only runs forward is the kernel's own.
        "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
        "TZ=UTC".to_owned(),
    ]
    .into();
    scene.program.start();
    let publishing = scene.publish(Some(2000));
    for n in 0..n_jumps {
        scene.wait_for_events(load.n * n / (n_jumps + 5));
        fs::write(&clock, CLOCKS[n % CLOCKS.len()]).unwrap();
    }
    scene.remark(format!("{n_jumps} jumps between {} clocks", CLOCKS.len()));
    scene.finish(publishing)
}

fn libfaketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap();
    let mut files = folders.map(|folder| folder.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    files.find(|file| file.exists()).expect("libfaketime is needed: `cargo xtask services` installs it")
}
