// SPDX-License-Identifier: BSD-2-Clause
//! The name of a release, such as 14.5-RELEASE.

use std::fmt;
use std::str::FromStr;

use freebsd_kernels::Kernel as Known;

/// A release that has sets on a mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub major: u32,
    minor: u32,
    /// `RELEASE`, `RC1`, `BETA2`
    stage: String,
}

impl Version {
    /// What is fetched of this major if nobody says otherwise: the newest one when kernels.toml was written. Any
    /// release of a major loads the same rwmem.ko; a new one stays longest on the mirrors, and one that has left them
    /// is looked for in the archive.
    pub fn default_of(major: u32) -> Option<Self> {
        let known = Known::all().find(|known| known.number == major)?;
        known.major.release.parse().ok()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}-{}", self.major, self.minor, self.stage)
    }
}

impl FromStr for Version {
    type Err = &'static str;

    /// `14.5-RELEASE`, or `14.5` for short. Nothing else: the text becomes part of an address and of a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, stage) = text.split_once('-').unwrap_or((text, "RELEASE"));
        if stage.contains("-p") {
            return Err("names a patch level, which has no sets of its own");
        }
        let numbers = number.split_once('.').and_then(|(major, minor)| {
            let digits = |text: &str| {
                let plain =
                    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
                plain.then(|| text.parse().ok()).flatten()
            };
            Some((digits(major)?, digits(minor)?))
        });
        let counted = |name: &str| {
            stage
                .strip_prefix(name)
                .is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
        };
        match numbers {
            Some((major, minor)) if stage == "RELEASE" || counted("RC") || counted("BETA") => {
                if !Known::all().any(|known| known.number == major) {
                    return Err("is of a major version that the module is not built for");
                }
                Ok(Version {
                    major,
                    minor,
                    stage: stage.to_owned(),
                })
            }
            _ => Err("is not the name of a release"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_releases_are_read_and_written() {
        for (text, full) in [
            ("14.4-RELEASE", "14.4-RELEASE"),
            ("15.0", "15.0-RELEASE"),
            ("14.10-RC2", "14.10-RC2"),
            ("15.1-BETA1", "15.1-BETA1"),
        ] {
            let version: Version = text.parse().expect(text);
            assert_eq!(version.to_string(), full);
        }
    }

    #[test]
    fn nothing_else_is_a_release() {
        for text in [
            "",
            "14",
            "14.",
            ".4",
            "13.5-RELEASE",
            "16.0-CURRENT",
            "14.4-RELEASE-p2",
            "14.4-release",
            "14.4-RELEASE/../..",
            "../14.4-RELEASE",
            "14.4-",
            "14.4-RC",
            "14.4-RC10",
            "+14.4",
            "14.4 ",
            "14.0000",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_major_has_a_default_that_is_a_release_of_it() {
        for major in Known::all().map(|known| known.number) {
            let version = Version::default_of(major).expect("known");
            assert_eq!(
                (version.major, version.to_string().parse()),
                (major, Ok(version.clone()))
            );
        }
        assert_eq!(Version::default_of(13), None);
    }
}
