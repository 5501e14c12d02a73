// SPDX-License-Identifier: BSD-2-Clause
//! The DTrace provider, as sdt.ko looks for it: three linker sets of structures (`sys/sdt.h`).

use crate::image::Image;
use crate::place::Place;
use crate::{Major, linker_sets};

const PROVIDER: &str = "rwmem";
/// The probes and how many arguments each has.
const PROBES: &[(&str, usize)] = &[("done", 6), ("start", 4)];

/// Where `struct sdt_probe` has what, and its size, which it says itself. FreeBSD 15 put a list in its middle.
struct Layout {
    name: u64,
    size: i32,
}

fn layout(major: Major) -> Layout {
    match major {
        Major::Fourteen => Layout { name: 64, size: 96 },
        Major::Fifteen => Layout {
            name: 80,
            size: 112,
        },
    }
}

/// One provider of that name; its probes, of the size that the kernel expects; the types of their arguments, in order.
pub fn provider(image: &Image, major: Major) -> Vec<String> {
    found(image, &layout(major)).err().into_iter().collect()
}

fn found(image: &Image, layout: &Layout) -> Result<(), String> {
    let provider = match linker_sets::entries(image, "sdt_providers_set")?[..] {
        [only] => only,
        ref all => return Err(format!("{} providers, not one", all.len())),
    };
    let name = image.text(provider)?;
    if name != PROVIDER {
        return Err(format!("the provider is called '{name}'"));
    }
    let mut probes = linker_sets::entries(image, "sdt_probes_set")?
        .into_iter()
        .map(|at| Ok((image.text(at.plus(layout.name))?, at)))
        .collect::<Result<Vec<(String, Place)>, String>>()?;
    probes.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<&str> = probes.iter().map(|(name, _)| name.as_str()).collect();
    if !names.iter().eq(PROBES.iter().map(|(name, _)| name)) {
        return Err(format!("the probes are {names:?}"));
    }
    let arguments = linker_sets::entries(image, "sdt_argtypes_set")?;
    for ((name, at), (_, wanted)) in probes.iter().zip(PROBES) {
        let size = image.int(*at)?;
        if size != layout.size {
            return Err(format!("{name} is of {size} bytes, not {}", layout.size));
        }
        if image.place(at.plus(8))? != provider {
            return Err(format!("{name} is another provider's"));
        }
        let mut own = 0;
        for &argument in &arguments {
            if image.place(argument.plus(40))? != *at {
                continue;
            }
            let index = image.int(argument)?;
            if index != own {
                return Err(format!("argument {own} of {name} says that it is {index}"));
            }
            if image.text(argument.plus(8))?.is_empty() {
                return Err(format!("argument {own} of {name} has no type"));
            }
            own += 1;
        }
        if own as usize != *wanted {
            return Err(format!("{name} has {own} arguments, not {wanted}"));
        }
    }
    Ok(())
}
