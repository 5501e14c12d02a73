// SPDX-License-Identifier: BSD-2-Clause
//! A child process that never outlives this one.
//!
//! Three nets, each for what the one before lets through: the value kills the child when it is dropped;
//! the child has a process group of its own, so that whatever it started dies with it; and the kernel is
//! told to kill the child when this process ends in any way, `kill -9` included.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

/// How often a wait looks whether there is news.
pub const TICK: Duration = Duration::from_millis(50);

/// A running child, the leader of its own process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts the command; `input` is what it reads.
    ///
    /// To be called on a thread that lives as long as the child: Linux sends the "parent ended" signal when
    /// the *thread* that made the child ends.
    pub fn start(mut command: Command, input: Stdio) -> io::Result<Self> {
        command.stdin(input).process_group(0);
        let parent = nix::unistd::getpid();
        // SAFETY: the closure runs between fork and exec, where only async-signal-safe calls are allowed:
        // it makes two system calls and allocates nothing (an io::Error from an errno is a plain number).
        unsafe { command.pre_exec(move || die_with(parent)) };
        Ok(Process {
            child: command.spawn()?,
            ended: None,
        })
    }

    /// The child's standard output, if the command made a pipe of it; to be had once.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// The other end of the child's standard input, if that is a pipe; to be had once.
    pub fn take_input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    fn id(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Whether the child has ended. It stays a zombie until `stop`, so that its group's number cannot be
    /// taken by strangers in the meantime.
    pub fn has_ended(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        self.ended.is_some()
            || !matches!(
                waitid(Id::Pid(self.id()), flags),
                Ok(WaitStatus::StillAlive)
            )
    }

    /// Waits so long for the child to end by itself; whether it did.
    pub fn wait(&self, limit: Duration) -> bool {
        let start = Instant::now();
        while !self.has_ended() {
            if start.elapsed() >= limit {
                return false;
            }
            std::thread::sleep(TICK);
        }
        true
    }

    /// Kills the whole group, if there is still anything of it, and gives the child's exit status.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        // Fails only where no such group is left, and that is what is wanted.
        let _ = killpg(self.id(), Signal::SIGKILL);
        let status = self.child.wait()?;
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A child that cannot be waited for can be reported to nobody here.
        let _ = self.stop();
    }
}

/// An exit status in words; nothing where it is a success.
pub fn how_it_failed(status: ExitStatus) -> Option<String> {
    match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("exit status {code}")),
        (_, Some(number)) => {
            let name = Signal::try_from(number).map_or("?", Signal::as_str);
            Some(format!("killed by signal {number} ({name})"))
        }
        _ => Some(status.to_string()),
    }
}

/// In the child: asks to be killed when the parent ends, unless it has ended already.
fn die_with(parent: Pid) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    #[cfg(target_os = "freebsd")]
    {
        let mut signal: libc::c_int = libc::SIGKILL;
        // SAFETY: PROC_PDEATHSIG_CTL reads one int through the pointer, which is valid for the call; id 0
        // with P_PID is the caller itself.
        let done = unsafe {
            libc::procctl(
                libc::P_PID,
                0,
                libc::PROC_PDEATHSIG_CTL,
                (&raw mut signal).cast(),
            )
        };
        if done == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    if nix::unistd::getppid() != parent {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        Process::start(command, Stdio::null()).expect("/bin/sh starts")
    }

    #[test]
    fn an_exit_status_is_told_in_words() {
        let ended = |script| {
            let mut process = shell(script);
            assert!(
                process.wait(Duration::from_secs(20)),
                "{script} does not end"
            );
            how_it_failed(process.stop().expect("a child can be waited for"))
        };
        assert_eq!(ended("exit 0"), None);
        assert_eq!(ended("exit 3").as_deref(), Some("exit status 3"));
        assert_eq!(
            ended("kill -SEGV $$").as_deref(),
            Some("killed by signal 11 (SIGSEGV)")
        );
    }

    #[test]
    fn what_the_child_started_dies_with_it() {
        use std::io::{BufRead, BufReader, Read};
        let mut process = shell("sleep 1000 & echo started; exit 0");
        let mut output = BufReader::new(process.take_output().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("readable");
        assert!(process.wait(Duration::from_secs(20)));
        process.stop().expect("a child can be waited for");
        // The sleeper holds the pipe's other end: it ends when, and only when, that one is dead.
        let mut rest = Vec::new();
        output.read_to_end(&mut rest).expect("readable");
        assert_eq!(
            (line.as_str(), rest.as_slice()),
            ("started\n", [].as_slice())
        );
    }
}
