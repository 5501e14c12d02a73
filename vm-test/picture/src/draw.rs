// SPDX-License-Identifier: BSD-2-Clause
//! Two charts beside each other.

use anyhow::{Context, Result, bail};
use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement};
use plotters::series::LineSeries;
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};

use crate::axis::Axis;
use crate::measured::{ATTACHED, BY_PID, Measured, PT_IO, Points, READ, WRITE};
use crate::theme::{self, BLUE, GREEN, GRID, INK, ORANGE, PAPER, RED};

const SIZE: (u32, u32) = (900, 400);
/// What is drawn from, below the charts.
const FOOT: u32 = 24;
const LINE: u32 = 2;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// A line of a chart.
struct Line {
    name: String,
    colour: RGBColor,
    points: Points,
}

/// The whole picture, as SVG.
pub fn picture(runs: &[Measured]) -> Result<String> {
    let costs = costs(runs);
    let together = runs.iter().find(|run| run.has_company());
    let together = together.context("no run measured what a target feels (company)")?;
    let paces = paces(together);
    for line in costs.iter().chain(&paces) {
        if line.points.is_empty() {
            bail!("nothing was measured for '{}'", line.name);
        }
    }
    let mut drawing = String::new();
    {
        let whole = SVGBackend::with_string(&mut drawing, SIZE).into_drawing_area();
        whole.fill(&PAPER)?;
        let (charts, foot) = whole.split_vertically(SIZE.1 - FOOT);
        let (left, right) = charts.split_horizontally(SIZE.0 / 2);
        draw_costs(&left, &costs)?;
        draw_paces(&right, &paces)?;
        let name = |run: &Measured| format!("{} {}", run.release(), run.arch());
        let names: Vec<_> = runs.iter().map(name).collect();
        let source = format!(
            "Instructions in {}; pace in {}, on two processors.",
            names.join(" and in "),
            name(together)
        );
        foot.draw_text(&source, &text(12), (16, 2))?;
        whole.present()?;
    }
    theme::with_style(&drawing).context("the drawing has no tag")
}

fn costs(runs: &[Measured]) -> Vec<Line> {
    let line = |run: &Measured, path, what: &str, colour| Line {
        name: format!("{what}, {}", run.arch()),
        colour,
        points: run.costs(path),
    };
    let pt_io = runs
        .iter()
        .zip([ORANGE, RED])
        .map(|(run, colour)| line(run, PT_IO, "PT_IO", colour));
    let ours = runs
        .iter()
        .zip([BLUE, GREEN])
        .map(|(run, colour)| line(run, BY_PID, "rwmem", colour));
    pt_io.chain(ours).collect()
}

fn paces(run: &Measured) -> Vec<Line> {
    let kinds = [
        ("reader, attached", READ, ATTACHED, BLUE),
        ("reader, by pid", READ, BY_PID, GREEN),
        ("writer, attached", WRITE, ATTACHED, ORANGE),
        ("writer, by pid", WRITE, BY_PID, RED),
    ];
    let lines = kinds.map(|(name, direction, path, colour)| Line {
        name: name.to_owned(),
        colour,
        points: run.paces(direction, path),
    });
    lines.into()
}

/// Both axes are logarithms: of 2 below, of 10 at the side.
fn draw_costs(area: &Area<'_>, lines: &[Line]) -> Result<()> {
    let powers = (3..=8).map(f64::from).collect();
    let side = Axis::new(3.0..8.5, powers, count);
    let mut chart = chart(area, "Instructions for one read", lines, side)?;
    let names = SeriesLabelPosition::UpperLeft;
    draw_lines(&mut chart, lines, f64::log10, names)
}

fn draw_paces(area: &Area<'_>, lines: &[Line]) -> Result<()> {
    let fifths = (0..=5).map(|fifth| f64::from(fifth) / 5.0).collect();
    let side = Axis::new(0.0..1.25, fifths, |pace| format!("{pace:.1}"));
    let title = "A target's pace beside a reader or writer, control = 1.0";
    let mut chart = chart(area, title, lines, side)?;
    let names = SeriesLabelPosition::LowerLeft;
    draw_lines(&mut chart, lines, |pace| pace, names)
}

/// The frame: below, the sizes of all lines.
fn chart<'a>(area: &Area<'a>, title: &str, lines: &[Line], side: Axis) -> Result<Chart<'a>> {
    let points = lines.iter().flat_map(|line| &line.points);
    let mut places: Vec<_> = points.map(|&(bytes, _)| place(bytes)).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let ends = places.first().zip(places.last());
    let (first, last) = ends.context("there is nothing to draw")?;
    let below = Axis::new(first - 0.5..last + 0.9, places.clone(), size);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(title, ("sans-serif", 16).into_font().color(&INK))
        .x_label_area_size(30)
        .y_label_area_size(48)
        .build_cartesian_2d(below, side)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .axis_style(INK)
        .label_style(text(12))
        .draw()?;
    Ok(chart)
}

