// SPDX-License-Identifier: BSD-2-Clause
//! What the module says of itself: name, version, dependency, and the call that registers it
//! (`struct mod_metadata` of sys/module.h, `struct sysinit` of sys/kernel.h).

use crate::image::Image;
use crate::linker_sets;
use crate::place::{Place, Pointer};
use freebsd_kernels::Kernel;

const VERSION: i32 = 1;

const MDT_STRUCT_VERSION: i32 = 1;
const MDT_DEPEND: i32 = 1;
const MDT_MODULE: i32 = 2;
const MDT_VERSION: i32 = 3;

/// One `struct mod_metadata`.
struct Metadata {
    kind: i32,
    data: Place,
    label: String,
}

fn all(image: &Image) -> Result<Vec<Metadata>, String> {
    let entries = linker_sets::entries(image, "modmetadata_set")?;
    entries
        .into_iter()
        .map(|at| {
            let version = image.int(at)?;
            if version != MDT_STRUCT_VERSION {
                let place = image.show(at);
                return Err(format!("{place}: metadata of structure version {version}"));
            }
            Ok(Metadata {
                kind: image.int(at.plus(4))?,
                data: image.place(at.plus(8))?,
                label: image.text(at.plus(16))?,
            })
        })
        .collect()
}

/// The data of the one entry of `kind` with that label.
fn only(image: &Image, kind: i32, name: &str, label: &str) -> Result<Place, String> {
    let all = all(image)?;
    let labels: Vec<&str> = all
        .iter()
        .filter(|m| m.kind == kind)
        .map(|m| m.label.as_str())
        .collect();
    match labels[..] {
        [only] if only == label => {}
        _ => return Err(format!("{name} entries {labels:?}, not one of '{label}'")),
    }
    let found = all.into_iter().find(|m| m.kind == kind);
    Ok(found.ok_or("gone")?.data)
}

/// MDT_MODULE: a `moduledata_t` of that name with an event handler in the module's code.
pub fn module(image: &Image, module: &str) -> Vec<String> {
    violations(|| {
        let data = only(image, MDT_MODULE, "MDT_MODULE", module)?;
        let name = image.text(data)?;
        if name != module {
            return Err(format!("the module's data name it '{name}'"));
        }
        is_code(image, data.plus(8), "the event handler")
    })
}

pub fn version(image: &Image, module: &str) -> Vec<String> {
    violations(|| {
        let at = only(image, MDT_VERSION, "MDT_VERSION", module)?;
        match image.int(at)? {
            VERSION => Ok(()),
            other => Err(format!("version {other}, not {VERSION}")),
        }
    })
}

/// MDT_DEPEND on "kernel": from the version compiled for to the end of its major.
pub fn dependency(image: &Image, built_for: Kernel) -> Vec<String> {
    violations(|| {
        let at = only(image, MDT_DEPEND, "MDT_DEPEND", "kernel")?;
        let (min, preferred, max) = (
            image.int(at)?,
            image.int(at.plus(4))?,
            image.int(at.plus(8))?,
        );
        let (first, last) = (built_for.major.version, built_for.last_version());
        if (min, max) != (first, last) || !(min..=max).contains(&preferred) {
            return Err(format!(
                "kernel {min} (preferred {preferred}) to {max}, not {first} to {last}"
            ));
        }
        Ok(())
    })
}

/// A SYSINIT hands the module's data to the kernel's module_register_init, and every SYSINIT and SYSUNINIT
/// calls a function.
pub fn registration(image: &Image, module: &str) -> Vec<String> {
    violations(|| {
        let data = only(image, MDT_MODULE, "MDT_MODULE", module)?;
        let sysinits = linker_sets::entries(image, "sysinit_set")?;
        let sysuninits = match linker_sets::entries(image, "sysuninit_set") {
            Ok(entries) => entries,
            // A module needs none.
            Err(_) if !image.sections.iter().any(|s| s.name == "set_sysuninit_set") => Vec::new(),
            Err(why) => return Err(why),
        };
        let mut registers = 0;
        for &at in &sysinits {
            let register = Pointer::Symbol("module_register_init".to_owned());
            if image.pointer(at.plus(16))? == register {
                if image.place(at.plus(24))? != data {
                    return Err("module_register_init gets something else".to_owned());
                }
                registers += 1;
            }
        }
        if registers != 1 {
            return Err(format!("{registers} SYSINITs register the module, not one"));
        }
        sysinits
            .iter()
            .chain(&sysuninits)
            .try_for_each(|at| is_code(image, at.plus(16), "a SYSINIT's function"))
    })
}

/// The pointer at `at` is to code: the module's or the kernel's.
fn is_code(image: &Image, at: Place, what: &str) -> Result<(), String> {
    match image.pointer(at)? {
        Pointer::Symbol(_) => Ok(()),
        Pointer::Place(place) if image.sections[place.section].is_executable() => Ok(()),
        Pointer::Place(place) => Err(format!("{what} is {}: no code", image.show(place))),
        Pointer::Null => Err(format!("{what} is a null pointer")),
    }
}

fn violations(check: impl FnOnce() -> Result<(), String>) -> Vec<String> {
    check().err().into_iter().collect()
}
