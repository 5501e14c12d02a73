// SPDX-License-Identifier: BSD-2-Clause
//! amd64: the kernel saves no floating-point state for itself, and an interrupt overwrites what lies below
//! the stack pointer.

use super::Instruction;
use capstone::RegId;
use capstone::arch::x86::{X86OpMem, X86Operand, X86OperandType, X86Reg};
use capstone::arch::{ArchDetail, DetailsArchInsn};

/// Register files that only these units have; `k` are AVX-512's masks, `fpsw` the x87's status.
const REGISTERS: &[&str] = &["xmm", "ymm", "zmm", "mm", "st", "fp", "k", "tmm"];

/// The disassembler's names of the extensions, for what works on memory and general registers alone, like
/// `cvttsd2si (%rax), %eax`.
const EXTENSIONS: &[&str] = &["sse", "ssse", "avx", "mmx", "fpu", "3dnow"];

/// What came with these extensions but touches nothing of theirs.
const HARMLESS: &[&str] = &[
    "lfence", "mfence", "sfence", "pause", "prefetch", "movnti", "clflush", "crc32", "popcnt",
];

/// Instructions on the saved state, which belong to no extension. All that begin with `f` are the x87's
/// (fnstcw, fxsave ...).
const STATE: &[&str] = &["f", "xsave", "xrstor"];

/// What every processor of amd64 has, the first ones too, apart from floating point: what a compiler writes and what
/// the kernel's inline functions contain. The kernel itself asks the processor before it uses more.
const BASELINE: &str = "\
    adc add and bsf bsr bswap bt btc btr bts call cbw cdq cdqe clc cld clflush cli cmc cmp cmpsb cmpsd cmpsq cmpsw \
    cmpxchg cmpxchg8b cpuid cqo cwd cwde dec div hlt idiv imul in inc int3 invlpg iretq lea leave lfence lgdt lidt \
    lldt lodsb lodsd lodsq lodsw ltr mfence mov movabs movnti movsb movsd movsq movsw movsx movsxd movzx mul neg nop \
    not or out pause pop popfq prefetchnta prefetcht0 prefetcht1 prefetcht2 push pushfq rcl rcr rdmsr rdpmc rdtsc \
    ret rol ror sal sar sbb scasb scasd scasq scasw sfence sgdt shl shld shr shrd sidt sldt std sti stosb stosd \
    stosq stosw str sub swapgs syscall sysretq test ud2 verr verw wbinvd wrmsr xadd xchg xor";

/// No-ops to a processor that does not know them; and bsf, to which a compiler gives the prefix of tzcnt where 0 cannot
/// occur.
const TAKEN_FOR_OTHERS: &str = "endbr64 rdsspq tzcnt";

/// The families of conditional instructions.
const CONDITIONAL: &[&str] = &["j", "set", "cmov"];

/// An instruction that some processors of amd64 do not have.
pub fn beyond_baseline(instruction: &Instruction) -> bool {
    let is_prefix =
        |word: &&str| ["lock", "rep", "repe", "repne", "notrack", "data16"].contains(word);
    let mut words = instruction.mnemonic().split(' ');
    let name = words.rfind(|word| !is_prefix(word)).unwrap_or_default();
    let is_in = |list: &str| list.split(' ').any(|one| one == name);
    let is_conditional = CONDITIONAL.iter().any(|family| name.starts_with(family));
    !(is_in(BASELINE) || is_in(TAKEN_FOR_OTHERS) || is_conditional || floating_point(instruction))
}

pub fn floating_point(instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    let is = |list: &[&str]| list.iter().any(|start| mnemonic.starts_with(start));
    let is_extension = || {
        instruction
            .groups()
            .any(|group| EXTENSIONS.iter().any(|name| group.starts_with(name)))
    };
    instruction.registers().any(|r| is_floating_point(&r))
        || is(STATE)
        || (is_extension() && !is(HARMLESS))
}

/// A name of [`REGISTERS`] and a number: `xmm3`, `st(1)`, `k2`.
fn is_floating_point(register: &str) -> bool {
    REGISTERS.iter().any(|file| {
        register
            .strip_prefix(file)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '('))
    }) || register == "fpsw"
}

/// The first access below the stack pointer. With a frame pointer a red zone does not show as a negative
/// offset of rsp: then the depth of the frame is what the function pushes and subtracts, and nothing may
/// lie farther below rbp. The depth is counted over the whole function, so that it is rather too large.
pub fn red_zone(function: &[Instruction]) -> Option<usize> {
    let mut depth = None;
    for instruction in function {
        depth = match depth {
            None => is_frame_pointer_set(instruction).then_some(0),
            Some(depth) => Some(depth + grows_stack_by(instruction)),
        };
    }
    function.iter().position(|instruction| {
        // lea and nop only name an address.
        !matches!(instruction.mnemonic(), "lea" | "nop")
            && memory_operands(instruction).any(|memory| {
                let below = memory.disp().saturating_neg();
                memory.index() == RegId(0)
                    && match memory.base() {
                        base if base == register(X86Reg::X86_REG_RSP) => below > 0,
                        base if base == register(X86Reg::X86_REG_RBP) => {
                            depth.is_some_and(|depth| below > depth)
                        }
                        _ => false,
                    }
            })
    })
}

/// `mov rbp, rsp`
fn is_frame_pointer_set(instruction: &Instruction) -> bool {
    instruction.mnemonic() == "mov" && instruction.operands() == "rbp, rsp"
}

/// By how many bytes an instruction lowers the stack pointer, if it does.
fn grows_stack_by(instruction: &Instruction) -> i64 {
    let operands = operands(instruction);
    let writes_rsp = operands.first().is_some_and(|operand| {
        operand.op_type == X86OperandType::Reg(register(X86Reg::X86_REG_RSP))
    });
    let bytes = match (instruction.mnemonic(), operands.get(1).map(|o| &o.op_type)) {
        ("push", _) => 8,
        ("sub", Some(X86OperandType::Imm(bytes))) if writes_rsp => *bytes,
        // A compiler adds -128 because that is shorter than subtracting 128.
        ("add", Some(X86OperandType::Imm(bytes))) if writes_rsp => bytes.saturating_neg(),
        ("lea", Some(X86OperandType::Mem(memory)))
            if memory.base() == register(X86Reg::X86_REG_RSP) =>
        {
            memory.disp().saturating_neg()
        }
        _ => 0,
    };
    bytes.max(0)
}

fn memory_operands(instruction: &Instruction) -> impl Iterator<Item = X86OpMem> {
    operands(instruction)
        .into_iter()
        .filter_map(|operand| match operand.op_type {
            X86OperandType::Mem(memory) => Some(memory),
            _ => None,
        })
}

fn operands(instruction: &Instruction) -> Vec<X86Operand> {
    match instruction.detail.arch_detail() {
        ArchDetail::X86Detail(detail) => detail.operands().collect(),
        _ => Vec::new(),
    }
}

fn register(number: X86Reg::Type) -> RegId {
    RegId(number as capstone::RegIdInt)
}
