// SPDX-License-Identifier: BSD-2-Clause
//! Assertions for a C compiler: sizes, alignments, offsets, and the sizes of fields and values of constants.
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use syn::File;

use super::name::unmangled;
use super::records::{Record, Records, last_name};

/// A C file that compiles only if the headers agree with the bindings, and how many assertions it has.
pub fn c_source(file: &File, header: &str) -> Result<(String, usize)> {
    let mut source = Source {
        text: format!("#include \"{header}\"\n"),
        count: 0,
        records: &Records::read(file),
    };
    for (name, record) in &source.records.records {
        source
            .record(name, record)
            .with_context(|| format!("in the type {name}"))?;
    }
    for (name, constant) in &source.records.constants {
        // An enum's constants have its name in front.
        let c_name = name
            .strip_prefix(&format!("{}_", constant.of))
            .unwrap_or(name);
        source.assert(c_name, &constant.value.to_string());
    }
    Ok((source.text, source.count))
}

struct Source<'a> {
    text: String,
    count: usize,
    records: &'a Records,
}

impl Source<'_> {
    fn assert(&mut self, what: &str, is: &str) {
        // To write to a String cannot fail.
        let _ = writeln!(
            self.text,
            "_Static_assert(({what}) == {is}, \"{what} is not {is}\");"
        );
        self.count += 1;
    }

    fn record(&mut self, name: &str, record: &Record) -> Result<()> {
        // What has no name in C is tested as part of what holds it; what is only declared has no layout.
        let Some(size) = record.size.filter(|_| !is_nameless(name)) else {
            return Ok(());
        };
        let keyword = if record.is_union { "union" } else { "struct" };
        let c_type = format!("{keyword} {}", unmangled(name));
        self.assert(&format!("sizeof({c_type})"), &size.to_string());
        if let Some(alignment) = record.alignment {
            self.assert(&format!("_Alignof({c_type})"), &alignment.to_string());
        }
        self.fields(record, &c_type, "", 0)
    }

    /// The fields of a record that begins at `base` in `c_type`, under the name `path`.
    fn fields(&mut self, record: &Record, c_type: &str, path: &str, base: u64) -> Result<()> {
        // Where the field before ends, if that can be told.
        let mut end = Some(0u64);
        for (name, ty) in &record.fields {
            if ["_bindgen_opaque_blob", "_address"].contains(&name.as_str())
                || ["_bitfield_", "__bindgen_padding_"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix))
            {
                end = None;
                continue;
            }
            let part = last_name(ty).filter(|name| is_nameless(name));
            let part = part.and_then(|name| self.records.records.get(&name));
            let size = self
                .records
                .size_of(ty)
                .with_context(|| format!("in the field {name}"))?;
            // An anonymous struct or union: bindgen asserts no offset of it, and its fields have their names in the
            // record around it.
            if name.starts_with("__bindgen_anon_") {
                let part = part.with_context(|| format!("no record for {name}"))?;
                let Some((end_before, alignment)) = end.zip(part.alignment) else {
                    bail!("the offset of {name} cannot be told");
                };
                let offset = if record.is_union {
                    0
                } else {
                    end_before.next_multiple_of(alignment)
                };
                self.fields(part, c_type, path, base + offset)?;
                end = size.map(|size| offset + size);
                continue;
            }
            let Some(offset) = record.offsets.get(name) else {
                bail!("bindgen asserts no offset of {name}")
            };
            end = size.map(|size| offset + size);
            let offset = base + offset;
            let field = format!("{path}{}", unmangled(name));
            self.assert(
                &format!("__builtin_offsetof({c_type}, {field})"),
                &offset.to_string(),
            );
            if let Some(size) = size {
                self.assert(
                    &format!("sizeof((({c_type} *)0)->{field})"),
                    &size.to_string(),
                );
            }
            if let Some(part) = part {
                self.fields(part, c_type, &format!("{field}."), offset)?;
            }
        }
        Ok(())
    }
}

fn is_nameless(name: &str) -> bool {
    name.contains("__bindgen_ty_")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bindgen makes of `struct proc { int pid; union { long a; struct { short b; } c; }; };`
    fn bindings(pid_offset: u64, b_offset: u64, size: u64) -> File {
        syn::parse_str(&format!(
            r#"
            pub struct proc_ {{ pub pid: ::core::ffi::c_int, pub __bindgen_anon_1: proc__bindgen_ty_1 }}
            pub union proc__bindgen_ty_1 {{
                pub a: ::core::ffi::c_long,
                pub c: proc__bindgen_ty_1__bindgen_ty_1,
            }}
            pub struct proc__bindgen_ty_1__bindgen_ty_1 {{ pub b: ::core::ffi::c_short }}
            const _: () = {{
                ["Size of proc__bindgen_ty_1__bindgen_ty_1"][0 - 2usize];
                ["Offset of field: proc__bindgen_ty_1__bindgen_ty_1::b"][0 - {b_offset}usize];
                ["Size of proc__bindgen_ty_1"][0 - 8usize];
                ["Alignment of proc__bindgen_ty_1"][0 - 8usize];
                ["Offset of field: proc__bindgen_ty_1::a"][0 - 0usize];
                ["Offset of field: proc__bindgen_ty_1::c"][0 - 0usize];
                ["Size of proc_"][0 - {size}usize];
                ["Alignment of proc_"][0 - 8usize];
                ["Offset of field: proc_::pid"][0 - {pid_offset}usize];
            }};
            pub const event_LOAD: event = 2;
            "#
        ))
        .unwrap()
    }

    const HEADER: &str = "struct proc { int pid; union { long a; struct { short b; } c; }; };\n\
                          enum event { LOAD = 2 };\n";

    fn compiles(file: &File, header: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("kpi.h"), header).unwrap();
        let (text, _) = c_source(file, "kpi.h").unwrap();
        std::fs::write(folder.path().join("layout.c"), text).unwrap();
        let output = std::process::Command::new("cc")
            .args(["-std=gnu11", "-fsyntax-only", "layout.c"])
            .current_dir(folder.path())
            .output()
            .expect("this test needs the C compiler cc");
        output.status.success()
    }

    #[test]
    fn right_layouts_compile() {
        assert!(compiles(&bindings(0, 0, 16), HEADER));
        let (text, count) = c_source(&bindings(0, 0, 16), "kpi.h").unwrap();
        assert_eq!(count, 11, "{text}");
        assert!(
            text.contains("(__builtin_offsetof(struct proc, c.b)) == 8"),
            "{text}"
        );
    }

    #[test]
    fn a_wrong_offset_is_caught() {
        assert!(!compiles(&bindings(4, 0, 16), HEADER));
    }

    #[test]
    fn a_wrong_offset_in_a_nameless_part_is_caught() {
        assert!(!compiles(&bindings(0, 4, 16), HEADER));
    }

    #[test]
    fn a_wrong_size_is_caught() {
        assert!(!compiles(&bindings(0, 0, 24), HEADER));
    }

    #[test]
    fn a_field_of_another_size_is_caught() {
        assert!(!compiles(
            &bindings(0, 0, 16),
            &HEADER.replace("int pid", "short pid")
        ));
    }

    #[test]
    fn a_wrong_constant_is_caught() {
        assert!(!compiles(
            &bindings(0, 0, 16),
            &HEADER.replace("LOAD = 2", "LOAD = 3")
        ));
    }
}
