// SPDX-License-Identifier: BSD-2-Clause
//! Of what the benchmark prints as JSON, what is drawn.

use serde::Deserialize;

/// The way by which every process can be had, without a step before.
pub const BY_PID: &str = "pid";
pub const ATTACHED: &str = "attached";
pub const PT_IO: &str = "pt_io";
pub const READ: &str = "read";
pub const WRITE: &str = "write";

/// One run, of one kernel.
#[derive(Deserialize)]
pub struct Measured {
    kernel: Option<String>,
    arch: Option<String>,
    unit: Option<String>,
    measurements: Vec<Measurement>,
    company: Vec<Ratio>,
}

#[derive(Deserialize)]
struct Measurement {
    name: String,
    path: String,
    bytes: u64,
    elements: u64,
    per_operation: f64,
}

#[derive(Deserialize)]
struct Ratio {
    kind: String,
    direction: Option<String>,
    path: Option<String>,
    bytes: Option<u64>,
    median: f64,
}

/// Bytes, and what was measured with pieces of so many.
pub type Points = Vec<(u64, f64)>;

impl Measured {
    /// The release: the first words of what the kernel calls itself.
    pub fn release(&self) -> &str {
        let kernel = self.kernel.as_deref().unwrap_or("FreeBSD");
        let end = kernel.match_indices(' ').nth(1).map(|(end, _)| end);
        kernel.get(..end.unwrap_or(kernel.len())).unwrap_or(kernel)
    }

    pub fn arch(&self) -> &str {
        self.arch.as_deref().unwrap_or("an unknown architecture")
    }

    /// What one read of each size costs, in instructions.
    pub fn costs(&self, path: &str) -> Points {
        let counted = self.unit.as_deref() == Some("instructions");
        let reads = self.measurements.iter().filter(|one| {
            counted && one.path == path && one.elements == 1 && one.name.starts_with("read ")
        });
        let points = reads.map(|one| (one.bytes, one.per_operation));
        sorted(points.collect())
    }

    /// How much of its pace beside the control a target keeps.
    pub fn paces(&self, direction: &str, path: &str) -> Points {
        let of_this = |one: &&Ratio| {
            one.kind == "company"
                && one.direction.as_deref() == Some(direction)
                && one.path.as_deref() == Some(path)
        };
        let ratios = self.company.iter().filter(of_this);
        let points = ratios.filter_map(|one| Some((one.bytes?, one.median)));
        sorted(points.collect())
    }

    pub fn has_company(&self) -> bool {
        !self.company.is_empty()
    }
}

fn sorted(mut points: Points) -> Points {
    points.sort_by_key(|&(bytes, _)| bytes);
    points
}
