// SPDX-License-Identifier: BSD-2-Clause
//! A package for pkg(8): a compressed tar archive that begins with two manifests. What the package is called, what it says and
//! which files it has is read from a port in packaging/freebsd; the files come from a stage, as `make install DESTDIR=…`
//! leaves it. The same stage gives the same bytes.

mod archive;
mod error;
mod files;
mod manifest;
mod port;

use std::fs;
use std::path::Path;

use freebsd_kernels::Kernel;

pub use error::Error;

/// What is packed.
pub struct Order<'a> {
    /// The folder of the port
    pub port: &'a Path,
    /// The folder below which everything is where it is to be installed
    pub stage: &'a Path,
    pub kernel: Kernel,
    pub version: &'a str,
    /// Seconds since 1970 that every file is from
    pub time: u64,
}

/// Writes the package in a folder; its file's name.
pub fn write(order: &Order<'_>, folder: &Path) -> Result<String, Error> {
    let port = port::Port::read(order.port, order.kernel)?;
    let files = files::collect(&port, order.stage)?;
    let manifests = manifest::manifests(&port, &files, order);
    let bytes = archive::pack(&manifests, &files, order.time).map_err(Error::Pack)?;
    let name = format!("{}-{}.pkg", port.name, order.version);
    let path = folder.join(&name);
    fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
    fs::write(&path, bytes).map_err(Error::file("write", &path))?;
    Ok(name)
}
