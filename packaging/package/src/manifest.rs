// SPDX-License-Identifier: BSD-2-Clause
//! The two manifests of a package, in the JSON that pkg's own parser (UCL) reads: the whole one, and one without files and
//! scripts, which repositories collect.

use std::collections::BTreeMap;

use freebsd_kernels::{Cpu, Kernel};
use serde::Serialize;

use crate::Order;
use crate::files::File;
use crate::port::{PREFIX, Port};

pub struct Manifests {
    pub compact: String,
    pub whole: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    name: &'a str,
    origin: &'a str,
    version: &'a str,
    comment: &'a str,
    maintainer: &'a str,
    www: &'a str,
    abi: String,
    arch: String,
    prefix: &'a str,
    flatsize: u64,
    licenselogic: &'a str,
    licenses: [&'a str; 1],
    desc: &'a str,
    categories: &'a [String],
    annotations: BTreeMap<&'a str, String>,
    messages: [Message<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<BTreeMap<&'a str, Entry>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    scripts: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct Message<'a> {
    message: &'a str,
    r#type: &'a str,
}

#[derive(Serialize)]
struct Entry {
    sum: String,
    uname: &'static str,
    gname: &'static str,
    perm: String,
}

/// Keeps what the kernel's linker knows of a folder of modules up to date. A root that is being made for another machine is in
/// PKG_ROOTDIR, and may be on a system that has no kldxref.
const XREF: &str =
    "[ ! -x /usr/sbin/kldxref ] || /usr/sbin/kldxref \"${PKG_ROOTDIR:-}/boot/modules\"\n";

pub fn manifests(port: &Port, files: &[File], order: &Order<'_>) -> Manifests {
    let kernel = order.kernel;
    // pkg warns on an older one.
    let oldest = ("FreeBSD_version", kernel.major.version.to_string());
    let mut manifest = Manifest {
        name: &port.name,
        origin: &port.origin,
        version: order.version,
        comment: &port.comment,
        maintainer: &port.maintainer,
        www: &port.www,
        abi: abi(kernel),
        arch: old_abi(kernel),
        prefix: PREFIX,
        flatsize: files.iter().map(File::size).sum(),
        licenselogic: "single",
        licenses: [&port.licence],
        desc: &port.description,
        categories: &port.categories,
        annotations: BTreeMap::from([oldest]),
        messages: [Message {
            message: &port.message,
            r#type: "install",
        }],
        files: None,
        scripts: BTreeMap::new(),
    };
    let text = |manifest: &Manifest<'_>| {
        serde_json::to_string(manifest).expect("text, numbers, and maps with text as keys")
    };
    let compact = text(&manifest);
    manifest.files = Some(
        files
            .iter()
            .map(|file| (file.place.as_str(), entry(file)))
            .collect(),
    );
    if port.kmod {
        manifest.scripts = BTreeMap::from([("post-install", XREF), ("post-deinstall", XREF)]);
    }
    Manifests {
        compact,
        whole: text(&manifest),
    }
}

fn entry(file: &File) -> Entry {
    Entry {
        sum: file.sum(),
        uname: "root",
        gname: "wheel",
        perm: format!("{:04o}", file.mode()),
    }
}

/// What pkg calls a system.
fn abi(kernel: Kernel) -> String {
    let arch = match kernel.arch.cpu {
        Cpu::X86_64 => "amd64",
        Cpu::Aarch64 => "aarch64",
    };
    format!("FreeBSD:{}:{arch}", kernel.number)
}

/// The same as older pkgs called it.
fn old_abi(kernel: Kernel) -> String {
    let arch = match kernel.arch.cpu {
        Cpu::X86_64 => "x86:64",
        Cpu::Aarch64 => "aarch64:64",
    };
    format!("freebsd:{}:{arch}", kernel.number)
}
