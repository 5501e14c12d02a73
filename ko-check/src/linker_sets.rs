// SPDX-License-Identifier: BSD-2-Clause
//! Linker sets: arrays of pointers that the kernel finds by name.

use crate::image::{Home, Image};
use crate::place::Place;
use std::collections::BTreeSet;

const POINTER: u64 = 8;

/// Sets of objects that the kernel writes to: it sorts these sets in place and links their entries.
const WRITTEN_SETS: &[&str] = &["sysinit_set", "sysuninit_set"];
/// Sets whose entries the kernel writes to.
const WRITTEN_ENTRIES: &[&str] = &[
    "sysinit_set",
    "sysuninit_set",
    "sysctl_set",
    "sdt_probes_set",
    "sdt_argtypes_set",
];

/// Every set of the module can be found by the kernel, and every entry points to something loaded.
pub fn well_formed(image: &Image) -> Vec<String> {
    let mut wrong = Vec::new();
    let names: BTreeSet<&str> = image
        .loaded_sections()
        .filter_map(|(_, s)| s.name.strip_prefix("set_"))
        .collect();
    for name in names {
        let slots = match slots(image, name) {
            Ok(slots) => slots,
            Err(why) => {
                wrong.push(why);
                continue;
            }
        };
        for slot in slots {
            if WRITTEN_SETS.contains(&name) && !image.sections[slot.section].is_writable() {
                wrong.push(format!(
                    "set_{name} is read-only, but the kernel sorts it in place"
                ));
            }
            match image.place(slot) {
                Err(why) => wrong.push(why),
                Ok(entry)
                    if WRITTEN_ENTRIES.contains(&name)
                        && !image.sections[entry.section].is_writable() =>
                {
                    wrong.push(format!(
                        "{} points to {}, which is read-only, but the kernel writes to it",
                        image.show(slot),
                        image.show(entry)
                    ));
                }
                Ok(_) => {}
            }
        }
    }
    wrong.dedup();
    wrong
}

/// What the entries of the set `name` (without `set_`) point to; an error if there is no such set.
pub fn entries(image: &Image, name: &str) -> Result<Vec<Place>, String> {
    slots(image, name)?
        .into_iter()
        .map(|slot| image.place(slot))
        .collect()
}

/// The places of a set's pointers.
fn slots(image: &Image, name: &str) -> Result<Vec<Place>, String> {
    let section_name = format!("set_{name}");
    let mut sections = image
        .loaded_sections()
        .filter(|(_, s)| s.name == section_name);
    let Some((section, header)) = sections.next() else {
        return Err(format!("there is no section {section_name}"));
    };
    if sections.next().is_some() {
        return Err(format!(
            "there is more than one section {section_name}: the kernel reads only the first"
        ));
    }
    if header.size % POINTER != 0 {
        return Err(format!(
            "{section_name} is {} bytes long, no whole number of pointers",
            header.size
        ));
    }
    if !image.is_relocatable() {
        let end = header.address + header.size;
        bounded(image, &format!("__start_{section_name}"), header.address)?;
        bounded(image, &format!("__stop_{section_name}"), end)?;
    }
    Ok((0..header.size / POINTER)
        .map(|index| Place {
            section,
            offset: index * POINTER,
        })
        .collect())
}

/// In a shared object the kernel looks a set's bounds up among the dynamic symbols.
fn bounded(image: &Image, symbol: &str, address: u64) -> Result<(), String> {
    let found = image
        .dynsym
        .iter()
        .find(|s| s.name == symbol && !s.local && s.home != Home::Undefined);
    match found {
        None => Err(format!(
            "no dynamic symbol {symbol}, by which the kernel finds the set; declare it weak in the module"
        )),
        Some(found) if found.value != address => {
            Err(format!("{symbol} is {:#x}, not {address:#x}", found.value))
        }
        Some(_) => Ok(()),
    }
}
