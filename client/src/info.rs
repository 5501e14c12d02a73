// SPDX-License-Identifier: BSD-2-Clause
//! What the loaded module is.
use crate::access::Access;
use crate::device::Device;
use crate::error::{Error, Result};
use crate::features::Features;

/// What the loaded module is and can do (RWMEM_INFO).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The version of the interface; this crate speaks [`rwmem_abi::ABI_VERSION`].
    pub abi_version: u32,
    /// The requests that it knows.
    pub features: Features,
    /// The most elements of one batch request. (Batches of this crate may be longer.)
    pub max_segs: u32,
    /// The kernel's page size, in bytes.
    pub page_size: u32,
    /// The most bytes of one transfer.
    pub max_len: u64,
    /// The module's own version, as "0.2.0".
    pub version: String,
}

impl Info {
    /// Asks the module.
    ///
    /// # Errors
    /// [`Error::NotLoaded`], [`Error::DevicePermission`], [`Error::Device`]; [`Error::Request`] where what is behind
    /// `/dev/rwmem` does not know the request.
    pub fn query() -> Result<Info> {
        let device = Device::open(Access::Read)?;
        match device.info() {
            Ok(info) => Ok(Info::from(&info)),
            Err(cause) => Err(Error::Request {
                what: "RWMEM_INFO on /dev/rwmem",
                cause,
            }),
        }
    }
}

impl From<&rwmem_abi::Info> for Info {
    fn from(info: &rwmem_abi::Info) -> Info {
        let version = info.version.split(|&byte| byte == 0).next().unwrap_or(&[]);
        Info {
            abi_version: info.abi_version,
            features: Features::from_bits_retain(info.features),
            max_segs: info.max_segs,
            page_size: info.page_size,
            max_len: info.max_len,
            version: String::from_utf8_lossy(version).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_ends_at_the_first_nul_or_with_the_field() {
        let mut info = rwmem_abi::Info {
            abi_version: 1,
            features: 0x8000_0003,
            max_segs: 1024,
            page_size: 4096,
            max_len: 1 << 40,
            version: [b'7'; 40],
        };
        assert_eq!(Info::from(&info).version, "7".repeat(40));
        info.version[3] = 0;
        let known = Info::from(&info);
        assert_eq!(known.version, "777");
        assert_eq!(
            known.features.bits(),
            0x8000_0003,
            "what is not known yet is kept"
        );
        assert!(known.features.contains(Features::XFER | Features::BATCH));
        assert!(!known.features.contains(Features::ATTACH));
    }
}
