//! Line charts as inline SVG. Colors and fonts come from the style of the page.

use maud::{Markup, html};

/// A chart of lines.
pub(crate) struct Chart<'a> {
    /// What it shows, for those who hear the page.
    pub(crate) title: &'a str,
    pub(crate) x_label: &'a str,
    pub(crate) y_label: &'a str,
    /// Whether x grows by factors.
    pub(crate) x_is_logarithmic: bool,
    /// Lowest and highest x and y; from the points when absent.
    pub(crate) range: Option<(f64, f64)>,
    pub(crate) lines: Vec<Line>,
    /// Whether to draw the diagonal from the lower left to the upper right.
    pub(crate) has_diagonal: bool,
}

/// A line through some points.
pub(crate) struct Line {
    pub(crate) name: String,
    /// In ascending order of x.
    pub(crate) points: Vec<Point>,
}

/// A point, and how far it may be off either way.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) spread: f64,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 72.0;
/// Room for half of the last number along x.
const RIGHT: f64 = 24.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;

/// Lines that are told apart by color; those beyond are drawn like the first ones again, dashed.
const N_COLORS: usize = 8;

/// From numbers to places along an axis.
struct Axis {
    low: f64,
    high: f64,
    is_logarithmic: bool,
    from: f64,
    to: f64,
}

impl Axis {
    fn place(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.is_logarithmic { value.log10() } else { value };
        let (low, high) = (scale(self.low), scale(self.high));
        let share = if high > low { (scale(value) - low) / (high - low) } else { 0.5 };
        self.from + share * (self.to - self.from)
    }

