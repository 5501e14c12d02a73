// SPDX-License-Identifier: BSD-2-Clause
//! What links the module to the kernel: relocations and symbols.

use crate::fixture::{amd64, arm64, both, fails, kernel};
use ko_check::Image;

const TYPES: &str = "the kernel's linker knows every relocation type";
const RESOLVE: &str = "the kernel's linker can resolve every relocation's symbol";
const COMMON: &str = "there are no common symbols";
const THREAD_LOCAL: &str = "there is no thread-local storage";
const OFFSET_TABLE: &str = "there is no global offset table";
const OFFERED: &str = "every undefined symbol is one that FreeBSD";
const IN_KERNEL: &str = "every undefined symbol is global in the kernel file";
const WEAK: &str = "the references to symbols that some kernels lack are weak";
const IN_RANGE: &str = "the kernel file's version is within the module's range";
const WAITS: &str = "it does not wait on purpose";
const PANIC: &str = "there is no panic machinery";

#[test]
fn position_independent_code_is_refused_on_amd64() {
    let fixture = amd64().without_flag("-mcmodel=kernel").flag("-fPIC");
    fixture
        .plus("extern int printf(const char *, ...); void *address(void) { return (printf); }")
        .fails(&[TYPES, OFFSET_TABLE], "R_X86_64_REX_GOTPCRELX");
}

#[test]
fn a_zero_extended_address_is_refused_on_amd64() {
    amd64()
        .plus("__asm__(\".data\\n.long printf\\n.text\\n\");")
        .fails(&[TYPES], "1 of type R_X86_64_32, first at .data+");
}

#[test]
fn an_indirect_function_is_refused_on_arm64() {
    arm64()
        .plus(
            "static void *choose(void) { return (0); } \
             __attribute__((ifunc(\"choose\"), visibility(\"hidden\"))) void chosen(void); \
             void (*keep)(void) = chosen;",
        )
        .fails(&[TYPES, RESOLVE], "R_AARCH64_IRELATIVE");
}

#[test]
fn a_relocation_to_what_is_not_loaded_is_refused() {
    amd64()
        .plus("__asm__(\".section .meta,\\\"\\\",%progbits\\nthere: .quad 1\\n.data\\n.quad there\\n.text\\n\");")
        .fails(&[RESOLVE], "is in no loaded section");
}

#[test]
fn a_relocation_without_a_symbol_is_refused() {
    const PLT32: [u8; 4] = 4u32.to_le_bytes();
    let mut module = amd64().build();
    // The call of printf: the type is the low half of r_info, the symbol its high half.
    let at = (0..module.len() - 8)
        .find(|&at| module[at..at + 4] == PLT32 && module[at + 8..at + 16] == (-4i64).to_le_bytes())
        .expect("a relocation of a call");
    module[at + 4..at + 8].fill(0);
    fails(
        &amd64().check_bytes(&module),
        &[RESOLVE],
        "a relocation without a symbol",
    );
}

#[test]
fn a_common_symbol_is_refused() {
    amd64()
        .flag("-fcommon")
        .plus("int shared_by_all;")
        .fails(&[COMMON], "'shared_by_all' is common");
}

#[test]
fn thread_local_storage_is_refused() {
    amd64()
        .plus("__thread int mine = 1;")
        .fails(&[THREAD_LOCAL], "symbol 'mine'");
    arm64()
        .plus("__thread int mine = 1;")
        .fails(&[THREAD_LOCAL], "section .tdata");
}

#[test]
fn a_function_that_no_kernel_offers_is_refused() {
    for fixture in both() {
        fixture
            .plus("void no_such_function(void); void call(void) { no_such_function(); }")
            .fails(&[OFFERED], "'no_such_function' is in neither");
    }
}

#[test]
fn the_shims_own_functions_are_not_the_kernels() {
    amd64()
        .plus("void kpi_prele(void *); void call(void) { kpi_prele(0); }")
        .fails(&[OFFERED], "'kpi_prele' is in neither");
}

#[test]
fn a_bound_of_a_set_that_only_a_header_declares_is_no_matter() {
    for fixture in both() {
        let report = fixture
            .plus("__asm__(\".globl __start_set_pcpu\\n.globl __stop_set_pcpu\\n\");")
            .check();
        assert_eq!(report.failed(), 0, "{report}");
    }
}

/// A reference to a function that no kernel has without DTrace.
const SDT: &str =
    "extern void sdt_probe_func(void) ATTRIBUTE; void *address(void) { return (sdt_probe_func); }";

