// SPDX-License-Identifier: BSD-2-Clause
//! What the two sources declare, read from their text, so that nothing can be added without being compared.

use std::collections::BTreeSet;

const HEADER: &str = include_str!("../../include/rwmem/abi.h");
const CRATE: &str = include_str!("../../src/lib.rs");

/// `rwmem/abi.h` without comments.
fn header() -> String {
    let mut parts = HEADER.split("/*");
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        code.push_str(part.split_once("*/").expect("a comment ends").1);
    }
    code
}

/// Every `NAME` of a `#define NAME value` but the include guard, which has no value.
pub fn c_constants() -> BTreeSet<String> {
    header()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#define"))
        .filter_map(|rest| rest.trim().split_once(char::is_whitespace))
        .map(|(name, _value)| name.to_owned())
        .collect()
}

/// Every field of every structure, as `struct.field`.
pub fn c_fields() -> BTreeSet<String> {
    let header = header();
    let mut fields = BTreeSet::new();
    for definition in header.split("struct ").skip(1) {
        // `struct x)` in a macro's argument is no definition.
        let Some((name, rest)) = definition.split_once('{') else {
            continue;
        };
        if name.contains(')') {
            continue;
        }
        let body = rest.split_once('}').expect("a structure ends").0;
        for declaration in body.split(';').map(str::trim).filter(|d| !d.is_empty()) {
            // `uint32_t a, b`, `char c[40]`
            let (_type, names) = declaration
                .split_once(char::is_whitespace)
                .expect("a field has a type and a name");
            for field in names.split(',') {
                let field = field.split('[').next().unwrap_or_default().trim();
                fields.insert(format!("{}.{field}", name.trim()));
            }
        }
    }
    fields
}

/// Every `pub const`.
pub fn rust_constants() -> BTreeSet<String> {
    CRATE
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub const "))
        .filter(|rest| !rest.starts_with("fn "))
        .filter_map(|rest| rest.split_once(':'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Every field of every `pub struct`, as `Struct.field`; the fields are all public.
pub fn rust_fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let mut structure = "";
    for line in CRATE.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            structure = rest.split([' ', '{', '(']).next().unwrap_or_default();
        } else if let Some((name, _type)) = line
            .strip_prefix("pub ")
            .and_then(|rest| rest.split_once(':'))
            && !name.contains(' ')
        {
            fields.insert(format!("{structure}.{name}"));
        }
    }
    fields
}
