// SPDX-License-Identifier: BSD-2-Clause
//! What a port says: the plain assignments of its Makefile, and the files beside it.

use std::fs;
use std::path::Path;

use freebsd_kernels::Kernel;

use crate::error::Error;

pub struct Port {
    pub name: String,
    /// The category first, as in sysutils/rwmem
    pub origin: String,
    pub categories: Vec<String>,
    pub maintainer: String,
    pub comment: String,
    pub www: String,
    pub licence: String,
    pub description: String,
    /// What is said after it has been installed
    pub message: String,
    /// What pkg-plist lists, absolute
    pub plist: Vec<String>,
    /// Whether it is a kernel module
    pub kmod: bool,
}

pub const PREFIX: &str = "/usr/local";

/// `/boot/modules`, as ports name it in a pkg-plist
const KMODDIR: (&str, &str) = ("%%KMODDIR%%", "boot/modules");

impl Port {
    pub fn read(folder: &Path, kernel: Kernel) -> Result<Port, Error> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(Error::file("read", &path))
        };
        let path = folder.join("Makefile");
        let makefile = read("Makefile")?;
        let value = |key: &'static str| {
            assigned(&makefile, key).ok_or_else(|| Error::NotSaid {
                path: path.clone(),
                key,
            })
        };
        let suffix = assigned(&makefile, "PKGNAMESUFFIX").unwrap_or_default();
        let name = value("PORTNAME")? + &suffix;
        let categories: Vec<String> = words(&value("CATEGORIES")?);
        let uses = words(&value("USES")?);
        let kmod = uses.iter().any(|word| word == "kmod");
        let (message, path) = match read("pkg-message") {
            Ok(text) => (text, folder.join("pkg-message")),
            // With something in it that only the build knows.
            Err(_) => (
                read("files/pkg-message.in")?,
                folder.join("files/pkg-message.in"),
            ),
        };
        let message = between(&message, "<<EOM\n", "\nEOM").ok_or(Error::NoMessage { path })?;
        let first = kernel.major.version;
        Ok(Port {
            origin: format!(
                "{}/{name}",
                categories.first().map_or("misc", String::as_str)
            ),
            name,
            maintainer: value("MAINTAINER")?,
            comment: value("COMMENT")?,
            www: value("WWW").unwrap_or_else(|_| "UNKNOWN".into()),
            licence: value("LICENSE")?,
            description: read("pkg-descr")?.trim_end().to_owned(),
            message: message
                .replace("%%MAJOR%%", &kernel.number.to_string())
                .replace("%%FIRST%%", &first.to_string()),
            plist: read("pkg-plist")?.lines().map(absolute).collect(),
            categories,
            kmod,
        })
    }
}

/// The value of `KEY=value`.
fn assigned(makefile: &str, key: &str) -> Option<String> {
    let mut values = makefile.lines().filter_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix('=')?;
        Some(value.trim().to_owned())
    });
    values.next_back()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, text) = text.split_once(start)?;
    text.split_once(end).map(|(text, _)| text)
}

/// Where a line of a pkg-plist is installed. A port's manual pages are compressed, these are not.
fn absolute(line: &str) -> String {
    let line = line.replace(KMODDIR.0, KMODDIR.1);
    let line = match line.strip_suffix(".gz") {
        Some(page) if page.contains("/man/") => page,
        _ => &line,
    };
    match line.starts_with('/') {
        true => line.to_owned(),
        false => format!("{PREFIX}/{line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_plist_is_below_the_prefix_or_of_the_root() {
        assert_eq!(absolute("bin/rwmem"), "/usr/local/bin/rwmem");
        assert_eq!(
            absolute("share/man/man1/rwmem.1.gz"),
            "/usr/local/share/man/man1/rwmem.1"
        );
        assert_eq!(absolute("/%%KMODDIR%%/rwmem.ko"), "/boot/modules/rwmem.ko");
    }

    #[test]
    fn the_value_is_that_of_the_whole_key() {
        let makefile = "PORTNAME=\trwmem\nUSES=\tcargo kmod\nUSE_X=\tno\n";
        assert_eq!(assigned(makefile, "PORTNAME").as_deref(), Some("rwmem"));
        assert_eq!(assigned(makefile, "USES").as_deref(), Some("cargo kmod"));
        assert_eq!(assigned(makefile, "USE"), None);
    }
}
