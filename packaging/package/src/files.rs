// SPDX-License-Identifier: BSD-2-Clause
//! The files of a package, as they are in the stage.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::port::Port;

pub struct File {
    /// Where it is installed, absolute
    pub place: String,
    pub content: Content,
}

pub enum Content {
    Plain { bytes: Vec<u8>, mode: u32 },
    Link { to: String },
}

impl File {
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Plain { bytes, .. } => bytes.len() as u64,
            Content::Link { .. } => 0,
        }
    }

    pub fn mode(&self) -> u32 {
        match self.content {
            Content::Plain { mode, .. } => mode,
            Content::Link { .. } => 0o755,
        }
    }

    /// As pkg writes it: the kind of sum, and the sum; of a link, that of the place it leads to.
    pub fn sum(&self) -> String {
        let bytes = match &self.content {
            Content::Plain { bytes, .. } => bytes,
            Content::Link { to } => to.as_bytes(),
        };
        format!("1${:x}", Sha256::digest(bytes))
    }
}

/// What the port lists, which must be all that is staged.
pub fn collect(port: &Port, stage: &Path) -> Result<Vec<File>, Error> {
    let mut listed: Vec<String> = port.plist.clone();
    listed.sort();
    let mut files = Vec::new();
    for place in &listed {
        let path = stage.join(place.trim_start_matches('/'));
        let content = content(&path)?;
        files.push(File {
            place: place.clone(),
            content,
        });
    }
    let listed: BTreeSet<String> = listed.into_iter().collect();
    let mut folders = vec![stage.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::file("read the folder", &folder))? {
            let path = entry
                .map_err(Error::file("read the folder", &folder))?
                .path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if !listed.contains(&place(stage, &path)) {
                return Err(Error::NotListed { path });
            }
        }
    }
    Ok(files)
}

fn place(stage: &Path, path: &Path) -> String {
    let place = path.strip_prefix(stage).unwrap_or(path);
    format!("/{}", place.display())
}

fn content(path: &PathBuf) -> Result<Content, Error> {
    let Ok(about) = path.symlink_metadata() else {
        return Err(Error::NotStaged { path: path.clone() });
    };
    if about.is_symlink() {
        let to = fs::read_link(path).map_err(Error::file("read the link", path))?;
        let to = to.to_string_lossy().into_owned();
        return Ok(Content::Link { to });
    }
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    // Whatever the mask of who staged it: programs and modules are executed, and nobody writes.
    use std::os::unix::fs::PermissionsExt;
    let mode = match about.permissions().mode() & 0o100 {
        0 => 0o444,
        _ => 0o555,
    };
    Ok(Content::Plain { bytes, mode })
}