fn draw_lines(
    chart: &mut Chart<'_>,
    lines: &[Line],
    height: impl Fn(f64) -> f64,
    names: SeriesLabelPosition,
) -> Result<()> {
    for line in lines {
        let points = line.points.iter().map(|&(x, y)| (place(x), height(y)));
        let style = line.colour.stroke_width(LINE);
        chart
            .draw_series(LineSeries::new(points.clone(), style))?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
        chart.draw_series(points.map(|point| Circle::new(point, 3, line.colour.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(names)
        .label_font(text(12))
        .background_style(PAPER)
        .draw()?;
    Ok(())
}

fn text<'a>(size: u32) -> TextStyle<'a> {
    ("sans-serif", size).into_font().color(&INK)
}

/// What a power of 10 at the side stands for.
fn count(power: f64) -> String {
    match power.round() as u32 {
        power @ ..6 => format!("{} k", 10u32.pow(power.saturating_sub(3))),
        power => format!("{} M", 10u32.pow(power - 6)),
    }
}

/// Of a size on the axis below.
fn place(bytes: u64) -> f64 {
    (bytes as f64).log2()
}

fn size(place: f64) -> String {
    match place.round() as u32 {
        power @ ..10 => format!("{} B", 1 << power),
        power @ 10..20 => format!("{} KiB", 1 << (power - 10)),
        power => format!("{} MiB", 1u64 << (power - 20)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arch: &str, company: bool) -> Measured {
        let cost = |name: &str, path: &str, bytes: u64, elements: u64, cost: u64| {
            format!(
                r#"{{"name":"{name}","path":"{path}","bytes":{bytes},"elements":{elements},"per_operation":{cost}.0}}"#
            )
        };
        let costs = [
            cost("read 8 bytes", "pid", 8, 1, 1845),
            cost("read 16 MiB", "pid", 16 << 20, 1, 3_371_635),
            cost("read 8 bytes", "pt_io", 8, 1, 30_930),
            cost("read 16 MiB", "pt_io", 16 << 20, 1, 122_409_740),
            cost("read 100 x 8 bytes, scattered", "pid", 8, 100, 35_687),
            cost("write 8 bytes", "pid", 8, 1, 2164),
        ];
        let paces = ["read", "write"].map(|direction| {
            ["pid", "attached"].map(|path| {
                format!(
                    r#"{{"kind":"company","direction":"{direction}","path":"{path}","bytes":4096,"median":0.93}},
                       {{"kind":"readers","path":"{path}","bytes":65536,"median":1.2}}"#
                )
            })
        });
        let paces = if company {
            paces.as_flattened().join(",")
        } else {
            String::new()
        };
        let json = format!(
            r#"{{"kernel":"FreeBSD 15.1-RELEASE GENERIC {arch}","arch":"{arch}","unit":"instructions","measurements":[{}],"company":[{paces}],"targets":[]}}"#,
            costs.join(",")
        );
        serde_json::from_str(&json).expect("what bench prints")
    }

    #[test]
    fn every_line_has_its_name_and_a_dot_for_each_point() {
        let picture = picture(&[run("amd64", true), run("arm64", false)]).expect("a picture");
        for name in [
            "PT_IO, amd64",
            "PT_IO, arm64",
            "rwmem, amd64",
            "rwmem, arm64",
            "reader, by pid",
            "writer, attached",
            "16 MiB",
            "in FreeBSD 15.1-RELEASE arm64;",
        ] {
            assert!(picture.contains(name), "no {name} in\n{picture}");
        }
        // Two of each of four costs, one of each of four paces: elements, writes and readers of two are left out.
        assert_eq!(picture.matches("<circle").count(), 12, "{picture}");
    }

    #[test]
    fn what_is_ink_on_paper_changes_on_a_dark_page() {
        let picture = picture(&[run("amd64", true)]).expect("a picture");
        let (_, style) = picture.split_once("<style>").expect("a style sheet");
        let (style, drawing) = style.split_once("</style>").expect("its end");
        assert!(style.contains("prefers-color-scheme:dark"), "{style}");
        for ink in [
            r##"fill="#1F2328""##,
            r##"stroke="#1F2328""##,
            r##"fill="#FFFFFF""##,
        ] {
            assert!(style.contains(ink) && drawing.contains(ink), "{ink}");
        }
    }

    #[test]
    fn what_was_not_measured_is_not_drawn_as_nothing() {
        let error = picture(&[run("amd64", false)]).expect_err("no company");
        assert!(error.to_string().contains("company"), "{error}");
    }
}
