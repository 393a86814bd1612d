//! Processor time, which moves far less with the load of a machine than the time on the clock.

use std::{collections::BTreeMap, env, fs, path::Path};

/// Seconds on a processor by what runs there: the threads of this process by name, the broker's process, all processes of a
/// database server together, and all processes for codecs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seconds(BTreeMap<String, f64>);

impl Seconds {
    /// What was spent until now.
    pub(crate) fn now(broker: Option<u32>, server: Option<&Path>) -> Self {
        let mut spent = Self::default();
        for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
            spent.add(&task.path());
        }
        if let Some(pid) = broker {
            spent.add(Path::new(&format!("/proc/{pid}")));
        }
        if let Some(folder) = server {
            spent.0.insert(
                "postgres".to_owned(),
                of_processes(|process| {
                    fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
                }),
            );
        }
        let (own, me) = (env::current_exe().ok(), std::process::id().to_string());
        spent.0.insert(
            "codecs".to_owned(),
            of_processes(|process| {
                // `/proc` has `self` besides the numbers.
                let is_number =
                    process.file_name().is_some_and(|name| name.to_string_lossy().parse::<u32>().is_ok());
                is_number
                    && !process.ends_with(&me)
                    && own.is_some()
                    && fs::read_link(process.join("exe")).ok() == own
            }),
        );
        spent
    }

    fn add(&mut self, task: &Path) {
        let read = |file: &str| fs::read_to_string(task.join(file)).unwrap_or_default();
        // The first number of `schedstat` is the time on a processor in nanoseconds.
        let nanoseconds: f64 =
            read("schedstat").split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
        *self.0.entry(read("comm").trim().to_owned()).or_default() += nanoseconds / 1e9;
    }

    /// One line: microseconds for each of `n` since `before`, largest first.
    pub(crate) fn line(&self, before: &Self, n: usize) -> String {
        let spent = |(name, seconds): (&String, &f64)| {
            let seconds = seconds - before.0.get(name).copied().unwrap_or_default();
            (name.clone(), seconds * 1e6 / n as f64)
        };
        let mut each: Vec<(String, f64)> =
            self.0.iter().map(spent).filter(|(_, spent)| *spent >= 0.05).collect();
        each.sort_by(|a, b| b.1.total_cmp(&a.1));
        let sum: f64 = each.iter().map(|(_, spent)| spent).sum();
        let parts: Vec<String> = each.iter().map(|(name, spent)| format!("{name} {spent:.1}")).collect();
        format!("{sum:.1} us = {}", parts.join(" + "))
    }
}

/// Processor seconds of all processes that are meant, each given by its folder in `/proc`.
fn of_processes(is_meant: impl Fn(&Path) -> bool) -> f64 {
    let seconds = |process: fs::DirEntry| -> Option<f64> {
        if !is_meant(&process.path()) {
            return None;
        }
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        // Fields 14 to 17 of proc_pid_stat(5): in user and system mode, its own and of children that have ended, in hundredths.
        let fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11).take(4);
        Some(fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
    };
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(seconds).sum()
}
