//! Contrast (WCAG 2.2, 1.4.3 and 1.4.11), read from the style sheet that ships.

const CSS: &str = include_str!("../../assets/app.css");

/// Text on its ground: 4.5 to 1.
const TEXT: [(&str, &str); 28] = [
    ("ink", "ground"),
    ("ink", "ground-soft"),
    ("ink", "key-pale"),
    ("ink", "info-ground"),
    ("ink", "good-ground"),
    ("ink", "caution-ground"),
    ("ink", "danger-ground"),
    ("ink", "focus-ground"),
    ("ink-soft", "ground"),
    ("ink-soft", "ground-soft"),
    ("ink-soft", "key-pale"),
    ("ink-soft", "caution-ground"),
    ("white", "key"),
    ("white", "key-dark"),
    ("key", "ground"),
    ("key", "ground-soft"),
    ("key", "key-pale"),
    ("link", "ground"),
    ("link", "good-ground"),
    ("link", "danger-ground"),
    ("link-seen", "ground"),
    ("link-seen", "ground-soft"),
    ("link-seen", "danger-ground"),
    ("info-ink", "info-ground"),
    ("good-ink", "good-ground"),
    ("good-ink", "ground"),
    ("caution-ink", "caution-ground"),
    ("danger-ink", "danger-ground"),
];

/// Edges of controls, arrows and marks: 3 to 1.
const SHAPES: [(&str, &str); 8] = [
    ("line", "ground"),
    ("line", "ground-soft"),
    ("key", "ground-soft"),
    ("good-ink", "ground-soft"),
    ("caution-ink", "ground-soft"),
    ("danger-ink", "ground"),
    ("focus-ring", "ground"),
    ("focus-ring", "focus-ground"),
];

/// Red, green and blue of a custom property.
fn colour(css: &str, name: &str) -> [u8; 3] {
    let start = css.find(&format!("--{name}: #")).unwrap_or_else(|| panic!("no colour --{name} in app.css"));
    let digits = &css[start + name.len() + 5..][..6];
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("two hex digits");
    [part(0), part(2), part(4)]
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn check(pairs: &[(&str, &str)], least: f64) {
    for (front, ground) in pairs {
        let ratio = contrast(colour(CSS, front), colour(CSS, ground));

        assert!(ratio >= least, "--{front} on --{ground}: {ratio:.2} is under {least}");
    }
}

#[test]
fn black_on_white_has_the_contrast_that_the_standard_gives() {
    let ratio = contrast([0, 0, 0], [255, 255, 255]);

    assert!((ratio - 21.0).abs() < 0.001);
    // The standard's own border case: #767676 just passes on white, #777777 just fails.
    assert!(contrast([0x76; 3], [255; 3]) >= 4.5);
    assert!(contrast([0x77; 3], [255; 3]) < 4.5);
}

#[test]
fn every_text_colour_can_be_read_on_its_ground() {
    check(&TEXT, 4.5);
}

#[test]
fn every_edge_and_mark_can_be_seen_on_its_ground() {
    check(&SHAPES, 3.0);
}

#[test]
fn colours_are_written_only_as_properties_that_are_checked() {
    let rules = CSS.split_once("\n}\n").expect("a :root block").1;

    let stray = rules.lines().find(|line| {
        let mut after = line.split('#').skip(1);
        after.any(|text| text.chars().take(3).all(|c| c.is_ascii_hexdigit()))
    });

    assert_eq!(stray, None);
}

#[test]
fn no_text_is_smaller_than_sixteen_pixels_on_a_screen() {
    let screen = CSS.split_once("@media print").expect("a print part").0;

    let sizes: Vec<f64> = screen
        .match_indices("rem")
        .filter_map(|(end, _)| {
            let line = &screen[screen[..end].rfind('\n')? + 1..end];
            let declaration = &line[line.rfind([';', '{', '\n']).map_or(0, |at| at + 1)..];
            let (name, value) = declaration.split_once(':')?;
            let text = name.trim() == "font-size" || name.trim().starts_with("--size");
            text.then(|| value.trim().parse().expect("a number of rem"))
        })
        .collect();

    assert!(sizes.len() > 5, "the sizes are still written in rem");
    assert!(sizes.iter().all(|size| *size >= 1.0), "{sizes:?}");
}
