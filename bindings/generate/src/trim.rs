// SPDX-License-Identifier: BSD-2-Clause
//! What is done to bindgen's output: what nothing listed leads to goes, and an opaque type that is only ever pointed
//! at needs no size.
use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{
    Fields, File, ForeignItem, Item, ItemStruct, TypePath, TypePtr, Visibility, parse_quote,
};

use crate::allowlist::Allowlist;
use crate::layout::{assertions, mangled, unmangled};

pub fn trim(mut file: File, allowlist: &Allowlist) -> File {
    // bindgen keeps the nameless parts of opaque types, which may hold others.
    drop_unreachable(&mut file, allowlist);
    forget_opaque_pointees(&mut file);
    drop_unreachable(&mut file, allowlist);
    file
}

/// Takes the fields `RECORD.FIELD` away from the users of the bindings.
pub fn keep_private<'a>(file: &mut File, fields: impl Iterator<Item = &'a str>) {
    let fields: BTreeSet<&str> = fields.collect();
    for item in &mut file.items {
        let (record, named) = match item {
            Item::Struct(ItemStruct {
                ident,
                fields: Fields::Named(named),
                ..
            }) => (&*ident, named),
            Item::Union(item) => (&item.ident, &mut item.fields),
            _ => continue,
        };
        let record = record.to_string();
        for field in &mut named.named {
            let name = field
                .ident
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            if fields.contains(&*format!("{}.{}", unmangled(&record), unmangled(&name))) {
                field.vis = Visibility::Inherited;
            }
        }
    }
}

/// The names that the output has.
fn names(file: &File) -> BTreeSet<String> {
    let name = |item: &Item| match item {
        Item::Struct(item) => vec![item.ident.to_string()],
        Item::Union(item) => vec![item.ident.to_string()],
        Item::Type(item) => vec![item.ident.to_string()],
        Item::Const(item) => vec![item.ident.to_string()],
        Item::ForeignMod(block) => block.items.iter().filter_map(foreign_name).collect(),
        _ => vec![],
    };
    file.items.iter().flat_map(name).collect()
}

