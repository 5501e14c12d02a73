// SPDX-License-Identifier: BSD-2-Clause
//! The test disc: a bootable ISO 9660 image that holds the loader, one kernel, the guest and the module,
//! and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::loader_conf::LOADER_CONF;
use crate::process::{Process, TICK, how_it_failed};

/// Of the root's /boot, beside the kernel: files and whole folders. cdboot reads `loader`, which reads the
/// rest.
const BOOT: &[&str] = &["cdboot", "loader", "lua", "defaults", "device.hints"];
/// What a dynamic program needs, and what is used of it if the root has it.
const RUN_TIME: &[&str] = &["libexec/ld-elf.so.1", "lib/libc.so.7"];
const MORE_LIBRARIES: &[&str] = &["lib/libsys.so.7", "lib/libthr.so.3", "lib/libgcc_s.so.1"];
/// Places that the guest mounts something on, and one that the loader wants to see.
const EMPTY_FOLDERS: &[&str] = &["dev", "tmp", "mnt", "proc", "boot/loader.conf.d"];

/// The kernel seeds its random numbers from so many bytes of /boot/entropy. They protect nothing here and so
/// may be known to all; without them the kernel announces its seeding somewhere in the middle of the tests.
const ENTROPY: usize = 4096;

/// The files that do not come from the root.
#[derive(Clone, Debug)]
pub struct Payload {
    /// rwmem.ko, loaded by the guest.
    pub module: PathBuf,
    /// The static program that runs as /sbin/init.
    pub guest: PathBuf,
    /// The C example; it needs the root's libc.
    pub peek: Option<PathBuf>,
    /// The guest's configuration: what it is to do.
    pub task: String,
}

/// A finished disc; it vanishes when dropped.
#[derive(Debug)]
pub struct Disc {
    /// The folder that holds the image; removed on drop.
    _folder: TempDir,
    pub image: PathBuf,
}

/// Pairs of a path on the disc, without the leading slash, and the file or folder that goes there.
type Grafts = Vec<(String, PathBuf)>;

/// What of the root and the payload goes where. Without libc in the root, the C example stays away.
fn grafts(root: &Path, kernel: &Path, payload: &Payload) -> Grafts {
    let mut grafts: Grafts = BOOT
        .iter()
        .map(|name| (format!("boot/{name}"), root.join("boot").join(name)))
        .collect();
    grafts.push(("boot/kernel/kernel".into(), kernel.to_owned()));
    grafts.push(("sbin/init".into(), payload.guest.clone()));
    grafts.push(("rwmem.ko".into(), payload.module.clone()));
    let has = |name: &&&str| root.join(name).is_file();
    if let Some(peek) = &payload.peek
        && RUN_TIME.iter().all(|name| has(&name))
    {
        grafts.push(("peek".into(), peek.clone()));
        for name in RUN_TIME.iter().chain(MORE_LIBRARIES.iter().filter(has)) {
            grafts.push(((*name).to_owned(), root.join(name)));
        }
    }
    grafts
}

/// Writes what is on the disc but in no other place, and adds it.
fn made_here(folder: &Path, payload: &Payload, grafts: &mut Grafts) -> Result<(), Error> {
    let empty = folder.join("empty");
    fs::create_dir(&empty).map_err(Error::file("make the folder", &empty))?;
    grafts.extend(
        EMPTY_FOLDERS
            .iter()
            .map(|name| ((*name).to_owned(), empty.clone())),
    );
    let files = [
        ("boot/loader.conf", LOADER_CONF.as_bytes().to_vec()),
        ("boot/entropy", vec![0; ENTROPY]),
        (
            "etc/rwmem-guest.conf",
            format!("{}\n", payload.task).into_bytes(),
        ),
    ];
    for (place, content) in files {
        let file = folder.join(place.replace('/', "-"));
        fs::write(&file, content).map_err(Error::file("write", &file))?;
        grafts.push((place.into(), file));
    }
    Ok(())
}

/// Makes the disc with xorriso, in a folder of its own under the temporary folder.
pub fn make(
    xorriso: &Path,
    root: &Path,
    kernel: &Path,
    payload: &Payload,
    interrupt: &Interrupt,
) -> Result<Disc, Error> {
    let temporary = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("rwmem-disc-")
        .tempdir()
        .map_err(Error::file("make a folder in", &temporary))?;
    let image = folder.path().join("disc.iso");
    let mut grafts = grafts(root, kernel, payload);
    made_here(folder.path(), payload, &mut grafts)?;

    let log = folder.path().join("xorriso.log");
    let errors = fs::File::create(&log).map_err(Error::file("write", &log))?;
    let mut command = Command::new(xorriso);
    // -r: everything is root's and readable to all, whoever made it. -f: links of the root are followed.
    command.args(["-as", "mkisofs", "-quiet", "-r", "-f", "-V", "RWMEM_TEST"]);
    command
        .args(["-b", "boot/cdboot", "-no-emul-boot", "-o"])
        .arg(&image);
    command
        .arg("-graft-points")
        .args(grafts.iter().map(|(place, file)| graft_point(place, file)));
    command.stdout(Stdio::null()).stderr(Stdio::from(errors));

    let program = xorriso.display().to_string();
    let started = Process::start(command);
    let mut process = started.map_err(|source| Error::Start {
        program: program.clone(),
        source,
    })?;
    while !process.wait(TICK) {
        interrupt.check()?;
    }
    let status = process.stop().map_err(Error::file("wait for", xorriso))?;
    interrupt.check()?;
    let failure = how_it_failed(status)
        .or_else(|| (!image.is_file()).then(|| "it said nothing, but made no file".to_owned()));
    match failure {
        None => Ok(Disc {
            _folder: folder,
            image,
        }),
        Some(how) => {
            let output = fs::read(&log).unwrap_or_default();
            let output = String::from_utf8_lossy(&output).trim_end().to_owned();
            Err(Error::Disc {
                program,
                image,
                how,
                output,
            })
        }
    }
}

/// `place=file` as mkisofs wants it: `=` and `\` of a name are escaped.
fn graft_point(place: &str, file: &Path) -> std::ffi::OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut point = format!("/{place}=").into_bytes();
    for &byte in file.as_os_str().as_bytes() {
        if byte == b'=' || byte == b'\\' {
            point.push(b'\\');
        }
        point.push(byte);
    }
    std::ffi::OsString::from_vec(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload() -> Payload {
        Payload {
            module: "/t/rwmem.ko".into(),
            guest: "/t/guest".into(),
            peek: Some("/t/peek".into()),
            task: "test".into(),
        }
    }

    #[test]
    fn the_example_goes_on_the_disc_only_with_its_libraries() {
        let root = tempfile::tempdir().expect("a folder");
        let places = || -> Vec<String> {
            let grafts = grafts(root.path(), Path::new("/k"), &payload());
            grafts.into_iter().map(|(place, _)| place).collect()
        };
        assert!(!places().contains(&"peek".into()));
        for name in RUN_TIME {
            let file = root.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, "").expect("written");
        }
        assert!(places().contains(&"peek".into()));
        assert!(places().contains(&"lib/libc.so.7".into()));
        assert!(!places().contains(&"lib/libsys.so.7".into()));
    }

    #[test]
    fn names_with_an_equals_sign_are_escaped() {
        assert_eq!(graft_point("a/b", Path::new("/x=y\\z")), r"/a/b=/x\=y\\z");
    }
}
