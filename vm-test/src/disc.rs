// SPDX-License-Identifier: BSD-2-Clause
//! The test disc: a bootable ISO 9660 image that holds the loader, one kernel, the guest and the module,
//! where the tests want one a userland, and nothing else.

mod efi;
mod grafts;
mod userland;

use std::ffi::CStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use grafts::{Grafts, path_list};
use rwmem_vm_protocol::{CONFIGURATION, MODULE};
use tempfile::TempDir;
pub use userland::has_userland;

use crate::arch::Firmware;
use crate::download::MODULES;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::loader_conf;
use crate::process::{Process, TICK, how_it_failed};

/// Places that the guest or a test mounts something on, and one that the loader wants to see.
const EMPTY_FOLDERS: &[&str] = &[
    "dev",
    "tmp",
    "mnt",
    "proc",
    "var",
    "boot/loader.conf.d",
    "boot/modules",
    "usr/local",
];

/// The kernel seeds its random numbers from so many bytes of /boot/entropy. They protect nothing here and so
/// may be known to all; without them the kernel announces its seeding somewhere in the middle of the tests.
const ENTROPY: usize = 4096;

/// What boots.
#[derive(Clone, Copy, Debug)]
pub struct System<'a> {
    pub root: &'a Path,
    pub kernel: &'a Path,
    pub firmware: Firmware,
}

/// The files that do not come from the root.
#[derive(Clone, Debug)]
pub struct Payload {
    /// rwmem.ko, loaded by the guest.
    pub module: PathBuf,
    /// Other klds, each in the disc's root.
    pub klds: Vec<PathBuf>,
    /// Whether the loader loads it, too.
    pub at_boot: bool,
    /// The static program that runs as /sbin/init.
    pub guest: PathBuf,
    /// Folders that together become /userland, where the tests are that need the root's userland; it goes on
    /// the disc if there are any.
    pub userland: Vec<PathBuf>,
    /// What the guest is to do.
    pub configuration: String,
}

/// A finished disc; it vanishes when dropped.
#[derive(Debug)]
pub struct Disc {
    /// The folder that holds the image, this user's own; removed on drop.
    folder: TempDir,
    pub image: PathBuf,
}

