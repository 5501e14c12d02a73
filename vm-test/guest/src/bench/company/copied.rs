// SPDX-License-Identifier: BSD-2-Clause
//! How long a target stands still at most while its address space is copied, and while all of its memory is read, and
//! which pace it keeps.
//!
//! The target writes to its pages, one after the other, and looks at the clock after each. Beside it, another copies its own
//! memory, before as long as after; so what the host does to the machine meanwhile is in the control, too.

use super::{ITS_CPU, LAP, Pace, percent};
use crate::bench::output::{Output, tell_record};
use crate::bench::touched::Touched;
use crate::console::{remark, say};
use crate::device::Device;
use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Patience};
use crate::sys::ptrace::{Io, Stopped};
use crate::sys::{Errno, cpu, time};
use crate::target::{PATIENCE, Target};
use rwmem_vm_protocol::bench::{COPIED, COPIES, DUMPED, DUMPS, Pages, Record, Way};

/// A look at the target takes at least so long, in nanoseconds.
const WINDOW: u64 = 250_000_000;
/// What is read at once of all of a target's memory.
const PIECE: u64 = 1 << 20;

/// Measures each of the copies and dumps once; whether all could be.
pub fn measure(output: Output, round: u64) -> Result<bool, Errno> {
    let observer = Observer::new()?;
    let mut all = true;
    for bytes in COPIED {
        for &pages in Pages::ALL {
            for way in COPIES {
                let result = copied(&observer, way, bytes, pages).map(|[seen, control]| {
                    tell_copy(output, way, bytes, pages, round, seen, control);
                });
                if let Err(error) = result {
                    let (way, pages) = (way.word(), pages.word());
                    remark!("{way} of {bytes} bytes in {pages} cannot be measured: {error}");
                    all = false;
                }
            }
        }
    }
    for way in DUMPS {
        let result = dumped(&observer, way).map(|(took, [seen, control])| {
            tell_dump(output, way, round, took, seen, control);
        });
        if let Err(error) = result {
            remark!("a dump, {}, cannot be measured: {error}", way.word());
            all = false;
        }
    }
    Ok(all)
}

/// What was seen of the target.
#[derive(Clone, Copy)]
struct Seen {
    pace: Pace,
    pause: u64,
}

/// What the target and its observer tell each other, by words in memory that they share.
struct Watch(Region);

/// The observer's: the number of its look, and what to do.
const LOOK: usize = 0;
const ORDER: usize = 64;
/// The target's: the look that it knows of, its laps, and the longest of them since then.
const KNOWN: usize = 128;
const LAPS: usize = 192;
const LONGEST: usize = 256;

/// Orders; the target takes them away when it has obeyed.
const NOTHING: u64 = 0;
const FORK: u64 = 1;
const END_OF_CHILD: u64 = 2;

impl Watch {
    fn get(&self, word: usize) -> u64 {
        self.0.word(word)
    }

    fn put(&self, word: usize, value: u64) {
        self.0.put_word(word, value);
    }

    /// The target's life.
    fn be_watched(&self, touched: &Touched) -> Result<(), Errno> {
        let (mut last, mut longest, mut laps) = (0, 0, 0);
        let mut child = None;
        for page in (0..touched.len()).cycle() {
            let look = self.get(LOOK);
            if look != self.get(KNOWN) {
                (longest, last) = (0, time::nanoseconds());
                self.put(LONGEST, 0);
                self.put(KNOWN, look);
            }
            match (self.get(ORDER), child) {
                (NOTHING, _) => (),
                (FORK, _) => {
                    match process::fork()? {
                        0 => loop {
                            time::pause(1_000_000);
                        },
                        pid => child = Some(pid),
                    }
                    self.put(ORDER, NOTHING);
                }
                (_, Some(pid)) => {
                    process::kill(pid, crate::sys::signal::SIGKILL)?;
                    process::reap(pid, Patience::Wait)?;
                    child = None;
                    self.put(ORDER, NOTHING);
                }
                _ => return Err(Errno::ECHILD),
            }
            laps += 1;
            touched.write(page, laps);
            let now = time::nanoseconds();
            if now - last > longest {
                longest = now - last;
                self.put(LONGEST, longest);
            }
            last = now;
            self.put(LAPS, laps);
        }
        Ok(())
    }
}

/// Who looks at targets, and takes a processor of its own for it.
struct Observer {
    device: Device,
    own: Region,
    other: Region,
}

impl Observer {
    fn new() -> Result<Observer, Errno> {
        let region = || Region::private(LAP);
        Ok(Observer {
            device: Device::open()?,
            own: region()?,
            other: region()?,
        })
    }

    /// A target that writes to so much memory, and where that begins.
    fn start(&self, watch: &Watch, bytes: u64, pages: Pages) -> Result<(Target, u64), Errno> {
        let target = Target::start(|link| {
            let life = cpu::bind_to(ITS_CPU).and_then(|()| {
                let touched = Touched::new(bytes, pages)?;
                link.say(0);
                link.say(touched.at());
                watch.be_watched(&touched)
            });
            if let Err(error) = life {
                remark!("the target that is copied: {error}");
            }
        })?;
        let base = target.hear()?;
        Ok((target, base))
    }

    fn copy_own(&self) {
        let source = &self.other;
        self.own
            .fill_with(|own| source.fill_with(|other| own.copy_from_slice(other)));
    }

