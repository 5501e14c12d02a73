// SPDX-License-Identifier: BSD-2-Clause
//! What a file of bindings says, one fact at a time, so that those of two releases can be compared: the types of functions,
//! variables and fields, offsets and sizes, values of constants. The names of arguments do not count.
use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{File, ForeignItem, Item, ReturnType, Signature};

use crate::layout::{Records, unmangled};

/// `fn pget` → `(pid_t, c_int, *mut *mut proc_) -> c_int`, `iovec.iov_len` → `usize at 8`
pub fn facts(file: &File) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let records = Records::read(file);
    for (name, record) in &records.records {
        let name = unmangled(name);
        if let Some(size) = record.size {
            let alignment = record.alignment.unwrap_or(1);
            facts.insert(name.into(), format!("{size} bytes, aligned to {alignment}"));
        }
        for (field, ty) in &record.fields {
            if let Some(offset) = record.offsets.get(field) {
                facts.insert(
                    format!("{name}.{}", unmangled(field)),
                    format!("{} at {offset}", text(ty)),
                );
            }
        }
    }
    for item in &file.items {
        match item {
            Item::ForeignMod(block) => facts.extend(block.items.iter().filter_map(foreign)),
            Item::Const(item) if item.ident != "_" => {
                facts.insert(format!("constant {}", item.ident), text(&item.expr));
            }
            Item::Type(item) => {
                facts.insert(format!("type {}", item.ident), text(&item.ty));
            }
            _ => {}
        }
    }
    facts
}

fn foreign(item: &ForeignItem) -> Option<(String, String)> {
    match item {
        ForeignItem::Fn(item) => Some((format!("fn {}", item.sig.ident), signature(&item.sig))),
        ForeignItem::Static(item) => Some((format!("var {}", item.ident), text(&item.ty))),
        _ => None,
    }
}

fn signature(signature: &Signature) -> String {
    let mut arguments: Vec<String> = signature
        .inputs
        .iter()
        .map(|argument| match argument {
            syn::FnArg::Typed(argument) => text(&argument.ty),
            receiver => text(receiver),
        })
        .collect();
    arguments.extend(signature.variadic.as_ref().map(|_| "...".to_owned()));
    let returns = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", text(ty)),
    };
    format!("({}){returns}", arguments.join(", "))
}

fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(":: core :: ffi :: ", "")
        .replace(":: core :: option :: ", "")
        .replace("* mut ", "*mut ")
        .replace("* const ", "*const ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> BTreeMap<String, String> {
        facts(&syn::parse_str(text).expect("Rust"))
    }

    #[test]
    fn everything_that_a_caller_relies_on_is_a_fact() {
        let facts = of(r#"
            unsafe extern "C" {
                pub fn proc_rwmem(p: *mut proc_, uio: *mut uio) -> ::core::ffi::c_int;
                pub fn printf(arg1: *const ::core::ffi::c_char, ...) -> ::core::ffi::c_int;
                pub static mut ticks: ::core::ffi::c_int;
            }
            pub const EPERM: u32 = 1;
            pub type pid_t = __int32_t;
            pub struct iovec { pub iov_len: usize }
            const _: () = {
                ["Size of iovec"][::core::mem::size_of::<iovec>() - 16usize];
                ["Alignment of iovec"][::core::mem::align_of::<iovec>() - 8usize];
                ["Offset of field: iovec::iov_len"][::core::mem::offset_of!(iovec, iov_len) - 8usize];
            };"#);
        let facts: Vec<_> = facts.iter().map(|(what, is)| (&**what, &**is)).collect();
        let expected = [
            ("constant EPERM", "1"),
            ("fn printf", "(*const c_char, ...) -> c_int"),
            ("fn proc_rwmem", "(*mut proc_, *mut uio) -> c_int"),
            ("iovec", "16 bytes, aligned to 8"),
            ("iovec.iov_len", "usize at 8"),
            ("type pid_t", "__int32_t"),
            ("var ticks", "c_int"),
        ];
        assert_eq!(facts, expected);
    }

    #[test]
    fn the_names_of_arguments_do_not_count() {
        let function = |name: &str| of(&format!("extern \"C\" {{ fn f({name}: u8); }}"));
        assert_eq!(function("a"), function("b"));
    }
}
