// SPDX-License-Identifier: BSD-2-Clause
//! Machine code.

use crate::fixture::{Fixture, amd64, arm64};

const FLOATING_POINT: &str = "no instruction uses SSE, AVX, MMX or the x87";
const RED_ZONE: &str = "no function uses a red zone below its stack pointer";
const SIMD: &str = "no instruction uses floating point or SIMD registers";
const X18: &str = "no instruction writes x18";
const BASELINE: &str = "every processor of ";

/// A leaf function with more local data than registers.
const LEAF: &str = "int leaf(int n) { volatile int local[8]; \
                    for (int i = 0; i < 8; i++) local[i] = n + i; return (local[n & 7]); }";

#[track_caller]
fn accepts(fixture: Fixture) {
    let report = fixture.check();
    assert_eq!(report.failed(), 0, "{report}");
}

#[test]
fn a_compilers_floating_point_is_refused() {
    let source = "double half(double x) { return (x / 2); }";
    let mut fixture = amd64();
    for flag in ["-mno-sse", "-mno-sse2", "-msoft-float"] {
        fixture = fixture.without_flag(flag);
    }
    fixture.plus(source).fails(&[FLOATING_POINT], "half+");
    arm64()
        .without_flag("-mgeneral-regs-only")
        .plus(source)
        .fails(&[SIMD], "half+");
}

#[test]
fn each_floating_point_instruction_is_refused_on_amd64() {
    for line in [
        "movaps %xmm0, %xmm1",
        "movq %rax, %xmm15",
        "cvttsd2si (%rax), %eax",
        "vpxor %ymm1, %ymm2, %ymm3",
        "vpxorq %zmm1, %zmm2, %zmm31",
        "kmovq %k1, %k2",
        "pxor %mm0, %mm1",
        "fld1",
        "fldl (%rax)",
        "faddp",
        "fninit",
        "fnstcw (%rax)",
        "fxsave (%rax)",
        "xsave (%rax)",
        "xrstor (%rax)",
        "emms",
        "wait",
        "vzeroupper",
        "ldmxcsr (%rax)",
        "stmxcsr (%rax)",
    ] {
        println!("{line}");
        amd64()
            .plus_assembly(line)
            .fails(&[FLOATING_POINT], "extra+0x0: ");
    }
}

#[test]
fn what_only_looks_like_it_is_accepted_on_amd64() {
    accepts(amd64().plus_assembly(
        "lfence\nmfence\nsfence\npause\nprefetcht0 (%rax)\nrep movsb\nrep stosq\nmovnti %rax, (%rcx)\n\
         bswap %rax\nlock cmpxchg %rcx, (%rdx)\nud2\nint3\nrep bsf %rax, %rcx\n\
         mov %gs:0, %rax\nendbr64\nnopw 0(%rax,%rax)",
    ));
}

/// What `-Ctarget-cpu=native` puts into a module on the machine of its builder.
#[test]
fn what_only_some_processors_have_is_refused_on_amd64() {
    for line in [
        "shlx %rax, %rcx, %rdx",
        "andn %rax, %rcx, %rdx",
        "mulx %rax, %rcx, %rdx",
        "lzcnt %rax, %rcx",
        "popcnt %rax, %rax",
        "movbe (%rax), %rcx",
        "adcx %rax, %rcx",
        "crc32q %rax, %rcx",
        "lock cmpxchg16b (%rax)",
        "rdrand %rax",
        "rdfsbase %rax",
        "clwb (%rax)",
        "stac",
    ] {
        println!("{line}");
        amd64()
            .plus_assembly(line)
            .fails(&[BASELINE], "extra+0x0: ");
    }
    let source = "unsigned long f(unsigned long x, unsigned y) { return (~x & 0xff00ff00) << y; }";
    amd64().plus(source).flag("-mbmi2").fails(&[BASELINE], "f+");
}

#[test]
fn what_only_some_processors_have_is_refused_on_arm64() {
    for line in [
        "ldadd x1, x2, [x0]",
        "stadd x1, [x0]",
        "casal x1, x2, [x0]",
        "swp x1, x2, [x0]",
        "crc32x w0, w1, x2",
        "ldapr x0, [x1]",
        "sb",
        "cfinv",
    ] {
        println!("{line}");
        arm64()
            .plus_assembly(&format!(".arch armv8.5-a+rcpc\n{line}"))
            .fails(&[BASELINE], "extra+0x0: ");
    }
}

#[test]
fn atomics_beside_what_takes_their_place_are_accepted_on_arm64() {
    accepts(arm64().plus_assembly(
        ".arch armv8-a+lse\nldr w9, [x1]\ncbz w9, 1f\nldadd x0, x2, [x3]\nret\n\
         1: ldxr x2, [x3]\nadd x4, x2, x0\nstxr w5, x4, [x3]\ncbnz w5, 1b\nret",
    ));
}

