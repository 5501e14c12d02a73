// SPDX-License-Identifier: BSD-2-Clause
//! The DTrace provider, as sdt.ko looks for it: three linker sets of structures (`sys/sdt.h`).

use crate::image::Image;
use crate::linker_sets;
use crate::place::Place;
use freebsd_kernels::Kernel;
use std::mem::{offset_of, size_of};

/// The probes that a module promises, and how many arguments each has. A module that is not named here may have any, or none.
const PROMISED: &[(&str, &[(&str, usize)])] = &[("rwmem", &[("done", 6), ("start", 4)])];

/// Where `struct sdt_probe` has what, and its size, which it says itself.
struct Layout {
    name: usize,
    size: usize,
}

macro_rules! layouts {
    ($(($major:literal, $arch:literal, $bindings:ident))*) => {
        /// None for a kernel that there are no bindings for.
        fn layout(kernel: Kernel) -> Option<Layout> {
            match (kernel.number, kernel.arch_name) {
                $(($major, $arch) => Some(Layout {
                    name: offset_of!(freebsd_kpi_sys::$bindings::sdt_probe, name),
                    size: size_of::<freebsd_kpi_sys::$bindings::sdt_probe>(),
                }),)*
                _ => None,
            }
        }
    };
}
freebsd_kpi_sys::each_kernel!(layouts);

/// One provider of that name; its probes, of the size that the kernel expects; the types of their arguments, in order.
pub fn provider(image: &Image, module: &str, kernel: Kernel) -> Vec<String> {
    let promised = PROMISED.iter().find(|(name, _)| *name == module);
    let promised = promised.map(|(_, probes)| *probes);
    let has_any = image
        .sections
        .iter()
        .any(|section| section.name == "set_sdt_providers_set");
    if promised.is_none() && !has_any {
        return Vec::new();
    }
    let layout =
        layout(kernel).ok_or_else(|| format!("there are no bindings for {}", kernel.name()));
    layout
        .and_then(|layout| found(image, module, promised, &layout))
        .err()
        .into_iter()
        .collect()
}

fn found(
    image: &Image,
    module: &str,
    promised: Option<&[(&str, usize)]>,
    layout: &Layout,
) -> Result<(), String> {
    let provider = match linker_sets::entries(image, "sdt_providers_set")?[..] {
        [only] => only,
        ref all => return Err(format!("{} providers, not one", all.len())),
    };
    let name = image.text(provider)?;
    if name != module {
        return Err(format!("the provider is called '{name}'"));
    }
    let mut probes = linker_sets::entries(image, "sdt_probes_set")?
        .into_iter()
        .map(|at| Ok((image.text(at.plus(layout.name as u64))?, at)))
        .collect::<Result<Vec<(String, Place)>, String>>()?;
    probes.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<&str> = probes.iter().map(|(name, _)| name.as_str()).collect();
    if promised.is_some_and(|probes| !names.iter().eq(probes.iter().map(|(name, _)| name))) {
        return Err(format!("the probes are {names:?}"));
    }
    let arguments = linker_sets::entries(image, "sdt_argtypes_set")?;
    for (index, (name, at)) in probes.iter().enumerate() {
        let size = image.int(*at)?;
        if usize::try_from(size) != Ok(layout.size) {
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
        let wanted = promised.and_then(|probes| probes.get(index));
        if let Some((_, wanted)) = wanted
            && own as usize != *wanted
        {
            return Err(format!("{name} has {own} arguments, not {wanted}"));
        }
    }
    Ok(())
}
