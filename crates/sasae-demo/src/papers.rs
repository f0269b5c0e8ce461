//! Papers and pictures of the fictional city: small, drawn by the program, about nobody.

use super::dice::Dice;

/// What a file of the demo shows.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in words.
    pub note: &'static str,
    /// What is drawn.
    drawing: Drawing,
}

#[derive(Debug, Clone, Copy)]
enum Drawing {
    /// Boxes on a ground: left, top, width, height, colour.
    Picture(&'static [Block]),
    /// A page with a title, in the letters that every reader of PDF has.
    Page(&'static str),
}

type Block = (usize, usize, usize, usize, u8);

const WIDTH: usize = 160;
const HEIGHT: usize = 120;

/// White wall, floor, wood, paper, dark, green, red, sky.
const COLOURS: [[u8; 3]; 8] = [
    [236, 232, 222],
    [170, 150, 128],
    [132, 98, 66],
    [250, 250, 246],
    [54, 56, 62],
    [104, 142, 92],
    [176, 74, 62],
    [186, 212, 232],
];

/// What whoever reports a notice sees.
pub const NOTICED: &[Paper] = &[
    Paper {
        name: "郵便受け.png",
        note: "郵便受けに新聞が4日分たまっている",
        drawing: Drawing::Picture(&[
            (0, 90, 160, 30, 1),
            (50, 20, 60, 60, 2),
            (58, 34, 44, 8, 4),
            (62, 26, 30, 22, 3),
            (70, 22, 30, 22, 3),
        ]),
    },
    Paper {
        name: "雨戸.png",
        note: "昼も閉まったままの雨戸",
        drawing: Drawing::Picture(&[
            (0, 0, 160, 24, 7),
            (20, 30, 120, 66, 2),
            (24, 34, 54, 58, 4),
            (82, 34, 54, 58, 4),
            (0, 100, 160, 20, 5),
        ]),
    },
];

/// What is brought to the window.
pub const BROUGHT: &[Paper] = &[
    Paper {
        name: "相談受付票の控え.pdf",
        note: "署名のある相談受付票の控え",
        drawing: Drawing::Page("Copy of an intake form"),
    },
    Paper {
        name: "督促の手紙.pdf",
        note: "本人が持ってきた手紙",
        drawing: Drawing::Page("A letter that was brought along"),
    },
];

/// What a visit shows.
pub const VISITED: &[Paper] = &[
    Paper {
        name: "玄関の段差.png",
        note: "玄関の上がり口の段差、40センチほど",
        drawing: Drawing::Picture(&[(0, 84, 160, 36, 1), (0, 60, 90, 28, 2), (94, 8, 50, 80, 7), (118, 48, 4, 8, 4)]),
    },
    Paper {
        name: "手すり.png",
        note: "廊下に付けた手すり",
        drawing: Drawing::Picture(&[(0, 96, 160, 24, 1), (12, 56, 136, 6, 2), (20, 56, 4, 14, 4), (134, 56, 4, 14, 4)]),
    },
];

/// What belongs to a plan.
pub const PLANNED: &[Paper] = &[Paper {
    name: "支援計画への同意書.pdf",
    note: "本人の署名のある同意書",
    drawing: Drawing::Page("Signed consent to a plan"),
}];

/// What belongs to a restriction.
pub const SEALED: &[Paper] = &[Paper {
    name: "支援措置の申出書の写し.pdf",
    note: "住民基本台帳事務の支援措置の申出",
    drawing: Drawing::Page("Copy of an application for protection"),
}];

impl Paper {
    /// The file; no two are the same.
    pub fn content(&self, dice: &mut Dice) -> Vec<u8> {
        match self.drawing {
            Drawing::Picture(blocks) => picture(blocks, dice),
            Drawing::Page(title) => page(title, dice.below(1_000_000)),
        }
    }
}

fn picture(blocks: &[Block], dice: &mut Dice) -> Vec<u8> {
    let (right, down) = (dice.below(9), dice.below(7));
    let mut points = vec![0_u8; WIDTH * HEIGHT];
    for (left, top, width, height, colour) in blocks {
        for y in (top + down..top + down + height).filter(|y| *y < HEIGHT) {
            for x in (left + right..left + right + width).filter(|x| *x < WIDTH) {
                points[y * WIDTH + x] = *colour;
            }
        }
    }
    let speck = dice.below(points.len());
    points[speck] = 6;
    png(&points)
}

/// A picture of a point a byte, not compressed.
fn png(points: &[u8]) -> Vec<u8> {
    let lines: Vec<u8> = points.chunks(WIDTH).flat_map(|line| [&[0], line].concat()).collect();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    // Eight bits a point, colours from a list.
    chunk(&mut out, b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 3, 0, 0, 0]].concat());
    chunk(&mut out, b"PLTE", COLOURS.as_flattened());
    chunk(&mut out, b"IDAT", &stored(&lines));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    out.extend((content.len() as u32).to_be_bytes());
    let whole = [&name[..], content].concat();
    out.extend_from_slice(&whole);
    out.extend(crc32(&whole).to_be_bytes());
}

/// A stream of zlib whose blocks are not compressed.
fn stored(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = content.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (low, high) = content.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A page of PDF with two lines.
fn page(title: &str, number: usize) -> Vec<u8> {
    let text = format!(
        "BT /F1 20 Tf 72 760 Td ({title}) Tj 0 -32 Td /F1 12 Tf (Fictional paper no. {number} of the demo city) Tj ET"
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    out += &format!("xref\n0 6\n0000000000 65535 f \n{places}");
    out += &format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_a_picture_are_those_of_its_format() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[14 + 2..], 0x11e6_0398_u32.to_be_bytes());
    }
}
