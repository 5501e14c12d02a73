// SPDX-License-Identifier: BSD-2-Clause
//! Linker sets and what the module says of itself in them.

use crate::fixture::{amd64, arm64, both, fails};

const SETS: &str = "linker sets can be found";
const MODULE: &str = "MDT_MODULE";
const VERSION: &str = "MDT_VERSION";
const DEPEND: &str = "MDT_DEPEND";
const SYSINIT: &str = "a SYSINIT registers the module";
const PROBES: &str = "DTrace finds the provider rwmem";

/// A further entry of the metadata's set.
fn entry(target: &str) -> String {
    format!(
        "static const void *const entry __attribute__((section(\"set_modmetadata_set\"), used)) = {target};"
    )
}

#[test]
fn an_entry_that_points_nowhere_is_refused() {
    let all = [SETS, MODULE, VERSION, DEPEND, SYSINIT];
    for fixture in both() {
        let with = |target: &str| fixture.clone().plus(&entry(target));
        with("0").fails(&all, "is a null pointer");
        with("(void *)0x1234").fails(&all, "holds 0x1234 and no relocation");
        let undefined = format!("extern int printf(const char *, ...); {}", entry("printf"));
        fixture
            .clone()
            .plus(&undefined)
            .fails(&all, "points to the undefined printf");
    }
}

#[test]
fn a_set_in_two_sections_is_refused() {
    let another = "__asm__(\".section Set_modmetadata_set,\\\"aw\\\"\\n.quad is\\n.text\\n\");";
    let mut module = amd64().plus(another).build();
    // A linker joins sections of one name: the second gets it afterwards.
    for at in 0..module.len() - 4 {
        if module[at..].starts_with(b"Set_") {
            module[at] = b's';
        }
    }
    fails(
        &amd64().check_bytes(&module),
        &[SETS, MODULE, VERSION, DEPEND, SYSINIT],
        "more than one section set_modmetadata_set",
    );
}

#[test]
fn a_set_of_no_whole_number_of_pointers_is_refused() {
    for fixture in both() {
        fixture
            .plus("__asm__(\".section set_extra,\\\"aw\\\"\\n.long 0\\n.text\\n\");")
            .fails(&[SETS], "set_extra is 4 bytes long");
    }
}

#[test]
fn a_set_whose_bounds_a_shared_object_does_not_export_is_refused() {
    arm64().with("UNBOUNDED").fails(
        &[SETS, MODULE, VERSION, DEPEND, SYSINIT, PROBES],
        "no dynamic symbol __start_set_modmetadata_set",
    );
    let report = amd64().with("UNBOUNDED").check();
    assert_eq!(report.failed(), 0, "{report}");
}

/// On arm64 what has relocations is writable in any case.
#[test]
fn a_read_only_sysinit_is_refused() {
    amd64()
        .with("SYSINIT_CONST=const")
        .fails(&[SETS], "which is read-only, but the kernel writes to it");
    amd64()
        .with("SET_CONST=const")
        .fails(&[SETS], "set_sysinit_set is read-only");
}

#[test]
fn a_module_without_its_declaration_is_refused() {
    for fixture in both() {
        fixture.with("NO_MODULE").fails(
            &[MODULE, SYSINIT],
            "MDT_MODULE entries [], not one of 'rwmem'",
        );
    }
}

#[test]
fn another_name_is_refused() {
    for fixture in both() {
        fixture.clone().with("LABEL=\"rwmen\"").fails(
            &[MODULE, VERSION, SYSINIT],
            "MDT_VERSION entries [\"rwmen\"], not one of 'rwmem'",
        );
        fixture
            .with("NAME=\"rwmen\"")
            .fails(&[MODULE], "the module's data name it 'rwmen'");
    }
}

#[test]
fn an_event_handler_that_is_no_code_is_refused() {
    for fixture in both() {
        fixture
            .clone()
            .with("EVENT=0")
            .fails(&[MODULE], "the event handler is a null pointer");
        fixture
            .plus("static int data = 1;")
            .with("EVENT=(void *)&data")
            .fails(&[MODULE], "no code");
    }
}

#[test]
fn another_version_or_a_second_one_is_refused() {
    for fixture in both() {
        fixture
            .clone()
            .with("VERSION=2")
            .fails(&[VERSION], "version 2, not 1");
        fixture
            .with("TWO_VERSIONS")
            .fails(&[VERSION], "entries [\"rwmem\", \"rwmem\"]");
    }
}

#[test]
fn another_range_of_kernels_is_refused() {
    for fixture in both() {
        for wrong in ["MIN=1400000", "MIN=1402000", "MAX=1400097", "MAX=1599999"] {
            let value = wrong.split_once('=').expect("a definition").1;
            fixture.clone().with(wrong).fails(&[DEPEND], value);
        }
        fixture
            .with("KERNEL=\"kernal\"")
            .fails(&[DEPEND], "[\"kernal\"], not one of 'kernel'");
    }
}

#[test]
fn metadata_of_another_structure_version_is_refused() {
    amd64().with("STRUCT_VERSION=2").fails(
        &[MODULE, VERSION, DEPEND, SYSINIT],
        "metadata of structure version 2",
    );
}

#[test]
fn a_module_that_nothing_registers_is_refused() {
    for fixture in both() {
        fixture
            .clone()
            .with("NO_SYSINIT")
            .fails(&[SYSINIT], "there is no section set_sysinit_set");
        fixture
            .clone()
            .plus("static void other(const void *p) { (void)p; }")
            .with("REGISTER=other")
            .fails(&[SYSINIT], "0 SYSINITs register the module");
        fixture
            .plus("static int data = 1;")
            .with("REGISTERED=&data")
            .fails(&[SYSINIT], "module_register_init gets something else");
    }
}

#[test]
fn a_sysuninit_without_a_function_is_refused() {
    for fixture in both() {
        fixture
            .plus(
                "static struct sysinit fini; \
                 __asm__(\".weak __start_set_sysuninit_set\\n.weak __stop_set_sysuninit_set\"); \
                 static void *entry_fini __attribute__((section(\"set_sysuninit_set\"), used)) = &fini;",
            )
            .fails(&[SYSINIT], "a SYSINIT's function is a null pointer");
    }
}
