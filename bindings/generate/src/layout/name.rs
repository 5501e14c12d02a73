// SPDX-License-Identifier: BSD-2-Clause
//! C names that Rust cannot have: bindgen puts an underscore behind them.

/// Those that bindgen renames, of the ones that C can have at all.
const RENAMED: [&str; 55] = [
    "abstract", "alignof", "as", "async", "await", "become", "box", "crate", "dyn", "f32", "f64",
    "false", "final", "fn", "gen", "i128", "i16", "i32", "i64", "i8", "impl", "in", "isize", "let",
    "loop", "macro", "match", "mod", "move", "mut", "offsetof", "override", "priv", "proc", "pub",
    "pure", "ref", "self", "Self", "str", "super", "trait", "true", "try", "type", "typeof",
    "u128", "u16", "u32", "u64", "u8", "unsafe", "unsized", "usize", "virtual",
];

/// The Rust name of a C name.
pub fn mangled(name: &str) -> String {
    if RENAMED.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// The C name of a Rust name.
pub fn unmangled(name: &str) -> &str {
    match name.strip_suffix('_') {
        Some(short) if RENAMED.contains(&short) => short,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_renamed_is_named_back() {
        assert_eq!(unmangled("proc_"), "proc");
        assert_eq!(unmangled("priv_"), "priv");
        assert_eq!(unmangled("td_"), "td_");
        assert_eq!(unmangled("thread"), "thread");
        assert_eq!(mangled("proc"), "proc_");
        assert_eq!(mangled("pget"), "pget");
    }
}