    /// Copies own memory until `condition` holds. ETIMEDOUT where it does not come to.
    fn busy_until(&self, condition: impl Fn() -> bool) -> Result<(), Errno> {
        let end = time::now() + PATIENCE;
        while !condition() {
            self.copy_own();
            if time::now() > end {
                return Err(Errno::ETIMEDOUT);
            }
        }
        Ok(())
    }

    /// What the target feels of `act`, and in the time after it.
    fn look<T>(
        &self,
        watch: &Watch,
        act: impl FnOnce() -> Result<T, Errno>,
    ) -> Result<(T, Seen), Errno> {
        let look = watch.get(LOOK) + 1;
        watch.put(LOOK, look);
        self.busy_until(|| watch.get(KNOWN) == look)?;
        let (begin, before) = (time::nanoseconds(), watch.get(LAPS));
        let result = act()?;
        self.busy_until(|| time::nanoseconds() >= begin + WINDOW)?;
        let (end, after) = (time::nanoseconds(), watch.get(LAPS));
        // A pause that lasts still counts, too.
        self.busy_until(|| watch.get(LAPS) > after + 1)?;
        let pace = Pace {
            count: after - before,
            nanoseconds: end - begin,
        };
        let pause = watch.get(LONGEST);
        Ok((result, Seen { pace, pause }))
    }

    fn order(&self, watch: &Watch, order: u64) -> Result<(), Errno> {
        watch.put(ORDER, order);
        self.busy_until(|| watch.get(ORDER) == NOTHING)
    }
}

/// A copy of a target's address space, and the control.
fn copied(observer: &Observer, way: Way, bytes: u64, pages: Pages) -> Result<[Seen; 2], Errno> {
    let watch = Watch(Region::shared(PAGE)?);
    let (target, _) = observer.start(&watch, bytes, pages)?;
    let ((), control) = observer.look(&watch, || Ok(()))?;
    let seen = match way {
        Way::Fork => {
            let ((), seen) = observer.look(&watch, || observer.order(&watch, FORK))?;
            observer.order(&watch, END_OF_CHILD)?;
            seen
        }
        _ => {
            let device = &observer.device;
            let ((), seen) = observer.look(&watch, || device.snapshot(target.pid()))?;
            device.detach()?;
            seen
        }
    };
    Ok([seen, control])
}

/// All of a target's memory read, how long that took, and the control.
fn dumped(observer: &Observer, way: Way) -> Result<(u64, [Seen; 2]), Errno> {
    let watch = Watch(Region::shared(PAGE)?);
    let (target, base) = observer.start(&watch, DUMPED, Pages::Super)?;
    let ((), control) = observer.look(&watch, || Ok(()))?;
    let (device, pid, local) = (&observer.device, target.pid(), observer.own.at(0));
    let (took, seen) = observer.look(&watch, || {
        let begin = time::nanoseconds();
        let attached = |remote| device.fd().read_to(local, PIECE, remote);
        match way {
            Way::PtIo => {
                let stopped = Stopped::attach(pid)?;
                read_all(base, |remote| stopped.io(Io::Read, remote, local, PIECE))?;
            }
            Way::Snapshot => {
                device.snapshot(pid)?;
                read_all(base, attached)?;
                device.detach()?;
            }
            _ => {
                device.attach(pid)?;
                read_all(base, attached)?;
                device.detach()?;
            }
        }
        Ok(time::nanoseconds() - begin)
    })?;
    Ok((took, [seen, control]))
}

fn read_all(base: u64, mut read: impl FnMut(u64) -> Result<u64, Errno>) -> Result<(), Errno> {
    for offset in (0..DUMPED).step_by(PIECE as usize) {
        if read(base + offset)? != PIECE {
            return Err(Errno::EIO);
        }
    }
    Ok(())
}

fn tell_copy(
    output: Output,
    way: Way,
    bytes: u64,
    pages: Pages,
    round: u64,
    seen: Seen,
    control: Seen,
) {
    match output {
        Output::Lines => tell_record(Record::Copy {
            path: way,
            bytes,
            pages,
            round,
            pause_ns: seen.pause,
            laps: seen.pace.count,
            ns: seen.pace.nanoseconds,
            control_pause_ns: control.pause,
            control_laps: control.pace.count,
            control_ns: control.pace.nanoseconds,
        }),
        Output::Table => say!(
            "{:>5}% of the control's pace, and a pause of {} us: {} of {} MiB in {}",
            percent(seen.pace, control.pace),
            seen.pause / 1000,
            way.word(),
            bytes >> 20,
            pages.word()
        ),
    }
}

fn tell_dump(output: Output, way: Way, round: u64, took: u64, seen: Seen, control: Seen) {
    match output {
        Output::Lines => tell_record(Record::Dump {
            path: way,
            bytes: DUMPED,
            round,
            took_ns: took,
            pause_ns: seen.pause,
            laps: seen.pace.count,
            ns: seen.pace.nanoseconds,
            control_pause_ns: control.pause,
            control_laps: control.pace.count,
            control_ns: control.pace.nanoseconds,
        }),
        Output::Table => say!(
            "{:>5}% of the control's pace, and a pause of {} us: a dump of {} MiB, {}, in {} us",
            percent(seen.pace, control.pace),
            seen.pause / 1000,
            DUMPED >> 20,
            way.word(),
            took / 1000
        ),
    }
}
