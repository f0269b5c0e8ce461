//! Codes, telephone numbers and coordinates.

use sasae_core::municipality::{CodeError, MunicipalityCode};

use crate::table::{Row, Table};
use crate::value::{CellError, Reason, fold_value};

/// A municipality code as it was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCode {
    /// The six-digit code.
    pub code: MunicipalityCode,
    /// What had to be restored, for a warning.
    pub restored: Restored,
}

/// What a spreadsheet had lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// Nothing.
    Nothing,
    /// The leading zero.
    LeadingZero,
    /// The check digit was not given.
    CheckDigit,
    /// Both.
    LeadingZeroAndCheckDigit,
}

impl Restored {
    /// A remark for the report; `None` where nothing had to be restored.
    #[must_use]
    pub fn remark(self) -> Option<Reason> {
        Some(match self {
            Self::Nothing => return None,
            Self::LeadingZero => Reason::new(
                "団体コードの先頭の 0 を補いました",
                "the leading zero of the municipality code was restored",
            ),
            Self::CheckDigit => {
                Reason::new("団体コードの検査数字を補いました", "the check digit of the municipality code was added")
            }
            Self::LeadingZeroAndCheckDigit => Reason::new(
                "団体コードの先頭の 0 と検査数字を補いました",
                "the leading zero and the check digit of the municipality code were restored",
            ),
        })
    }
}

/// What five digits mean in a column of municipality codes, by its other cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeForm {
    /// Other cells have six digits, or five that only fit with a zero before them.
    SixDigits,
    /// Other cells have five digits that only fit without a check digit.
    FiveDigits,
    /// The other cells do not tell, or contradict one another.
    Unknown,
}

/// Reads a municipality code; see [`MunicipalityCode::lenient`]. Four digits are
/// a code that lost both its leading zero and its check digit.
///
/// # Errors
/// The reasons of [`CodeError`], and five digits with two readings.
pub fn code(cell: &str) -> Result<ReadCode, Reason> {
    code_in(cell, || CodeForm::Unknown)
}

fn code_in(cell: &str, form: impl FnOnce() -> CodeForm) -> Result<ReadCode, Reason> {
    let folded = fold_value(cell);
    let folded = folded.strip_suffix(".0").unwrap_or(&folded);
    let reason = |e: &CodeError| Reason::new(e.ja(), e.to_string());
    if folded.len() == 4 && folded.bytes().all(|b| b.is_ascii_digit()) {
        return MunicipalityCode::from_five(&format!("0{folded}"))
            .map(|code| ReadCode { code, restored: Restored::LeadingZeroAndCheckDigit })
            .map_err(|e| reason(&e));
    }
    let understood = match MunicipalityCode::lenient(folded) {
        Err(error @ CodeError::Ambiguous { without_check, lost_zero }) => match form() {
            CodeForm::SixDigits => lost_zero,
            CodeForm::FiveDigits => without_check,
            CodeForm::Unknown => return Err(reason(&error)),
        },
        other => other.map_err(|e| reason(&e))?,
    };
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    let restored = if digits == 6 {
        Restored::Nothing
    } else if understood.to_string().starts_with(folded) {
        Restored::CheckDigit
    } else {
        Restored::LeadingZero
    };
    Ok(ReadCode { code: understood, restored })
}

/// What the cells of a column say about the form of its codes.
fn code_form<'c>(cells: impl Iterator<Item = &'c str>) -> CodeForm {
    let mut six = false;
    let mut five = false;
    for cell in cells {
        let folded = fold_value(cell);
        match folded.len() {
            6 => six |= MunicipalityCode::lenient(&folded).is_ok(),
            5 => {
                if let Ok(code) = MunicipalityCode::lenient(&folded) {
                    if code.to_string().starts_with(&folded) {
                        five = true;
                    } else {
                        six = true;
                    }
                }
            }
            _ => {}
        }
    }
    match (six, five) {
        (true, false) => CodeForm::SixDigits,
        (false, true) => CodeForm::FiveDigits,
        _ => CodeForm::Unknown,
    }
}

impl Table<'_> {
    fn code_form(&self, column: usize) -> CodeForm {
        match self.code_forms.get(column) {
            Some(form) => *form.get_or_init(|| code_form(self.column_values(column))),
            None => CodeForm::Unknown,
        }
    }
}

