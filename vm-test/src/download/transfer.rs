// SPDX-License-Identifier: BSD-2-Clause
//! A set from a mirror into a file, however often the line breaks, until its sum is right.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::bar::Bar;
use super::client::{Client, Trouble, broken};
use super::error::Error;
use super::order::Order;
use super::sum::{Sum, Summing};
use crate::say;

/// So many tries that bring nothing, and a set is given up.
const TRIES: u32 = 4;
/// And a mirror that was never reached: who is offline should be told soon.
const FIRST_TRIES: u32 = 3;
/// The pause after the first of them; each next one is twice as long, but not longer than a mirror may say nothing.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No set is that long.
const LONGEST: u64 = 4 << 30;

/// The pause after this many tries in a row that brought nothing; none if that was the last of so many.
fn pause(order: &Order, tries: u32, of: u32) -> Option<Duration> {
    (tries < of).then(|| (FIRST_PAUSE * (1 << (tries - 1))).min(order.patience()))
}

/// Tries until it succeeds, or another try makes no sense.
pub fn persist<T>(
    order: &Order,
    url: &str,
    mut once: impl FnMut() -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let mut tries = 0;
    loop {
        tries += 1;
        match once() {
            Err(Trouble::Passing(why)) => match pause(order, tries, FIRST_TRIES) {
                Some(pause) => {
                    say::aside(&again(url, &why, pause));
                    thread::sleep(pause);
                }
                None => return Err(Trouble::Lasting(format!("{why} ({FIRST_TRIES} tries)"))),
            },
            other => return other,
        }
    }
}

fn again(url: &str, why: &str, pause: Duration) -> String {
    format!("vm-test: {url}: {why}; again in {} s", pause.as_secs_f32())
}

/// Completes the file, until its sum is `sum`. What is there already is kept, if the mirror can send the rest.
pub fn fetch(
    client: &Client,
    order: &Order,
    url: &str,
    path: &Path,
    sum: &Sum,
) -> Result<(), Error> {
    let name = url.rsplit('/').next().unwrap_or(url);
    let mut part = Part::open(path)?;
    if part.length > 0 && part.sum() == *sum {
        say::aside(&format!("vm-test: {name} was fetched before"));
        return Ok(());
    }
    loop {
        let continued = part.length > 0;
        let mut bar = Bar::new(&format!("fetching {name}"));
        part.complete(client, order, url, &mut bar)?;
        let came = part.sum();
        if came == *sum {
            bar.done(&format!("fetched {name}, its sum is right"));
            return Ok(());
        }
        part.empty()?;
        if !continued {
            let why = format!("its SHA-256 is\n  {came}, and by MANIFEST it should be\n  {sum}.");
            return Err(Error::Damaged {
                url: url.to_owned(),
                why,
            });
        }
        bar.say(&format!(
            "vm-test: {name} does not go with what was there of it; fetching it from the beginning"
        ));
    }
}

/// What there is of a set.
struct Part<'a> {
    path: &'a Path,
    file: File,
    length: u64,
    /// Of those bytes.
    summing: Summing,
}

impl<'a> Part<'a> {
    fn open(path: &'a Path) -> Result<Self, Error> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut part = Part {
            path,
            file: file.map_err(Error::store("write", path))?,
            length: 0,
            summing: Summing::new(),
        };
        part.length = part
            .summing
            .add_all(&part.file)
            .map_err(Error::store("read", path))?;
        Ok(part)
    }

    fn sum(&self) -> Sum {
        self.summing.clone().finish()
    }

    fn empty(&mut self) -> Result<(), Error> {
        let emptied = self
            .file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(Error::store("empty", self.path))?;
        self.length = 0;
        self.summing = Summing::new();
        Ok(())
    }

    /// Fetches what is missing. Only tries that bring nothing count against the mirror.
    fn complete(
        &mut self,
        client: &Client,
        order: &Order,
        url: &str,
        bar: &mut Bar,
    ) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            let before = self.length;
            let why = match self.go_on(client, url, bar)? {
                Ok(()) => return Ok(()),
                Err(Trouble::Passing(why)) => why,
                Err(Trouble::Lasting(why)) => {
                    return Err(Error::Unreachable {
                        attempts: vec![format!("{url}: {why}")],
                    });
                }
                Err(Trouble::Absent(why)) => {
                    let version = order.version().to_string();
                    return Err(Error::NotServed {
                        version,
                        attempts: vec![format!("{url}: {why}")],
                    });
                }
            };
            tries = if self.length > before { 1 } else { tries + 1 };
            let Some(pause) = pause(order, tries, TRIES) else {
                let attempts = vec![format!("{url}: {why} ({TRIES} tries)")];
                return Err(Error::Unreachable { attempts });
            };
            bar.say(&again(url, &why, pause));
            thread::sleep(pause);
        }
    }

    /// One request, and all that comes of it.
    fn go_on(
        &mut self,
        client: &Client,
        url: &str,
        bar: &mut Bar,
    ) -> Result<Result<(), Trouble>, Error> {
        let mut response = match client.get(url, self.length) {
            Ok(response) => response,
            Err(trouble) => return Ok(Err(trouble)),
        };
        if response.start != self.length {
            self.empty()?;
        }
        bar.set_end(response.length);
        bar.begin_at(self.length);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let n = match response.body.read(&mut buffer) {
                // Where the length was announced, an earlier end is an error of the client's.
                Ok(0) => return Ok(Ok(())),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Err(broken(error))),
            };
            self.file
                .write_all(&buffer[..n])
                .map_err(Error::store("write", self.path))?;
            self.summing.add(&buffer[..n]);
            self.length += n as u64;
            bar.set(self.length);
            if self.length > LONGEST {
                return Ok(Err(Trouble::Lasting("it goes on and on".into())));
            }
        }
    }
}
