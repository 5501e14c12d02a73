// SPDX-License-Identifier: BSD-2-Clause
//! An axis that is labelled at the places it is told.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;

pub struct Axis {
    range: RangedCoordf64,
    labelled: Vec<f64>,
    label: fn(f64) -> String,
}

impl Axis {
    pub fn new(range: Range<f64>, labelled: Vec<f64>, label: fn(f64) -> String) -> Axis {
        Axis {
            range: range.into(),
            labelled,
            label,
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn range(&self) -> Range<f64> {
        self.range.range()
    }

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        self.range.map(value, pixels)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight().allow_light_points() {
            // No lines between those that are labelled.
            true => Vec::new(),
            false => self.labelled.clone(),
        }
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        (self.label)(*value)
    }
}
