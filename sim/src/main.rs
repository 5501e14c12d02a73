// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem-sim`: see [`rwmem_sim`].
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> anyhow::Result<std::process::ExitCode> {
    rwmem_sim::command::run()
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() -> std::process::ExitCode {
    eprintln!("rwmem-sim runs on Linux on x86-64 only. On FreeBSD, load rwmem.ko itself.");
    std::process::ExitCode::from(2)
}
