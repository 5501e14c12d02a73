// SPDX-License-Identifier: BSD-2-Clause
//! What a file of bindings says about its types: fields, aliases, and the numbers asserted.
use std::collections::BTreeMap;

use anyhow::{Result, bail};
use syn::{Expr, Fields, File, Item, Lit, Type, UnOp};

use super::assertion::{Assertion, assertions};

/// A struct or union that has a layout.
#[derive(Debug, Default)]
pub struct Record {
    pub is_union: bool,
    pub fields: Vec<(String, Type)>,
    pub size: Option<u64>,
    pub alignment: Option<u64>,
    pub offsets: BTreeMap<String, u64>,
}

/// A constant of an integer type: its type's name, and its value.
pub struct Constant {
    pub of: String,
    pub value: i128,
}

#[derive(Default)]
pub struct Records {
    pub records: BTreeMap<String, Record>,
    pub constants: BTreeMap<String, Constant>,
    aliases: BTreeMap<String, Type>,
}

impl Records {
    pub fn read(file: &File) -> Self {
        let mut this = Records::default();
        for item in &file.items {
            this.item(item);
            for assertion in assertions(item) {
                let record = this.records.entry(assertion.of().to_owned()).or_default();
                match assertion {
                    Assertion::Size { is, .. } => record.size = Some(is),
                    Assertion::Alignment { is, .. } => record.alignment = Some(is),
                    Assertion::Offset { field, is, .. } => drop(record.offsets.insert(field, is)),
                }
            }
        }
        this
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                if let Fields::Named(fields) = &item.fields {
                    self.record(item.ident.to_string(), false, fields);
                }
            }
            Item::Union(item) => self.record(item.ident.to_string(), true, &item.fields),
            Item::Type(item) => drop(
                self.aliases
                    .insert(item.ident.to_string(), (*item.ty).clone()),
            ),
            Item::Const(item) => {
                if let (Some(of), Some(value)) = (last_name(&item.ty), integer(&item.expr)) {
                    self.constants
                        .insert(item.ident.to_string(), Constant { of, value });
                }
            }
            _ => {}
        }
    }

    fn record(&mut self, name: String, is_union: bool, fields: &syn::FieldsNamed) {
        let record = self.records.entry(name).or_default();
        record.is_union = is_union;
        for field in &fields.named {
            if let Some(ident) = &field.ident {
                record.fields.push((ident.to_string(), field.ty.clone()));
            }
        }
    }

    /// The size of a type in bytes; none for the unsized array at the end of a struct.
    pub fn size_of(&self, ty: &Type) -> Result<Option<u64>> {
        Ok(Some(match ty {
            Type::Ptr(_) | Type::FnPtr(_) => 8,
            Type::Array(array) => {
                let (Some(size), Some(count)) = (self.size_of(&array.elem)?, integer(&array.len))
                else {
                    bail!("an array whose size cannot be told");
                };
                size * u64::try_from(count)?
            }
            Type::Path(_) => {
                let name = last_name(ty).unwrap_or_default();
                match name.as_str() {
                    "bool" | "u8" | "i8" | "c_char" | "c_schar" | "c_uchar" => 1,
                    "u16" | "i16" | "c_short" | "c_ushort" => 2,
                    "u32" | "i32" | "c_int" | "c_uint" => 4,
                    "u64" | "i64" | "usize" | "isize" | "c_long" | "c_ulong" | "c_longlong"
                    | "c_ulonglong" => 8,
                    // An Option of a function pointer.
                    "Option" => 8,
                    "__IncompleteArrayField" => return Ok(None),
                    name => match (self.aliases.get(name), self.records.get(name)) {
                        (Some(ty), _) => return self.size_of(ty),
                        (
                            _,
                            Some(Record {
                                size: Some(size), ..
                            }),
                        ) => *size,
                        _ => bail!("no size is known of the type '{name}'"),
                    },
                }
            }
            _ => bail!("a kind of type that bindgen is not known to write"),
        }))
    }
}

/// The last part of a type's path: `c_int` of `::core::ffi::c_int`.
pub fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

fn integer(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(-integer(&unary.expr)?),
        _ => None,
    }
}
