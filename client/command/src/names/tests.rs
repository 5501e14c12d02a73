// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use rwmem::{Kind, MappingFlags, Protection};

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

/// A program and its bss, at 0x200000; `path` is what the mappings are called.
fn small(path: Option<&str>, inode: u64) -> Vec<Mapping> {
    let mut mappings = vec![
        file(0x100000, 0x101000, "/tmp/data", 0, R),
        file(0x200000, 0x201000, "", 0, R),
        file(0x201000, 0x202000, "", 0x1000, RX),
        Mapping::anonymous(0x202000, 0x204000),
    ];
    for mapping in &mut mappings[1..3] {
        mapping.path = path.map(Into::into);
        mapping.file = Some(FileId { device: 1, inode });
    }
    mappings
}

fn starts(layout: &Layout) -> [Result<u64, NameError>; 2] {
    [EXECUTABLE, HEAP].map(|name| layout.find(name).map(|place| place.start))
}

#[test]
fn the_executable_is_a_file_whatever_it_is_called() {
    let wanted = [Ok(0x200000), Ok(0x202000)];
    // A hard link: another name, the same file.
    let mut executable = run_as("/home/me/link");
    executable.file = Some(FileId {
        device: 1,
        inode: 42,
    });
    let layout = Layout::new(1, small(Some("/usr/bin/prog"), 42), &executable);
    assert_eq!(starts(&layout), wanted);
    for name in ["link", "/home/me/link", "prog", "/usr/bin/prog"] {
        assert_eq!(
            layout.find(name).map(|place| place.start),
            Ok(0x200000),
            "{name}"
        );
    }
    assert_eq!(layout.label(0x201010).as_deref(), Some("prog+0x1010"));
    // A nullfs mount: another name, and another number of the file system.
    let mut executable = run_as("/mnt/prog");
    executable.addresses = vec![0x200040, 0x201000];
    assert_eq!(
        starts(&Layout::new(
            1,
            small(Some("/usr/bin/prog"), 42),
            &executable
        )),
        wanted
    );
    // The file was removed: nobody knows its name.
    executable.path = None;
    executable.file = None;
    let layout = Layout::new(1, small(None, 42), &executable);
    assert_eq!(starts(&layout), wanted);
    assert_eq!(layout.label(0x201010).as_deref(), Some("exe+0x1010"));
    // Another file has its name now.
    let mut executable = run_as("/usr/bin/prog");
    executable.addresses = vec![0x200040];
    let mut mappings = small(Some("/usr/bin/prog"), 42);
    mappings[0].path = Some("/usr/bin/prog".into());
    assert_eq!(starts(&Layout::new(1, mappings, &executable)), wanted);
}

#[test]
fn a_path_that_leads_to_a_mapped_file_is_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    std::fs::write(&path, "it").expect("written");
    let mut mappings = small(Some("/elsewhere/name"), 42);
    mappings[1].file = FileId::of(&path).ok();
    mappings[2].file = mappings[1].file;
    let layout = Layout::new(1, mappings, &Executable::default());
    let other = folder.path().join("other");
    std::fs::hard_link(&path, &other).expect("linked");
    for path in [path, other] {
        let text = path.to_str().expect("UTF-8");
        assert_eq!(layout.find(text).map(|place| place.start), Ok(0x200000));
    }
}

#[test]
fn what_is_printed_can_be_typed_back() {
    let odd = [
        "/db/000123.sst",
        "/db/0x200000",
        "/db/4096",
        "/db/99999999999999999999",
        "/db/a+0x10",
        "/db/-n",
        "/db/+1",
        "/db/two\nlines \u{1b}[31m",
        "/db/back\\slash",
        "/db/\u{202e}",
        "/db/né",
        "/db/exe",
        "/db/stack",
        "/db/ ",
        "/db/a",
    ];
    let mut mappings: Vec<_> = (0x10..)
        .zip(odd)
        .map(|(number, path)| file(number << 16, (number << 16) + 0x1000, path, 0, R))
        .collect();
    mappings.push(stack_at(0x7fff0000, 0x7fff8000));
    let layout = Layout::new(7, mappings, &run_as("/db/a"));
    // The stack has but one name, and a file has it too: that is told by its path, the stack by nothing.
    assert_eq!(layout.label(0x7fff0000), None);
    for mapping in &layout.mappings[..odd.len()] {
        for address in [mapping.start, mapping.start + 0x10] {
            let labels = [layout.label(address), layout.exact_label(address)];
            for label in labels.map(|label| label.unwrap_or_else(|| panic!("{mapping:?}"))) {
                let typed = label
                    .parse()
                    .unwrap_or_else(|error| panic!("{label}: {error}"));
                assert_eq!(layout.resolve(&typed), Ok(address), "{label:?}");
            }
        }
    }
    let label = |number: u64| layout.label(number << 16).expect("a name");
    assert_eq!(label(0x10), "000123.sst+0x0");
    assert_eq!(label(0x11), "/db/0x200000+0x0");
    assert_eq!(label(0x17), "two\\nlines \\x1b[31m+0x0");
    assert_eq!(
        layout.exact_label(0x17 << 16).as_deref(),
        Some("two\nlines \u{1b}[31m+0x0")
    );
    // A name with a plus is found without an offset, too.
    assert_eq!(
        layout.resolve(&Address::Named("/db/a+0x10".into())),
        Ok(0x1e0010)
    );
    // What would be taken for another has no name.
    let pair = ["/db/a\\b", "/db/a\\\\b"];
    let pair = [1, 2].map(|number| {
        file(
            number << 16,
            (number << 16) + 1,
            pair[number as usize - 1],
            0,
            R,
        )
    });
    assert_eq!(
        Layout::new(7, pair.to_vec(), &run_as("/x")).label(1 << 16),
        None
    );
    let alone = Layout::new(
        7,
        vec![file(0x1000, 0x2000, "/db/b+0x10", 0, R)],
        &run_as("/x"),
    );
    assert_eq!(alone.resolve(&Address::Named("b+0x10".into())), Ok(0x1000));
}

#[test]
fn naming_takes_no_longer_for_being_one_of_many() {
    const MANY: u64 = 40_000;
    let mappings = (1..=MANY)
        .map(|number| {
            file(
                number << 16,
                (number << 16) + 0x1000,
                &format!("/db/{number:06}.sst"),
                0,
                R,
            )
        })
        .collect();
    let begin = std::time::Instant::now();
    let layout = Layout::new(7, mappings, &Executable::default());
    for number in 1..=MANY {
        let address = (number << 16) + 0x10;
        assert_eq!(layout.label(address), Some(format!("{number:06}.sst+0x10")));
        assert!(layout.mapping(address).is_some());
    }
    // A second at most; with a look at each for each it takes minutes.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
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
