// SPDX-License-Identifier: BSD-2-Clause
//! What a target feels of a copy of its address space, and of a dump of all its memory: its longest pause, and its pace.

use rwmem_vm_protocol::bench::{COPIED, COPIES, DUMPED, DUMPS, Pages, ROUNDS, Record, Way};
use serde::Serialize;

use super::company::{median, size};

/// What is done with the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deed {
    Copy { path: Way, bytes: u64, pages: Pages },
    Dump { path: Way, bytes: u64 },
}

/// One round of it, and the control beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Felt {
    pub pause_ns: f64,
    pub control_pause_ns: f64,
    /// Of the pace beside the control.
    pub pace: f64,
    /// How long it took, where that is not the pause.
    pub took_ns: Option<f64>,
}

/// All rounds.
#[derive(Clone, Debug, Serialize)]
pub struct Copied {
    #[serde(flatten)]
    pub deed: Deed,
    pub rounds: Vec<Felt>,
    pub median: Felt,
}

/// Adds a record of such; nothing where it is none, or where time or the control stood still.
pub fn add(all: &mut Vec<Copied>, record: Record<'_>) -> Option<()> {
    let (deed, felt) = felt(record)?;
    let known = all.iter_mut().find(|one| one.deed == deed);
    match known {
        Some(one) => {
            one.rounds.push(felt);
            one.median = medians(&one.rounds);
        }
        None => all.push(Copied {
            deed,
            rounds: vec![felt],
            median: felt,
        }),
    }
    Some(())
}

fn felt(record: Record<'_>) -> Option<(Deed, Felt)> {
    let (deed, took_ns) = match record {
        Record::Copy {
            path, bytes, pages, ..
        } => (Deed::Copy { path, bytes, pages }, None),
        Record::Dump {
            path,
            bytes,
            took_ns,
            ..
        } => (Deed::Dump { path, bytes }, Some(took_ns as f64)),
        _ => return None,
    };
    let (Record::Copy {
        pause_ns,
        laps,
        ns,
        control_pause_ns,
        control_laps,
        control_ns,
        ..
    }
    | Record::Dump {
        pause_ns,
        laps,
        ns,
        control_pause_ns,
        control_laps,
        control_ns,
        ..
    }) = record
    else {
        return None;
    };
    if ns == 0 || control_laps == 0 || control_ns == 0 {
        return None;
    }
    let pace = |laps: u64, ns: u64| laps as f64 / ns as f64;
    let felt = Felt {
        pause_ns: pause_ns as f64,
        control_pause_ns: control_pause_ns as f64,
        pace: pace(laps, ns) / pace(control_laps, control_ns),
        took_ns,
    };
    Some((deed, felt))
}

fn medians(rounds: &[Felt]) -> Felt {
    let of = |what: fn(&Felt) -> Option<f64>| {
        median(&rounds.iter().filter_map(what).collect::<Vec<_>>())
    };
    Felt {
        pause_ns: of(|one| Some(one.pause_ns)).unwrap_or_default(),
        control_pause_ns: of(|one| Some(one.control_pause_ns)).unwrap_or_default(),
        pace: of(|one| Some(one.pace)).unwrap_or_default(),
        took_ns: of(|one| one.took_ns),
    }
}

pub fn get(all: &[Copied], deed: Deed) -> Option<&Copied> {
    all.iter().find(|one| one.deed == deed)
}

/// What should have been measured, so many times, and was not.
pub fn missing(all: &[Copied]) -> impl Iterator<Item = String> {
    required().filter_map(|deed| {
        let rounds = get(all, deed).map_or(0, |one| one.rounds.len());
        (rounds < ROUNDS).then(|| format!("{} ({rounds} of {ROUNDS} times)", deed.name()))
    })
}

fn required() -> impl Iterator<Item = Deed> {
    let copies = COPIES.into_iter().flat_map(|path| {
        COPIED.into_iter().flat_map(move |bytes| {
            (Pages::ALL.iter()).map(move |&pages| Deed::Copy { path, bytes, pages })
        })
    });
    let bytes = DUMPED;
    copies.chain(DUMPS.map(|path| Deed::Dump { path, bytes }))
}

impl Deed {
    /// In words.
    fn name(self) -> String {
        match self {
            Deed::Copy { path, bytes, pages } => {
                let (path, size) = (path.word(), size(bytes));
                format!("a copy by {path} of {size} in {}", pages.word())
            }
            Deed::Dump { path, bytes } => {
                format!("a dump of {} by {}", size(bytes), path.word())
            }
        }
    }
}
