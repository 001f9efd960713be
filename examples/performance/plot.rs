//! Line plots as SVG, by hand: axes in powers of ten, a line each, its name at its end.

use std::fmt::Write as _;

/// A named line of points.
pub struct Line {
    pub name: &'static str,
    pub points: Vec<(f64, f64)>,
}

/// A plot of lines; the vertical axis is logarithmic, the other on request.
pub fn lines(title: &str, is_log: bool, lines: &[Line]) -> String {
    const COLOURS: [&str; 3] = ["#0b6", "#c40", "#06c"];
    let along = |x: f64| if is_log { x.log10() } else { x };
    let all = || lines.iter().flat_map(|l| l.points.iter().map(|&(x, y)| (along(x), y.log10())));
    let (left, right) = all().fold((f64::MAX, f64::MIN), |(a, b), (x, _)| (a.min(x), b.max(x)));
    let (low, high) = all().fold((f64::MAX, f64::MIN), |(a, b), (_, y)| (a.min(y), b.max(y)));
    let (low, high) = (low.floor(), high.ceil());
    let place = |x: f64, y: f64| {
        (60.0 + 480.0 * (x - left) / (right - left).max(1e-9), 270.0 - 220.0 * (y - low) / (high - low).max(1e-9))
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 310\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"700\" height=\"310\" fill=\"#fff\"/>\n<text x=\"60\" y=\"24\" font-size=\"14\">{title}</text>\n"
    );
    // Writing into a string does not fail.
    for power in low as i32..=high as i32 {
        let (_, y) = place(left, f64::from(power));
        let figure = 10f64.powi(power);
        let _ = writeln!(
            out,
            "<path d=\"M60 {y:.1}H540\" stroke=\"#ddd\"/><text x=\"52\" y=\"{:.1}\" text-anchor=\"end\">{figure}</text>",
            y + 4.0
        );
    }
    for &(x, _) in lines.first().map_or(&[][..], |l| &l.points) {
        let (at, _) = place(along(x), low);
        let _ = writeln!(out, "<text x=\"{at:.1}\" y=\"290\" text-anchor=\"middle\">{x}</text>");
    }
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let places: Vec<(f64, f64)> = line.points.iter().map(|&(x, y)| place(along(x), y.log10())).collect();
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
