// SPDX-License-Identifier: BSD-2-Clause
//! A person at a machine's console: through this program's own terminal, or through a socket.

use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};

use crate::backend::Machine;
use crate::error::Error;
use crate::follow::Console;
use crate::interrupt::Interrupt;
use crate::process::TICK;
use crate::say;

/// Ctrl-], as in telnet: ends the connection whatever the machine does.
const WAY_OUT: u8 = 0x1d;
/// What a terminal takes for the end of its input (Ctrl-D).
const END_OF_INPUT: u8 = 0x04;
/// A person at the socket who does not read for so long is gone.
const STUCK: Duration = Duration::from_secs(5);

/// A machine and its console, for a person.
pub struct Attached<'a> {
    pub machine: &'a mut Machine,
    pub console: &'a Console,
    pub log: &'a mut dyn Write,
    pub interrupt: &'a Interrupt,
}

/// A socket for [`Attached::socket`]; from now on somebody may come to it.
pub fn socket(path: &Path) -> Result<UnixListener, Error> {
    let listener = UnixListener::bind(path).map_err(Error::file("make the socket", path))?;
    listener
        .set_nonblocking(true)
        .map_err(Error::file("wait at the socket", path))?;
    Ok(listener)
}

type Keys = Arc<Mutex<Option<ChildStdin>>>;

impl Attached<'_> {
    /// Connects this program's own input and output to the console, until the machine is off or the person
    /// has had enough. `pending` is what the console has printed already.
    pub fn terminal(self, pending: &str) -> Result<(), Error> {
        let keys: Keys = Arc::new(Mutex::new(self.machine.process.take_input()));
        let left = Arc::new(AtomicBool::new(false));
        let raw = Raw::enter();
        let is_terminal = raw.is_some();
        {
            let left = Arc::clone(&left);
            // It ends with the input, or with this program.
            std::thread::spawn(move || {
                each_read(&mut io::stdin(), |typed| {
                    if is_terminal && typed.contains(&WAY_OUT) {
                        left.store(true, Ordering::Relaxed);
                    } else {
                        press(&keys, typed);
                    }
                });
                press(&keys, &[END_OF_INPUT]);
            });
        }
        let mut output = io::stdout();
        show(&mut output, pending.as_bytes());
        self.listen(|chunk| {
            if let Some(chunk) = chunk {
                show(&mut output, chunk);
            }
            left.load(Ordering::Relaxed)
        })
    }

    /// Connects the console to one visitor of the socket after another, until the machine is off.
    pub fn socket(self, listener: &UnixListener) -> Result<(), Error> {
        let keys: Keys = Arc::new(Mutex::new(self.machine.process.take_input()));
        let mut visitor: Option<Visitor> = None;
        self.listen(|chunk| {
            if let Some(one) = &mut visitor {
                let stuck = chunk.is_some_and(|chunk| one.stream.write_all(chunk).is_err());
                if stuck || one.gone.load(Ordering::Relaxed) {
                    visitor = None;
                }
            }
            if visitor.is_none()
                && let Ok((stream, _)) = listener.accept()
            {
                visitor = Visitor::welcome(stream, &keys).ok();
            }
            false
        })
    }

    /// Calls `with` for what the console prints, and at least once for each tick, until `with` returns true
    /// or the machine is off.
    fn listen(self, mut with: impl FnMut(Option<&[u8]>) -> bool) -> Result<(), Error> {
        loop {
            self.interrupt.check()?;
            let enough = match self.console.recv_timeout(TICK) {
                Ok(chunk) => {
                    self.log
                        .write_all(&chunk)
                        .map_err(Error::file("write", "the console's log".as_ref()))?;
                    with(Some(&chunk))
                }
                Err(RecvTimeoutError::Timeout) => with(None) || self.machine.process.has_ended(),
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if enough {
                return Ok(());
            }
        }
    }
}

/// Somebody who has come to the socket.
struct Visitor {
    stream: UnixStream,
    /// Nothing more will be typed.
    gone: Arc<AtomicBool>,
}

impl Visitor {
    fn welcome(stream: UnixStream, keys: &Keys) -> io::Result<Self> {
        // On some systems it inherits this from the listener.
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(STUCK))?;
        let gone = Arc::new(AtomicBool::new(false));
        let mut typed = stream.try_clone()?;
        // A prompt was printed when nobody was there: have it printed again.
        press(keys, b"\r");
        let (keys, left) = (Arc::clone(keys), Arc::clone(&gone));
        std::thread::spawn(move || {
            each_read(&mut typed, |typed| press(&keys, typed));
            left.store(true, Ordering::Relaxed);
        });
        Ok(Visitor { stream, gone })
    }
}

/// Reads to the end.
fn each_read(input: &mut impl Read, mut with: impl FnMut(&[u8])) {
    let mut buffer = [0; 256];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => with(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Types on the machine's console.
fn press(keys: &Keys, bytes: &[u8]) {
    if let Ok(mut keys) = keys.lock()
        && let Some(input) = keys.as_mut()
    {
        // A machine that is off has no use for it.
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }
}

fn show(output: &mut impl Write, bytes: &[u8]) {
    // There is no place left to say that nobody listens.
    let _ = output.write_all(bytes).and_then(|()| output.flush());
}

/// A terminal in raw mode, until this is dropped.
struct Raw {
    before: Termios,
}

impl Raw {
    /// None where the input is no terminal.
    fn enter() -> Option<Raw> {
        if !io::stdin().is_terminal() {
            return None;
        }
        let before = tcgetattr(io::stdin()).ok()?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &raw).ok()?;
        Some(Raw { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if tcsetattr(io::stdin(), SetArg::TCSANOW, &self.before).is_err() {
            say::aside("vm-test: the terminal could not be set back: stty sane");
        }
    }
}
