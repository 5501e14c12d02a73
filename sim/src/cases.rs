// SPDX-License-Identifier: BSD-2-Clause
//! The requests that the guest's tests ask of the module in FreeBSD too, with the returns that both must get
//! (`cases/`). The model has its own opinion of each, as of any other step.
mod world;

use rwmem_abi as abi;
use rwmem_cases::{self as cases, Answer, Batch, Case, Transfer, Who, errno};
use world::{address, pid};

use crate::call::Event;
use crate::layout::kpi::{FREAD, FWRITE};
use crate::object_file::ObjectFile;
use crate::regions::ARGUMENTS;
use crate::run::{READ_WRITE, run};
use crate::setting::Setting;
use crate::step::{Outcome, Segments, Step};
use crate::syscalls::argument_len;

/// The ways to move bytes, as in the guest's `path.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Single,
    OneSegment,
    AttachedSingle,
    AttachedIo,
}

const PATHS: [Path; 4] = [
    Path::Single,
    Path::OneSegment,
    Path::AttachedSingle,
    Path::AttachedIo,
];

/// A case's steps with their answers.
struct Expansion {
    path: Path,
    slot: usize,
    steps: Vec<Step>,
    answers: Vec<Outcome>,
}

impl Expansion {
    fn add(&mut self, step: Step, answer: Outcome) {
        self.steps.push(step);
        self.answers.push(answer);
    }

    fn case_step(&mut self, step: &cases::Step) {
        let slot = self.slot;
        match *step {
            cases::Step::Transfer(transfer, answer) => self.transfer(transfer, answer),
            cases::Step::Single(transfer, unused, answer) => self.single(transfer, unused, answer),
            cases::Step::Batch(batch) => self.batch(batch),
            cases::Step::Io {
                write,
                remote,
                buffers,
                answer,
            } => {
                let buffers = buffers.iter().map(|(place, len)| (address(*place), *len));
                self.io(write, address(remote), buffers.collect(), answer);
            }
            cases::Step::Attach(who, errno) => {
                self.add(Step::attach(slot, pid(who)), Outcome::errno(errno));
            }
            cases::Step::Detach(errno) => self.add(Step::detach(slot), Outcome::errno(errno)),
            cases::Step::Raw(request, errno) => {
                let request = request as u32;
                let step = Step::Ioctl {
                    slot,
                    request,
                    argument: vec![0; argument_len(request)],
                    segments: None,
                };
                self.add(step, Outcome::errno(errno));
            }
            cases::Step::Reopen { write } => {
                self.slot += 1;
                let flags = if write { FWRITE } else { FREAD };
                let slot = self.slot;
                self.add(Step::Open { slot, flags }, Outcome::default());
            }
            cases::Step::Happen(event) => {
                let event = match event {
                    cases::Event::Exec => Event::Exec,
                    cases::Event::Exit => Event::Exit,
                    cases::Event::Unmap => Event::Unmap,
                    cases::Event::Trace => Event::Trace,
                    cases::Event::Untrace => Event::Untrace,
                    cases::Event::Capability => Event::Capability,
                };
                self.add(Step::Happen(event), Outcome::default());
            }
        }
    }

    fn transfer(&mut self, transfer: Transfer, answer: Answer) {
        let attaches = matches!(self.path, Path::AttachedSingle | Path::AttachedIo)
            && transfer.who != Who::Attached;
        let is_there = matches!(transfer.who, Who::Target | Who::Own);
        let mut attached = transfer;
        if attaches {
            let errno = match answer {
                Answer::Refused(errno) if !is_there => errno,
                _ => errno::NONE,
            };
            let step = Step::attach(self.slot, pid(transfer.who));
            self.add(step, Outcome::errno(errno));
            if !is_there {
                return;
            }
            attached.who = Who::Attached;
        }
        match self.path {
            Path::Single | Path::AttachedSingle => self.single(attached, [0, 0], answer),
            Path::OneSegment => self.one_segment(transfer, answer, is_there),
            Path::AttachedIo => self.io_and_why(transfer, answer),
        }
        if attaches {
            self.add(Step::detach(self.slot), Outcome::default());
        }
    }

    fn single(&mut self, transfer: Transfer, [flags, reserved]: [u32; 2], answer: Answer) {
        let xfer = abi::Xfer {
            pid: pid(transfer.who),
            flags,
            remote: address(transfer.remote),
            local: address(transfer.local),
            len: transfer.len,
            reserved,
            ..abi::Xfer::default()
        };
        let outcome = match answer {
            Answer::Refused(errno) => Outcome::errno(errno),
            Answer::Moved(done, error) => Outcome {
                done,
                error,
                ..Outcome::default()
            },
        };
        self.add(Step::of_xfer(self.slot, transfer.write, &xfer), outcome);
    }

