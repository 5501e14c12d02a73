// SPDX-License-Identifier: BSD-2-Clause
//! From the header to Rust: bindgen, twice. The first run finds which types there are, so that the second can make
//! opaque each that is not listed (bindgen knows no "all but these").
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use bindgen::callbacks::{DiscoveredItem, DiscoveredItemId, ParseCallbacks};
use bindgen::{Builder, Formatter, RustEdition, RustTarget};
use freebsd_kernels::{Difference, Kernel};
use syn::File;

use crate::allowlist::Allowlist;
use crate::kernel::Source;
use crate::trim;

/// The text of the Rust file for a kernel, from kpi.h and allowlist.txt in the folder `bindings`.
pub fn generate(source: &Source, bindings: &Path) -> Result<String> {
    let allowlist = allowlist(source.kernel, bindings)?;
    let (file, missing) = read(source, bindings, &allowlist)?;
    if !missing.is_empty() {
        bail!(
            "allowlist.txt names what the headers of {} do not have: {}",
            source.kernel.name(),
            missing.join(", ")
        );
    }
    Ok(format!(
        "// SPDX-License-Identifier: BSD-2-Clause\n{}",
        prettyplease::unparse(&file)
    ))
}

/// The Rust file for a kernel, and the names in the allowlist that its headers do not have.
pub fn read(
    source: &Source,
    bindings: &Path,
    allowlist: &Allowlist,
) -> Result<(File, Vec<String>)> {
    let kernel = source.kernel;
    let header = &bindings.join("kpi.h");
    let flags = source.libclang_flags();
    let run = |builder: Builder| {
        let bindings = builder.generate().with_context(|| {
            format!(
                "bindgen cannot read {} for {}",
                header.display(),
                kernel.name()
            )
        })?;
        anyhow::Ok(bindings.to_string())
    };

    let found = Found::default();
    run(builder(&flags, header, allowlist).parse_callbacks(Box::new(found.clone())))?;
    let mut second = builder(&flags, header, allowlist);
    for name in found
        .0
        .borrow()
        .iter()
        .filter(|name| !allowlist.types.contains(name))
    {
        second = second.opaque_type(name);
    }
    let text = run(second)?;

    let file = syn::parse_file(&text).context("bindgen's output is no Rust")?;
    let missing = trim::missing(&file, allowlist);
    let mut file = trim::trim(file, allowlist);
    let private = Difference::all().iter().filter(|field| field.private);
    trim::keep_private(&mut file, private.map(|field| &*field.what));
    Ok((file, missing))
}

/// bindings/allowlist.txt.
pub fn allowlist(kernel: Kernel, bindings: &Path) -> Result<Allowlist> {
    let path = bindings.join("allowlist.txt");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Allowlist::parse(&text, kernel).with_context(|| format!("in {}", path.display()))
}

fn builder(flags: &[String], header: &Path, allowlist: &Allowlist) -> Builder {
    // The first Rust with the edition; newer ones that bindgen may know change nothing that is of use here.
    let rust = RustTarget::stable(85, 0).unwrap_or_default();
    let mut builder = bindgen::builder()
        .header(header.display().to_string())
        .clang_args(flags)
        .use_core()
        .rust_target(rust)
        .rust_edition(RustEdition::Edition2024)
        .disable_header_comment()
        .generate_comments(false)
        .layout_tests(true)
        .derive_debug(false)
        .enable_function_attribute_detection()
        .merge_extern_blocks(true)
        .sort_semantically(true)
        .formatter(Formatter::None);
    for name in &allowlist.functions {
        builder = builder.allowlist_function(name);
    }
    for name in &allowlist.variables {
        builder = builder.allowlist_var(name);
    }
    for name in &allowlist.types {
        builder = builder.allowlist_type(name);
    }
    builder
}

/// The structs and unions that bindgen meets, by the names that C has for them.
#[derive(Clone, Debug, Default)]
struct Found(Rc<RefCell<BTreeSet<String>>>);

impl ParseCallbacks for Found {
    fn new_item_found(
        &self,
        _id: DiscoveredItemId,
        item: DiscoveredItem,
        _location: Option<&bindgen::callbacks::SourceLocation>,
    ) {
        if let DiscoveredItem::Struct {
            original_name,
            final_name,
        }
        | DiscoveredItem::Union {
            original_name,
            final_name,
        } = item
        {
            let name = original_name.unwrap_or(final_name);
            // One without a name is part of another, and as visible as that.
            if !name.contains("__bindgen_ty_") {
                self.0.borrow_mut().insert(name);
            }
        }
    }
}