/// A number whose length is fixed, such as a 町字ID or a postal code (7 digits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedDigits {
    /// The digits, with their leading zeros.
    pub digits: String,
    /// Whether leading zeros lost in a spreadsheet were put back.
    pub restored_zero: bool,
}

/// Reads a number of exactly `width` digits: full-width digits, hyphens and 〒
/// are form. Fewer digits have lost their leading zeros, at most three.
///
/// # Errors
/// Other characters, too many digits, or more than three too few.
pub fn fixed_digits(cell: &str, width: usize) -> Result<FixedDigits, Reason> {
    let folded = fold_value(cell).replace(['-', 'ー', '〒'], "");
    let digits = folded.strip_suffix(".0").unwrap_or(&folded);
    let length = digits.len();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number || length > width || length + 3 < width {
        return Err(Reason::new(format!("{width} 桁の数字で入力してください"), format!("write {width} digits")));
    }
    Ok(FixedDigits { digits: format!("{digits:0>width$}"), restored_zero: length < width })
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Digits with the hyphens of the file: `087-839-2811`.
    pub number: String,
    /// Extension (内線), digits only.
    pub extension: Option<String>,
    /// Whether a leading zero lost in a spreadsheet was put back.
    pub restored_zero: bool,
}

/// Reads one telephone number: any width, hyphens, brackets or spaces between
/// the groups, `+81`, an extension behind 内線, a lost leading zero.
///
/// # Errors
/// More than one number, an area code that is missing, too few or too many
/// digits, or other text.
pub fn phone(cell: &str) -> Result<Phone, Reason> {
    let folded = fold_value(cell).replace("(代表)", "").replace("(代)", "").replace(['(', ')', '.', '・', 'ー'], "-");
    let folded = ["tel:", "tel", "電話:", "電話", "☎"]
        .iter()
        .find_map(|lead| folded.strip_prefix(lead))
        .unwrap_or(&folded)
        .to_owned();
    let (main, extension) = match folded.split_once("内線").or(folded.split_once("ext")) {
        Some((main, extension)) => (main, Some(extension.trim_matches(['-', ':', '番', '.']).to_owned())),
        None => (folded.as_str(), None),
    };
    if main.contains(['/', '、', ',', ';', '~']) || cell.trim().contains('\n') {
        return Err(Reason::new("電話番号は1つだけ入力してください", "write one telephone number only"));
    }
    let international = main.strip_prefix("+81").map(|rest| {
        let rest = rest.trim_start_matches('-');
        if rest.starts_with('0') { rest.to_owned() } else { format!("0{rest}") }
    });
    let main = international.as_deref().unwrap_or(main).trim_matches('-');
    let no_number = || Reason::new("電話番号ではありません", "this is no telephone number");
    if main.is_empty() || !main.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return Err(no_number());
    }
    if extension.as_ref().is_some_and(|e| e.is_empty() || !e.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Reason::new("内線番号は数字で入力してください", "the extension must be digits"));
    }
    let groups: Vec<&str> = main.split('-').filter(|g| !g.is_empty()).collect();
    let digits: usize = groups.iter().map(|g| g.len()).sum();
    let joined = groups.join("-");
    let bare = groups.concat();
    let starts = |leads: &[&str]| leads.iter().any(|lead| bare.starts_with(lead));
    let (number, restored_zero) = match digits {
        10 if joined.starts_with('0') => (joined, false),
        11 if starts(&["070", "080", "090", "050", "020"]) => (joined, false),
        9 if !joined.starts_with('0') => (format!("0{joined}"), true),
        10 if starts(&["70", "80", "90", "50"]) => (format!("0{joined}"), true),
        3 if joined.starts_with('1') => (joined, false),
        6..=8 if !joined.starts_with('0') => {
            return Err(Reason::new("市外局番がありません", "the area code is missing"));
        }
        _ => {
            return Err(Reason::new(
                format!("電話番号の桁数（{digits} 桁）が合いません"),
                format!("a telephone number does not have {digits} digits"),
            ));
        }
    };
    Ok(Phone { number, extension, restored_zero })
}

/// A place on the map in degrees, world geodetic system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// Latitude, 20 to 46.
    pub latitude: f64,
    /// Longitude, 122 to 154.
    pub longitude: f64,
}

