// SPDX-License-Identifier: BSD-2-Clause
//! Packages are read back with another program's eyes: those of a tar reader, and of a JSON parser.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use freebsd_kernels::Kernel;
use liblzma::read::XzDecoder;
use rwmem_package::{Error, Order, write};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn port(name: &str) -> PathBuf {
    tree().join("packaging/freebsd").join(name)
}

fn kernel(major: u32, arch: &str) -> Kernel {
    let mut all = Kernel::all();
    let wanted = |kernel: &Kernel| kernel.number == major && kernel.arch_name == arch;
    all.find(wanted).expect("kernels.toml has it")
}

/// What `make install` brings of the tools, below the prefix.
fn tools() -> Vec<String> {
    let script = ". scripts/surroundings.sh && . scripts/installed.sh && tools_places";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(tree())
        .output();
    let output = output.expect("sh runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("names");
    text.lines().map(str::to_owned).collect()
}

struct Stage(TempDir);

impl Stage {
    fn new() -> Stage {
        Stage(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file, which its owner alone may read.
    fn put(&self, place: &str, content: &str, mode: u32) {
        let path = self.path().join(place);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, content).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
    }

    fn with_tools() -> Stage {
        let stage = Stage::new();
        for place in tools() {
            let place = format!("usr/local/{place}");
            if let Some(library) = place.strip_suffix("librwmem.so") {
                fs::create_dir_all(stage.path().join(library)).expect("made");
                symlink("librwmem.so.1", stage.path().join(place)).expect("linked");
            } else {
                let mode = if place.contains("/bin/") {
                    0o700
                } else {
                    0o600
                };
                stage.put(&place, &place, mode);
            }
        }
        stage
    }

    fn with_module() -> Stage {
        let stage = Stage::new();
        stage.put("boot/modules/rwmem.ko", "the module", 0o500);
        stage
    }
}

fn order<'a>(port: &'a Path, stage: &'a Stage, kernel: Kernel) -> Order<'a> {
    Order {
        port,
        stage: stage.path(),
        kernel,
        version: "1.2.3",
        time: 1_000_000_000,
    }
}

struct Entry {
    name: String,
    mode: u32,
    owner: (u64, u64, String, String),
    time: u64,
    link: Option<String>,
    bytes: Vec<u8>,
}

fn packed(order: &Order<'_>) -> (String, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let name = write(order, folder.path()).expect("packed");
    let bytes = fs::read(folder.path().join(&name)).expect("there");
    (name, bytes)
}

fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut archive = tar::Archive::new(XzDecoder::new(bytes));
    let mut entries = Vec::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its content");
        let header = entry.header();
        let text =
            |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        entries.push(Entry {
            name: text(Some(&header.path_bytes())),
            mode: header.mode().expect("a mode"),
            owner: (
                header.uid().expect("a number"),
                header.gid().expect("a number"),
                text(header.username_bytes()),
                text(header.groupname_bytes()),
            ),
            time: header.mtime().expect("a time"),
            link: header.link_name_bytes().map(|to| text(Some(&to))),
            bytes,
        });
    }
    entries
}

fn json(entry: &Entry) -> Value {
    serde_json::from_slice(&entry.bytes).expect("JSON")
}

#[test]
fn a_package_of_the_module_is_what_pkg_expects() {
    let stage = Stage::with_module();
    let port = port("rwmem-kmod");
    let (name, bytes) = packed(&order(&port, &stage, kernel(15, "arm64")));
    assert_eq!(name, "rwmem-kmod-1.2.3.pkg");
    let entries = entries(&bytes);
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(
        names,
        ["+COMPACT_MANIFEST", "+MANIFEST", "/boot/modules/rwmem.ko"]
    );
    let module = &entries[2];
    assert_eq!(module.bytes, b"the module");
    assert_eq!(module.mode, 0o555);

    let manifest = json(&entries[1]);
    assert_eq!(manifest["name"], "rwmem-kmod");
    assert_eq!(manifest["origin"], "sysutils/rwmem-kmod");
    assert_eq!(manifest["version"], "1.2.3");
    assert_eq!(manifest["abi"], "FreeBSD:15:aarch64");
    assert_eq!(manifest["arch"], "freebsd:15:aarch64:64");
    assert_eq!(manifest["flatsize"], 10);
    let first = kernel(15, "arm64").major.version.to_string();
    assert_eq!(manifest["annotations"]["FreeBSD_version"], first.as_str());
    let message = manifest["messages"][0]["message"].as_str().expect("text");
    assert!(
        message.contains(&format!("FreeBSD 15 (__FreeBSD_version {first}")),
        "{message}"
    );
    assert!(
        message.contains("kldload rwmem") && !message.contains("%%"),
        "{message}"
    );
    for script in ["post-install", "post-deinstall"] {
        let script = manifest["scripts"][script].as_str().expect("text");
        assert!(script.contains("kldxref"), "{script}");
    }
    let sum = format!("1${:x}", Sha256::digest(b"the module"));
    assert_eq!(
        manifest["files"]["/boot/modules/rwmem.ko"]["sum"],
        sum.as_str()
    );
    assert_eq!(manifest["files"]["/boot/modules/rwmem.ko"]["perm"], "0555");

    let compact = json(&entries[0]);
    assert!(compact.get("files").is_none() && compact.get("scripts").is_none());
    assert_eq!(compact["name"], "rwmem-kmod");
}

