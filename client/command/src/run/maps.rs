// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem maps`

use rwmem::{Kind, Mapping, MappingFlags};
use serde::Serialize;

use super::end::End;
use super::target::layout;
use crate::arguments::Maps;
use crate::failure::Failure;
use crate::kernel::{self, Swap};
use crate::names::Layout;
use crate::number::short_size;
use crate::output::{Hex, JsonPath, Output};
use crate::visible::visible;

#[derive(Serialize)]
struct Document {
    pid: i32,
    mappings: Vec<Entry>,
}

/// Sizes are in bytes.
#[derive(Serialize)]
struct Entry {
    start: Hex,
    end: Hex,
    size: u64,
    resident: u64,
    private: u64,
    swapped: Option<u64>,
    protection: String,
    kind: &'static str,
    offset: u64,
    path: Option<String>,
    /// Where the path is no UTF-8, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    /// The first address as `mapping+offset`.
    name: Option<String>,
    flags: Vec<&'static str>,
}

/// What there is in pages, in bytes.
struct Sizes {
    page: u64,
    /// Where it cannot be had, nothing is said of it.
    swap: Option<Swap>,
}

impl Sizes {
    fn resident(&self, mapping: &Mapping) -> u64 {
        mapping.resident_pages.saturating_mul(self.page)
    }

    fn private(&self, mapping: &Mapping) -> u64 {
        mapping.private_pages.saturating_mul(self.page)
    }

    /// For what the kernel does not tell of: nothing.
    fn swapped(&self, mapping: &Mapping) -> Option<u64> {
        let pages = match (mapping.kind, mapping.object) {
            (Kind::Untouched | Kind::Guard, _) => 0,
            (_, Some(object)) => self.swap.as_ref()?.pages(object),
            _ => return None,
        };
        Some(pages.saturating_mul(self.page).min(mapping.len()))
    }
}

pub fn run(arguments: &Maps, output: &mut Output) -> Result<End, Failure> {
    let layout = layout(arguments.pid)?;
    let sizes = Sizes {
        page: kernel::page_size(),
        swap: kernel::swap().ok(),
    };
    if output.json {
        output.json_document(&Document {
            pid: arguments.pid,
            mappings: layout
                .mappings
                .iter()
                .map(|one| entry(one, &layout, &sizes))
                .collect(),
        })?;
    } else {
        output.write(|out| out.write_all(table(&layout, &sizes).as_bytes()))?;
    }
    Ok(End::Done)
}

fn entry(mapping: &Mapping, layout: &Layout, sizes: &Sizes) -> Entry {
    let path = mapping.path.as_deref().map(JsonPath::from);
    let (path, path_bytes) = path.map_or((None, None), |path| (Some(path.text), path.bytes));
    Entry {
        start: Hex(mapping.start),
        end: Hex(mapping.end),
        size: mapping.len(),
        resident: sizes.resident(mapping),
        private: sizes.private(mapping),
        swapped: sizes.swapped(mapping),
        protection: mapping.protection.to_string(),
        kind: mapping.kind.name(),
        offset: mapping.offset,
        path,
        path_bytes,
        name: layout.exact_label(mapping.start),
        flags: flags(mapping.flags),
    }
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

fn table(layout: &Layout, sizes: &Sizes) -> String {
    let mut text = format!(
        "{:<14} {:<14} {:>7} {:>8} {:>7} {:>7}  {:<4} {:<9} {}\n",
        "START", "END", "SIZE", "RESIDENT", "PRIVATE", "SWAPPED", "PROT", "KIND", "NAME"
    );
    for mapping in &layout.mappings {
        let name = match &mapping.path {
            Some(path) => visible(path),
            // Only the special places have no file: without the offset, which is 0 or of no interest.
            None => layout
                .label(mapping.start)
                .and_then(|label| Some(label.rsplit_once('+')?.0.to_owned()))
                .unwrap_or_default(),
        };
        let line = format!(
            "{:#014x} {:#014x} {:>7} {:>8} {:>7} {:>7}  {:<4} {:<9} {name}",
            mapping.start,
            mapping.end,
            short_size(mapping.len()),
            short_size(sizes.resident(mapping)),
            short_size(sizes.private(mapping)),
            sizes
                .swapped(mapping)
                .map_or_else(|| "-".into(), short_size),
            mapping.protection.to_string(),
            mapping.kind,
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
