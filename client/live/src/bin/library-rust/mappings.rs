// SPDX-License-Identifier: BSD-2-Clause
//! The target's mappings.
use rwmem::{Kind, MappingFlags, Protection, RemoteProcess};
use rwmem_live::{Target, is, ok};

use crate::Outcome;

pub fn run(target: &Target) -> Outcome {
    let process = RemoteProcess::open(target.pid())?;
    let mappings = process.mappings()?;
    let len = mappings.len();
    let mappings: Vec<_> = mappings.collect();
    is(mappings.len(), len, "the iterator knows its length");
    ok(
        mappings.windows(2).all(|pair| pair[0].end <= pair[1].start),
        "mappings come in order, and none is in another",
    );
    ok(
        mappings.iter().all(|mapping| {
            mapping.start % 4096 == 0 && mapping.len() % 4096 == 0 && !mapping.is_empty()
        }),
        "they are whole pages",
    );

    // procstat(1) asks the kernel in the same way; its text is made by others.
    let lines = std::process::Command::new("procstat")
        .args(["-h", "-v", &target.pid().to_string()])
        .output()?;
    let lines = String::from_utf8_lossy(&lines.stdout).into_owned();
    let theirs: Vec<_> = lines
        .lines()
        .filter_map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            Some((
                words.get(1)?.to_string(),
                words.get(2)?.to_string(),
                words.get(3)?.to_string(),
            ))
        })
        .collect();
    let ours: Vec<_> = mappings
        .iter()
        .map(|mapping| {
            (
                format!("{:#x}", mapping.start),
                format!("{:#x}", mapping.end),
                mapping.protection.to_string(),
            )
        })
        .collect();
    is(
        ours,
        theirs,
        "procstat -v has the same addresses and protections",
    );

    let of = |name| {
        mappings
            .iter()
            .find(|mapping| mapping.contains(target.thing(name).0))
    };
    let program = |it: &rwmem::Mapping| {
        it.path
            .as_ref()
            .is_some_and(|path| path.ends_with("targets"))
    };
    ok(
        of("text").is_some_and(|it| {
            program(it) && it.kind == Kind::File && !it.protection.contains(Protection::WRITE)
        }),
        "the message is in the program's file, read-only",
    );
    ok(
        of("pattern").is_some_and(|it| {
            it.kind == Kind::Anonymous
                && it.protection == Protection::READ | Protection::WRITE
                && it.path.is_none()
                && it.is_scannable()
                && it.resident_pages >= 4
        }),
        "the pattern is anonymous, and in memory",
    );
    ok(
        of("none")
            .is_some_and(|it| it.protection.is_empty() && !it.is_readable() && !it.is_scannable()),
        "memory without access is known as such",
    );
    ok(
        of("hole").is_some_and(|it| {
            it.kind == Kind::File && it.protection == Protection::READ && it.len() == 8192
        }),
        "the file with a hole",
    );
    ok(
        mappings
            .iter()
            .any(|it| program(it) && it.protection.contains(Protection::EXECUTE)),
        "the program's code can be executed",
    );
    ok(
        mappings
            .iter()
            .any(|it| it.kind == Kind::Guard && !it.is_readable()),
        "there are guards",
    );
    ok(
        mappings
            .iter()
            .any(|it| it.flags.contains(MappingFlags::GROWS_DOWN)),
        "there is a stack that grows",
    );
    ok(
        mappings.iter().any(|it| it.offset != 0),
        "there are mappings that begin in the middle of their file",
    );
    Ok(())
}
