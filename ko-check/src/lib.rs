// SPDX-License-Identifier: BSD-2-Clause
//! Checks a linked kld without running it: what FreeBSD's kernel linker demands of a kld, what kernel
//! code must not do, and what this project promises of its modules.

mod code;
mod image;
mod linker_sets;
mod metadata;
mod offered;
mod place;
mod probes;
mod relocations;
mod report;
mod shape;
mod symbols;

use freebsd_kernels::{Cpu, Kernel};

pub use image::{Image, ParseError};
pub use report::{Check, Outcome, Report};

/// What the module must fit.
pub struct Expectations<'d> {
    /// The module's name.
    pub name: &'d str,
    /// What it was built for.
    pub built_for: Kernel,
    /// A kernel that must be able to load it.
    pub kernel: Option<&'d Image<'d>>,
}

/// Runs every check on the bytes of a module.
pub fn check(module: &[u8], expected: &Expectations) -> Report {
    let Expectations {
        name,
        built_for,
        kernel,
    } = *expected;
    let Kernel {
        number,
        arch_name,
        arch,
        ..
    } = built_for;
    let cpu = arch.cpu;
    let identity = match cpu {
        Cpu::X86_64 => "ET_REL for x86-64, FreeBSD's OSABI",
        Cpu::Aarch64 => "ET_DYN for AArch64",
    };
    let identity = format!("the file is what {arch_name} calls a kld: {identity}");
    let mut report = Report::default();
    let image = match Image::parse(module) {
        Ok(image) => image,
        Err(error) => {
            report.record(identity, vec![error.to_string()]);
            return report;
        }
    };
    let wrong = shape::identity(&image, cpu);
    let is_other_kind = !wrong.is_empty();
    report.record(identity, wrong);
    if is_other_kind {
        // The rest would only say the same in many other ways.
        return report;
    }

    let image = &image;
    report.record(
        "the kernel's linker accepts its structure",
        shape::loadable(image),
    );
    report.record(
        "it has code, and no memory is writable and executable",
        shape::protection(image),
    );
    report.record(
        format!(
            "it is smaller than {} KiB without symbol table and debug information",
            shape::SIZE_LIMIT / 1024
        ),
        shape::size(image),
    );
    report.record(
        "the kernel's linker knows every relocation type",
        relocations::types(image, cpu),
    );
    report.record(
        "the kernel's linker can resolve every relocation's symbol",
        relocations::symbols(image, cpu),
    );
    report.record("there are no common symbols", symbols::common(image));
    report.record(
        "there is no thread-local storage",
        symbols::thread_local(image),
    );
    if cpu == Cpu::X86_64 {
        report.record(
            "there is no global offset table",
            symbols::offset_table(image),
        );
    }
    report.record(
        format!("every undefined symbol is one that FreeBSD {number} {arch_name} offers"),
        symbols::not_offered(image, built_for),
    );
    report.record(
        "the references to symbols that some kernels lack are weak, and no others",
        symbols::wrongly_bound(image, built_for),
    );
    in_kernel(&mut report, image, kernel, built_for);
    report.record(
        "there is no panic machinery",
        symbols::panic_machinery(image),
    );
    report.record(
        "it does not wait on purpose (the feature races)",
        symbols::waits(image),
    );
    report.record(
        "linker sets can be found and their entries point into the module",
        linker_sets::well_formed(image),
    );
    report.record(
        format!("MDT_MODULE names {name} and its event handler"),
        metadata::module(image, name),
    );
    report.record(
        format!("MDT_VERSION is 1 of {name}"),
        metadata::version(image, name),
    );
    report.record(
        format!("MDT_DEPEND asks for a kernel of FreeBSD {number}"),
        metadata::dependency(image, built_for),
    );
    report.record(
        "a SYSINIT registers the module",
        metadata::registration(image, name),
    );
    report.record(
        format!("DTrace finds the provider {name}, its probes and their arguments"),
        probes::provider(image, name, built_for),
    );
    code::check(&mut report, image, cpu);
    report
}

/// The checks against a kernel file.
fn in_kernel(report: &mut Report, image: &Image, kernel: Option<&Image>, built_for: Kernel) {
    let symbols = "every undefined symbol is global in the kernel file";
    let version = "the kernel file's version is within the module's range";
    let Some(kernel) = kernel else {
        for name in [symbols, version] {
            report.skip(name, "no kernel file (--kernel)");
        }
        return;
    };
    let mut missing = symbols::not_in_kernel(image, kernel);
    if kernel.machine != image.machine {
        missing = vec![format!(
            "it is a kernel for {}",
            kernel.machine.name().unwrap_or("another machine")
        )];
    }
    report.record(symbols, missing);
    let range = built_for.major.version..=built_for.last_version();
    report.record(
        version,
        match osreldate(kernel) {
            Ok(found) if range.contains(&found) => Vec::new(),
            Ok(found) => vec![format!("{found} is not in {range:?}")],
            Err(why) => vec![why],
        },
    );
}

/// The kernel's `__FreeBSD_version`, from the variable that holds it.
fn osreldate(kernel: &Image) -> Result<i32, String> {
    let symbol = kernel.symtab.iter().find(|s| s.name == "osreldate");
    let symbol = symbol.ok_or("the kernel file has no symbol 'osreldate'")?;
    let place = kernel.place_of(symbol.value);
    kernel.int(place.ok_or("its 'osreldate' lies in no section")?)
}
