// SPDX-License-Identifier: BSD-2-Clause
//! The blocks `const _: () = { ["Size of iovec"][size_of::<iovec>() - 16usize]; ... };` in bindgen's output.
use syn::{BinOp, Expr, Item, ItemConst, Lit, Stmt};

/// One line of such a block.
#[derive(Debug, PartialEq)]
pub enum Assertion {
    Size { of: String, is: u64 },
    Alignment { of: String, is: u64 },
    Offset { of: String, field: String, is: u64 },
}

impl Assertion {
    /// The type it is about.
    pub fn of(&self) -> &str {
        match self {
            Assertion::Size { of, .. }
            | Assertion::Alignment { of, .. }
            | Assertion::Offset { of, .. } => of,
        }
    }

    fn new(text: &str, is: u64) -> Option<Self> {
        if let Some(of) = text.strip_prefix("Size of ") {
            return Some(Assertion::Size { of: of.into(), is });
        }
        if let Some(of) = text.strip_prefix("Alignment of ") {
            return Some(Assertion::Alignment { of: of.into(), is });
        }
        let (of, field) = text.strip_prefix("Offset of field: ")?.split_once("::")?;
        Some(Assertion::Offset {
            of: of.into(),
            field: field.into(),
            is,
        })
    }
}

/// The assertions of an item; none if it is another kind of item.
pub fn assertions(item: &Item) -> Vec<Assertion> {
    match item {
        Item::Const(ItemConst { ident, expr, .. }) if ident == "_" => match &**expr {
            Expr::Block(block) => block.block.stmts.iter().filter_map(statement).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn statement(statement: &Stmt) -> Option<Assertion> {
    let Stmt::Expr(Expr::Index(indexed), _) = statement else {
        return None;
    };
    let (Expr::Array(array), Expr::Binary(difference)) = (&*indexed.expr, &*indexed.index) else {
        return None;
    };
    let (Some(Expr::Lit(text)), Expr::Lit(number)) = (array.elems.first(), &*difference.right)
    else {
        return None;
    };
    match (&text.lit, &number.lit, &difference.op) {
        (Lit::Str(text), Lit::Int(number), BinOp::Sub(_)) => {
            Assertion::new(&text.value(), number.base10_parse().ok()?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_bindgen_writes() {
        let item = syn::parse_str(
            r#"const _: () = {
                ["Size of iovec"][::core::mem::size_of::<iovec>() - 16usize];
                ["Alignment of iovec"][::core::mem::align_of::<iovec>() - 8usize];
                ["Offset of field: iovec::iov_len"][::core::mem::offset_of!(iovec, iov_len) - 8usize];
            };"#,
        )
        .unwrap();
        let of = || "iovec".to_owned();
        assert_eq!(
            assertions(&item),
            [
                Assertion::Size { of: of(), is: 16 },
                Assertion::Alignment { of: of(), is: 8 },
                Assertion::Offset {
                    of: of(),
                    field: "iov_len".into(),
                    is: 8
                },
            ]
        );
    }
}
