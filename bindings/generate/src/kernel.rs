// SPDX-License-Identifier: BSD-2-Clause
//! What the generator adds to a kernel of kernels.toml: where its headers and its file are, and how a C compiler is
//! told about them.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use freebsd_kernels::Kernel;

/// A kernel with the folder of the ziglang package that has its headers.
#[derive(Clone)]
pub struct Source {
    pub kernel: Kernel,
    ziglang: PathBuf,
}

impl Source {
    /// Every kernel of the list, with the headers that scripts/setup.sh has put into the project's folder.
    pub fn all(project: &Path) -> Result<Vec<Source>> {
        Kernel::all()
            .map(|kernel| {
                let ziglang = kernel.ziglang(project);
                if kernel
                    .zig_headers(&ziglang)
                    .iter()
                    .all(|folder| folder.is_dir())
                {
                    return Ok(Source { kernel, ziglang });
                }
                bail!(
                    "{} holds no kernel headers for {}: run scripts/setup.sh bindings",
                    ziglang.display(),
                    kernel.name()
                )
            })
            .collect()
    }

    pub fn rust_file(&self, folder: &Path) -> PathBuf {
        folder.join(self.kernel.bindings()).with_extension("rs")
    }

    fn flags(&self) -> Vec<String> {
        let mut flags = self.kernel.c_flags();
        for folder in self.kernel.zig_headers(&self.ziglang) {
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
    pub fn c_compiler(&self) -> Command {
        let mut command = Command::new(self.ziglang.join("zig"));
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
