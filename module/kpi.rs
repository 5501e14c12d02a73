// SPDX-License-Identifier: BSD-2-Clause
//! The bindings for the kernel that is built for, chosen by build.rs.
include!(concat!(env!("OUT_DIR"), "/kpi.rs"));
