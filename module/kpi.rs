// SPDX-License-Identifier: BSD-2-Clause
//! The bindings for the kernel that is built for, chosen by build.rs.
#[cfg(kernel_bindings = "freebsd14_amd64")]
pub use freebsd_kpi_sys::freebsd14_amd64::*;
#[cfg(kernel_bindings = "freebsd14_arm64")]
pub use freebsd_kpi_sys::freebsd14_arm64::*;
#[cfg(kernel_bindings = "freebsd15_amd64")]
pub use freebsd_kpi_sys::freebsd15_amd64::*;
#[cfg(kernel_bindings = "freebsd15_arm64")]
pub use freebsd_kpi_sys::freebsd15_arm64::*;
