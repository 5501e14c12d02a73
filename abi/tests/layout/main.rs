// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem/abi.h` and `rwmem-abi` are the same interface.
//!
//! FreeBSD's programs cannot be run here, so the proof is left to the compiler: the Rust values are
//! written out as static assertions about `rwmem/abi.h`, and a C and a C++ compiler for each FreeBSD target
//! must accept them.

mod assertions;
mod compiler;
mod source;
mod values;

use compiler::{Language, compile, targets};
use std::collections::BTreeSet;
use values::{CONSTANTS, structures};

/// Compiles the assertions for every target; all that do not hold, with what the compiler said.
fn compile_for_all_targets(language: Language) {
    let source = assertions::generate(&structures(), CONSTANTS);
    let failures: Vec<String> = targets()
        .iter()
        .filter_map(|target| compile(&source, language, target).err())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_header_as_c11_has_rusts_layout_and_values() {
    compile_for_all_targets(Language::C11);
}

#[test]
fn the_header_as_cxx17_has_rusts_layout_and_values() {
    compile_for_all_targets(Language::Cxx17);
}

/// Every wrong value must be refused, or the tests above prove nothing.
#[test]
fn a_wrong_value_does_not_compile() {
    let mut structures = structures();
    let mut wrong = Vec::new();
    for s in &mut structures {
        s.size += 8;
        wrong.push(format!("size of {}", s.c));
        for f in &mut s.fields {
            f.offset += 4;
            f.size += 1;
            f.c_type = "uint16_t";
            for what in ["offset", "size", "type"] {
                wrong.push(format!("{what} of {}.{}", s.c, f.name));
            }
        }
    }
    let constants: Vec<_> = CONSTANTS
        .iter()
        .map(|c| values::Constant {
            value: c.value ^ 1,
            ..*c
        })
        .collect();
    wrong.extend(constants.iter().map(|c| format!("value of {}", c.c)));

    let source = assertions::generate(&structures, &constants);
    for language in [Language::C11, Language::Cxx17] {
        let said =
            compile(&source, language, &targets()[0]).expect_err("wrong values were accepted");
        for what in &wrong {
            assert!(
                // The diagnostic's text, not the source line that it quotes.
                said.lines()
                    .any(|line| line.contains("error:") && line.ends_with(&format!(": {what}"))),
                "as {language:?}, a wrong {what} was accepted; the compiler said:\n{said}"
            );
        }
    }
}

#[test]
fn every_structure_and_field_of_the_header_is_compared() {
    let compared: BTreeSet<String> = structures()
        .iter()
        .flat_map(|s| s.fields.iter().map(|f| format!("{}.{}", s.c, f.name)))
        .collect();
    assert_eq!(source::c_fields(), compared);
}

#[test]
fn every_constant_of_the_header_is_compared() {
    let compared: BTreeSet<String> = CONSTANTS.iter().map(|c| c.c.to_owned()).collect();
    assert_eq!(source::c_constants(), compared);
}

#[test]
fn every_structure_and_field_of_the_crate_is_compared() {
    let compared: BTreeSet<String> = structures()
        .iter()
        .flat_map(|s| s.fields.iter().map(|f| format!("{}.{}", s.rust, f.name)))
        .collect();
    assert_eq!(source::rust_fields(), compared);
}

#[test]
fn every_constant_of_the_crate_is_compared() {
    let compared: BTreeSet<String> = CONSTANTS.iter().map(|c| c.rust.to_owned()).collect();
    assert_eq!(source::rust_constants(), compared);
}

/// The kernel copies these structures out whole: padding would carry its stack along.
#[test]
fn no_structure_has_padding() {
    for s in structures() {
        let fields: usize = s.fields.iter().map(|f| f.size).sum();
        assert_eq!(fields, s.size, "{} has padding", s.rust);
    }
}