    /// A malformed segment fails alone; what is wrong with the target fails the request.
    fn one_segment(&mut self, transfer: Transfer, answer: Answer, is_there: bool) {
        let outcome = match answer {
            Answer::Refused(errno) if is_there => Outcome {
                segs: vec![(0, errno)],
                ..Outcome::default()
            },
            Answer::Refused(errno) => Outcome::errno(errno),
            Answer::Moved(done, error) => Outcome {
                done,
                segs: vec![(done, error)],
                ..Outcome::default()
            },
        };
        let place = (
            address(transfer.remote),
            address(transfer.local),
            transfer.len,
        );
        let (write, pid) = (transfer.write, pid(transfer.who));
        let step = Step::batch(self.slot, write, pid, ARGUMENTS.start, &[place]);
        self.add(step, outcome);
    }

    /// A short count does not say what stopped it; asking for the next byte does.
    fn io_and_why(&mut self, transfer: Transfer, answer: Answer) {
        let (remote, local) = (address(transfer.remote), address(transfer.local));
        let first = match answer {
            Answer::Moved(done, _) if done > 0 => Answer::Moved(done, errno::NONE),
            answer => answer,
        };
        self.io(transfer.write, remote, vec![(local, transfer.len)], first);
        if let Answer::Moved(done, error) = answer
            && done > 0
            && error != errno::NONE
        {
            let why = Answer::Refused(error);
            self.io(transfer.write, remote + done, vec![(local + done, 1)], why);
        }
    }

    fn io(&mut self, write: bool, offset: u64, buffers: Vec<(u64, u64)>, answer: Answer) {
        let outcome = match answer {
            Answer::Moved(done, errno::NONE) => Outcome {
                done,
                ..Outcome::default()
            },
            Answer::Moved(_, errno) | Answer::Refused(errno) => Outcome::errno(errno),
        };
        let step = Step::Io {
            slot: self.slot,
            write,
            offset,
            buffers,
        };
        self.add(step, outcome);
    }

    fn batch(&mut self, batch: Batch) {
        let seg = |segment: &cases::Segment| abi::Seg {
            remote: address(segment.remote),
            local: address(segment.local),
            len: segment.len,
            reserved: segment.reserved,
            ..abi::Seg::default()
        };
        let segs: Vec<_> = batch.segments.iter().map(seg).collect();
        let request = abi::Batch {
            pid: pid(batch.who),
            flags: batch.flags,
            segs: batch.address.map_or(ARGUMENTS.start, address),
            nsegs: batch.number.unwrap_or(segs.len() as u32),
            reserved: batch.reserved,
            ..abi::Batch::default()
        };
        let outcome = match batch.errno {
            errno::NONE => Outcome {
                done: batch.segments.iter().map(|segment| segment.done).sum(),
                segs: batch
                    .segments
                    .iter()
                    .map(|segment| (segment.done, segment.error))
                    .collect(),
                ..Outcome::default()
            },
            errno => Outcome::errno(errno),
        };
        let segments = batch.address.is_none().then_some(Segments {
            at: ARGUMENTS.start,
            segs,
        });
        let step = Step::of_batch(self.slot, batch.write, &request, segments);
        self.add(step, outcome);
    }
}

fn expand(case: &Case, path: Path) -> Expansion {
    let mut expansion = Expansion {
        path,
        slot: 0,
        steps: Vec::new(),
        answers: Vec::new(),
    };
    let open = Step::Open {
        slot: 0,
        flags: READ_WRITE,
    };
    expansion.add(open, Outcome::default());
    for step in case.steps {
        expansion.case_step(step);
    }
    expansion
}

/// Runs a case by every path that makes a difference to it. Returns what is wrong.
pub fn check(object: &ObjectFile, case: &Case) -> Vec<String> {
    let transfers = |step: &cases::Step| matches!(step, cases::Step::Transfer(..));
    let paths = if case.steps.iter().any(transfers) {
        &PATHS[..]
    } else {
        &PATHS[..1]
    };
    let mut wrong = Vec::new();
    for path in paths {
        let title = format!("cases '{}' ({path:?})", case.name);
        let expansion = expand(case, *path);
        let report = run(object, Setting::default(), &expansion.steps, None, &title);
        wrong.extend(report.violations);
        // Loading is the first step, and closing and unloading the last ones.
        let answered = report.outcomes.iter().skip(1);
        for ((step, answer), got) in expansion.steps.iter().zip(&expansion.answers).zip(answered) {
            if got != answer {
                wrong.push(format!(
                    "{title}: {step:x?}\n  returned {got:?}\n  but must {answer:?}"
                ));
            }
        }
    }
    wrong
}
