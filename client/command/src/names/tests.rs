// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use rwmem::{Kind, MappingFlags, Protection};

mod odd;

const R: Protection = Protection::READ;
const RX: Protection = Protection::READ.union(Protection::EXECUTE);
const RW: Protection = Protection::READ.union(Protection::WRITE);

fn file(start: u64, end: u64, path: &str, offset: u64, protection: Protection) -> Mapping {
    let mut mapping = Mapping::anonymous(start, end);
    mapping.kind = Kind::File;
    mapping.path = Some(path.into());
    mapping.file = Some(file_id(path));
    mapping.offset = offset;
    mapping.protection = protection;
    mapping
}

/// In these tests, a file has one name.
fn file_id(path: &str) -> FileId {
    let inode = path
        .bytes()
        .fold(7u64, |sum, byte| sum.wrapping_mul(31) ^ u64::from(byte));
    FileId { device: 1, inode }
}

fn run_as(path: &str) -> Executable {
    Executable {
        path: Some(path.into()),
        file: Some(file_id(path)),
        addresses: vec![],
    }
}

fn stack_at(start: u64, end: u64) -> Mapping {
    let mut mapping = Mapping::anonymous(start, end);
    mapping.flags = MappingFlags::GROWS_DOWN;
    mapping
}

/// A small program with its bss, libc, a file that is mapped twice, and two threads.
fn layout() -> Layout {
    let mappings = vec![
        file(0x200000, 0x201000, "/usr/bin/prog", 0, R),
        file(0x201000, 0x202000, "/usr/bin/prog", 0, RX),
        file(0x203000, 0x204000, "/usr/bin/prog", 0x1000, RW),
        Mapping::anonymous(0x204000, 0x206000),
        Mapping::anonymous(0x300000, 0x301000),
        file(0x400000, 0x410000, "/lib/libc.so.7", 0, R),
        file(0x410000, 0x420000, "/lib/libc.so.7", 0xf000, RX),
        file(0x420000, 0x421000, "/lib/libc.so.7", 0x1e000, RW),
        Mapping::anonymous(0x421000, 0x424000),
        file(0x500000, 0x501000, "/tmp/data", 0, RW),
        file(0x501000, 0x502000, "/tmp/data", 0, RW),
        file(0x600000, 0x601000, "/usr/local/lib/libc.so.7", 0, R),
        stack_at(0x700000, 0x702000),
        stack_at(0x7fff0000, 0x7fff8000),
    ];
    Layout::new(77, mappings, &run_as("/usr/bin/prog"))
}

fn resolve(text: &str) -> Result<u64, String> {
    let address: Address = text.parse().expect(text);
    layout()
        .resolve(&address)
        .map_err(|error| error.to_string())
}

#[test]
fn names_are_of_files_paths_and_special_places() {
    for (text, wanted) in [
        ("0x1234", 0x1234),
        ("prog", 0x200000),
        ("prog+0x3010", 0x203010),
        ("/usr/bin/prog+1", 0x200001),
        ("exe+0x3000", 0x203000),
        ("heap+16", 0x204010),
        ("/lib/libc.so.7+0x20fff", 0x420fff),
        ("stack", 0x7fff0000),
        ("stack+0x7fff", 0x7fff7fff),
    ] {
        assert_eq!(resolve(text), Ok(wanted), "{text}");
    }
}

#[test]
fn names_that_do_not_serve_are_explained() {
    let error = |text| resolve(text).expect_err(text);
    insta::assert_snapshot!(error("libm.so.5+1"), @r#"process 77 has nothing mapped that is called "libm.so.5"; 'rwmem maps 77' lists what it has"#);
    insta::assert_snapshot!(error("deadbeef"), @r#"process 77 has nothing mapped that is called "deadbeef" (an address in hexadecimal begins with 0x: 0xdeadbeef); 'rwmem maps 77' lists what it has"#);
    insta::assert_snapshot!(error("libc.so.7+0x10"), @r#"
    "libc.so.7" is mapped more than once in process 77: write one of these addresses instead
      0x400000-0x421000 /lib/libc.so.7
      0x600000-0x601000 /usr/local/lib/libc.so.7
    "#);
    insta::assert_snapshot!(error("data"), @r#"
    "data" is mapped more than once in process 77: write one of these addresses instead
      0x500000-0x501000 /tmp/data
      0x501000-0x502000 /tmp/data
    "#);
    insta::assert_snapshot!(error("prog+0x4000"), @r#""prog" has 0x4000 bytes in process 77: +0x4000 is beyond its end"#);
}

#[test]
fn labels_can_be_resolved() {
    let layout = layout();
    for (address, wanted) in [
        (0x203010, Some("prog+0x3010")),
        (0x202800, Some("prog+0x2800")),
        (0x204000, Some("heap+0x0")),
        (0x300000, None),
        // Its file's name is ambiguous, its path is not.
        (0x410000, Some("/lib/libc.so.7+0x10000")),
        (0x421000, None),
        (0x501000, None),
        (0x7fff0001, Some("stack+0x1")),
        (0x700000, None),
    ] {
        let label = layout.label(address);
        assert_eq!(label.as_deref(), wanted, "{address:#x}");
        if let Some(label) = label {
            let parsed = label.parse().expect("an address");
            assert_eq!(layout.resolve(&parsed), Ok(address));
        }
    }
}

#[test]
fn without_a_known_executable_the_first_file_is_it() {
    let mappings = vec![
        file(0x1000, 0x2000, "/bin/x", 0, R),
        stack_at(0x8000, 0x9000),
    ];
    let layout = Layout::new(1, mappings, &Executable::default());
    assert_eq!(layout.find(EXECUTABLE).map(|place| place.start), Ok(0x1000));
    assert!(layout.find(HEAP).is_err());
    assert!(
        Layout::new(1, vec![], &Executable::default())
            .find(STACK)
            .is_err()
    );
}

#[test]
fn neighbours_are_the_nearest() {
    let layout = layout();
    let around = |address| {
        let (below, above) = layout.neighbours(address);
        (below.map(|one| one.end), above.map(|one| one.start))
    };
    assert_eq!(around(0), (None, Some(0x200000)));
    assert_eq!(around(0x202000), (Some(0x202000), Some(0x203000)));
    assert_eq!(around(u64::MAX), (Some(0x7fff8000), None));
}