impl Disc {
    /// A place for what belongs to the machine that has this disc.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A path of the guest's, as one of [`Grafts`].
pub fn on_disc(path: &'static CStr) -> &'static str {
    let path = path.to_str().unwrap_or_default();
    path.trim_start_matches('/')
}

/// What of the root and the payload goes where.
fn grafts(system: System<'_>, payload: &Payload) -> Grafts {
    let System { root, kernel, .. } = system;
    let mut grafts = Grafts::new();
    // A link stays a link on the disc, unless it is one of these: what is named here is what is meant.
    let meant = |file: &Path| file.canonicalize().unwrap_or_else(|_| file.to_owned());
    if !payload.userland.is_empty() {
        grafts.extend(userland::of_root(root));
    }
    for folder in &payload.userland {
        grafts.extend(userland::of_tests(folder));
    }
    for name in system.firmware.boot() {
        grafts.insert(format!("boot/{name}"), meant(&root.join("boot").join(name)));
    }
    grafts.insert("boot/kernel/kernel".into(), meant(kernel));
    let modules = modules(kernel).into_iter();
    grafts.extend(modules.map(|(place, file)| (place, meant(&file))));
    grafts.insert("sbin/init".into(), meant(&payload.guest));
    grafts.insert(on_disc(MODULE).into(), meant(&payload.module));
    for kld in &payload.klds {
        if let Some(name) = kld.file_name() {
            grafts.insert(name.to_string_lossy().into_owned(), meant(kld));
        }
    }
    if payload.at_boot {
        grafts.insert("boot/modules/rwmem.ko".into(), meant(&payload.module));
    }
    // Made with the guest, and kept beside it.
    let agent32 = payload.guest.with_file_name("agent32");
    if agent32.is_file() {
        grafts.insert("agent32".into(), meant(&agent32));
    }
    grafts
}

/// Those of the kernel's own modules that tests load.
fn modules(kernel: &Path) -> Grafts {
    let file = |name: &&str| kernel.with_file_name(format!("{name}.ko"));
    let there = MODULES.iter().filter(|name| file(name).is_file());
    there
        .map(|name| (format!("boot/kernel/{name}.ko"), file(name)))
        .collect()
}

/// Where the image that EFI boots from is on the disc, beside xorriso's word for it.
const EFI_IMAGE: &str = "boot/efi.img";

/// Writes what is on the disc but in no other place, and adds it.
fn made_here(
    folder: &Path,
    system: System<'_>,
    payload: &Payload,
    grafts: &mut Grafts,
) -> Result<(), Error> {
    if system.firmware == Firmware::Efi {
        let image = folder.join("efi.img");
        efi::make(&system.root.join("boot/loader.efi"), &image)?;
        grafts.insert(EFI_IMAGE.into(), image);
    }
    let empty = folder.join("empty");
    fs::create_dir(&empty).map_err(Error::file("make the folder", &empty))?;
    grafts.extend(
        EMPTY_FOLDERS
            .iter()
            .map(|name| ((*name).to_owned(), empty.clone())),
    );
    let files = [
        (
            "boot/loader.conf",
            loader_conf::text(system.firmware, payload.at_boot).into_bytes(),
        ),
        ("boot/entropy", vec![0; ENTROPY]),
        (
            on_disc(CONFIGURATION),
            payload.configuration.clone().into_bytes(),
        ),
    ];
    for (place, content) in files {
        let file = folder.join(place.replace('/', "-"));
        fs::write(&file, content).map_err(Error::file("write", &file))?;
        grafts.insert(place.into(), file);
    }
    Ok(())
}

/// Makes the disc with xorriso, in a folder of its own under the temporary folder.
pub fn make(
    xorriso: &Path,
    system: System<'_>,
    payload: &Payload,
    interrupt: &Interrupt,
) -> Result<Disc, Error> {
    let temporary = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("rwmem-disc-")
        .tempdir()
        .map_err(Error::file("make a folder in", &temporary))?;
    let image = folder.path().join("disc.iso");
    let mut grafts = grafts(system, payload);
    made_here(folder.path(), system, payload, &mut grafts)?;
    let list = folder.path().join("paths");
    fs::write(&list, path_list(&grafts)).map_err(Error::file("write", &list))?;

    let log = folder.path().join("xorriso.log");
    let errors = fs::File::create(&log).map_err(Error::file("write", &log))?;
    let mut command = Command::new(xorriso);
    // -r: everything is root's and readable to all, whoever made it.
    command.args(["-as", "mkisofs", "-quiet", "-r", "-V", "RWMEM_TEST"]);
    match system.firmware {
        Firmware::Bios => command.args(["-b", "boot/cdboot"]),
        Firmware::Efi => command.args(["-e", EFI_IMAGE]),
    };
    command.args(["-no-emul-boot", "-o"]).arg(&image);
    command.args(["-graft-points", "-path-list"]).arg(&list);
    command.stdout(Stdio::null()).stderr(Stdio::from(errors));

    let program = xorriso.display().to_string();
    let started = Process::start(command, Stdio::null());
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
        None => Ok(Disc { folder, image }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn bios<'a>(root: &'a Path, kernel: &'a Path) -> System<'a> {
        System {
            root,
            kernel,
            firmware: Firmware::Bios,
        }
    }

    fn payload() -> Payload {
        Payload {
            module: "/t/rwmem.ko".into(),
            klds: vec!["/t/tally.ko".into()],
            at_boot: false,
            guest: "/t/guest".into(),
            userland: Vec::new(),
            configuration: "test\n".into(),
        }
    }

    #[test]
    fn the_kernels_modules_that_tests_load_are_taken_from_beside_it() {
        let root = tempfile::tempdir().expect("a folder");
        for name in ["kernel", "dtrace.ko", "if_em.ko"] {
            fs::write(root.path().join(name), "").expect("written");
        }
        let kernel = root.path().join("kernel");
        let grafts = grafts(bios(root.path(), &kernel), &payload());
        assert!(grafts.contains_key("boot/kernel/dtrace.ko"));
        assert!(!grafts.contains_key("boot/kernel/if_em.ko"));
    }

    #[test]
    fn the_32_bit_program_comes_from_beside_the_guest() {
        let made = tempfile::tempdir().expect("a folder");
        let payload = Payload {
            guest: made.path().join("rwmem-guest"),
            ..payload()
        };
        let system = bios(Path::new("/r"), Path::new("/k"));
        let has = || grafts(system, &payload).contains_key("agent32");
        assert!(!has());
        fs::write(made.path().join("agent32"), "").expect("written");
        assert!(has());
    }

    #[test]
    fn places_with_an_equals_sign_are_escaped() {
        let grafts = Grafts::from([("a=b".into(), "/x=y\\z".into())]);
        assert_eq!(path_list(&grafts), b"/a\\=b=/x=y\\z\n");
    }
}
