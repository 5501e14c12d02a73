// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use crate::names::Executable;
use rwmem::{Direction, Protection};

fn layout() -> Layout {
    let mut text = Mapping::anonymous(0x20_0000, 0x20_3000);
    text.kind = rwmem::Kind::File;
    text.path = Some("/bin/sleep".into());
    text.protection = Protection::READ | Protection::EXECUTE;
    let mut guard = Mapping::anonymous(0x30_0000, 0x31_0000);
    guard.kind = rwmem::Kind::Guard;
    guard.protection = Protection::empty();
    Layout::new(7, vec![text, guard], &Executable::default())
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
    let nothing = Layout::new(7, vec![], &Executable::default());
    insta::assert_snapshot!(fault(0, Direction::Write, Some(&nothing)), @"nothing can be written at 0x0 in process 7: nothing at all is mapped");
    insta::assert_snapshot!(fault(0, Direction::Write, None), @"nothing can be written at 0x0 in process 7: what is mapped is not known, for the process has ended");
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
        (of(rwmem::Error::NotLoaded), Kind::NotLoaded, 3),
        (
            of(rwmem::Error::DevicePermission {
                access: Access::Read,
                cause: permission(),
            }),
            Kind::DevicePermission,
            4,
        ),
        (
            of(rwmem::Error::NotPermitted {
                pid: 7,
                cause: permission(),
            }),
            Kind::ProcessPermission,
            4,
        ),
        (
            of(rwmem::Error::SystemProcess { pid: 7 }),
            Kind::ProcessPermission,
            4,
        ),
        (
            of(rwmem::Error::NoSuchProcess { pid: 7 }),
            Kind::NoProcess,
            5,
        ),
        (of(rwmem::Error::Executing { pid: 7 }), Kind::Executing, 7),
        (fault(0, Direction::Read, None), Kind::NotMapped, 6),
        (Failure::Name(ambiguous), Kind::AmbiguousName, 2),
        (Failure::Usage(String::new()), Kind::Usage, 2),
        (Failure::Pattern(PatternError::Empty), Kind::Usage, 2),
        (Failure::Input(permission()), Kind::File, 7),
    ];
    for (failure, kind, code) in all {
        assert_eq!((failure.kind(), failure.exit() as u8), (kind, code));
        let error = failure.document();
        assert!(!error.message.is_empty() || kind == Kind::Usage);
        assert_eq!(error.exit_code, code);
    }
}

#[test]
fn what_is_mapped_cannot_write_to_the_terminal() {
    let mut file = Mapping::anonymous(0x20_0000, 0x20_3000);
    file.kind = rwmem::Kind::File;
    file.path = Some("/tmp/\u{1b}]0;owned\u{7}\nrwmem: all is well".into());
    let layout = Layout::new(7, vec![file.clone(), file], &Executable::default());
    let name = "\u{1b}]0;owned\u{7}\nrwmem: all is well";
    for failure in [
        fault(0x1000, Direction::Read, Some(&layout)),
        fault(0x20_0000, Direction::Read, Some(&layout)),
        Failure::from(layout.find(name).expect_err("twice")),
        Failure::from(layout.find("\u{1b}c").expect_err("nowhere")),
        Failure::file("write", "a\u{1b}c\nb".as_ref())(io::ErrorKind::NotFound.into()),
    ] {
        let text = failure.to_string();
        // Where a name is mapped more than once, each candidate has a line of its own.
        let lines = if failure.kind() == Kind::AmbiguousName {
            3
        } else {
            1
        };
        assert_eq!(text.lines().count(), lines, "{text:?}");
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
}
