// SPDX-License-Identifier: BSD-2-Clause
//! Follows a machine's console until its end, or until it must be stopped.

use std::io::{self, Read, Write};
use std::process::ChildStdout;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use crate::backend::Machine;
use crate::console::Lines;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::judge::{End, Judge, Seen};
use crate::process::{Process, TICK};
use crate::task::Limits;

/// A machine that works prints less than this.
const MOST_BYTES: u64 = 16 << 20;
/// After a panic, or when the guest is done, so much silence is enough.
const LAST_WORDS: Duration = Duration::from_secs(20);
/// How long the console may stay open after the machine's process has ended.
const DRAIN: Duration = Duration::from_secs(1);

/// Is shown each line and what it meant; `tick` is called while nothing comes.
pub trait Watcher {
    fn line(&mut self, line: &str, seen: &Seen);
    fn tick(&mut self);
}

/// What a machine's console prints, in pieces, as they come.
pub struct Console(Option<Receiver<Vec<u8>>>);

impl Console {
    /// The console of a machine that was just started.
    pub fn of(machine: &mut Machine) -> Self {
        Console(machine.process.take_output().map(read_in_background))
    }

    pub fn recv_timeout(&self, timeout: Duration) -> Result<Vec<u8>, RecvTimeoutError> {
        match &self.0 {
            Some(receiver) => receiver.recv_timeout(timeout),
            None => Err(RecvTimeoutError::Disconnected),
        }
    }
}

/// What came of following a console.
#[derive(Debug)]
pub enum Followed {
    /// The machine is off.
    Ended(End),
    /// The guest is done, the machine is still on, and this is what it has printed since.
    Kept(String),
}

/// How to follow a console.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    pub limits: Limits,
    /// To leave the machine on when the guest is done.
    pub keep: bool,
    pub interrupt: &'a Interrupt,
}

/// Follows the console to its end, writes it to `log`, and shows each line to the judge and the watcher.
/// The machine is stopped when this returns, also with an error, unless it is to be kept.
pub fn follow(
    machine: &mut Machine,
    console: &Console,
    manner: Manner<'_>,
    log: &mut dyn Write,
    judge: &mut Judge,
    watcher: &mut dyn Watcher,
) -> Result<Followed, Error> {
    let Machine {
        process,
        how_it_failed,
        ..
    } = machine;
    let mut listener = Listener {
        lines: Lines::default(),
        judge,
        watcher,
        result: Instant::now(),
        after: String::new(),
    };
    let end = listen(process, console, manner, log, &mut listener);
    let rest = listener.lines.rest();
    if manner.keep && matches!(end, Ok(None)) && listener.judge.done() && !process.has_ended() {
        return Ok(Followed::Kept(listener.after + &rest.unwrap_or_default()));
    }
    let status = process.stop();
    if let Some(rest) = rest {
        listener.hear(&rest);
    }
    let end = match (end?, status) {
        (Some(end), _) => end,
        (None, Ok(status)) => how_it_failed(status).map_or(End::Stopped, End::Broke),
        (None, Err(error)) => End::Broke(error.to_string()),
    };
    Ok(Followed::Ended(end))
}

struct Listener<'a> {
    lines: Lines,
    judge: &'a mut Judge,
    watcher: &'a mut dyn Watcher,
    /// When the last test ended.
    result: Instant,
    /// What came after the guest was done, where the machine is kept.
    after: String,
}

impl Listener<'_> {
    fn hear(&mut self, line: &str) {
        let seen = self.judge.line(line);
        if let Seen::Test(_) = seen {
            self.judge.took(self.result.elapsed());
            self.result = Instant::now();
        }
        self.watcher.line(line, &seen);
    }
}

/// Listens until the machine ends by itself or need not be listened to any more (None), or there is a reason
/// to stop it.
fn listen(
    machine: &Process,
    console: &Console,
    manner: Manner<'_>,
    log: &mut dyn Write,
    listener: &mut Listener<'_>,
) -> Result<Option<End>, Error> {
    let Manner {
        limits, interrupt, ..
    } = manner;
    let start = Instant::now();
    let mut heard = start;
    let mut ended: Option<Instant> = None;
    let mut bytes = 0u64;
    loop {
        interrupt.check()?;
        match console.recv_timeout(TICK) {
            Ok(chunk) => {
                heard = Instant::now();
                bytes += chunk.len() as u64;
                log.write_all(&chunk)
                    .map_err(Error::file("write", "the console's log".as_ref()))?;
                for line in listener.lines.feed(&chunk) {
                    if manner.keep && listener.judge.done() {
                        listener.after += &format!("{line}\r\n");
                    } else {
                        listener.hear(&line);
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody can print any more; the process itself may need a moment to end.
            Err(RecvTimeoutError::Disconnected) => {
                if machine.wait(TICK) {
                    return Ok(None);
                }
            }
        }
        listener.watcher.tick();
        if ended.is_none() && machine.has_ended() {
            ended = Some(Instant::now());
        }
        if manner.keep && listener.judge.done() {
            return Ok(None);
        }
        let fallen = listener.judge.fallen();
        let over = fallen || listener.judge.done();
        let silence = if over {
            limits.silence.min(LAST_WORDS)
        } else {
            limits.silence
        };
        if ended.is_some_and(|when| when.elapsed() >= DRAIN) {
            return Ok(None);
        } else if bytes > MOST_BYTES {
            return Ok(Some(End::Flood(MOST_BYTES)));
        } else if start.elapsed() >= limits.total {
            return Ok(Some(End::TimeLimit(limits.total)));
        } else if heard.elapsed() >= silence {
            return Ok(Some(End::Silence(silence)));
        }
    }
}

/// A thread that reads the console, so that the one which follows it can look at the clock. It ends with the
/// console, or with the receiver.
fn read_in_background(mut console: ChildStdout) -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(64);
    std::thread::spawn(move || {
        let mut buffer = [0u8; 4096];
        loop {
            match console.read(&mut buffer) {
                Ok(0) => return,
                Ok(n) => {
                    if sender.send(buffer[..n].to_vec()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    });
    receiver
}
