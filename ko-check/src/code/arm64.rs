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

/// Comparisons, which the disassembler takes for writes of their first operand.
const COMPARISONS: &[&str] = &["cmp", "cmn", "ccmp", "ccmn", "tst"];

/// Atomic instructions, of whose writes the disassembler knows nothing: any of their operands may be one.
const ATOMICS: &[&str] = &[
    "ldadd", "ldclr", "ldeor", "ldset", "ldsm", "ldum", "cas", "swp",
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
