// SPDX-License-Identifier: BSD-2-Clause
//! Who may have how many descriptors attached.
use super::*;
use crate::step::SLOTS;
use crate::who::Who;

/// Every descriptor is open, and so many may be attached.
fn of(most: u32, steps: Vec<Step>) -> Vec<Step> {
    let open = (0..SLOTS).map(|slot| Step::Open {
        slot,
        flags: READ_WRITE,
    });
    let most = Step::SetMaxAttached(most);
    open.chain([most]).chain(steps).collect()
}

fn attach(who: Who, slot: usize) -> [Step; 2] {
    [Step::Become(who), Step::attach(slot, TARGET)]
}

pub fn shares() -> Vec<Scenario> {
    let (one, two, three) = (Who::User(1), Who::User(2), Who::User(3));
    let by_turns = |most, turns: &[(Who, usize)]| {
        let turns = turns.iter().flat_map(|(who, slot)| attach(*who, *slot));
        of(most, turns.collect())
    };
    vec![
        scenario(
            "shares_of_users",
            PLAIN,
            by_turns(
                4,
                &[
                    (one, 0),
                    (one, 1),
                    (one, 0),
                    (two, 1),
                    (three, 2),
                    // All that those who have a share may have together.
                    (Who::User(4), 3),
                    (Who::Jail(0), 3),
                    (Who::Root, 3),
                ],
            ),
        ),
        scenario(
            "shares_of_jails",
            PLAIN,
            by_turns(
                4,
                &[
                    (Who::Jail(1), 0),
                    (Who::Jail(0), 1),
                    (Who::Jail(2), 1),
                    (Who::Jail(2), 0),
                    (Who::Jail(3), 1),
                    (Who::Root, 2),
                    (Who::Root, 3),
                ],
            ),
        ),
        scenario(
            "shares_passed_on",
            PLAIN,
            [
                by_turns(
                    4,
                    &[
                        (one, 0),
                        (two, 1),
                        // The second of one owner, in the place of another's.
                        (one, 1),
                        (Who::Root, 0),
                        (one, 1),
                        (two, 0),
                        (Who::Jail(0), 2),
                        (Who::Root, 3),
                        (three, 3),
                        (Who::Jail(0), 3),
                    ],
                ),
                vec![
                    // Who undoes it, or closes it, has nothing to do with whose it was.
                    Step::detach(2),
                    Step::Become(one),
                    Step::Close { slot: 1 },
                    Step::attach(2, TARGET),
                    Step::SetMaxAttached(0),
                    Step::attach(2, CALLER),
                    Step::attach(0, CALLER),
                ],
            ]
            .concat(),
        ),
        scenario(
            "shares_of_snapshots",
            PLAIN,
            of(
                5,
                vec![
                    Step::Become(one),
                    Step::snapshot(0, TARGET),
                    Step::snapshot(1, TARGET),
                    Step::attach(2, TARGET),
                    Step::Become(Who::Jail(3)),
                    Step::snapshot(0, TARGET),
                    Step::detach(1),
                ],
            ),
        ),
    ]
}
