// SPDX-License-Identifier: BSD-2-Clause
//! Loading, single transfers by pid, and what is refused.
use super::*;

pub fn lifecycle() -> Vec<Scenario> {
    let (reader, writer) = (
        Step::Open {
            slot: 1,
            flags: FREAD,
        },
        Step::Open {
            slot: 2,
            flags: FWRITE,
        },
    );
    vec![
        scenario("load", PLAIN, vec![]),
        scenario("open", PLAIN, opened(vec![Step::info(0)])),
        scenario(
            "reload",
            PLAIN,
            vec![
                OPEN,
                Step::Close { slot: 0 },
                Step::Unload { force: false },
                Step::Load,
                OPEN,
            ],
        ),
        scenario(
            "revoked",
            PLAIN,
            attached(vec![
                Step::Revoke { slot: 0 },
                Step::Unload { force: false },
                Step::Close { slot: 0 },
            ]),
        ),
        scenario(
            "unload_busy",
            PLAIN,
            opened(vec![
                Step::Unload { force: false },
                Step::Unload { force: true },
            ]),
        ),
        scenario(
            "open_modes",
            PLAIN,
            vec![
                reader,
                writer,
                Step::read(1, TARGET, THERE, HERE, 8),
                Step::write(1, TARGET, THERE, HERE, 8),
                Step::read(2, TARGET, THERE, HERE, 8),
                Step::write(2, TARGET, THERE, HERE, 8),
                Step::batch(1, true, TARGET, ARRAY, &[(THERE, HERE, 8)]),
                Step::attach(1, TARGET),
                Step::pwrite(1, THERE, HERE, 8),
                Step::pread(1, THERE, HERE, 8),
            ],
        ),
    ]
}

pub fn by_pid() -> Vec<Scenario> {
    let one = |name, setting, step| scenario(name, setting, opened(vec![step]));
    vec![
        one(
            "read_small",
            PLAIN,
            Step::read(0, TARGET, THERE + 5, HERE + 3, 100),
        ),
        one(
            "read_pages",
            PLAIN,
            Step::read(0, TARGET, THERE + P - 5, HERE + 3, 3 * P),
        ),
        one(
            "read_chunks",
            PLAIN,
            Step::read(0, TARGET, THERE + 77, HERE + 9, 40 * P),
        ),
        one(
            "read_own",
            PLAIN,
            Step::read(0, CALLER, HERE, HERE + 20 * P, 2 * P),
        ),
        one(
            "read_edge",
            PLAIN,
            Step::read(0, TARGET, EDGE - P - 7, HERE, 3 * P),
        ),
        one(
            "read_our_edge",
            PLAIN,
            Step::read(0, TARGET, THERE, OUR_EDGE - P - 7, 3 * P),
        ),
        one(
            "read_to_read_only",
            PLAIN,
            Step::read(0, TARGET, THERE, ONLY_READ.start, 3),
        ),
        one(
            "read_forbidden",
            PLAIN,
            Step::read(0, TARGET, BEFORE.start, HERE, 4 * P),
        ),
        one("read_nothing", PLAIN, Step::read(0, TARGET, 0, 0, 0)),
        one(
            "write_small",
            PLAIN,
            Step::write(0, TARGET, THERE + 5, HERE + 3, 100),
        ),
        one(
            "write_chunks",
            PLAIN,
            Step::write(0, TARGET, THERE + 77, HERE + 9, 40 * P),
        ),
        one(
            "write_edge",
            PLAIN,
            Step::write(0, TARGET, EDGE - P - 7, HERE, 3 * P),
        ),
        one(
            "write_our_edge",
            PLAIN,
            Step::write(0, TARGET, THERE, OUR_EDGE - P - 7, 3 * P),
        ),
        one(
            "write_text",
            PLAIN,
            Step::write(0, TARGET, TEXT.start + 100, HERE, P),
        ),
    ]
}

pub fn refusals() -> Vec<Scenario> {
    let pids = [
        DENIED,
        EXITING,
        EXECING,
        ZOMBIE,
        TORN,
        HIDDEN,
        SYSTEM,
        NOBODY,
        0,
        -2,
        i32::MIN,
        i32::MAX,
        100_001,
    ];
    let each = |step: &dyn Fn(i32) -> Step| opened(pids.iter().map(|pid| step(*pid)).collect());
    let bad = |xfer: abi::Xfer| Step::of_xfer(0, false, &xfer);
    let good = abi::Xfer {
        pid: TARGET,
        remote: THERE,
        local: HERE,
        len: 8,
        ..abi::Xfer::default()
    };
    let unknown = |request, len| Step::Ioctl {
        slot: 0,
        request,
        argument: vec![7; len],
        segments: None,
    };
    let fcntl = |request, value: i32| Step::Ioctl {
        slot: 0,
        request,
        argument: value.to_le_bytes().to_vec(),
        segments: None,
    };
    vec![
        scenario(
            "refused_read",
            PLAIN,
            each(&|pid| Step::read(0, pid, THERE, HERE, 8)),
        ),
        scenario(
            "refused_write",
            PLAIN,
            each(&|pid| Step::write(0, pid, THERE, HERE, 8)),
        ),
        scenario(
            "refused_batch",
            PLAIN,
            each(&|pid| Step::batch(0, false, pid, ARRAY, &[(THERE, HERE, 8)])),
        ),
        scenario("refused_attach", PLAIN, each(&|pid| Step::attach(0, pid))),
        scenario(
            "malformed",
            PLAIN,
            opened(vec![
                bad(abi::Xfer { flags: 1, ..good }),
                bad(abi::Xfer {
                    reserved: 1,
                    ..good
                }),
                bad(abi::Xfer {
                    len: u64::MAX,
                    ..good
                }),
                bad(abi::Xfer {
                    len: abi::MAX_LEN + 1,
                    ..good
                }),
                bad(abi::Xfer {
                    remote: u64::MAX,
                    ..good
                }),
                bad(abi::Xfer {
                    local: u64::MAX - 3,
                    ..good
                }),
                bad(abi::Xfer {
                    remote: u64::MAX - 8,
                    ..good
                }),
                bad(abi::Xfer {
                    pid: NOBODY,
                    flags: 1,
                    ..good
                }),
                unknown(0x2000_5207, 0),
                unknown(0x8004_5207, 4),
                unknown(0xc030_5208, 48),
                unknown(0xc028_5201, 40),
                unknown(0, 0),
            ]),
        ),
        scenario(
            "fcntl",
            PLAIN,
            opened(vec![
                fcntl(FIONBIO, 1),
                fcntl(FIONBIO, 0),
                fcntl(FIOASYNC, 0),
                fcntl(FIOASYNC, 1),
                fcntl(FIOASYNC, 1 << 24),
            ]),
        ),
        scenario(
            "capability_mode",
            CAPABILITY,
            opened(vec![
                Step::read(0, TARGET, THERE, HERE, 8),
                Step::attach(0, TARGET),
                Step::batch(0, true, TARGET, ARRAY, &[(THERE, HERE, 8)]),
                Step::read(0, CALLER, HERE, HERE + 4 * P, 8),
                Step::attach(0, CALLER),
                Step::pread(0, HERE, HERE + 4 * P, 8),
            ]),
        ),
    ]
}
