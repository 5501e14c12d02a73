// SPDX-License-Identifier: BSD-2-Clause
//! The file as another program reads it.

use std::time::Duration;

use super::*;
use crate::core_file::notes;
use object::read::elf::{FileHeader, ProgramHeader};

type Header = FileHeader64<LE>;

fn segment(start: u64, pages: u64, content: Content) -> Segment {
    Segment {
        start,
        end: start + pages * PAGE,
        read: true,
        write: start == 0x10000,
        execute: false,
        content,
    }
}

/// So many pages there in the file.
fn at(at: u64, pages: u64) -> Content {
    Content::File {
        at,
        len: pages * PAGE,
    }
}

/// A whole file, with a byte in each page of its memory.
fn file(segments: &[Segment], notes: &[Note]) -> Vec<u8> {
    let places = segments.iter().filter_map(|one| match one.content {
        Content::File { at, len } => Some((one.start, at as usize..(at + len) as usize)),
        _ => None,
    });
    let ends = places.clone().map(|(_, place)| place.end as u64);
    let at = ends.max().unwrap_or(CONTENT);
    let mut file = vec![0; at as usize];
    for (start, place) in places {
        file[place].fill((start >> 12) as u8);
    }
    let (header, tail) = finish(Machine::Amd64, segments, notes, at);
    file[..header.len()].copy_from_slice(&header);
    file.extend(tail);
    file
}

#[test]
fn memory_is_where_the_headers_say() {
    let segments = [
        segment(0x10000, 2, at(CONTENT, 2)),
        segment(0x12000, 1, Content::Missing),
        // Behind its one page there are zeros.
        segment(0x7fff_0000_0000, 1 << 20, at(CONTENT + 2 * PAGE, 1)),
        segment(0x8fff_0000_0000, 1 << 20, Content::Zeros),
    ];
    let file = file(&segments, &[]);
    let header = Header::parse(&*file).expect("an ELF header");
    assert_eq!(header.e_type(LE), elf::ET_CORE);
    assert_eq!(header.e_machine(LE), elf::EM_X86_64);
    assert_eq!(header.e_ident.os_abi, elf::ELFOSABI_FREEBSD);
    let headers = header.program_headers(LE, &*file).expect("program headers");
    let loads: Vec<_> = headers
        .iter()
        .filter(|header| header.p_type(LE) == elf::PT_LOAD)
        .collect();
    // The one that could not be read is not there.
    let there = segments
        .iter()
        .filter(|one| one.content != Content::Missing);
    let there: Vec<_> = there.collect();
    assert_eq!((loads.len(), there.len()), (3, 3));
    for ((load, segment), pages) in loads.iter().zip(there).zip([2, 1, 0]) {
        assert_eq!(load.p_vaddr(LE), segment.start);
        assert_eq!(load.p_memsz(LE), segment.len());
        let data = load.data(LE, &*file).expect("data");
        assert_eq!(data.len() as u64, pages * PAGE);
        assert!(data.iter().all(|&byte| byte == (segment.start >> 12) as u8));
        assert_eq!(load.p_offset(LE) % PAGE, load.p_vaddr(LE) % PAGE);
    }
    assert_eq!(loads[0].p_flags(LE), elf::PF_R | elf::PF_W);
    assert_eq!(loads[1].p_flags(LE), elf::PF_R);
}

#[test]
fn notes_follow_each_other() {
    let wanted = [
        notes::prpsinfo(7, b"cat", b"cat /etc/motd"),
        notes::procstat(notes::PROCSTAT_OSREL, 4, &1_402_000u32.to_le_bytes()),
        notes::procstat(notes::PROCSTAT_UMASK, 2, &0o22u16.to_le_bytes()),
        notes::instant(true, Duration::from_secs(1), Duration::from_secs(2)),
    ];
    let file = file(&[segment(0x10000, 1, at(CONTENT, 1))], &wanted);
    let header = Header::parse(&*file).expect("an ELF header");
    let headers = header.program_headers(LE, &*file).expect("program headers");
    let notes_header = &headers[0];
    let mut found = notes_header
        .notes(LE, &*file)
        .expect("readable notes")
        .expect("notes");
    for note in &wanted {
        let read = found.next().expect("a note").expect("one more");
        assert_eq!(read.name(), note.owner.as_bytes());
        assert_eq!(read.n_type(LE).0, note.kind);
        assert_eq!(read.desc(), note.content);
    }
    assert!(found.next().expect("an end").is_none());
}

#[test]
fn more_program_headers_than_the_header_can_count_are_counted_in_a_section() {
    let count = u64::from(elf::PN_XNUM) + 10;
    let segments: Vec<_> = (0..count)
        .map(|number| segment(0x10_0000 + number * 2 * PAGE, 1, at(CONTENT, 1)))
        .collect();
    let file = file(&segments, &[]);
    let header = Header::parse(&*file).expect("an ELF header");
    let headers = header.program_headers(LE, &*file).expect("program headers");
    assert_eq!(headers.len() as u64, count + 1);
    assert_eq!(
        headers.last().map(|last| last.p_vaddr(LE)),
        segments.last().map(|last| last.start)
    );
}