    /// Round numbers along the axis.
    fn ticks(&self) -> Vec<f64> {
        if self.is_logarithmic {
            let exponents = self.low.log10().ceil() as i32..=self.high.log10().floor() as i32;
            let ticks: Vec<f64> = exponents.map(|exponent| 10_f64.powi(exponent)).collect();
            return if ticks.len() < 2 { vec![self.low, self.high] } else { ticks };
        }
        let span = self.high - self.low;
        if span <= 0.0 {
            return vec![self.low];
        }
        let rough = 10_f64.powf((span / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * rough);
        let step = step.into_iter().find(|step| span / step <= 8.0).unwrap_or(10.0 * rough);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }
}

/// A number as an axis has it.
fn text(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e5).contains(&size) => format!("{value:.0e}"),
        _ => {
            let text = format!("{value:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

impl Chart<'_> {
    fn points(&self) -> impl Iterator<Item = &Point> {
        self.lines.iter().flat_map(|line| &line.points)
    }

    fn x_axis(&self) -> Axis {
        let low = self.points().map(|point| point.x).fold(f64::INFINITY, f64::min);
        let high = self.points().map(|point| point.x).fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = self.range.unwrap_or((low, high));
        let is_logarithmic = self.x_is_logarithmic && low > 0.0;
        Axis { low, high, is_logarithmic, from: LEFT, to: WIDTH - RIGHT }
    }

    fn y_axis(&self) -> Axis {
        let low = self.points().map(|p| p.y - p.spread).fold(f64::INFINITY, f64::min);
        let high = self.points().map(|p| p.y + p.spread).fold(f64::NEG_INFINITY, f64::max);
        let margin = 0.05 * (high - low).max(1e-3);
        let (low, high) = self.range.unwrap_or((low - margin, high + margin));
        Axis { low, high, is_logarithmic: false, from: HEIGHT - BOTTOM, to: TOP }
    }

    /// The chart with its legend; nothing when it has no point.
    pub(crate) fn draw(&self) -> Markup {
        if self.points().next().is_none() {
            return html! {};
        }
        let (x, y) = (self.x_axis(), self.y_axis());
        html! {
            figure.chart {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(self.title) {
                    title { (self.title) }
                    @for tick in y.ticks() {
                        line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(place(y.place(tick))) y2=(place(y.place(tick))) {}
                        text.tick x=(LEFT - 8.0) y=(place(y.place(tick) + 4.0)) text-anchor="end" { (text(tick)) }
                    }
                    @for tick in x.ticks() {
                        text.tick x=(place(x.place(tick))) y=(HEIGHT - BOTTOM + 18.0) text-anchor="middle" { (text(tick)) }
                    }
                    line.axis x1=(LEFT) x2=(WIDTH - RIGHT) y1=(HEIGHT - BOTTOM) y2=(HEIGHT - BOTTOM) {}
                    text.label x=((LEFT + WIDTH - RIGHT) / 2.0) y=(HEIGHT - 6.0) text-anchor="middle" { (self.x_label) }
                    text.label x="14" y=(TOP + (HEIGHT - BOTTOM - TOP) / 2.0) text-anchor="middle"
                        transform={ "rotate(-90 14 " (TOP + (HEIGHT - BOTTOM - TOP) / 2.0) ")" } { (self.y_label) }
                    @if self.has_diagonal {
                        line.diagonal x1=(LEFT) y1=(HEIGHT - BOTTOM) x2=(WIDTH - RIGHT) y2=(TOP) {}
                    }
                    @for (number, line) in self.lines.iter().enumerate() { (draw_line(number, line, &x, &y)) }
                }
                @if self.lines.len() > 1 {
                    figcaption.legend {
                        @for (number, line) in self.lines.iter().enumerate() {
                            span { i class=(color(number)) {} " " (line.name) }
                        }
                    }
                }
            }
        }
    }
}

/// A coordinate with as many digits as a screen shows: the same bytes everywhere.
fn place(value: f64) -> String {
    format!("{value:.1}")
}

fn color(number: usize) -> String {
    let dashed = if number < N_COLORS { "" } else { " dashed" };
    format!("line c{}{dashed}", number % N_COLORS)
}

fn draw_line(number: usize, line: &Line, x: &Axis, y: &Axis) -> Markup {
    let at = |point: &Point| format!("{},{}", place(x.place(point.x)), place(y.place(point.y)));
    let points: Vec<String> = line.points.iter().map(at).collect();
    html! {
        g class=(color(number)) {
            polyline points=(points.join(" ")) {}
            @for point in &line.points {
                @let (cx, cy) = (place(x.place(point.x)), place(y.place(point.y)));
                @if point.spread > 0.0 {
                    line.spread x1=(cx) x2=(cx) y1=(place(y.place(point.y - point.spread))) y2=(place(y.place(point.y + point.spread))) {}
                }
                circle cx=(cx) cy=(cy) r="3" { title { (line.name) ": " (text(point.x)) ", " (text(point.y)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(low: f64, high: f64, is_logarithmic: bool) -> Axis {
        Axis { low, high, is_logarithmic, from: 0.0, to: 100.0 }
    }

    #[test]
    fn ticks_are_round_numbers_within_the_axis() {
        let ticks = axis(0.71, 0.86, false).ticks();
        assert_eq!(
            ticks.iter().map(|&t| text(t)).collect::<Vec<_>>(),
            ["0.72", "0.74", "0.76", "0.78", "0.8", "0.82", "0.84", "0.86"]
        );
        assert_eq!(axis(0.1, 1000.0, true).ticks(), [0.1, 1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(axis(3.0, 4.0, true).ticks(), [3.0, 4.0]);
        assert_eq!(axis(1.0, 1.0, false).ticks(), [1.0]);
    }

    #[test]
    fn places_are_in_proportion_or_by_factors() {
        assert_eq!(axis(0.0, 4.0, false).place(1.0), 25.0);
        assert_eq!(axis(1.0, 10_000.0, true).place(10.0), 25.0);
        assert_eq!(axis(2.0, 2.0, false).place(2.0), 50.0);
    }

    #[test]
    fn names_are_escaped() {
        let point = Point { x: 1.0, y: 1.0, spread: 0.0 };
        let line = |name: &str| Line { name: name.to_owned(), points: vec![point] };
        let chart = Chart {
            title: "accuracy",
            x_label: "C",
            y_label: "accuracy",
            x_is_logarithmic: true,
            range: None,
            lines: vec![line("<script>"), line("b")],
            has_diagonal: false,
        };
        let drawn = chart.draw().into_string();
        assert!(drawn.contains("&lt;script&gt;") && !drawn.contains("<script>"));
    }
}
