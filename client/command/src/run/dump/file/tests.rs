// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use crate::core_file::{Content, Machine, Segment, finish};
use object::elf::FileHeader64;
use object::endian::LittleEndian as LE;
use object::read::elf::{FileHeader, ProgramHeader};

/// Adds memory.
fn add(file: &mut DumpFile, start: u64, bytes: &[u8]) -> Segment {
    Segment {
        start,
        end: start + bytes.len() as u64,
        read: true,
        write: true,
        execute: false,
        content: Content::File {
            at: file.add(bytes).expect("added"),
            len: bytes.len() as u64,
        },
    }
}

#[test]
fn a_complete_dump_is_a_core_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    let first = vec![1; 3 * PAGE as usize];
    // Zeros between, which need no room on the disc.
    let mut second = vec![0; 4 * GRAIN];
    second[3 * GRAIN] = 2;
    let mut file = DumpFile::begin(&path, false).expect("begun");
    let segments = [
        add(&mut file, 0x10000, &first),
        add(&mut file, 0x80000, &second),
    ];
    let (header, tail) = finish(Machine::Amd64, &segments, &[], file.end());
    file.complete(&header, &tail).expect("complete");

    let bytes = fs::read(&path).expect("a file");
    let header = FileHeader64::<LE>::parse(&*bytes).expect("an ELF header");
    let headers = header.program_headers(LE, &*bytes).expect("headers");
    assert_eq!(headers[1].data(LE, &*bytes), Ok(&first[..]));
    assert_eq!(headers[2].data(LE, &*bytes), Ok(&second[..]));
    use std::os::unix::fs::MetadataExt;
    let about = fs::metadata(&path).expect("a file");
    assert_eq!(about.mode() & 0o777, 0o600);
    assert!(
        about.blocks() * 512 < 4 * GRAIN as u64,
        "{}",
        about.blocks()
    );
    let names: Vec<_> = fs::read_dir(&folder).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing else is there: {names:?}");
}

#[test]
fn of_an_interrupted_dump_nothing_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    let mut file = DumpFile::begin(&path, false).expect("begun");
    add(&mut file, 0x10000, &[1; 4096]);
    assert!(path.exists());
    drop(file);
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    fs::write(&path, "mine").expect("written");
    let error = DumpFile::begin(&path, false).expect_err("refused");
    assert!(
        error.to_string().contains("--force overwrites it"),
        "{error}"
    );
    assert_eq!(fs::read(&path).expect("read"), b"mine");
    let file = DumpFile::begin(&path, true).expect("forced");
    assert_eq!(fs::read(&path).expect("read"), b"");
    drop(file);
}

#[test]
fn no_link_is_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, elsewhere) = (folder.path().join("core"), folder.path().join("elsewhere"));
    std::os::unix::fs::symlink(&elsewhere, &path).expect("linked");
    // The link leads nowhere yet: what would be made there is not for whoever made the link.
    let error = DumpFile::begin(&path, false).expect_err("refused");
    assert!(error.to_string().contains("it exists"), "{error}");
    fs::write(&elsewhere, "mine").expect("written");
    let mut file = DumpFile::begin(&path, true).expect("forced");
    add(&mut file, 0x10000, &[1; 4096]);
    assert_eq!(fs::read(&elsewhere).expect("read"), b"mine");
}

#[test]
fn more_than_a_file_can_hold_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    let mut file = DumpFile::begin(&path, false).expect("begun");
    for len in [u64::MAX, u64::MAX - CONTENT, 1 << 63] {
        let error = file.add_zeros(len).expect_err("too long");
        assert!(error.to_string().contains("cannot write"), "{error}");
    }
    assert_eq!(file.end(), CONTENT);
}
