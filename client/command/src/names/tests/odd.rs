// SPDX-License-Identifier: BSD-2-Clause
//! Programs and files with odd names, with many, or with none.
use super::*;

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
