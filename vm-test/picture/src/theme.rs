// SPDX-License-Identifier: BSD-2-Clause
//! The colours, and how they change on a dark page: by a style sheet in the picture itself, for an image that a page shows
//! is not reached by the page's own.

use plotters::style::RGBColor;

pub const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
pub const INK: RGBColor = RGBColor(0x1f, 0x23, 0x28);
pub const GRID: RGBColor = RGBColor(0xd1, 0xd9, 0xe0);
/// Seen on both.
pub const BLUE: RGBColor = RGBColor(0x3b, 0x82, 0xf6);
pub const GREEN: RGBColor = RGBColor(0x2d, 0xa4, 0x4e);
pub const ORANGE: RGBColor = RGBColor(0xd9, 0x73, 0x0d);
pub const RED: RGBColor = RGBColor(0xe5, 0x48, 0x4d);

const ON_DARK: [(RGBColor, RGBColor); 3] = [
    (PAPER, RGBColor(0x0d, 0x11, 0x17)),
    (INK, RGBColor(0xe6, 0xed, 0xf3)),
    (GRID, RGBColor(0x3d, 0x44, 0x4d)),
];

/// As the drawing has it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// The drawing with the style sheet behind its first tag. A rule goes before the colour that an element names.
pub fn with_style(drawing: &str) -> Option<String> {
    let rules = ON_DARK.map(|(light, dark)| {
        let (light, dark) = (hex(light), hex(dark));
        format!(r#"[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}"#)
    });
    let style = format!(
        "<style>@media (prefers-color-scheme:dark){{{}}}</style>",
        rules.concat()
    );
    let (tag, rest) = drawing.split_once('>')?;
    Some(format!("{tag}>\n{style}{rest}"))
}