fn foreign_name(item: &ForeignItem) -> Option<String> {
    match item {
        ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
        ForeignItem::Static(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The names in the allowlist that the output does not have.
pub fn missing(file: &File, allowlist: &Allowlist) -> Vec<String> {
    let names = names(file);
    let listed = allowlist
        .functions
        .iter()
        .chain(&allowlist.variables)
        .chain(&allowlist.types);
    listed
        .filter(|name| !names.contains(&mangled(name)))
        .cloned()
        .collect()
}

fn drop_unreachable(file: &mut File, allowlist: &Allowlist) {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut waiting: Vec<String> = allowlist.types.iter().map(|name| mangled(name)).collect();
    for item in &file.items {
        let used = Used::behind_pointers_too(item);
        match item {
            Item::ForeignMod(_) => waiting.extend(used),
            Item::Struct(item) => uses.entry(item.ident.to_string()).or_default().extend(used),
            Item::Union(item) => uses.entry(item.ident.to_string()).or_default().extend(used),
            Item::Type(item) => uses.entry(item.ident.to_string()).or_default().extend(used),
            _ => {}
        }
    }
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(used) = uses.get(&name)
            && reached.insert(name)
        {
            waiting.extend(used.iter().cloned());
        }
    }
    let kept = |name: &String| reached.contains(name) || !uses.contains_key(name);
    file.items.retain(|item| match item {
        Item::Struct(item) => kept(&item.ident.to_string()),
        Item::Union(item) => kept(&item.ident.to_string()),
        Item::Type(item) => kept(&item.ident.to_string()),
        // Constants, assertions and methods go with their types.
        Item::Const(constant) => {
            assertions(item)
                .iter()
                .all(|assertion| kept(&assertion.of().to_owned()))
                && Used::by_type(&constant.ty).iter().all(kept)
        }
        Item::Impl(item) => Used::by_type(&item.self_ty).iter().all(kept),
        _ => true,
    });
}

/// Turns each opaque type that nothing holds by value into a mere declaration.
fn forget_opaque_pointees(file: &mut File) {
    let held: BTreeSet<String> = file.items.iter().flat_map(Used::by_value).collect();
    let mut forgotten = BTreeSet::new();
    for item in &mut file.items {
        let Item::Struct(record) = item else { continue };
        if is_opaque(record) && !held.contains(&record.ident.to_string()) {
            let name = &record.ident;
            forgotten.insert(name.to_string());
            *record = parse_quote! {
                #[repr(C)]
                pub struct #name {
                    _unused: [u8; 0],
                }
            };
        }
    }
    file.items.retain(|item| {
        !assertions(item)
            .iter()
            .any(|assertion| forgotten.contains(assertion.of()))
    });
}

fn is_opaque(record: &ItemStruct) -> bool {
    record.fields.iter().any(|field| {
        field
            .ident
            .as_ref()
            .is_some_and(|name| name == "_bindgen_opaque_blob")
    })
}

/// Collects the names of types in a part of the output.
struct Used {
    names: BTreeSet<String>,
    follow_pointers: bool,
}

impl Used {
    fn behind_pointers_too(item: &Item) -> BTreeSet<String> {
        let mut used = Used {
            names: BTreeSet::new(),
            follow_pointers: true,
        };
        used.visit_item(item);
        used.names
    }

    fn by_type(ty: &syn::Type) -> BTreeSet<String> {
        let mut used = Used {
            names: BTreeSet::new(),
            follow_pointers: true,
        };
        used.visit_type(ty);
        used.names
    }

    /// What a variable, field, alias or argument is, without what it points to.
    fn by_value(item: &Item) -> BTreeSet<String> {
        let mut used = Used {
            names: BTreeSet::new(),
            follow_pointers: false,
        };
        match item {
            Item::Const(_) | Item::Impl(_) => {}
            _ => used.visit_item(item),
        }
        used.names
    }
}

impl<'a> Visit<'a> for Used {
    fn visit_type_ptr(&mut self, pointer: &'a TypePtr) {
        if self.follow_pointers {
            visit::visit_type_ptr(self, pointer);
        }
    }

    fn visit_type_path(&mut self, path: &'a TypePath) {
        if let Some(segment) = path.path.segments.last() {
            self.names.insert(segment.ident.to_string());
        }
        visit::visit_type_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_reached_and_forgets_what_is_only_pointed_at() {
        let file = syn::parse_str(
            r#"
            pub type pid_t = i32;
            pub struct proc_ { pub pid: pid_t, pub lock: mtx, pub vnode: *mut vnode }
            pub struct mtx { pub _bindgen_opaque_blob: [u64; 4usize] }
            const _: () = { ["Size of mtx"][::core::mem::size_of::<mtx>() - 32usize]; };
            pub struct vnode { pub _bindgen_opaque_blob: [u64; 60usize] }
            const _: () = { ["Size of vnode"][::core::mem::size_of::<vnode>() - 480usize]; };
            pub struct vnode__bindgen_ty_1 { pub next: *mut mount }
            pub struct mount { pub _bindgen_opaque_blob: [u64; 9usize] }
            unsafe extern "C" { pub fn pget(p: *mut *mut proc_) -> ::core::ffi::c_int; }
            "#,
        )
        .unwrap();
        let trimmed = prettyplease::unparse(&trim(file, &Allowlist::default()));
        for kept in [
            "struct proc_",
            "Size of mtx",
            "type pid_t",
            "struct vnode {\n    _unused",
        ] {
            assert!(trimmed.contains(kept), "{kept} is not in {trimmed}");
        }
        for gone in ["Size of vnode", "vnode__bindgen_ty_1", "mount"] {
            assert!(!trimmed.contains(gone), "{gone} is in {trimmed}");
        }
    }

    #[test]
    fn keeps_fields_private_that_other_releases_do_not_have() {
        let mut file = syn::parse_str(
            "pub struct proc_ { pub a: u8, pub type_: u8 } pub union vm { pub a: u8, pub b: u8 }",
        )
        .unwrap();
        keep_private(&mut file, ["proc.type", "vm.a"].into_iter());
        let text = prettyplease::unparse(&file);
        for line in [
            "pub a: u8,\n    type_: u8",
            "union vm {\n    a: u8,\n    pub b: u8",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn names_what_is_missing() {
        let file = syn::parse_str("pub struct proc_ {} pub const P_SYSTEM: u32 = 512;").unwrap();
        let list = Allowlist {
            types: vec!["proc".into()],
            variables: vec!["P_SYSTEM".into(), "P_SISTEM".into()],
            ..Allowlist::default()
        };
        assert_eq!(missing(&file, &list), ["P_SISTEM"]);
    }
}
