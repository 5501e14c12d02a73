// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use crate::names::Executable;
use rwmem::Protection;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

fn sample() -> Layout {
    let mut text = Mapping::anonymous(0x20_0000, 0x20_3000);
    text.kind = Kind::File;
    text.path = Some("/bin/sleep".into());
    text.protection = Protection::READ | Protection::EXECUTE;
    text.flags = MappingFlags::COPY_ON_WRITE | MappingFlags::NEEDS_COPY;
    text.offset = 0x1000;
    text.resident_pages = 3;
    text.private_pages = 2;
    let mut bss = Mapping::anonymous(0x20_3000, 0x20_4000);
    bss.object = Some(0xa);
    let mut other = Mapping::anonymous(0x8_0000_0000, 0x8_1000_0000);
    other.object = Some(0xb);
    other.resident_pages = 384;
    other.private_pages = 384;
    let mut guard = Mapping::anonymous(0x7fff_0000_0000, 0x7fff_1000_0000);
    guard.kind = Kind::Guard;
    guard.protection = Protection::empty();
    let mut stack = Mapping::anonymous(0x7fff_1000_0000, 0x7fff_1002_0000);
    stack.flags = MappingFlags::GROWS_DOWN;
    let mappings = vec![text, bss, other, guard, stack];
    Layout::new(7, mappings, &Executable::default())
}

/// 10 pages of the object 0xb and the one that it copies are in the swap area, and more of 0xa than its mapping shows.
fn sizes() -> Sizes {
    let swap = Swap::of([(0xa, (0, 100)), (0xb, (0xc, 7)), (0xc, (0, 3))]);
    Sizes {
        page: 4096,
        swap: Some(swap),
    }
}

#[test]
fn a_line_for_each_mapping() {
    insta::assert_snapshot!(table(&sample(), &sizes()), @r"
    START          END               SIZE RESIDENT PRIVATE SWAPPED  PROT KIND      NAME
    0x000000200000 0x000000203000   12.0K    12.0K    8.0K       -  r-x  file      /bin/sleep
    0x000000203000 0x000000204000    4.0K        0       0    4.0K  rw-  anonymous heap
    0x000800000000 0x000810000000  256.0M     1.5M    1.5M   40.0K  rw-  anonymous
    0x7fff00000000 0x7fff10000000  256.0M        0       0       0  ---  guard
    0x7fff10000000 0x7fff10020000  128.0K        0       0       -  rw-  anonymous stack
    ");
}

#[test]
fn json_says_more() {
    let layout = sample();
    let entry = entry(&layout.mappings[0], &layout, &sizes());
    insta::assert_snapshot!(serde_json::to_string_pretty(&entry).expect("JSON"), @r#"
    {
      "start": "0x200000",
      "end": "0x203000",
      "size": 12288,
      "resident": 12288,
      "private": 8192,
      "swapped": null,
      "protection": "r-x",
      "kind": "file",
      "offset": 4096,
      "path": "/bin/sleep",
      "name": "sleep+0x0",
      "flags": [
        "copy_on_write",
        "needs_copy"
      ]
    }
    "#);
}

#[test]
fn a_path_is_one_line_and_json_has_it_as_it_is() {
    let paths: [&[u8]; 3] = [
        b"/tmp/a\nb\x1b[2J",
        b"/tmp/\xff",
        "/tmp/\u{9b}né".as_bytes(),
    ];
    let mappings = (1..)
        .zip(paths)
        .map(|(number, path)| {
            let mut file = Mapping::anonymous(number << 16, (number << 16) + 0x1000);
            file.kind = Kind::File;
            file.path = Some(OsStr::from_bytes(path).into());
            file
        })
        .collect();
    let layout = Layout::new(7, mappings, &Executable::default());
    let table = table(&layout, &sizes());
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(!table.contains(|letter: char| letter.is_control() && letter != '\n'));
    for shown in ["/tmp/a\\nb\\x1b[2J", "/tmp/\\xff", "/tmp/\\u{9b}né"] {
        assert!(
            table.lines().any(|line| line.ends_with(shown)),
            "{shown}: {table}"
        );
    }
    let told: Vec<_> = layout
        .mappings
        .iter()
        .map(|mapping| entry(mapping, &layout, &sizes()))
        .map(|entry| (entry.path, entry.path_bytes, entry.name))
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            (some("/tmp/a\nb\x1b[2J"), None, some("a\nb\x1b[2J+0x0")),
            (some("/tmp/\\xff"), some("2f746d702fff"), some("\\xff+0x0")),
            (some("/tmp/\u{9b}né"), None, some("\u{9b}né+0x0")),
        ]
    );
}
