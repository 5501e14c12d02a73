// SPDX-License-Identifier: BSD-2-Clause
//! Which kernels are tested, and how each: in words (`generic debug 15.1`), or in a file, where there is more to say.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::args::Mode;
use crate::error::Error;
use crate::root::Kernel;

/// All kernels, each with all tests.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// None: every kernel of the root.
    #[serde(default)]
    pub kernel: Vec<KernelRow>,
    /// None: what the command line says.
    #[serde(default)]
    pub test: Vec<TestColumn>,
}

/// A kernel: one of the root's by its name, any by its file, or a release's.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct KernelRow {
    pub name: String,
    /// Another root than that of the command line.
    pub root: Option<PathBuf>,
    /// A kernel's file.
    pub file: Option<PathBuf>,
    /// A release of FreeBSD, which is fetched if it was not before.
    pub release: Option<String>,
    /// FreeBSD's major version, if it is not that of the command line or of the release.
    pub major: Option<u32>,
}

impl KernelRow {
    /// From a word: a release begins with a number (`14.3`, `15.0-RELEASE`), any other is a kernel of the root.
    fn of_word(word: &str) -> Self {
        let release = word.starts_with(|c: char| c.is_ascii_digit());
        KernelRow {
            name: word.to_owned(),
            release: release.then(|| word.to_owned()),
            ..KernelRow::default()
        }
    }

    pub fn major(&self) -> Option<u32> {
        let of_release = || self.release.as_ref()?.split('.').next()?.parse().ok();
        self.major.or_else(of_release)
    }
}

/// A way to test each of them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TestColumn {
    pub name: String,
    pub mode: Option<Mode>,
    pub only: Option<String>,
    pub seed: Option<u64>,
    /// With stress: how long to go on.
    pub minutes: Option<u64>,
    pub cpus: Option<u32>,
    pub memory: Option<u32>,
}

impl Matrix {
    /// A file's name, or the names of kernels.
    pub fn read(text: &str) -> Result<Self, Error> {
        let file = Path::new(text.trim());
        if file
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let content = fs::read_to_string(file).map_err(Error::file("read", file))?;
            return Self::of_file(&content).map_err(|why| Error::Matrix {
                file: file.to_owned(),
                why,
            });
        }
        Ok(Matrix {
            kernel: text.split_whitespace().map(KernelRow::of_word).collect(),
            test: Vec::new(),
        })
    }

    fn of_file(content: &str) -> Result<Self, String> {
        let matrix: Matrix = toml::from_str(content).map_err(|error| error.to_string())?;
        for test in &matrix.test {
            if test.mode.is_some_and(|mode| !mode.tests()) {
                return Err(format!(
                    "{}: a matrix is for mode = \"test\", \"userland\", \"differential\" or \"stress\"",
                    test.name
                ));
            }
            if test.cpus == Some(0) || test.memory == Some(0) {
                return Err(format!("{}: a machine without cpus or memory", test.name));
            }
        }
        Ok(matrix)
    }
}

/// The one of a root's kernels that a person means by a word.
pub fn named<'a>(kernels: &'a [Kernel], word: &str) -> Option<&'a Kernel> {
    let label = match word.to_ascii_lowercase().as_str() {
        "generic" => "kernel",
        "debug" => "kernel.debug",
        _ => word,
    };
    kernels.iter().find(|kernel| kernel.label == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kernels_of_the_root_or_releases() {
        let matrix = Matrix::read(" generic  debug 15.1 14.5-RELEASE").expect("words");
        let rows: Vec<_> = matrix
            .kernel
            .iter()
            .map(|row| (row.name.as_str(), row.release.as_deref(), row.major()))
            .collect();
        assert_eq!(
            rows,
            [
                ("generic", None, None),
                ("debug", None, None),
                ("15.1", Some("15.1"), Some(15)),
                ("14.5-RELEASE", Some("14.5-RELEASE"), Some(14)),
            ]
        );
        assert!(matrix.test.is_empty());
        let kernels = ["kernel", "kernel.debug"].map(|label| Kernel {
            label: label.into(),
            file: label.into(),
        });
        assert_eq!(named(&kernels, "GENERIC"), Some(&kernels[0]));
        assert_eq!(named(&kernels, "kernel.debug"), Some(&kernels[1]));
        assert_eq!(named(&kernels, "NODEBUG"), None);
    }

    #[test]
    fn a_file_says_more() {
        let text = "[[kernel]]\nname = 'mine'\nfile = '/k'\nmajor = 15\n\
                    [[test]]\nname = 'one cpu'\nmode = 'userland'\ncpus = 1\n";
        let matrix = Matrix::of_file(text).expect("well formed");
        assert_eq!(matrix.kernel[0].file.as_deref(), Some(Path::new("/k")));
        assert_eq!(matrix.kernel[0].major, Some(15));
        assert_eq!(matrix.test[0].mode, Some(Mode::Userland));
        assert_eq!(matrix.test[0].cpus, Some(1));
    }

    #[test]
    fn a_file_with_a_mistake_is_refused_and_the_mistake_is_named() {
        for (text, words) in [
            ("[[kernel]]\nname = 'x'\nfiel = '/k'", "fiel"),
            ("[[kernel]]\nfile = '/k'", "name"),
            ("[[test]]\nname = 'speed'\nmode = 'bench'", "speed"),
            ("[[test]]\nname = 'none'\ncpus = 0", "none"),
            ("kernel = 3", "kernel"),
        ] {
            let error = Matrix::of_file(text).expect_err(text);
            assert!(error.contains(words), "{error}");
        }
    }
}