#[test]
fn a_package_of_the_tools_has_every_file_for_everybody() {
    let stage = Stage::with_tools();
    let port = port("rwmem");
    let (name, bytes) = packed(&order(&port, &stage, kernel(14, "amd64")));
    assert_eq!(name, "rwmem-1.2.3.pkg");
    let entries: BTreeMap<String, Entry> = entries(&bytes)
        .into_iter()
        .map(|entry| (entry.name.clone(), entry))
        .collect();
    let manifest = json(&entries["+MANIFEST"]);
    assert_eq!(manifest["abi"], "FreeBSD:14:amd64");
    assert_eq!(manifest["prefix"], "/usr/local");
    assert!(manifest.get("scripts").is_none());
    for place in tools() {
        let place = format!("/usr/local/{place}");
        let entry = &entries[&place];
        assert_eq!(
            entry.owner,
            (0, 0, "root".into(), "wheel".into()),
            "{place}"
        );
        assert_eq!(entry.time, 1_000_000_000, "{place}");
        let (mode, content) = match place.as_str() {
            "/usr/local/lib/librwmem.so" => (0o755, b"librwmem.so.1".as_slice()),
            "/usr/local/bin/rwmem" => (0o555, entry.bytes.as_slice()),
            _ => (0o444, entry.bytes.as_slice()),
        };
        assert_eq!(entry.mode, mode, "{place}");
        let sum = format!("1${:x}", Sha256::digest(content));
        assert_eq!(manifest["files"][&place]["sum"], sum.as_str(), "{place}");
    }
    assert_eq!(
        entries["/usr/local/lib/librwmem.so"].link.as_deref(),
        Some("librwmem.so.1")
    );
    assert_eq!(entries.len(), 2 + tools().len());
}

#[test]
fn the_same_stage_gives_the_same_bytes() {
    let port = port("rwmem");
    let pack = || packed(&order(&port, &Stage::with_tools(), kernel(15, "amd64"))).1;
    assert_eq!(pack(), pack());
}

#[test]
fn a_file_that_is_not_built_is_named() {
    let stage = Stage::with_tools();
    fs::remove_file(stage.path().join("usr/local/bin/rwmem")).expect("removed");
    let folder = tempfile::tempdir().expect("a folder");
    let port = port("rwmem");
    let error =
        write(&order(&port, &stage, kernel(15, "amd64")), folder.path()).expect_err("refused");
    assert!(
        matches!(&error, Error::NotStaged { path } if path.ends_with("bin/rwmem")),
        "{error}"
    );
}

#[test]
fn a_file_that_the_port_does_not_list_is_named() {
    let stage = Stage::with_module();
    stage.put("boot/modules/linker.hints", "", 0o644);
    let folder = tempfile::tempdir().expect("a folder");
    let port = port("rwmem-kmod");
    let error =
        write(&order(&port, &stage, kernel(15, "amd64")), folder.path()).expect_err("refused");
    assert!(
        matches!(&error, Error::NotListed { path } if path.ends_with("linker.hints")),
        "{error}"
    );
}

/// A port of this tree is of this tree's version, and says all that a committer looks for.
#[test]
fn ports_are_of_this_version() {
    for name in ["rwmem", "rwmem-kmod"] {
        let makefile = fs::read_to_string(port(name).join("Makefile")).expect("there");
        let version = format!("DISTVERSION=\t{}\n", env!("CARGO_PKG_VERSION"));
        assert!(makefile.contains(&version), "{name}: not {version}");
        let comment = makefile
            .lines()
            .find_map(|line| line.strip_prefix("COMMENT=\t"));
        let comment = comment.expect("a comment");
        assert!(
            comment.len() <= 70 && !comment.ends_with('.'),
            "{name}: {comment}"
        );
        let describes = fs::read_to_string(port(name).join("pkg-descr")).expect("there");
        assert!(
            describes.lines().all(|line| line.len() <= 80),
            "{name}: {describes}"
        );
    }
}
