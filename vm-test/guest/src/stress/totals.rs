// SPDX-License-Identifier: BSD-2-Clause
//! How the totals are told, and what is lacking in them.

use super::board::Board;
use super::count::{Ending, Event, Way};
use crate::console::{remark, show};
use crate::text::Text;
use core::fmt::Write;

/// Who is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For the log.
    Log,
    /// For the person who waits.
    Show,
}

impl Tone {
    pub fn say(self, line: &str) {
        match self {
            Tone::Log => remark!("{line}"),
            Tone::Show => show!("{line}"),
        }
    }
}

/// A table of the ways, then a list of the events.
pub fn tell(board: &Board, tone: Tone) {
    let (mut requests, mut bytes) = (0, 0);
    for &way in Way::ALL {
        let sum: u64 = Ending::ALL.iter().map(|&a| board.endings(way, a)).sum();
        if sum == 0 {
            continue;
        }
        requests += sum;
        bytes += board.bytes(way);
        let mut line = Text::<200>::of(format_args!(
            "{:15} {sum:9} requests, {:8} KiB:",
            way.name(),
            board.bytes(way) >> 10
        ));
        for &ending in Ending::ALL {
            let count = board.endings(way, ending);
            if count > 0 {
                // Writing to a Text never fails.
                let _ = write!(line, " {} {count}", ending.name());
            }
        }
        tone.say(line.as_str());
    }
    let line = Text::<200>::of(format_args!(
        "{:15} {requests:9} requests, {:8} KiB",
        "all",
        bytes >> 10
    ));
    tone.say(line.as_str());
    for &event in Event::ALL {
        let count = board.events(event);
        if count > 0 {
            tone.say(Text::<100>::of(format_args!("{count:9} {}", event.name())).as_str());
        }
    }
}

/// What must have happened and has not: a run without it has not tested it.
pub fn lacking(board: &Board) -> Option<&'static str> {
    // These depend on the machine, or are of the other test.
    let may_lack = |event: Event| {
        matches!(
            event,
            Event::Crash
                | Event::Jail
                | Event::SwappedIn
                | Event::SwappedOut
                | Event::Resumed
                | Event::Limit
                | Event::InPlace
                | Event::Check
                | Event::SeenChange
                | Event::Theft
                | Event::Intrusion
        )
    };
    let no_event = |event: &&Event| board.events(**event) == 0 && !may_lack(**event);
    let no_way = |way: &&Way| board.endings(**way, Ending::Whole) == 0;
    let no_ending =
        |ending: &&Ending| !Way::ALL.iter().any(|&way| board.endings(way, **ending) > 0);
    let endings = [Ending::Fault, Ending::Gone, Ending::Denied];
    let event = Event::ALL.iter().find(no_event).map(|event| event.name());
    let way = Way::ALL.iter().find(no_way).map(|way| way.name());
    let ending = endings.iter().find(no_ending).map(|ending| ending.name());
    event.or(way).or(ending)
}