/// One angle: decimal degrees, or degrees, minutes and seconds.
fn angle(cell: &str) -> Result<f64, Reason> {
    let folded = fold_value(cell);
    let folded = ["北緯", "東経", "緯度", "経度", "n", "e"]
        .iter()
        .find_map(|side| folded.strip_prefix(side).or(folded.strip_suffix(side)))
        .unwrap_or(&folded)
        .trim_start_matches(':');
    let unreadable = || {
        Reason::new(
            "緯度・経度は 34.33895 のような十進の度で入力してください",
            "write latitude and longitude in decimal degrees, such as 34.33895",
        )
    };
    let marks = ['度', '°', '分', '′', '\'', '秒', '″', '"'];
    if folded.contains(marks) {
        let parts: Vec<f64> = folded
            .split(marks)
            .filter(|p| !p.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| unreadable())?;
        let (degrees, minutes, seconds) = match parts.as_slice() {
            [d] => (*d, 0.0, 0.0),
            [d, m] => (*d, *m, 0.0),
            [d, m, s] => (*d, *m, *s),
            _ => return Err(unreadable()),
        };
        if !(0.0..60.0).contains(&minutes) || !(0.0..60.0).contains(&seconds) {
            return Err(unreadable());
        }
        return Ok(degrees + minutes / 60.0 + seconds / 3600.0);
    }
    folded.parse::<f64>().ok().filter(|v| v.is_finite()).ok_or_else(unreadable)
}

/// Which of the two cells a reason belongs to.
enum Side {
    Latitude,
    Longitude,
}

fn coordinates(latitude: Option<&str>, longitude: Option<&str>) -> Result<Option<Coordinates>, (Side, Reason)> {
    let read = |cell: Option<&str>| cell.map(angle).transpose();
    // Zero stands for "not known" in real files; no place of Japan lies there.
    let lat = read(latitude).map_err(|r| (Side::Latitude, r))?.filter(|v| *v != 0.0);
    let lon = read(longitude).map_err(|r| (Side::Longitude, r))?.filter(|v| *v != 0.0);
    let (lat, lon) = match (lat, lon) {
        (None, None) => return Ok(None),
        (Some(lat), Some(lon)) => (lat, lon),
        (Some(_), None) => {
            return Err((
                Side::Longitude,
                Reason::new("緯度があるのに経度がありません", "there is a latitude but no longitude"),
            ));
        }
        (None, Some(_)) => {
            return Err((
                Side::Latitude,
                Reason::new("経度があるのに緯度がありません", "there is a longitude but no latitude"),
            ));
        }
    };
    let is_lat = |v: f64| (20.0..=46.0).contains(&v);
    let is_lon = |v: f64| (122.0..=154.0).contains(&v);
    if is_lat(lon) && is_lon(lat) {
        return Err((
            Side::Latitude,
            Reason::new("緯度と経度が入れ替わっています", "latitude and longitude are swapped"),
        ));
    }
    if !is_lat(lat) {
        return Err((
            Side::Latitude,
            Reason::new("日本の緯度（20〜46 度）の範囲にありません", "outside Japan's latitudes (20 to 46 degrees)"),
        ));
    }
    if !is_lon(lon) {
        return Err((
            Side::Longitude,
            Reason::new(
                "日本の経度（122〜154 度）の範囲にありません",
                "outside Japan's longitudes (122 to 154 degrees)",
            ),
        ));
    }
    Ok(Some(Coordinates { latitude: lat, longitude: lon }))
}

