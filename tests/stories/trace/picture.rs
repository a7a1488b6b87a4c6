//! A trace as a picture: each span a bar, below the one that caused it.

use std::fmt::Write as _;

use super::spans::Told;

const WIDTH: u32 = 1280;
/// Where bars begin; names stand before them.
const LEFT: u32 = 430;
const RIGHT: u32 = 90;
const TOP: u32 = 50;
const ROW: u32 = 18;
const STEP: u32 = 10;
/// A bar that is too short to be seen is drawn as long as this.
const BAR_MIN: f64 = 2.0;
const TICKS: u32 = 6;

const COLOURS: [(&str, &str); 4] = [
    ("callcow-gateway", "#3b6fb6"),
    ("callcow-planner", "#8a5fb0"),
    ("callcow-dialer", "#2f8f6b"),
    ("callcow-notifier", "#c0702a"),
];

struct Scale {
    began: u64,
    nanos: f64,
}

impl Scale {
    fn x(&self, at: u64) -> f64 {
        let share = millis(at.saturating_sub(self.began)) * 1e6 / self.nanos;
        f64::from(LEFT) + share * f64::from(WIDTH - LEFT - RIGHT)
    }
}

/// Nothing in it but names of spans and services, and times.
pub(super) fn draw(spans: &[Told]) -> String {
    let rows = rows(spans);
    let began = spans.iter().map(|span| span.start).min().unwrap_or_default();
    let ended = spans.iter().map(|span| span.end).max().unwrap_or_default();
    let scale = Scale { began, nanos: (millis(ended - began) * 1e6).max(1.0) };
    let height = TOP + ROW * u32::try_from(rows.len()).unwrap() + 20;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <title>One call, from the request to the callback</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for (index, (service, colour)) in COLOURS.iter().enumerate() {
        let x = 10 + 140 * u32::try_from(index).unwrap();
        let name = service.trim_start_matches("callcow-");
        writeln!(svg, "<rect x=\"{x}\" y=\"8\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"18\">{name}</text>", x + 17).unwrap();
    }
    for tick in 0..=TICKS {
        let at = began + (ended - began) * u64::from(tick) / u64::from(TICKS);
        let (x, after) = (scale.x(at), millis(at - began) / 1e3);
        writeln!(svg, "<line x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{}\" stroke=\"#dddddd\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#666666\">{after:.2} s</text>", TOP - 6, height - 14, TOP - 10).unwrap();
    }
    for (row, (depth, span)) in rows.iter().enumerate() {
        svg.push_str(&bar(span, *depth, TOP + ROW * u32::try_from(row).unwrap(), &scale));
    }
    svg + "</svg>\n"
}

fn bar(span: &Told, depth: u32, y: u32, scale: &Scale) -> String {
    let colour = COLOURS.iter().find(|(service, _)| *service == span.service).map_or("#666666", |(_, colour)| colour);
    let (x, width) = (scale.x(span.start), (scale.x(span.end) - scale.x(span.start)).max(BAR_MIN));
    let base = y + 12;
    format!(
        "<text x=\"{}\" y=\"{base}\">{}</text><rect x=\"{x:.1}\" y=\"{}\" width=\"{width:.1}\" height=\"12\" fill=\"{colour}\"/>\
         <text x=\"{:.1}\" y=\"{base}\" fill=\"#666666\">{}</text>\n",
        10 + STEP * depth,
        escaped(&span.name),
        y + 2,
        x + width + 4.0,
        took(span.end - span.start),
    )
}

/// Depth first: causes before what they caused, and of one cause the earliest first.
fn rows(spans: &[Told]) -> Vec<(u32, &Told)> {
    fn under<'a>(parent: &str, depth: u32, spans: &'a [Told], rows: &mut Vec<(u32, &'a Told)>) {
        for span in spans.iter().filter(|span| span.parent == parent) {
            rows.push((depth, span));
            under(&span.id, depth + 1, spans, rows);
        }
    }
    let mut rows = Vec::new();
    for root in spans.iter().filter(|span| !spans.iter().any(|other| other.id == span.parent)) {
        rows.push((0, root));
        under(&root.id, 1, spans, &mut rows);
    }
    rows
}

fn millis(nanos: u64) -> f64 {
    // A trace is shorter than the 49 days that this can tell.
    f64::from(u32::try_from(nanos / 1_000_000).unwrap_or(u32::MAX))
        + f64::from(u32::try_from(nanos % 1_000_000).unwrap_or_default()) / 1e6
}

fn took(nanos: u64) -> String {
    let millis = millis(nanos);
    if millis < 1000.0 { format!("{millis:.1} ms") } else { format!("{:.2} s", millis / 1e3) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
