// SPDX-License-Identifier: BSD-2-Clause
//! What readers and writers cost their target, and each other: the guest's records, and the ratios that follow.

use rwmem_vm_protocol::bench::{Direction, LARGE, ROUNDS, Record, SIZES, WAYS, Way};
use serde::Serialize;

use super::copied::{self, Copied};
use super::measurement::title;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pair {
    /// The target's pace beside the control, as a part of its pace alone: how quiet the host was.
    Control,
    /// The target's pace beside somebody who moves its memory, as a part of its pace beside the control.
    Company {
        direction: Direction,
        path: Way,
        bytes: u64,
    },
    /// What two readers of one target read, as a part of what two readers of a target each do.
    Readers { path: Way, bytes: u64 },
}

/// The ratios of all rounds.
#[derive(Clone, Debug, Serialize)]
pub struct Ratio {
    #[serde(flatten)]
    pub pair: Pair,
    pub rounds: Vec<f64>,
    pub median: f64,
    /// The median of the bytes a second that the companion, or both readers of one target, moved.
    pub bytes_per_second: Option<f64>,
    #[serde(skip)]
    speeds: Vec<f64>,
}

/// All of one run.
#[derive(Debug, Default)]
pub struct Company {
    pub ratios: Vec<Ratio>,
    pub copied: Vec<Copied>,
    /// Lines that say nothing that can be understood.
    pub unreadable: Vec<String>,
}

impl Company {
    /// Reads what stands behind `bench: ` on the console.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut company = Company::default();
        for line in lines {
            let added = serde_json::from_str(line)
                .ok()
                .and_then(|record| company.add_record(record));
            if added.is_none() {
                company.unreadable.push(line.to_owned());
            }
        }
        company
    }

    fn add_record(&mut self, record: Record<'_>) -> Option<()> {
        match record {
            Record::Copy { .. } | Record::Dump { .. } => copied::add(&mut self.copied, record),
            _ => {
                let (pair, ratio, speed) = compared(record)?;
                self.add(pair, ratio, speed);
                Some(())
            }
        }
    }

    fn add(&mut self, pair: Pair, ratio: f64, speed: Option<f64>) {
        let known = self.ratios.iter().position(|one| one.pair == pair);
        let place = known.unwrap_or_else(|| {
            self.ratios.push(Ratio {
                pair,
                rounds: Vec::new(),
                median: 0.0,
                bytes_per_second: None,
                speeds: Vec::new(),
            });
            self.ratios.len() - 1
        });
        let one = &mut self.ratios[place];
        one.rounds.push(ratio);
        one.median = median(&one.rounds).unwrap_or_default();
        one.speeds.extend(speed);
        one.bytes_per_second = median(&one.speeds);
    }

    pub fn get(&self, pair: Pair) -> Option<&Ratio> {
        self.ratios.iter().find(|ratio| ratio.pair == pair)
    }

    /// What should have been measured, so many times, and was not.
    pub fn missing(&self) -> Vec<String> {
        required()
            .filter_map(|pair| {
                let rounds = self.get(pair).map_or(0, |ratio| ratio.rounds.len());
                (rounds < ROUNDS).then(|| format!("{} ({rounds} of {ROUNDS} times)", pair.name()))
            })
            .chain(copied::missing(&self.copied))
            .collect()
    }
}

/// All that a run must measure.
fn required() -> impl Iterator<Item = Pair> {
    let company = |direction| {
        WAYS.into_iter().flat_map(move |path| {
            SIZES.map(|bytes| Pair::Company {
                direction,
                path,
                bytes,
            })
        })
    };
    let readers = WAYS
        .into_iter()
        .flat_map(|path| LARGE.map(|bytes| Pair::Readers { path, bytes }));
    [Pair::Control]
        .into_iter()
        .chain(company(Direction::Read))
        .chain(company(Direction::Write))
        .chain(readers)
}

/// What a record compares, its ratio, and bytes a second; none where a time or the other side's count is 0.
fn compared(record: Record<'_>) -> Option<(Pair, f64, Option<f64>)> {
    let pace = |count: u64, ns: u64| (ns > 0).then(|| count as f64 * 1e9 / ns as f64);
    let ratio = |one: f64, other: f64| (other > 0.0).then(|| one / other);
    match record {
        Record::Alone {
            laps,
            ns,
            control_laps,
            control_ns,
            ..
        } => {
            let ratio = ratio(pace(control_laps, control_ns)?, pace(laps, ns)?)?;
            Some((Pair::Control, ratio, None))
        }
        Record::Company {
            direction,
            path,
            bytes,
            laps,
            ns,
            pieces,
            control_laps,
            control_ns,
            ..
        } => {
            let pair = Pair::Company {
                direction,
                path,
                bytes,
            };
            let ratio = ratio(pace(laps, ns)?, pace(control_laps, control_ns)?)?;
            Some((pair, ratio, pace(pieces * bytes, ns)))
        }
        Record::Readers {
            path,
            bytes,
            together,
            together_ns,
            apart,
            apart_ns,
            ..
        } => {
            let ratio = ratio(pace(together, together_ns)?, pace(apart, apart_ns)?)?;
            let speed = pace(together * bytes, together_ns);
            Some((Pair::Readers { path, bytes }, ratio, speed))
        }
        Record::Transfer { .. } | Record::Copy { .. } | Record::Dump { .. } => None,
    }
}

pub fn median(of: &[f64]) -> Option<f64> {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Who moves memory in this direction.
pub fn actor(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "reader",
        Direction::Write => "writer",
    }
}

impl Pair {
    /// In words.
    pub fn name(self) -> String {
        match self {
            Pair::Control => "the target beside the control, of its pace alone".to_owned(),
            Pair::Company {
                direction,
                path,
                bytes,
            } => format!(
                "beside a {} of {}, {}",
                direction.word(),
                size(bytes),
                title(path)
            ),
            Pair::Readers { path, bytes } => {
                format!("two readers of {}, {}", size(bytes), title(path))
            }
        }
    }
}

/// A size in words: `64 KiB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 30 => format!("{} GiB", bytes >> 30),
        _ if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} B"),
    }
}
