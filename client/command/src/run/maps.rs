// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem maps`

use rwmem::{Mapping, MappingFlags};
use serde::Serialize;

use super::{End, layout};
use crate::arguments::Maps;
use crate::failure::Failure;
use crate::names::Layout;
use crate::number::size;
use crate::output::{Hex, Output};

#[derive(Serialize)]
struct Document {
    pid: i32,
    mappings: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    start: Hex,
    end: Hex,
    size: u64,
    resident_pages: u64,
    protection: String,
    kind: &'static str,
    offset: u64,
    path: Option<String>,
    /// The first address as `mapping+offset`.
    name: Option<String>,
    flags: Vec<&'static str>,
}

pub fn run(arguments: &Maps, output: &mut Output) -> Result<End, Failure> {
    let layout = layout(arguments.pid)?;
    if output.json {
        output.json_document(&Document {
            pid: arguments.pid,
            mappings: layout
                .mappings
                .iter()
                .map(|one| entry(one, &layout))
                .collect(),
        })?;
    } else {
        output.write(|out| out.write_all(table(&layout).as_bytes()))?;
    }
    Ok(End::Done)
}

fn entry(mapping: &Mapping, layout: &Layout) -> Entry {
    Entry {
        start: Hex(mapping.start),
        end: Hex(mapping.end),
        size: mapping.len(),
        resident_pages: mapping.resident_pages,
        protection: mapping.protection.to_string(),
        kind: mapping.kind.name(),
        offset: mapping.offset,
        path: path(mapping),
        name: layout.label(mapping.start),
        flags: flags(mapping.flags),
    }
}

fn path(mapping: &Mapping) -> Option<String> {
    let path = mapping.path.as_ref()?;
    Some(path.display().to_string())
}

fn flags(flags: MappingFlags) -> Vec<&'static str> {
    [
        (MappingFlags::COPY_ON_WRITE, "copy_on_write"),
        (MappingFlags::NEEDS_COPY, "needs_copy"),
        (MappingFlags::NO_CORE_DUMP, "no_core_dump"),
        (MappingFlags::SUPERPAGES, "superpages"),
        (MappingFlags::GROWS_UP, "grows_up"),
        (MappingFlags::GROWS_DOWN, "grows_down"),
        (MappingFlags::WIRED, "wired"),
        (MappingFlags::SYSV_SHM, "sysv_shm"),
        (MappingFlags::POSIX_SHM, "posix_shm"),
    ]
    .into_iter()
    .filter_map(|(flag, name)| flags.contains(flag).then_some(name))
    .collect()
}

fn table(layout: &Layout) -> String {
    let mut text = format!(
        "{:<14} {:<14} {:>10} {:>8}  {:<4} {:<9} {}\n",
        "START", "END", "SIZE", "RESIDENT", "PROT", "KIND", "NAME"
    );
    for mapping in &layout.mappings {
        let name = match path(mapping) {
            Some(path) => path,
            // Only the special places have no file: without the offset, which is 0 or of no interest.
            None => layout
                .label(mapping.start)
                .and_then(|label| Some(label.rsplit_once('+')?.0.to_owned()))
                .unwrap_or_default(),
        };
        let line = format!(
            "{:#014x} {:#014x} {:>10} {:>8}  {:<4} {:<9} {name}",
            mapping.start,
            mapping.end,
            size(mapping.len()),
            mapping.resident_pages,
            mapping.protection.to_string(),
            mapping.kind,
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rwmem::{Kind, Protection};

    fn sample() -> Layout {
        let mut text = Mapping::anonymous(0x20_0000, 0x20_3000);
        text.kind = Kind::File;
        text.path = Some("/bin/sleep".into());
        text.protection = Protection::READ | Protection::EXECUTE;
        text.flags = MappingFlags::COPY_ON_WRITE | MappingFlags::NEEDS_COPY;
        text.offset = 0x1000;
        text.resident_pages = 3;
        let bss = Mapping::anonymous(0x20_3000, 0x20_4000);
        let other = Mapping::anonymous(0x8_0000_0000, 0x8_1000_0000);
        let mut guard = Mapping::anonymous(0x7fff_0000_0000, 0x7fff_1000_0000);
        guard.kind = Kind::Guard;
        guard.protection = Protection::empty();
        let mut stack = Mapping::anonymous(0x7fff_1000_0000, 0x7fff_1002_0000);
        stack.flags = MappingFlags::GROWS_DOWN;
        Layout::new(7, vec![text, bss, other, guard, stack], None)
    }

    #[test]
    fn a_line_for_each_mapping() {
        insta::assert_snapshot!(table(&sample()), @r"
        START          END                  SIZE RESIDENT  PROT KIND      NAME
        0x000000200000 0x000000203000   12.0 KiB        3  r-x  file      /bin/sleep
        0x000000203000 0x000000204000    4.0 KiB        0  rw-  anonymous heap
        0x000800000000 0x000810000000  256.0 MiB        0  rw-  anonymous
        0x7fff00000000 0x7fff10000000  256.0 MiB        0  ---  guard
        0x7fff10000000 0x7fff10020000  128.0 KiB        0  rw-  anonymous stack
        ");
    }

    #[test]
    fn json_says_more() {
        let layout = sample();
        let entry = entry(&layout.mappings[0], &layout);
        insta::assert_snapshot!(serde_json::to_string_pretty(&entry).expect("JSON"), @r#"
        {
          "start": "0x200000",
          "end": "0x203000",
          "size": 12288,
          "resident_pages": 3,
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
}
