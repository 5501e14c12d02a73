// SPDX-License-Identifier: BSD-2-Clause
//! What the module's machine code must not do in a kernel, found by disassembling all of it.

mod amd64;
mod arm64;

use crate::Report;
use crate::image::{Home, Image};
use capstone::arch::{BuildsCapstone, arm64 as arm64_arch, x86};
use capstone::{Capstone, Insn, InsnDetail};
use freebsd_kernels::Cpu;
use object::elf;

/// A function, or what lies between two of them, as a sequence of instructions without gaps.
struct Function<'i> {
    name: String,
    /// The offset in its section, or its address in a shared object.
    start: u64,
    bytes: &'i [u8],
}

/// Disassembles every executable section and runs the checks of `cpu` on it.
pub fn check(report: &mut Report, image: &Image, cpu: Cpu) {
    let functions = functions(image);
    match cpu {
        Cpu::X86_64 => {
            report.record(
                "no instruction uses SSE, AVX, MMX or the x87",
                each_instruction(&functions, cpu, amd64::floating_point),
            );
            report.record(
                "no function uses a red zone below its stack pointer",
                each_function(&functions, cpu, amd64::red_zone),
            );
            report.record(
                "every processor of amd64 has every instruction",
                each_instruction(&functions, cpu, amd64::beyond_baseline),
            );
        }
        Cpu::Aarch64 => {
            report.record(
                "no instruction uses floating point or SIMD registers",
                each_instruction(&functions, cpu, arm64::floating_point),
            );
            report.record(
                "no instruction writes x18, the kernel's per-CPU pointer",
                each_instruction(&functions, cpu, arm64::writes_x18),
            );
            report.record(
                "every processor of Armv8.0 has every instruction",
                each_function(&functions, cpu, arm64::beyond_baseline),
            );
        }
    }
}

/// One instruction of a disassembly.
struct Instruction<'i> {
    cs: &'i Capstone,
    insn: &'i Insn<'i>,
    detail: InsnDetail<'i>,
}

impl Instruction<'_> {
    fn mnemonic(&self) -> &str {
        self.insn.mnemonic().unwrap_or_default()
    }

    fn operands(&self) -> &str {
        self.insn.op_str().unwrap_or_default()
    }

    fn register_name(&self, register: capstone::RegId) -> String {
        self.cs.reg_name(register).unwrap_or_default()
    }

    fn groups(&self) -> impl Iterator<Item = String> {
        let groups = self.detail.groups().iter();
        groups.map(|&group| self.cs.group_name(group).unwrap_or_default())
    }

    fn registers(&self) -> impl Iterator<Item = String> {
        let (read, written) = (self.detail.regs_read(), self.detail.regs_write());
        read.iter()
            .chain(written)
            .map(|&register| self.register_name(register))
    }
}

fn each_instruction(
    functions: &[Function],
    cpu: Cpu,
    is_forbidden: fn(&Instruction) -> bool,
) -> Vec<String> {
    each_function(functions, cpu, |instructions| {
        instructions.iter().position(is_forbidden)
    })
}

/// The places where `find` finds something forbidden; one of each function is enough.
fn each_function(
    functions: &[Function],
    cpu: Cpu,
    find: impl Fn(&[Instruction]) -> Option<usize>,
) -> Vec<String> {
    let cs = match disassembler(cpu) {
        Ok(cs) => cs,
        Err(error) => return vec![format!("no disassembler: {error}")],
    };
    functions
        .iter()
        .filter_map(|function| match search(&cs, function, &find) {
            Ok(found) => found,
            Err(error) => Some(format!("cannot disassemble {}: {error}", function.name)),
        })
        .collect()
}

fn disassembler(cpu: Cpu) -> capstone::CsResult<Capstone> {
    match cpu {
        Cpu::X86_64 => Capstone::new()
            .x86()
            .mode(x86::ArchMode::Mode64)
            .detail(true)
            .build(),
        Cpu::Aarch64 => Capstone::new()
            .arm64()
            .mode(arm64_arch::ArchMode::Arm)
            .detail(true)
            .build(),
    }
}

/// What is forbidden in one function. Bytes that are no instruction are: nothing can be said of them.
fn search(
    cs: &Capstone,
    function: &Function,
    find: impl Fn(&[Instruction]) -> Option<usize>,
) -> capstone::CsResult<Option<String>> {
    let insns = cs.disasm_all(function.bytes, function.start)?;
    let instructions = insns
        .iter()
        .map(|insn| {
            Ok(Instruction {
                cs,
                insn,
                detail: cs.insn_detail(insn)?,
            })
        })
        .collect::<capstone::CsResult<Vec<_>>>()?;
    if let Some(index) = find(&instructions) {
        let found = &instructions[index];
        return Ok(Some(format!(
            "{}+{:#x}: {} {}",
            function.name,
            found.insn.address() - function.start,
            found.mnemonic(),
            found.operands()
        )));
    }
    let decoded: usize = insns.iter().map(|insn| insn.bytes().len()).sum();
    Ok((decoded < function.bytes.len()).then(|| {
        format!(
            "{}+{decoded:#x}: these bytes are no known instruction",
            function.name
        )
    }))
}

/// All executable bytes, cut at the symbols of functions.
fn functions<'i>(image: &'i Image) -> Vec<Function<'i>> {
    let mut functions = Vec::new();
    for (index, section) in image.loaded_sections() {
        if !section.is_executable() {
            continue;
        }
        let base = if image.is_relocatable() {
            0
        } else {
            section.address
        };
        let mut cuts: Vec<(u64, &str)> = image
            .symtab
            .iter()
            .chain(&image.dynsym)
            .filter(|s| s.home == Home::Section(index) && s.kind == elf::STT_FUNC)
            .map(|s| (s.value.wrapping_sub(base), s.name.as_str()))
            .filter(|(offset, _)| *offset < section.size)
            .collect();
        cuts.push((0, &section.name));
        // Stable: at the same offset a function's name comes before the section's.
        cuts.sort_by_key(|(offset, _)| *offset);
        cuts.dedup_by_key(|(offset, _)| *offset);
        let ends = cuts.iter().skip(1).map(|(offset, _)| *offset);
        for ((start, name), end) in cuts.iter().zip(ends.chain([section.size])) {
            functions.push(Function {
                name: format!("{:#}", rustc_demangle::demangle(name)),
                start: base + start,
                bytes: section
                    .data
                    .get(*start as usize..end as usize)
                    .unwrap_or_default(),
            });
        }
    }
    functions
}
