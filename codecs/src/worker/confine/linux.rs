use std::{
    collections::BTreeMap,
    env::consts::ARCH,
    fs,
    os::fd::{AsRawFd, BorrowedFd},
    time::Duration,
};

use rustix::{
    param::page_size,
    process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit},
    thread::{UnshareFlags, set_no_new_privs},
    time::{ClockId, clock_gettime},
};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Is, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use crate::Confinement;

/// Bytes of address space beyond what the program itself takes: engine, contexts kept, the script and its result.
const ADDRESS_SPACE_BYTES: u64 = 160 * 1024 * 1024;

/// Seconds of processor time beyond what a call may take.
const SPARE_SECONDS: u64 = 2;

/// The number of `Resource::Cpu`, whose type differs between C libraries.
const RLIMIT_CPU: u64 = 0;

/// The order matters: new namespaces take back the signal at the parent's death, and nothing works after the filter.
pub(in crate::worker) fn this_process(parent: BorrowedFd<'_>) -> Confinement {
    let network = own_network();
    let process =
        set_parent_process_death_signal(Some(Signal::KILL)).is_ok() && set_no_new_privs(true).is_ok();
    let resources = limit_resources();
    let system_calls = limit_system_calls(parent).is_ok();
    Confinement { resources, system_calls, network, process }
}

#[expect(deprecated, reason = "unsound only together with FILES, which is not asked for")]
fn own_network() -> bool {
    let own = UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWIPC;
    rustix::thread::unshare(own).is_ok()
}

fn limit_resources() -> bool {
    let limit =
        |resource, value| setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).is_ok();
    let page_bytes = u64::try_from(page_size()).unwrap_or_default();
    let own = fs::read_to_string("/proc/self/statm").ok();
    let own_pages = own.and_then(|pages| pages.split(' ').next()?.parse::<u64>().ok());
    let address_space = own_pages.is_some_and(|pages| {
        limit(Resource::As, pages.saturating_mul(page_bytes).saturating_add(ADDRESS_SPACE_BYTES))
    });
    let others = [Resource::Nofile, Resource::Nproc, Resource::Fsize, Resource::Core, Resource::Memlock];
    others.into_iter().all(|resource| limit(resource, 0)) && address_space
}

/// For the case that the parent is stopped itself and cannot end the worker. Processor time is counted over the life of a
/// process, so the limit moves ahead of each call.
pub(in crate::worker) fn allow_call(limit: Duration) {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    let until = used.saturating_add(limit.as_secs()).saturating_add(SPARE_SECONDS);
    let maximum = getrlimit(Resource::Cpu).maximum;
    _ = setrlimit(Resource::Cpu, Rlimit { current: Some(until), maximum });
}

/// All that remains: to talk to the parent, memory, the clock, and to end. Everything else answers "not permitted".
fn limit_system_calls(parent: BorrowedFd<'_>) -> Result<(), seccompiler::Error> {
    let filter: BpfProgram = SeccompFilter::new(
        allowed(parent)?,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        ARCH.try_into()?,
    )?
    .try_into()?;
    seccompiler::apply_filter(&filter)
}

fn allowed(parent: BorrowedFd<'_>) -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let argument = |index, is, value| SeccompCondition::new(index, Len::Dword, is, value);
    let to_parent =
        || SeccompRule::new(vec![argument(0, Is::Eq, u64::from(parent.as_raw_fd().unsigned_abs()))?]);
    let not_executable = || argument(2, Is::MaskedEq(u64::from(libc::PROT_EXEC.unsigned_abs())), 0);
    let anonymous = argument(4, Is::Eq, u64::from(u32::MAX))?;
    let own_processor_time = vec![argument(0, Is::Eq, 0)?, argument(1, Is::Eq, RLIMIT_CPU)?];
    let freely = [
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_gettimeofday,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
    ];
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = freely.into_iter().map(|call| (call, vec![])).collect();
    for call in [libc::SYS_read, libc::SYS_recvfrom, libc::SYS_write, libc::SYS_sendto] {
        rules.insert(call, vec![to_parent()?]);
    }
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![anonymous, not_executable()?])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![not_executable()?])?]);
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(own_processor_time)?]);
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io, net::TcpStream, os::fd::AsFd, process::Command, thread};

    use super::*;

    /// The filter holds for the thread that asks for it, so each test takes a thread of its own.
    fn confined<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
        let act = move || {
            let (parent, _) = std::os::unix::net::UnixStream::pair().unwrap();
            limit_system_calls(parent.as_fd()).unwrap();
            act()
        };
        thread::spawn(act).join().unwrap()
    }

    #[test]
    fn no_file_can_be_opened() {
        let refused = confined(|| File::open("/proc/self/maps").map(drop).map_err(|error| error.kind()));
        assert_eq!(refused, Err(io::ErrorKind::PermissionDenied));
    }

    #[test]
    fn no_connection_can_be_made() {
        let refused = confined(|| TcpStream::connect("127.0.0.1:1").map(drop).map_err(|error| error.kind()));
        assert_eq!(refused, Err(io::ErrorKind::PermissionDenied));
    }

    #[test]
    fn no_process_can_be_started() {
        let refused = confined(|| Command::new("/bin/true").spawn().map(drop).map_err(|error| error.kind()));
        assert_eq!(refused, Err(io::ErrorKind::PermissionDenied));
    }

    #[test]
    fn nothing_can_be_written_but_to_the_parent() {
        use std::io::Write;
        let (mut other, _end) = std::os::unix::net::UnixStream::pair().unwrap();
        let refused = confined(move || other.write(b"x").map_err(|error| error.kind()));
        assert_eq!(refused, Err(io::ErrorKind::PermissionDenied));
    }
}
