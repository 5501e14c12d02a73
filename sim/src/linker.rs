// SPDX-License-Identifier: BSD-2-Clause
//! kldload and kldunload: metadata, sysinits, module events, and what must be gone in the end.
use crate::layout::*;
use crate::load_error::LoadError;
use crate::loader::Image;
use crate::object_file::ObjectFile;
use crate::probes;
use crate::sim::{Sim, lock};

/// The `__FreeBSD_version` that the simulated kernel says it has: 14.2's.
const KERNEL_VERSION: i32 = 1402000;

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum KldError {
    #[error(transparent)]
    Link(#[from] LoadError),
    #[error("its metadata say: {0}")]
    Metadata(String),
    #[error("MOD_LOAD returned {0}")]
    Module(i32),
}

/// Loads the file as kldload does. After a failure nothing of it is left.
pub fn load(file: &ObjectFile) -> Result<(), KldError> {
    let mut sim = lock();
    let image = Image::load(file, |name| sim.kernel.lookup(name))?;
    check_metadata(&image)?;
    let inits = sysinits(&image, "sysinit_set", false);
    sim.image = Some(image);
    sim.mod_load = None;
    let moved = sim.setting.moved;
    sim.set_moved(moved);
    drop(sim);
    run(&inits, "a sysinit");
    let answer = {
        let mut sim = lock();
        sim.set_moved(None);
        sim.mod_load
    };
    match answer {
        Some(0) => {
            let mut sim = lock();
            if let Err(wrong) = probes::register(&mut sim) {
                sim.violation(format!(
                    "sdt.ko would not know the module's probes: {wrong}"
                ));
            }
            Ok(())
        }
        answer => {
            finish_unload();
            Err(KldError::Module(answer.unwrap_or(0)))
        }
    }
}

/// Asks the module to go: 0, or why it stays.
pub fn unload(force: bool) -> i32 {
    let data = {
        let sim = lock();
        let Some(image) = &sim.image else {
            return ENOENT;
        };
        match metadata(image)
            .into_iter()
            .find(|(kind, ..)| *kind == kpi::MDT_MODULE as i32)
        {
            Some((_, data, _)) => data as *const kpi::moduledata_t,
            None => return ENOENT,
        }
    };
    // SAFETY: `data` are from the image that is loaded.
    let quiesce = unsafe { event(data, kpi::modeventtype_MOD_QUIESCE) };
    // EOPNOTSUPP and EINVAL are no vetoes.
    if !force && !matches!(quiesce, 0 | 45 | EINVAL) {
        return quiesce;
    }
    // SAFETY: as above.
    match unsafe { event(data, kpi::modeventtype_MOD_UNLOAD) } {
        0 => {
            finish_unload();
            0
        }
        errno => errno,
    }
}

/// Tells the module of an event.
///
/// # Safety
/// `data` are the metadata of the loaded module.
pub unsafe fn event(data: *const kpi::moduledata_t, what: kpi::modeventtype) -> i32 {
    // SAFETY: the caller's promise; they stay while the module is loaded.
    let (handler, private) = unsafe { ((*data).evhand, (*data).priv_) };
    // SAFETY: the handler that they name; the module structure is opaque to it.
    let answer = handler.map_or(0, |handler| unsafe {
        handler(0x1000 as *mut _, what as i32, private)
    });
    lock().check_return(&format!("the event {what}"));
    answer
}

fn finish_unload() {
    let sim = lock();
    let inits = sim
        .image
        .as_ref()
        .map(|image| sysinits(image, "sysuninit_set", true))
        .unwrap_or_default();
    drop(sim);
    run(&inits, "a sysuninit");
    let mut sim = lock();
    leftovers(&mut sim);
    sim.image = None;
}

fn leftovers(sim: &mut Sim) {
    let mut left = sim.heap.leaks();
    left.extend(sim.statistics.leftovers());
    left.extend(sim.devices.leftovers());
    left.extend(sim.processes.imbalance(0));
    left.extend(sim.frames.kept());
    if !sim.destroying.is_empty() {
        left.push("a thread in the destructor of a file".into());
    }
    if !sim.semaphores.is_empty() {
        left.push("a semaphore was not destroyed".into());
    }
    if sim.processes.has_own() {
        left.push("its own address space still exists".into());
    }
    if sim.threads.counters() > 0 {
        left.push(format!(
            "{} counters were not freed",
            sim.threads.counters()
        ));
    }
    if !sim.statistics.contexts.is_empty() {
        left.push("a sysctl context was not freed".into());
    }
    if !sim.malloc_types.is_empty() {
        left.push("a malloc type is still registered".into());
    }
    if sim
        .locks
        .names()
        .iter()
        .any(|class| class.contains("rwmem") || class.contains("module"))
    {
        left.push("a mutex of the module was not destroyed".into());
    }
    for problem in left {
        sim.violation(format!("left behind by the unloaded module: {problem}"));
    }
}

/// Type, data and name of each record of the metadata.
fn metadata(image: &Image) -> Vec<(i32, usize, String)> {
    let records = image.set("modmetadata_set").into_iter().map(|record| {
        let record = record as *const kpi::mod_metadata;
        // SAFETY: the set's pointers are to such records in the loaded image, the name NUL-terminated.
        unsafe {
            let name = core::ffi::CStr::from_ptr((*record).md_cval)
                .to_string_lossy()
                .into_owned();
            ((*record).md_type, (*record).md_data as usize, name)
        }
    });
    records.collect()
}

fn check_metadata(image: &Image) -> Result<(), KldError> {
    let records = metadata(image);
    let wrong = |text: String| Err(KldError::Metadata(text));
    for (kind, data, name) in &records {
        if !image.contains(*data, 8) {
            return wrong(format!("the record {name} points outside the file"));
        }
        if *kind == kpi::MDT_DEPEND as i32 && name == "kernel" {
            // SAFETY: such a record's data are this structure; its first bytes were checked to be the file's.
            let depend = unsafe { &*(*data as *const kpi::mod_depend) };
            if !(depend.md_ver_minimum..=depend.md_ver_maximum).contains(&KERNEL_VERSION) {
                return wrong(format!(
                    "kernel {KERNEL_VERSION} is not the one that this was built for"
                ));
            }
        }
    }
    for (needed, what) in [
        (kpi::MDT_DEPEND, "dependency"),
        (kpi::MDT_MODULE, "module"),
        (kpi::MDT_VERSION, "version"),
    ] {
        if !records.iter().any(|(kind, ..)| *kind == needed as i32) {
            return wrong(format!("there is no {what}"));
        }
    }
    Ok(())
}

type Init = (unsafe extern "C" fn(*const core::ffi::c_void), usize);

/// The set's functions with their arguments, in the order in which the kernel calls them.
fn sysinits(image: &Image, set: &str, reverse: bool) -> Vec<Init> {
    let mut records: Vec<(i64, i64, Init)> = Vec::new();
    for record in image.set(set) {
        let record = record as *const kpi::sysinit;
        // SAFETY: the set's pointers are to such records in the loaded image.
        unsafe {
            if let Some(function) = (*record).func {
                let key = ((*record).subsystem as i64, (*record).order as i64);
                records.push((key.0, key.1, (function, (*record).udata as usize)));
            }
        }
    }
    records.sort_by_key(|(subsystem, order, _)| (*subsystem, *order));
    if reverse {
        records.reverse();
    }
    records.into_iter().map(|(_, _, init)| init).collect()
}

fn run(inits: &[Init], what: &str) {
    for (function, argument) in inits {
        // SAFETY: a function of the loaded image with the argument that its record names.
        unsafe { function(*argument as *const _) };
        lock().check_return(what);
    }
}