impl Row<'_> {
    /// See [`code`]; where five digits have two readings, the other cells of the
    /// column decide if they agree.
    ///
    /// # Errors
    /// See [`code`].
    pub fn code(&self, key: &str) -> Result<Option<ReadCode>, CellError> {
        let column = self.column_index(key);
        self.parse(key, |cell| code_in(cell, || column.map_or(CodeForm::Unknown, |at| self.table.code_form(at))))
    }

    /// See [`fixed_digits`].
    ///
    /// # Errors
    /// See [`fixed_digits`].
    pub fn fixed_digits(&self, key: &str, width: usize) -> Result<Option<FixedDigits>, CellError> {
        self.parse(key, |cell| fixed_digits(cell, width))
    }

    /// See [`phone`].
    ///
    /// # Errors
    /// See [`phone`].
    pub fn phone(&self, key: &str) -> Result<Option<Phone>, CellError> {
        self.parse(key, phone)
    }

    /// Latitude and longitude; blank or 0 in both means that the place is not known.
    ///
    /// # Errors
    /// No angle, outside Japan, swapped, or only one of the two.
    pub fn coordinates(&self, latitude: &str, longitude: &str) -> Result<Option<Coordinates>, CellError> {
        coordinates(self.get(latitude), self.get(longitude)).map_err(|(side, r)| {
            let key = match side {
                Side::Latitude => latitude,
                Side::Longitude => longitude,
            };
            self.refuse(key, r.ja, r.en)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_was_restored() {
        for (cell, expected, restored) in [
            ("401005", "401005", Restored::Nothing),
            ("４０１００５", "401005", Restored::Nothing),
            ("40100", "401005", Restored::CheckDigit),
            ("11002", "011002", Restored::LeadingZero),
            ("1100", "011002", Restored::LeadingZeroAndCheckDigit),
        ] {
            let read = code(cell).unwrap();

            assert_eq!((read.code.to_string().as_str(), read.restored), (expected, restored), "{cell}");
        }
        assert!(code("401006").is_err());
        assert!(code("4.01E+11").is_err());
        assert!(code("11100").is_err(), "two readings");
    }

    #[test]
    fn the_other_cells_of_a_column_decide_between_two_readings() {
        assert_eq!(code_form(["401005", "11100"].into_iter()), CodeForm::SixDigits);
        assert_eq!(code_form(["40100", "11100"].into_iter()), CodeForm::FiveDigits);
        assert_eq!(code_form(["11100"].into_iter()), CodeForm::Unknown);
    }

    #[test]
    fn numbers_of_fixed_length_get_their_zeros_back() {
        for (cell, expected, restored) in [
            ("0001001", "0001001", false),
            ("1001", "0001001", true),
            ("〒802-0006", "8020006", false),
            ("６０-０００１", "0600001", true),
        ] {
            let read = fixed_digits(cell, 7).unwrap();

            assert_eq!((read.digits.as_str(), read.restored_zero), (expected, restored), "{cell}");
        }
        for cell in ["101", "12345678", "1001a", "-", "4.01E+11"] {
            assert!(fixed_digits(cell, 7).is_err(), "{cell}");
        }
    }

    #[test]
    fn telephone_numbers_in_many_forms() {
        for (cell, number, extension, restored) in [
            ("087-839-2811", "087-839-2811", None, false),
            ("０８７－８３９－２８１１", "087-839-2811", None, false),
            ("(087)839-2811", "087-839-2811", None, false),
            ("087（839）2811", "087-839-2811", None, false),
            ("0878392811", "0878392811", None, false),
            ("878392811", "0878392811", None, true),
            ("9012345678", "09012345678", None, true),
            ("090-1234-5678", "090-1234-5678", None, false),
            ("+81-87-839-2811", "087-839-2811", None, false),
            ("087-839-2811(内線 123)", "087-839-2811", Some("123"), false),
            ("087ー839ー2811", "087-839-2811", None, false),
            ("TEL：087-839-2811（代表）", "087-839-2811", None, false),
            ("0120-123-456", "0120-123-456", None, false),
        ] {
            let expected =
                Phone { number: number.to_owned(), extension: extension.map(str::to_owned), restored_zero: restored };

            assert_eq!(phone(cell), Ok(expected), "{cell}");
        }
        for cell in ["839-2811", "087-839-2811、087-839-2812", "なし", "12345", "0878392811999", "内線12"] {
            assert!(phone(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn coordinates_are_checked_and_never_swapped() {
        let read = |lat, lon| coordinates(Some(lat), Some(lon)).map_err(|(_, reason)| reason.en);

        let found = read("34.33895", "１３４．０５２６１").unwrap().unwrap();
        assert_eq!((found.latitude, found.longitude), (34.33895, 134.05261));
        let found = read("34°20′15″", "東経134度3分9.4秒").unwrap().unwrap();
        assert!((found.latitude - 34.3375).abs() < 1e-9);
        assert_eq!(read("0", "0"), Ok(None));
        assert_eq!(coordinates(None, None).ok(), Some(None));
        assert!(read("134.05", "34.33").unwrap_err().contains("swapped"));
        assert!(read("34.33", "0").unwrap_err().contains("no longitude"));
        assert!(read("51.5", "134").unwrap_err().contains("latitudes"));
        assert!(read("34.3", "12").unwrap_err().contains("longitudes"));
        assert!(read("北", "134").is_err());
        assert!(read("NaN", "134").is_err());
    }
}
