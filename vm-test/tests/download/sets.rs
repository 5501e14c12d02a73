// SPDX-License-Identifier: BSD-2-Clause
//! Release sets, made for a test.

use std::collections::HashMap;
use std::io::{Read, Write};

use liblzma::read::XzEncoder;
use ring::digest::{SHA256, digest};
use tar::{Builder, EntryType, Header};

/// The release that a FREEBSD_VERSION of the tests names.
pub const VERSION: &str = "14.4-RELEASE";

/// An archive under construction, with names as they are given, however bad.
pub struct Set(Builder<Vec<u8>>);

impl Set {
    pub fn new() -> Self {
        Set(Builder::new(Vec::new()))
    }

    /// What base.txz must have, as far as vm-test looks, and a little more.
    pub fn base() -> Self {
        Set::new()
            .folder("./")
            .folder("./boot/")
            .file("./boot/cdboot", "cdboot")
            .file("./boot/loader_lua", "loader")
            .hard_link("./boot/loader", "./boot/loader_lua")
            .file("./boot/lua/loader.lua", "lua")
            .file("./boot/defaults/loader.conf", "conf")
            .file("./boot/device.hints", "hints")
            .program("./bin/sh", "shell")
            .file("./usr/share/man/man1/sh.1", "nobody reads this here")
    }

    /// What kernel.txz must have.
    pub fn kernel() -> Self {
        Set::new()
            .folder("./boot/")
            .folder("./boot/kernel/")
            .program("./boot/kernel/kernel", "kernel")
            .program("./boot/kernel/zfs.ko", "not needed")
    }

    /// Any entry: the header's fields as they are, then the data.
    pub fn entry(
        mut self,
        kind: EntryType,
        name: &[u8],
        link: &[u8],
        mode: u32,
        data: &[u8],
    ) -> Self {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(data.len() as u64);
        let fields = header.as_gnu_mut().expect("made as one");
        fields.name[..name.len()].copy_from_slice(name);
        fields.linkname[..link.len()].copy_from_slice(link);
        header.set_cksum();
        self.0.append(&header, data).expect("memory");
        self
    }

    pub fn folder(self, name: &str) -> Self {
        self.entry(EntryType::Directory, name.as_bytes(), b"", 0o755, b"")
    }

    pub fn file(self, name: &str, data: &str) -> Self {
        self.entry(
            EntryType::Regular,
            name.as_bytes(),
            b"",
            0o644,
            data.as_bytes(),
        )
    }

    pub fn program(self, name: &str, data: &str) -> Self {
        self.entry(
            EntryType::Regular,
            name.as_bytes(),
            b"",
            0o555,
            data.as_bytes(),
        )
    }

    pub fn link(self, name: &str, target: &str) -> Self {
        self.entry(
            EntryType::Symlink,
            name.as_bytes(),
            target.as_bytes(),
            0o755,
            b"",
        )
    }

    pub fn hard_link(self, name: &str, of: &str) -> Self {
        self.entry(EntryType::Link, name.as_bytes(), of.as_bytes(), 0o644, b"")
    }

    /// An extended header for the entry that follows.
    pub fn pax(mut self, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(key, value)| (*key, value.as_bytes()));
        self.0.append_pax_extensions(fields).expect("memory");
        self
    }

    pub fn tar(self) -> Vec<u8> {
        self.0.into_inner().expect("memory")
    }

    pub fn xz(self) -> Vec<u8> {
        xz(&self.tar())
    }
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    XzEncoder::new(bytes, 0)
        .read_to_end(&mut compressed)
        .expect("memory");
    compressed
}

pub fn sum(bytes: &[u8]) -> String {
    digest(&SHA256, bytes)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The MANIFEST of these two sets.
pub fn manifest(base: &[u8], kernel: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for (name, bytes) in [("base", base), ("kernel", kernel)] {
        let sum = sum(bytes);
        writeln!(text, "{name}.txz\t{sum}\t10\t{name}\t\"A set\"\ton").expect("memory");
    }
    text
}

/// A release's files, by the targets under which a mirror serves them.
#[derive(Clone)]
pub struct Files {
    pub base: Vec<u8>,
    pub kernel: Vec<u8>,
    pub manifest: Vec<u8>,
}

impl Files {
    pub fn good() -> Self {
        Self::of(Set::base().xz(), Set::kernel().xz())
    }

    /// Of sets that are as they should be as far as their sums go.
    pub fn of(base: Vec<u8>, kernel: Vec<u8>) -> Self {
        let manifest = manifest(&base, &kernel);
        Files {
            base,
            kernel,
            manifest,
        }
    }

    /// With a base that is too long for one read, so that it can be cut off in the middle.
    pub fn long() -> Self {
        // Not to be compressed: the numbers of a generator.
        let mut state = 1_u32;
        let noise: String = (0..600_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b' ' + (state >> 24) as u8 % 90)
            })
            .collect();
        Self::of(
            Set::base().file("./etc/noise", &noise).xz(),
            Set::kernel().xz(),
        )
    }

    /// The file for a target, wherever the mirror has its releases.
    pub fn get(&self, target: &str) -> Option<&Vec<u8>> {
        let (place, name) = target.rsplit_once('/')?;
        place.ends_with(&format!("amd64/{VERSION}")).then_some(())?;
        match name {
            "MANIFEST" => Some(&self.manifest),
            "base.txz" => Some(&self.base),
            "kernel.txz" => Some(&self.kernel),
            _ => None,
        }
    }

    /// In this folder of the mirror.
    pub fn under(&self, folder: &str) -> HashMap<String, Vec<u8>> {
        let names = ["MANIFEST", "base.txz", "kernel.txz"];
        let targets = names.map(|name| format!("{folder}/amd64/{VERSION}/{name}"));
        targets
            .into_iter()
            .map(|target| (target.clone(), self.get(&target).expect("named").clone()))
            .collect()
    }
}
