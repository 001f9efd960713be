//! Line plots as SVG, by hand: two axes, a line each, its name at its end.

use std::fmt::Write as _;

/// A named line of points.
pub struct Line {
    /// Stands at its end.
    pub name: String,
    /// In the order in which they are joined.
    pub points: Vec<(f64, f64)>,
}

/// How an axis runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// In equal steps.
    Linear,
    /// In powers of ten.
    Logarithmic,
}

impl Axis {
    fn along(self, value: f64) -> f64 {
        if self == Axis::Logarithmic { value.log10() } else { value }
    }

    /// Round figures that enclose a range of [`Self::along`], the first and the last at its ends.
    fn ticks(self, low: f64, high: f64) -> Vec<f64> {
        let step = match self {
            Axis::Logarithmic => 1.0,
            Axis::Linear => {
                let rough = ((high - low) / 4.0).max(1e-9);
                let power = 10f64.powf(rough.log10().floor());
                [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|&step| step >= rough).unwrap_or(rough)
            }
        };
        let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
        (first..=last.max(first + 1)).map(|n| n as f64 * step).collect()
    }

    fn figure(self, tick: f64) -> String {
        let value = if self == Axis::Logarithmic { 10f64.powf(tick) } else { tick };
        format!("{}", (value * 1e6).round() / 1e6)
    }
}

/// A plot of lines.
pub fn lines(title: &str, horizontal: Axis, vertical: Axis, lines: &[Line]) -> String {
    const COLOURS: [&str; 3] = ["#0b6", "#c40", "#06c"];
    let all = || lines.iter().flat_map(|l| l.points.iter().map(|&(x, y)| (horizontal.along(x), vertical.along(y))));
    let (left, right) = all().fold((f64::MAX, f64::MIN), |(a, b), (x, _)| (a.min(x), b.max(x)));
    let (low, high) = all().fold((f64::MAX, f64::MIN), |(a, b), (_, y)| (a.min(y), b.max(y)));
    let ticks = vertical.ticks(low, high);
    let (low, high) = (ticks[0], ticks[ticks.len() - 1]);
    let place = |x: f64, y: f64| {
        (60.0 + 480.0 * (x - left) / (right - left).max(1e-9), 270.0 - 220.0 * (y - low) / (high - low).max(1e-9))
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 310\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"700\" height=\"310\" fill=\"#fff\"/>\n<text x=\"60\" y=\"24\" font-size=\"14\">{title}</text>\n"
    );
    // Writing into a string does not fail.
    for tick in ticks {
        let (_, y) = place(left, tick);
        let _ = writeln!(
            out,
            "<path d=\"M60 {y:.1}H540\" stroke=\"#ddd\"/><text x=\"52\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y + 4.0,
            vertical.figure(tick)
        );
    }
    for &(x, _) in lines.first().map_or(&[][..], |l| &l.points) {
        let (at, _) = place(horizontal.along(x), low);
        let _ = writeln!(out, "<text x=\"{at:.1}\" y=\"290\" text-anchor=\"middle\">{x}</text>");
    }
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let places: Vec<(f64, f64)> =
            line.points.iter().map(|&(x, y)| place(horizontal.along(x), vertical.along(y))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let (x, y) = places.last().copied().unwrap_or_default();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            path.join(" "),
            x + 8.0,
            y + 4.0,
            line.name
        );
    }
    out + "</svg>\n"
}