#[test]
fn bytes_that_are_no_instruction_are_refused() {
    amd64().plus_assembly("nop\n.byte 0x06, 0x06").fails(
        &[FLOATING_POINT, RED_ZONE, BASELINE],
        "extra+0x1: these bytes are no known",
    );
    arm64().plus_assembly("nop\n.inst 0xffffffff").fails(
        &[SIMD, X18, BASELINE],
        "extra+0x4: these bytes are no known",
    );
}

#[test]
fn a_red_zone_is_refused() {
    let fixture = amd64().without_flag("-mno-red-zone").plus(LEAF);
    fixture.clone().fails(&[RED_ZONE], "leaf+");
    fixture
        .flag("-fomit-frame-pointer")
        .fails(&[RED_ZONE], "rsp");
}

#[test]
fn a_stack_frame_is_no_red_zone() {
    accepts(amd64().plus(LEAF));
    accepts(amd64().plus(LEAF).flag("-fomit-frame-pointer"));
    accepts(amd64().plus(LEAF).flag("-O0"));
    // A frame of 128 bytes is made by adding -128; a variable one and an over-aligned one by other means.
    let frames = "void use(void *); void use(void *p) { __asm__ volatile(\"\" :: \"r\"(p) : \"memory\"); } \
        void a(void) { volatile char x[120]; x[0] = 1; use((void *)x); } \
        void b(unsigned n) { volatile char x[n]; x[0] = 1; use((void *)x); } \
        void c(void) { volatile _Alignas(64) char x[64]; x[0] = 1; use((void *)x); } \
        long d(long *p, long n) { long s = 0; long t[4] = {p[0], p[1], p[2], p[3]}; use(t); \
            for (long i = 1; i < n; i++) s += t[i - 1]; return (s); }";
    accepts(amd64().plus(frames).flag("-fno-inline"));
    accepts(amd64().plus(frames).flag("-fno-inline").flag("-O0"));
}

#[test]
fn each_floating_point_instruction_is_refused_on_arm64() {
    for line in [
        "ldr q0, [x0]",
        "str s3, [x1]",
        "ldp d8, d9, [sp]",
        "fmov x0, d0",
        "fmov w0, s0",
        "movi v0.2d, #0",
        "fcmp d0, #0.0",
        "ldr b0, [x0]",
        "str h1, [x0]",
        "ld1 {v0.16b}, [x0]",
        "uaddlv h0, v0.8b",
        ".arch_extension sve\nptrue p0.b",
        ".arch_extension sve\nld1d {z0.d}, p0/z, [x0]",
    ] {
        println!("{line}");
        arm64().plus_assembly(line).fails(&[SIMD], "extra+0x0: ");
    }
}

#[test]
fn each_write_of_x18_is_refused() {
    for line in [
        "mov x18, x0",
        "mov w18, #1",
        "movk x18, #3",
        "add x18, x18, #1",
        "subs x18, x18, x1",
        "csel x18, x1, x2, eq",
        "adrp x18, .",
        "mrs x18, tpidr_el1",
        "ldr x18, [x0]",
        "ldrb w18, [x0]",
        "ldp x18, x19, [sp]",
        "ldp x19, x18, [sp]",
        "ldr x0, [x18], #8",
        "ldr x0, [x18, #8]!",
        "stp x0, x1, [x18, #16]!",
        "ldxr x18, [x1]",
        "stxr w18, x1, [x0]",
        ".arch_extension lse\nldadd x1, x18, [x0]\nldxr x1, [x2]",
        ".arch_extension lse\nldsetal x1, x18, [x0]\nldxr x1, [x2]",
        ".arch_extension lse\ncas x18, x1, [x0]\nldxr x1, [x2]",
        ".arch_extension lse\nswpa x1, x18, [x0]\nldxr x1, [x2]",
    ] {
        println!("{line}");
        arm64().plus_assembly(line).fails(&[X18], "extra+0x0: ");
    }
}

#[test]
fn what_only_reads_x18_is_accepted() {
    accepts(arm64().plus_assembly(
        "ldr x0, [x18]\nldr x1, [x18, #16]\nldp x2, x3, [x18]\nmov x0, x18\nadd x0, x18, #8\nstr x18, [x0]\n\
         cmp x18, #1\ntst x18, x0\nmrs x0, tpidr_el1\nmrs x0, s3_0_c15_c2_0\ndmb ish\nisb\nprfm pldl1keep, [x0]\nbrk #1\n\
         .arch_extension lse\nldadd x1, x2, [x18]\nldxr x1, [x18]",
    ));
}
