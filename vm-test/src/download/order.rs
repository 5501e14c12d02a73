// SPDX-License-Identifier: BSD-2-Clause
//! What is to be fetched, and from where.

use std::time::Duration;

use super::error::Error;
use super::sum::Sum;
use super::version::Version;
use crate::arch::Arch;
use crate::release::Release;
use crate::variable::set;

/// Where releases are, and where those go that are no longer supported: folders that hold VERSION/MANIFEST in a folder
/// for each architecture.
const OFFICIAL: &str =
    "https://download.freebsd.org/releases https://archive.freebsd.org/old-releases";
/// How long a mirror may say nothing, in seconds.
const PATIENCE: f64 = 30.0;

/// One release, the mirrors that may have it, and what is known of it.
#[derive(Clone, Debug)]
pub struct Order {
    version: Version,
    arch: Arch,
    mirrors: Vec<String>,
    pinned: Option<Sum>,
    patience: Duration,
}

impl Order {
    /// This release, or the default one of its major, from where the environment says: `FREEBSD_MIRROR`,
    /// `FREEBSD_MANIFEST_SHA256`, `FREEBSD_MIRROR_TIMEOUT`; else from the official mirrors.
    pub fn new(release: Release, version: Option<Version>) -> Result<Self, Error> {
        let variable = |name: &str| set(name).map(|value| value.to_string_lossy().into_owned());
        Self::with(release, version, variable)
    }

    /// The release that `FREEBSD_VERSION` names.
    pub fn named(text: &str) -> Result<Version, Error> {
        text.parse()
            .map_err(|why| setting("FREEBSD_VERSION", text, why, "14.4-RELEASE would be one"))
    }

    /// Whether nothing may be fetched (`FREEBSD_DOWNLOAD=no`).
    pub fn forbidden() -> bool {
        set("FREEBSD_DOWNLOAD").is_some_and(|value| value == "no")
    }

    pub(super) fn with(
        release: Release,
        version: Option<Version>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let version = version.or_else(|| Version::default_of(release.major));
        let version = version.ok_or_else(|| Error::NoRelease {
            release: release.to_string(),
        })?;
        let mirrors = variable("FREEBSD_MIRROR").unwrap_or_else(|| OFFICIAL.into());
        let mirrors: Vec<String> = mirrors
            .split_whitespace()
            .map(|mirror| mirror.trim_end_matches('/').to_owned())
            .collect();
        let is_url = |mirror: &String| {
            ["http://", "https://"].iter().any(|scheme| {
                mirror
                    .strip_prefix(scheme)
                    .is_some_and(|rest| !rest.is_empty())
            })
        };
        if mirrors.is_empty() || !mirrors.iter().all(is_url) {
            let remedy = "write https://HOST/FOLDER, where FOLDER holds amd64/14.4-RELEASE; more than one go in \
                          one line";
            return Err(setting(
                "FREEBSD_MIRROR",
                &mirrors.join(" "),
                "is not an address",
                remedy,
            ));
        }
        let pinned = variable("FREEBSD_MANIFEST_SHA256").map(|text| {
            let remedy = "sha256 MANIFEST on a machine that you trust prints it";
            text.parse()
                .map_err(|why| setting("FREEBSD_MANIFEST_SHA256", &text, why, remedy))
        });
        let patience = variable("FREEBSD_MIRROR_TIMEOUT").map(|text| {
            let seconds = text
                .parse::<f64>()
                .ok()
                .filter(|seconds| (0.1..=3600.0).contains(seconds));
            let why = "is not a number of seconds";
            seconds.ok_or_else(|| {
                setting(
                    "FREEBSD_MIRROR_TIMEOUT",
                    &text,
                    why,
                    "0.1 to 3600 are accepted",
                )
            })
        });
        Ok(Order {
            version,
            arch: release.arch,
            mirrors,
            pinned: pinned.transpose()?,
            patience: Duration::from_secs_f64(patience.transpose()?.unwrap_or(PATIENCE)),
        })
    }

    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The name of its folder in the cache.
    pub fn folder(&self) -> String {
        format!("freebsd-{}-{}", self.version, self.arch.name())
    }

    /// The folders that may hold its MANIFEST and sets, in the order in which to ask.
    pub fn places(&self) -> impl Iterator<Item = String> {
        let path = format!("{}/{}", self.arch.mirror_folder(), self.version);
        self.mirrors
            .iter()
            .map(move |mirror| format!("{mirror}/{path}"))
    }

    /// The sum that its MANIFEST must have, if somebody knows it.
    pub fn pinned(&self) -> Option<&Sum> {
        self.pinned.as_ref()
    }

    /// How long a mirror may say nothing before it is asked again.
    pub fn patience(&self) -> Duration {
        self.patience
    }
}

fn setting(variable: &'static str, value: &str, why: &str, remedy: &'static str) -> Error {
    Error::Setting {
        variable,
        value: value.to_owned(),
        why: why.to_owned(),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(release: Release, variables: &[(&str, &str)]) -> Result<Order, Error> {
        Order::with(release, None, |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    fn release(major: u32, arch: Arch) -> Release {
        Release { major, arch }
    }

    #[test]
    fn by_default_the_official_mirror_then_the_archive() {
        let order = order(release(14, Arch::Amd64), &[]).expect("all defaults");
        let version = Version::default_of(14).expect("known");
        assert_eq!(order.folder(), format!("freebsd-{version}-amd64"));
        let places: Vec<_> = order.places().collect();
        assert_eq!(
            places,
            [
                format!("https://download.freebsd.org/releases/amd64/{version}"),
                format!("https://archive.freebsd.org/old-releases/amd64/{version}"),
            ]
        );
        assert_eq!((order.pinned(), order.patience().as_secs()), (None, 30));
    }

    #[test]
    fn mirrors_of_ones_own_replace_the_official_ones() {
        let release = release(15, Arch::Arm64);
        let order = order(release, &[("FREEBSD_MIRROR", "http://a/pub/ https://b")]);
        let order = order.expect("well formed");
        let version = Version::default_of(15).expect("known");
        let places: Vec<_> = order.places().collect();
        assert_eq!(
            places,
            [
                format!("http://a/pub/arm64/aarch64/{version}"),
                format!("https://b/arm64/aarch64/{version}"),
            ]
        );
        assert_eq!(order.folder(), format!("freebsd-{version}-arm64"));
    }

    #[test]
    fn settings_that_mean_nothing_are_refused_by_name() {
        for (variable, value) in [
            ("FREEBSD_MIRROR", "download.freebsd.org"),
            ("FREEBSD_MIRROR", "https://a ftp://b"),
            ("FREEBSD_MIRROR", "https://"),
            ("FREEBSD_MIRROR", " "),
            ("FREEBSD_MANIFEST_SHA256", "abc"),
            ("FREEBSD_MIRROR_TIMEOUT", "0"),
            ("FREEBSD_MIRROR_TIMEOUT", "soon"),
            ("FREEBSD_MIRROR_TIMEOUT", "NaN"),
        ] {
            let error = order(Release::default(), &[(variable, value)]).expect_err(value);
            assert_eq!(error.exit().code(), 2);
            assert!(error.to_string().starts_with(variable), "{error}");
        }
        assert!(order(release(13, Arch::Amd64), &[]).is_err());
        assert!(Order::named("14.4-RELEASE-p1").is_err());
    }
}
