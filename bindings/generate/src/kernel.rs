// SPDX-License-Identifier: BSD-2-Clause
//! What the generator adds to a kernel of kernels.toml: where its headers and its file are, and how a C compiler is
//! told about them.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use freebsd_kernels::Kernel;

/// A kernel and some release's headers of it.
#[derive(Clone)]
pub struct Source {
    pub kernel: Kernel,
    /// The release's `__FreeBSD_version`, which not all headers have
    pub version: i32,
    pub include: Vec<PathBuf>,
}

impl Source {
    /// Every kernel of the list, with the headers that the bindings are made from.
    pub fn all(project: &Path) -> Result<Vec<Source>> {
        Kernel::all()
            .map(|kernel| {
                let include = kernel.zig_headers(&kernel.ziglang(project));
                if let Some(missing) = include.iter().find(|folder| !folder.is_dir()) {
                    bail!(
                        "{}, the kernel headers for {}, is missing: run scripts/setup.sh bindings",
                        missing.display(),
                        kernel.name()
                    );
                }
                Ok(Source {
                    kernel,
                    version: kernel.major.version,
                    include: include.into(),
                })
            })
            .collect()
    }

    pub fn rust_file(&self, folder: &Path) -> PathBuf {
        folder.join(self.kernel.bindings()).with_extension("rs")
    }

    fn flags(&self) -> Vec<String> {
        let mut flags = self.kernel.c_flags_for(self.version);
        for folder in &self.include {
            flags.push("-isystem".into());
            flags.push(folder.display().to_string());
        }
        flags
    }

    /// For libclang, through bindgen.
    pub fn libclang_flags(&self) -> Vec<String> {
        let mut flags = self.flags();
        flags.push(format!("--target={}", self.kernel.clang_target()));
        flags
    }

    /// ziglang's C compiler, which is another clang than libclang: one does not repeat the other's error.
    pub fn c_compiler(&self, project: &Path) -> Command {
        let mut command = Command::new(self.kernel.ziglang(project).join("zig"));
        command
            .arg("cc")
            .args(self.kernel.zig_target())
            .args(self.flags());
        command
    }
}

/// The text of bindings/src/kernels.rs: the module of every kernel, and a macro to go through them.
pub fn list() -> String {
    let modules: String = Kernel::all()
        .map(|kernel| format!("kernel!({});\n", kernel.bindings()))
        .collect();
    let each: String = Kernel::all()
        .map(|kernel| {
            let Kernel {
                number, arch_name, ..
            } = kernel;
            format!(
                "            ({number}, \"{arch_name}\", {})\n",
                kernel.bindings()
            )
        })
        .collect();
    format!(
        "// SPDX-License-Identifier: BSD-2-Clause\n\
         {modules}\n\
         /// Gives a macro the major, the architecture and the module of every kernel.\n\
         #[macro_export]\n\
         macro_rules! each_kernel {{\n    ($macro:ident) => {{\n        $macro! {{\n{each}        }}\n    }};\n}}\n"
    )
}
