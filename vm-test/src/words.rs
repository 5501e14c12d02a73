// SPDX-License-Identifier: BSD-2-Clause
//! Which kernels of which roots, in words: `15-amd64 debug`, `arm64`, `15.1`. Words of one kind add to each other, and
//! what is chosen is in every kind that a word was said of.

use freebsd_kernels::Kernel as Known;

use crate::arch::Arch;
use crate::download::Version;
use crate::error::Error;
use crate::release::Release;
use crate::root::Kernel;

/// The names of kernels with a sanitizer. They get a module that was compiled for it, and run only where they are named, for
/// they are several times as slow.
pub const SANITIZERS: [&str; 3] = ["kasan", "kmsan", "kcsan"];

/// Another that runs only where it is named: what an update left of the one before, perhaps of another major.
const OLD: &str = "old";

/// What was said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub pairs: Vec<Release>,
    pub releases: Vec<(Version, Option<Arch>)>,
    pub majors: Vec<u32>,
    pub archs: Vec<Arch>,
    pub kernels: Vec<String>,
}

impl Words {
    /// What is no word for a root is one for a kernel, which only the roots know.
    pub fn read(text: &str) -> Result<Words, Error> {
        let mut words = Words::default();
        for word in text.split_whitespace() {
            words.take(word)?;
        }
        Ok(words)
    }

    fn take(&mut self, word: &str) -> Result<(), Error> {
        let (front, arch) = match word.rsplit_once('-') {
            Some((front, last)) => match Arch::named(last) {
                Some(arch) => (front, Some(arch)),
                None => (word, None),
            },
            None => (word, None),
        };
        let number = front.parse::<u32>().ok();
        let is_release = front.starts_with(|c: char| c.is_ascii_digit()) && front.contains('.');
        match (number, arch) {
            (Some(major), Some(arch)) if known(major, arch) => {
                self.pairs.push(Release { major, arch });
            }
            (Some(major), None) if Known::all().any(|one| one.number == major) => {
                self.majors.push(major);
            }
            (Some(_), _) => return Err(unknown(word, &[])),
            (None, arch) if is_release => {
                let version = front.parse().map_err(|why| Error::Release {
                    word: word.to_owned(),
                    why,
                })?;
                self.releases.push((version, arch));
            }
            (None, _) => match Arch::named(word) {
                Some(arch) => self.archs.push(arch),
                None => self.kernels.push(word.to_ascii_lowercase()),
            },
        }
        Ok(())
    }

    /// Whether a root of this pair, and of this release where that is known, is among the chosen ones.
    pub fn choose(&self, of: Release, version: Option<&Version>) -> bool {
        let named = |(wanted, arch): &(Version, Option<Arch>)| {
            version == Some(wanted) && arch.is_none_or(|arch| arch == of.arch)
        };
        let roots = self.pairs.is_empty() && self.releases.is_empty()
            || self.pairs.contains(&of)
            || self.releases.iter().any(named);
        roots
            && (self.majors.is_empty() || self.majors.contains(&of.major))
            && (self.archs.is_empty() || self.archs.contains(&of.arch))
    }

    /// The chosen ones of a root's kernels.
    pub fn choose_kernels(&self, kernels: Vec<Kernel>) -> Vec<Kernel> {
        let wanted = |label: &str| match self.kernels.as_slice() {
            [] => label != OLD && !SANITIZERS.contains(&label),
            words => words.iter().any(|word| word.eq_ignore_ascii_case(label)),
        };
        let chosen = kernels.into_iter();
        chosen.filter(|kernel| wanted(&kernel.label)).collect()
    }

    /// Each word must be one that the kernels at hand have.
    pub fn check_kernels(&self, labels: &[&str]) -> Result<(), Error> {
        let has = |word: &String| labels.iter().any(|label| label.eq_ignore_ascii_case(word));
        match self.kernels.iter().find(|word| !has(word)) {
            Some(word) => Err(unknown(word, labels)),
            None => Ok(()),
        }
    }

    /// The pairs to be fetched where none of those that were said is at hand.
    pub fn defaults(&self) -> Vec<Release> {
        let default = Release::default();
        let majors = or_else(&self.majors, default.major);
        let archs = or_else(&self.archs, default.arch);
        let pairs = majors.iter().flat_map(|&major| {
            let release = move |&arch| Release { major, arch };
            archs.iter().map(release)
        });
        pairs.filter(|one| known(one.major, one.arch)).collect()
    }
}