#[test]
fn a_symbol_that_some_kernels_lack_must_be_weak() {
    let with = |attribute: &str| SDT.replace("ATTRIBUTE", attribute);
    for fixture in both() {
        let report = fixture.clone().plus(&with("__attribute__((weak))")).check();
        assert_eq!(report.failed(), 0, "{report}");
        fixture
            .plus(&with(""))
            .fails(&[WEAK], "'sdt_probe_func' is not weak");
    }
}

#[test]
fn a_symbol_that_every_kernel_has_must_not_be_weak() {
    for fixture in both() {
        fixture
            .plus("__asm__(\".weak printf\");")
            .fails(&[WEAK], "'printf' is weak");
    }
}

/// It is 0 there.
#[test]
fn a_kernel_without_a_weak_symbol_is_accepted() {
    let kernel = kernel(KERNEL);
    let kernel = Image::parse(&kernel).expect("an ELF file");
    let fixture = amd64().plus(&SDT.replace("ATTRIBUTE", "__attribute__((weak))"));
    let report = fixture.check_against(&fixture.build(), Some(&kernel));
    assert_eq!((report.failed(), report.skipped()), (0, 0), "{report}");
}

const KERNEL: &str = "const int osreldate = 1402000; void printf(void) {} \
                      void module_register_init(void) {}";

#[test]
fn a_kernel_with_all_symbols_is_accepted() {
    let kernel = kernel(KERNEL);
    let kernel = Image::parse(&kernel).expect("an ELF file");
    let report = amd64().check_against(&amd64().build(), Some(&kernel));
    assert_eq!((report.failed(), report.skipped()), (0, 0), "{report}");
}

#[test]
fn a_kernel_without_one_of_the_symbols_is_refused() {
    // A static function has a symbol, but not one that a module can use.
    let file = kernel(&KERNEL.replace("void printf", "__attribute__((used)) static void printf"));
    let image = Image::parse(&file).expect("an ELF file");
    fails(
        &amd64().check_against(&amd64().build(), Some(&image)),
        &[IN_KERNEL],
        "the kernel has no global 'printf'",
    );
}

#[test]
fn a_kernel_of_another_version_is_refused() {
    for (version, reason) in [
        ("1500068", "1500068 is not in 1400097..=1499999"),
        ("1400096", "1400096 is not in"),
    ] {
        let file = kernel(&KERNEL.replace("1402000", version));
        let image = Image::parse(&file).expect("an ELF file");
        fails(
            &amd64().check_against(&amd64().build(), Some(&image)),
            &[IN_RANGE],
            reason,
        );
    }
    let file = kernel(&KERNEL.replace("osreldate", "another"));
    let image = Image::parse(&file).expect("an ELF file");
    fails(
        &amd64().check_against(&amd64().build(), Some(&image)),
        &[IN_RANGE],
        "no symbol 'osreldate'",
    );
}

#[test]
fn a_kernel_of_another_architecture_is_refused() {
    let file = kernel(KERNEL);
    let image = Image::parse(&file).expect("an ELF file");
    fails(
        &arm64().check_against(&arm64().build(), Some(&image)),
        &[IN_KERNEL],
        "it is a kernel for EM_X86_64",
    );
}

#[test]
fn panic_machinery_is_refused() {
    for symbol in [
        "_ZN4core9panicking9panic_fmt17h0123456789abcdefE",
        "_RNvNtCs1a2b3c_4core9panicking5panic",
        "_RNvNtCs1a2b3c_4core6result13unwrap_failed",
        "_RNvCs1a2b3c_7___rustc17rust_begin_unwind",
    ] {
        for fixture in both() {
            fixture
                .plus(&format!(
                    "void f(void) __asm__(\"{symbol}\"); void f(void) {{}}"
                ))
                .fails(&[PANIC], "'");
        }
    }
}

#[test]
fn a_call_of_the_kernels_panic_is_refused() {
    for fixture in both() {
        fixture
            .plus("void panic(const char *, ...); void fall(void) { panic(\"x\"); }")
            .fails(&[PANIC], "'panic'");
    }
}

#[test]
fn a_module_in_which_nothing_has_a_name_is_refused() {
    arm64()
        .linked_with("--strip-all")
        .fails(&[PANIC], ".symtab is stripped");
}

#[test]
fn a_module_made_to_provoke_races_is_refused() {
    for fixture in both() {
        fixture
            .plus("unsigned int FREEBSD_KPI_RACES_SEED = 1; unsigned int *keep = &FREEBSD_KPI_RACES_SEED;")
            .fails(&[WAITS], "FREEBSD_KPI_RACES_SEED");
    }
}
