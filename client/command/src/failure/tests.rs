// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use rwmem::{Direction, Kind, Protection};

fn layout() -> Layout {
    let mut text = Mapping::anonymous(0x20_0000, 0x20_3000);
    text.kind = Kind::File;
    text.path = Some("/bin/sleep".into());
    text.protection = Protection::READ | Protection::EXECUTE;
    let mut guard = Mapping::anonymous(0x30_0000, 0x31_0000);
    guard.kind = Kind::Guard;
    guard.protection = Protection::empty();
    Layout::new(7, vec![text, guard], None)
}

fn fault(address: u64, direction: Direction, layout: Option<&Layout>) -> Failure {
    let error = rwmem::Error::Transfer {
        direction,
        pid: 7,
        address,
        len: 16,
        done: 0,
        cause: io::Error::from_raw_os_error(libc::EFAULT),
    };
    Failure::transfer(error, 7, layout)
}

#[test]
fn what_is_nearest_is_told() {
    let layout = layout();
    let read = |address| fault(address, Direction::Read, Some(&layout)).to_string();
    insta::assert_snapshot!(read(0x1000), @"nothing can be read at 0x1000 in process 7: nothing is mapped there; after it, 0x1ff000 bytes away, is 0x200000-0x203000 r-x /bin/sleep");
    insta::assert_snapshot!(read(0x20_4000), @"nothing can be read at 0x204000 in process 7: nothing is mapped there; before it, 0x1000 bytes away, is 0x200000-0x203000 r-x /bin/sleep; after it, 0xfc000 bytes away, is 0x300000-0x310000 --- guard");
    insta::assert_snapshot!(read(0x40_0000), @"nothing can be read at 0x400000 in process 7: nothing is mapped there; before it, 0xf0000 bytes away, is 0x300000-0x310000 --- guard");
    insta::assert_snapshot!(read(0x30_0010), @"nothing can be read at 0x300010 in process 7: it lies in 0x300000-0x310000 --- guard");
    let nothing = Layout::new(7, vec![], None);
    insta::assert_snapshot!(fault(0, Direction::Write, Some(&nothing)), @"nothing can be written at 0x0 in process 7: nothing at all is mapped");
    insta::assert_snapshot!(fault(0, Direction::Write, None), @"nothing can be written at 0x0 in process 7: what is mapped cannot be told, for the process has ended");
}

#[test]
fn each_failure_has_its_code() {
    let permission = || io::Error::from_raw_os_error(libc::EPERM);
    let of = |error: rwmem::Error| Failure::from(error);
    let ambiguous = NameError::Ambiguous {
        pid: 1,
        name: "x".into(),
        candidates: vec![],
    };
    let all = [
        (of(rwmem::Error::NotLoaded), "not_loaded", 3),
        (
            of(rwmem::Error::DevicePermission {
                access: Access::Read,
                cause: permission(),
            }),
            "device_permission",
            4,
        ),
        (
            of(rwmem::Error::NotPermitted {
                pid: 7,
                cause: permission(),
            }),
            "process_permission",
            4,
        ),
        (
            of(rwmem::Error::SystemProcess { pid: 7 }),
            "process_permission",
            4,
        ),
        (of(rwmem::Error::NoSuchProcess { pid: 7 }), "no_process", 5),
        (of(rwmem::Error::Executing { pid: 7 }), "executing", 7),
        (fault(0, Direction::Read, None), "not_mapped", 6),
        (Failure::Name(ambiguous), "ambiguous_name", 2),
        (Failure::Usage(String::new()), "usage", 2),
        (Failure::Pattern(PatternError::Empty), "usage", 2),
        (Failure::Input(permission()), "file", 7),
    ];
    for (failure, kind, code) in all {
        assert_eq!((failure.kind(), failure.exit_code()), (kind, code));
        let told = failure.told();
        assert!(!told.message.is_empty() || kind == "usage");
    }
}
