// SPDX-License-Identifier: BSD-2-Clause
//! The Rust values as static assertions about `rwmem/abi.h`, in what C11 and C++17 have in common.

use crate::values::{Constant, Structure};
use std::fmt::Write;

const PRELUDE: &str = "\
#include <stddef.h>
#include <rwmem/abi.h>
#ifdef __cplusplus
#define ASSERT(claim, what) static_assert(claim, what)
#define HAS_TYPE(s, f, t) __is_same(decltype(s::f), t)
#else
#define ASSERT(claim, what) _Static_assert(claim, what)
#define HAS_TYPE(s, f, t) __builtin_types_compatible_p(__typeof__(((struct s *)0)->f), t)
#endif
";

/// A translation unit that compiles only if `rwmem/abi.h` agrees with all of `structures` and `constants`.
pub fn generate(structures: &[Structure], constants: &[Constant]) -> String {
    let mut text = PRELUDE.to_owned();
    for s in structures {
        let c = s.c;
        assert_that(
            &mut text,
            format!("sizeof(struct {c}) == {}", s.size),
            format!("size of {c}"),
        );
        for f in &s.fields {
            let name = f.name;
            assert_that(
                &mut text,
                format!("offsetof(struct {c}, {name}) == {}", f.offset),
                format!("offset of {c}.{name}"),
            );
            assert_that(
                &mut text,
                format!("sizeof(((struct {c} *)0)->{name}) == {}", f.size),
                format!("size of {c}.{name}"),
            );
            assert_that(
                &mut text,
                format!("HAS_TYPE({c}, {name}, {})", f.c_type),
                format!("type of {c}.{name}"),
            );
        }
    }
    for k in constants {
        // The sign is compared apart: in a mixed comparison C would make -1 a large number.
        let claim = if k.value < 0 {
            format!("({}) < 0 && ({}) == {}", k.c, k.c, k.value)
        } else {
            format!("({}) > 0 && ({}) + 0ULL == {}ULL", k.c, k.c, k.value)
        };
        assert_that(&mut text, claim, format!("value of {}", k.c));
    }
    text
}

fn assert_that(text: &mut String, claim: String, what: String) {
    writeln!(text, "ASSERT({claim}, \"{what}\");").expect("a String takes any text");
}
