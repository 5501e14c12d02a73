// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use crate::core_file::{Machine, finish};
use object::elf::FileHeader64;
use object::endian::LittleEndian as LE;
use object::read::elf::{FileHeader, ProgramHeader};

fn identity(pid: i32) -> Identity {
    Identity {
        pid,
        started: "1.0".into(),
        image: "00".into(),
    }
}

fn segment(start: u64, len: u64, content: u64) -> Segment {
    Segment {
        start,
        end: start + len,
        read: true,
        write: true,
        execute: false,
        content: Some(content),
    }
}

/// Adds memory and notes it.
fn add(file: &mut DumpFile, start: u64, bytes: &[u8]) -> Segment {
    let content = file.add(bytes).expect("added");
    let segment = segment(start, bytes.len() as u64, content);
    file.note(&segment).expect("noted");
    segment
}

#[test]
fn an_interrupted_dump_is_continued_where_it_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    let first = vec![1; 3 * PAGE as usize];
    let mut file = DumpFile::begin(&path, false, &identity(7)).expect("begun");
    add(&mut file, 0x10000, &first);
    // Written, but not noted: the machine died in between.
    file.add(&[9; 4096]).expect("added");
    drop(file);

    assert!(DumpFile::begin(&path, false, &identity(7)).is_err());
    let other = DumpFile::resume(&path, &identity(8)).expect_err("another process");
    assert!(other.to_string().contains("another process"), "{other}");
    let (mut file, mut segments) = DumpFile::resume(&path, &identity(7)).expect("resumed");
    assert_eq!(segments, [segment(0x10000, 0x3000, CONTENT)]);
    assert_eq!(file.end(), CONTENT + 3 * PAGE);
    // Zeros between, which need no room on the disc.
    let mut second = vec![0; 4 * GRAIN];
    second[3 * GRAIN] = 2;
    segments.push(add(&mut file, 0x80000, &second));
    let (header, tail) = finish(Machine::Amd64, &segments, &[], file.end());
    file.complete(&header, &tail).expect("complete");
    assert!(!Journal::beside(&path).exists());

    let bytes = std::fs::read(&path).expect("a file");
    let header = FileHeader64::<LE>::parse(&*bytes).expect("an ELF header");
    let headers = header.program_headers(LE, &*bytes).expect("headers");
    assert_eq!(headers[1].data(LE, &*bytes), Ok(&first[..]));
    assert_eq!(headers[2].data(LE, &*bytes), Ok(&second[..]));
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata(&path).expect("a file");
    assert_eq!(about.mode() & 0o777, 0o600);
    assert!(
        about.blocks() * 512 < 4 * GRAIN as u64,
        "{}",
        about.blocks()
    );
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    std::fs::write(&path, "mine").expect("written");
    let error = DumpFile::begin(&path, false, &identity(7)).expect_err("refused");
    assert!(
        error.to_string().contains("--force overwrites it"),
        "{error}"
    );
    let error = DumpFile::resume(&path, &identity(7)).expect_err("refused");
    assert!(error.to_string().contains("no interrupted dump"), "{error}");
    assert_eq!(std::fs::read(&path).expect("read"), b"mine");
    DumpFile::begin(&path, true, &identity(7)).expect("forced");
    assert_eq!(std::fs::read(&path).expect("read"), b"");
}

#[test]
fn a_file_shorter_than_its_journal_is_not_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    let mut file = DumpFile::begin(&path, false, &identity(7)).expect("begun");
    add(&mut file, 0x10000, &[1; 4096]);
    drop(file);
    std::fs::write(&path, "").expect("emptied");
    let error = DumpFile::resume(&path, &identity(7)).expect_err("refused");
    assert!(error.to_string().contains("shorter"), "{error}");
}

#[test]
fn a_dump_that_was_interrupted_before_its_first_piece_is_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("core");
    drop(DumpFile::begin(&path, false, &identity(7)).expect("begun"));
    let (file, segments) = DumpFile::resume(&path, &identity(7)).expect("resumed");
    assert_eq!((file.end(), segments.len()), (CONTENT, 0));
}
