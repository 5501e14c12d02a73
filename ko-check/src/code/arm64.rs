// SPDX-License-Identifier: BSD-2-Clause
//! arm64: the kernel saves no floating-point state for itself, and x18 is its pointer to this CPU's data.

use super::Instruction;

/// Scalars of every width, vectors, and SVE's vectors and predicates.
const FLOATING_POINT: &[char] = &['b', 'h', 's', 'd', 'q', 'v', 'z', 'p'];

pub fn floating_point(instruction: &Instruction) -> bool {
    instruction.registers().any(|r| is_floating_point(&r))
        // A few instructions have their registers only in the text.
        || explicit(instruction).any(is_floating_point)
}

/// `q0`, `v31.16b`, but neither `sp` nor `x0` nor a system register like `s3_0_c15_c2_0`.
fn is_floating_point(register: &str) -> bool {
    let name = register.split('.').next().unwrap_or_default();
    name.strip_prefix(FLOATING_POINT)
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// What every processor of Armv8.0 has, apart from floating point.
const BASELINE: &str = "\
    adc adcs add adds adr adrp and ands asr asrv at b bfi bfm bfxil bic bics bl blr br brk cbnz cbz ccmn ccmp cinc \
    cinv clrex cls clz cmn cmp cneg csel cset csetm csinc csinv csneg dc dmb dsb eon eor eret extr hint hlt hvc ic \
    isb lsl lslv lsr lsrv madd mneg mov movk movn movz mrs msr msub mul mvn neg negs ngc ngcs nop orn orr rbit ret \
    rev rev16 rev32 ror rorv sbc sbcs sbfiz sbfm sbfx sdiv sev sevl smaddl smc smnegl smsubl smulh smull sub subs \
    svc sxtb sxth sxtw sys sysl tbnz tbz tlbi tst ubfiz ubfm ubfx udf udiv umaddl umnegl umsubl umulh umull uxtb \
    uxth wfe wfi yield ldar ldarb ldarh ldnp ldp ldpsw ldr ldrb ldrh ldrsb ldrsh ldrsw ldtr ldtrb ldtrh ldtrsb \
    ldtrsh ldtrsw ldur ldurb ldurh ldursb ldursh ldursw prfm prfum stlr stlrb stlrh stnp stp str strb strh sttr \
    sttrb sttrh stur sturb sturh";

/// Hints, no-ops to a processor that does not know them.
const HINTS: &str = "autiasp autibsp bti csdb esb paciasp pacibsp pssbb ssbb xpaclri";

/// Exclusive loads and stores.
const EXCLUSIVES: &[&str] = &[
    "ldaxp", "ldaxr", "ldxp", "ldxr", "stlxp", "stlxr", "stxp", "stxr",
];

/// The first instruction that some processors do not have. The atomic ones of Armv8.1 may stand beside the exclusive ones
/// that take their place: in the kernel's atomic.h, `lse_supported` chooses between them.
pub fn beyond_baseline(function: &[Instruction]) -> Option<usize> {
    let is_of = |instruction: &Instruction, families: &[&str]| {
        let name = instruction.mnemonic();
        families.iter().any(|family| name.starts_with(family))
    };
    let chooses = function.iter().any(|one| is_of(one, EXCLUSIVES));
    function.iter().position(|instruction| {
        let name = instruction.mnemonic();
        let is_in = |list: &str| list.split(' ').any(|one| one == name);
        let is_baseline =
            is_in(BASELINE) || name.starts_with("b.") || is_of(instruction, EXCLUSIVES);
        let is_chosen = chooses && is_of(instruction, ATOMICS);
        !(is_baseline || is_in(HINTS) || is_chosen || floating_point(instruction))
    })
}

/// Comparisons, which the disassembler takes for writes of their first operand.
const COMPARISONS: &[&str] = &["cmp", "cmn", "ccmp", "ccmn", "tst"];

/// Atomic instructions, of whose writes the disassembler knows nothing: any of their operands may be one.
const ATOMICS: &[&str] = &[
    "ldadd", "ldclr", "ldeor", "ldset", "ldsm", "ldum", "stadd", "stclr", "steor", "stset", "stsm",
    "stum", "cas", "swp",
];

pub fn writes_x18(instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    let is = |list: &[&str]| list.iter().any(|start| mnemonic.starts_with(start));
    if is(ATOMICS) {
        return explicit(instruction).any(is_x18);
    }
    let written = instruction.detail.regs_write().iter();
    !is(COMPARISONS)
        && written
            .map(|&register| instruction.register_name(register))
            .any(|register| is_x18(&register))
}

fn is_x18(register: &str) -> bool {
    matches!(register, "x18" | "w18")
}

/// The operands as written, without those that only address memory.
fn explicit<'i>(instruction: &'i Instruction) -> impl Iterator<Item = &'i str> {
    let operands = instruction.operands();
    let registers = operands.split('[').next().unwrap_or_default();
    registers
        .split([',', ' ', '{', '}'])
        .filter(|operand| !operand.is_empty())
}
