// SPDX-License-Identifier: BSD-2-Clause
//! Joins libFuzzer and the simulated kernel: libFuzzer watches the edges and comparisons of rwmem.ko itself, which is
//! built with LLVM's coverage instrumentation, and of nothing else.
use std::path::PathBuf;
use std::sync::OnceLock;

use rwmem_sim::coverage::{listen, range};
use rwmem_sim::fuzz::Target;
use rwmem_sim::object_file::{COUNTERS, ObjectFile, PLACES};
use rwmem_sim::report;

/// The functions of libFuzzer that instrumented code calls, with their addresses.
macro_rules! hooks {
    ($($name:ident)*) => {{
        unsafe extern "C" { $(fn $name();)* }
        vec![$((stringify!($name), $name as *const () as usize)),*]
    }};
}

unsafe extern "C" {
    fn __sanitizer_cov_8bit_counters_init(start: *mut u8, end: *mut u8);
    fn __sanitizer_cov_pcs_init(start: *const usize, end: *const usize);
}

struct Subject {
    target: &'static Target,
    object: ObjectFile,
}

static SUBJECT: OnceLock<Subject> = OnceLock::new();

/// Loads the module once, and tells libFuzzer where its counters are.
pub fn start(target: &str) {
    listen(hooks! {
        __sanitizer_cov_trace_cmp1 __sanitizer_cov_trace_cmp2 __sanitizer_cov_trace_cmp4 __sanitizer_cov_trace_cmp8
        __sanitizer_cov_trace_const_cmp1 __sanitizer_cov_trace_const_cmp2 __sanitizer_cov_trace_const_cmp4
        __sanitizer_cov_trace_const_cmp8 __sanitizer_cov_trace_switch
    });
    report::catch_faults();
    // libFuzzer saves the input that made a program abort.
    report::end_with(|| std::process::abort());
    let built = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/ko/14-amd64-coverage/rwmem.ko"
    );
    let path = std::env::var_os("RWMEM_KO").map_or(PathBuf::from(built), PathBuf::from);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}: `make fuzz` builds it", path.display());
    });
    let object = ObjectFile::parse(&bytes).expect("a module for FreeBSD amd64");
    let target = Target::by_name(target).expect("a target of rwmem-sim's");
    let subject = SUBJECT.get_or_init(|| Subject { target, object });
    run(&[]);
    let section = |name| {
        let len = subject.object.section_len(name);
        range(name, len).filter(|range| !range.is_empty())
    };
    let (Some(counters), Some(places)) = (section(COUNTERS), section(PLACES)) else {
        panic!(
            "{} counts no edges: `RWMEM_COVERAGE=yes scripts/build-ko.sh 14 amd64` builds one that does",
            path.display()
        );
    };
    // SAFETY: the sections stay where they are, and hold what libFuzzer expects in sections of these names: LLVM made
    // them. It writes to the counters, which nobody else but the module does.
    unsafe {
        __sanitizer_cov_8bit_counters_init(counters.start as *mut u8, counters.end as *mut u8);
        __sanitizer_cov_pcs_init(places.start as *const usize, places.end as *const usize);
    }
}

/// Runs one input; aborts if the module broke a rule or returned what it must not.
pub fn run(input: &[u8]) {
    let subject = SUBJECT.get().expect("start comes first");
    let violations = subject.target.run(&subject.object, input, "FILE");
    if !violations.is_empty() {
        std::process::abort();
    }
}
