// SPDX-License-Identifier: BSD-2-Clause
//! What Rust says: every structure, field and constant of `rwmem-abi`, with its name in C.

use rwmem_abi as abi;
use std::mem::{offset_of, size_of};

pub struct Structure {
    pub rust: &'static str,
    pub c: &'static str,
    pub size: usize,
    pub fields: Vec<Field>,
}

pub struct Field {
    pub name: &'static str,
    pub c_type: &'static str,
    pub offset: usize,
    pub size: usize,
}

#[derive(Clone, Copy)]
pub struct Constant {
    pub rust: &'static str,
    pub c: &'static str,
    pub value: i128,
}

/// The C type that a field's Rust type stands for.
trait CType {
    const NAME: &'static str;
}

impl CType for u32 {
    const NAME: &'static str = "uint32_t";
}
impl CType for i32 {
    const NAME: &'static str = "int32_t";
}
impl CType for u64 {
    const NAME: &'static str = "uint64_t";
}
impl CType for [u8; 40] {
    const NAME: &'static str = "char[40]";
}

/// A field's C type and size, from the field itself, so that neither can be listed wrongly.
fn describe<S, F: CType>(_: fn(&S) -> &F) -> (&'static str, usize) {
    (F::NAME, size_of::<F>())
}

macro_rules! structure {
    ($rust:ident as $c:ident { $($field:ident),* $(,)? }) => {
        Structure {
            rust: stringify!($rust),
            c: stringify!($c),
            size: size_of::<abi::$rust>(),
            fields: vec![$({
                let (c_type, size) = describe(|s: &abi::$rust| &s.$field);
                Field {
                    name: stringify!($field),
                    c_type,
                    offset: offset_of!(abi::$rust, $field),
                    size,
                }
            }),*],
        }
    };
}

pub fn structures() -> Vec<Structure> {
    vec![
        structure!(Info as rwmem_info {
            abi_version, features, max_segs, page_size, max_len, version,
        }),
        structure!(Xfer as rwmem_xfer {
            pid, flags, remote, local, len, done, error, reserved,
        }),
        structure!(Seg as rwmem_seg {
            remote, local, len, done, error, reserved,
        }),
        structure!(Batch as rwmem_batch {
            pid, flags, segs, nsegs, failed, done, error, reserved,
        }),
    ]
}

macro_rules! constants {
    ($($rust:ident as $c:ident),* $(,)?) => {
        &[$(Constant {
            rust: stringify!($rust),
            c: stringify!($c),
            value: abi::$rust as i128,
        }),*]
    };
}

pub const CONSTANTS: &[Constant] = constants! {
    ABI_VERSION as RWMEM_ABI_VERSION,
    PID_ATTACHED as RWMEM_PID_ATTACHED,
    MAX_SEGS as RWMEM_MAX_SEGS,
    MAX_LEN as RWMEM_MAX_LEN,
    FEATURE_XFER as RWMEM_FEATURE_XFER,
    FEATURE_BATCH as RWMEM_FEATURE_BATCH,
    FEATURE_ATTACH as RWMEM_FEATURE_ATTACH,
    FEATURE_SEEK as RWMEM_FEATURE_SEEK,
    FEATURE_CURRENT as RWMEM_FEATURE_CURRENT,
    FEATURE_STOP as RWMEM_FEATURE_STOP,
    FEATURE_SNAPSHOT as RWMEM_FEATURE_SNAPSHOT,
    BATCH_STOP as RWMEM_BATCH_STOP,
    RWMEM_INFO as RWMEM_INFO,
    RWMEM_READ as RWMEM_READ,
    RWMEM_WRITE as RWMEM_WRITE,
    RWMEM_READV as RWMEM_READV,
    RWMEM_WRITEV as RWMEM_WRITEV,
    RWMEM_ATTACH as RWMEM_ATTACH,
    RWMEM_DETACH as RWMEM_DETACH,
    RWMEM_CURRENT as RWMEM_CURRENT,
    RWMEM_SNAPSHOT as RWMEM_SNAPSHOT,
};