fn or_else<T: Copy>(said: &[T], default: T) -> Vec<T> {
    match said {
        [] => vec![default],
        said => said.to_vec(),
    }
}

fn known(major: u32, arch: Arch) -> bool {
    Known::find(major, arch.name()).is_some()
}

fn unknown(word: &str, labels: &[&str]) -> Error {
    let mut roots: Vec<String> = Vec::new();
    for one in Known::all() {
        for name in [one.name(), one.number.to_string(), one.arch_name.to_owned()] {
            if !roots.contains(&name) {
                roots.push(name);
            }
        }
    }
    let mut kernels: Vec<&str> = Vec::new();
    for label in labels {
        if !kernels.contains(label) {
            kernels.push(label);
        }
    }
    Error::Word {
        word: word.to_owned(),
        roots: roots.join(" "),
        kernels: match kernels.as_slice() {
            [] => String::new(),
            labels => format!("; for kernels: {}", labels.join(" ")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Words {
        Words::read(text).expect(text)
    }

    fn pair(major: u32, arch: Arch) -> Release {
        Release { major, arch }
    }

    #[test]
    fn words_of_a_kind_add_and_kinds_intersect() {
        let chosen = |text: &str| {
            let words = read(text);
            let all = [
                pair(15, Arch::Amd64),
                pair(14, Arch::Amd64),
                pair(15, Arch::Arm64),
            ];
            all.into_iter()
                .filter(|one| words.choose(*one, None))
                .map(|one| one.name())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(chosen(""), "15-amd64 14-amd64 15-arm64");
        assert_eq!(chosen("debug"), "15-amd64 14-amd64 15-arm64");
        assert_eq!(chosen("15-amd64 15-arm64 debug"), "15-amd64 15-arm64");
        assert_eq!(chosen("arm64"), "15-arm64");
        assert_eq!(chosen("14 15 amd64"), "15-amd64 14-amd64");
        assert_eq!(chosen("14 arm64"), "");
    }

    #[test]
    fn a_release_is_one_root_and_no_other() {
        let words = read("14.5 15.1-arm64");
        let version = |text: &str| text.parse::<Version>().expect(text);
        let (first, second) = (version("14.5"), version("15.1"));
        assert!(words.choose(pair(14, Arch::Amd64), Some(&first)));
        assert!(!words.choose(pair(14, Arch::Amd64), None));
        assert!(!words.choose(pair(15, Arch::Amd64), Some(&second)));
        assert!(words.choose(pair(15, Arch::Arm64), Some(&second)));
    }

    #[test]
    fn kernels_are_chosen_by_their_names_and_some_only_so() {
        let kernels = || {
            ["generic", "debug", "old", "kasan", "NODEBUG"]
                .map(Kernel::nowhere)
                .to_vec()
        };
        let chosen = |text: &str| -> Vec<String> {
            let chosen = read(text).choose_kernels(kernels());
            chosen.into_iter().map(|kernel| kernel.label).collect()
        };
        assert_eq!(chosen("15"), ["generic", "debug", "NODEBUG"]);
        assert_eq!(chosen("DEBUG nodebug"), ["debug", "NODEBUG"]);
        assert_eq!(chosen("old"), ["old"]);
        assert_eq!(chosen("15 kasan debug"), ["debug", "kasan"]);
    }

    #[test]
    fn what_is_unknown_is_told_with_what_is_known() {
        for (text, words) in [
            ("13", ["\"13\"", "14-amd64"]),
            ("9-arm64", ["\"9-arm64\"", "15-arm64"]),
            ("14.x", ["14.x", "release"]),
        ] {
            let error = Words::read(text).expect_err(text).to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
        let error = read("custom").check_kernels(&["generic", "debug"]);
        let error = error.expect_err("no such kernel").to_string();
        assert!(error.contains("\"custom\"") && error.contains("generic debug"));
    }

    #[test]
    fn what_is_not_at_hand_is_fetched_by_the_words() {
        let names = |text: &str| -> Vec<String> {
            read(text).defaults().iter().map(Release::name).collect()
        };
        assert_eq!(names(""), [Release::default().name()]);
        assert_eq!(names("15"), ["15-amd64"]);
        assert_eq!(names("15 14 arm64"), ["15-arm64", "14-arm64"]);
    }
}
