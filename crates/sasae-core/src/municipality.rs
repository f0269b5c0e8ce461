//! 全国地方公共団体コード: five digits and a check digit (#44); the tenant of every record.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// The six-digit code of a prefecture, city, ward, town or village, such as 401005 (北九州市).
///
/// Its check digit and prefecture are right; whether a municipality has the code is for the
/// area tree to say. In JSON it is a string, because codes begin with zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode([u8; 6]);

/// Why a text is not taken as a municipality code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Not five or six digits.
    #[error("a municipality code has 6 digits (or 5 without the check digit), not {found}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character that is no digit.
    #[error("character {at} of the municipality code is no digit: {found}")]
    Digit {
        /// The character found.
        found: char,
        /// Its place, from 1.
        at: usize,
    },
    /// The first two digits name no prefecture (01–47).
    #[error("there is no prefecture {found:02}")]
    Prefecture {
        /// The number found.
        found: u8,
    },
    /// The check digit does not fit: a digit is wrong.
    #[error("the check digit should be {expected}, not {found}")]
    Check {
        /// The check digit of the first five digits.
        expected: u8,
        /// The digit found.
        found: u8,
    },
    /// Five digits with two readings: a code without its check digit, or one that lost its
    /// leading zero. The rest of the column, or the user, has to decide.
    #[error("5 digits that may mean {without_check} or {lost_zero}")]
    Ambiguous {
        /// The reading as five digits, with the check digit added.
        without_check: MunicipalityCode,
        /// The reading as six digits, with the zero put back.
        lost_zero: MunicipalityCode,
    },
}

impl CodeError {
    /// The reason in Japanese, for a form or an import report.
    #[must_use]
    pub fn ja(&self) -> String {
        match self {
            Self::Length { found } => {
                format!("団体コードは6桁（検査数字なしなら5桁）です。{found}文字あります")
            }
            Self::Digit { found, at } => {
                format!("団体コードの{at}文字目「{found}」は数字ではありません")
            }
            Self::Prefecture { found } => {
                format!("団体コードの都道府県番号{found:02}はありません（01〜47）")
            }
            Self::Check { expected, found } => {
                format!("団体コードの検査数字が合いません（計算では{expected}、入力は{found}）")
            }
            Self::Ambiguous { without_check, lost_zero } => {
                format!("5桁の団体コードが二通りに読めます（{without_check}か{lost_zero}）。6桁で入力してください")
            }
        }
    }
}

impl MunicipalityCode {
    /// A code from five digits; the check digit is added.
    ///
    /// For a column that is known to hold codes without check digits; otherwise see
    /// [`Self::lenient`].
    ///
    /// # Errors
    /// [`CodeError::Length`], [`CodeError::Digit`] or [`CodeError::Prefecture`].
    pub fn from_five(text: &str) -> Result<Self, CodeError> {
        let digits: [u8; 5] = digits(&plain(text))?;
        let [a, b, c, d, e] = digits;
        Self::new([a, b, c, d, e, b'0' + check_digit(&digits)])
    }

    /// A code with its check digit, of which a spreadsheet may have eaten the leading zero.
    ///
    /// For a column that is known to hold codes with check digits.
    ///
    /// # Errors
    /// Those of the strict form.
    pub fn from_six(text: &str) -> Result<Self, CodeError> {
        let plain = plain(text);
        match plain.chars().count() {
            5 => format!("0{plain}").parse(),
            _ => plain.parse(),
        }
    }

    /// A code as spreadsheets hold it: full-width digits, spaces and hyphens, the check digit
    /// missing, or the leading zero lost where the check digit proves it.
    ///
    /// # Errors
    /// Every [`CodeError`]; [`CodeError::Ambiguous`] where five digits have two good readings
    /// (11100 is さいたま市 without check digit, and 札幌市清田区 without its zero). An importer then
    /// looks at the column: [`Self::from_five`] or [`Self::from_six`].
    pub fn lenient(text: &str) -> Result<Self, CodeError> {
        let plain = plain(text);
        if plain.chars().count() != 5 {
            return plain.parse();
        }
        let without_check = Self::from_five(&plain);
        let lost_zero = Self::from_six(&plain);
        match (without_check, lost_zero) {
            (Ok(five), Ok(six)) => match (five.is_plausible(), six.is_plausible()) {
                (true, false) => Ok(five),
                (false, true) => Ok(six),
                _ => Err(CodeError::Ambiguous { without_check: five, lost_zero: six }),
            },
            // No municipality is numbered like that: a zero was lost and a digit is wrong.
            (Ok(five), Err(error @ CodeError::Check { .. })) if !five.is_plausible() => Err(error),
            (Ok(five), Err(_)) => Ok(five),
            (Err(_), Ok(six)) => Ok(six),
            (Err(error), Err(_)) => Err(error),
        }
    }

    fn new(digits: [u8; 6]) -> Result<Self, CodeError> {
        let code = Self(digits);
        let prefecture = code.prefecture();
        if prefecture_name_of(prefecture).is_none() {
            return Err(CodeError::Prefecture { found: prefecture });
        }
        let expected = check_digit(&digits[..5]);
        let found = digits[5] - b'0';
        if expected == found { Ok(code) } else { Err(CodeError::Check { expected, found }) }
    }

    /// All six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only digits get in, so this never falls back.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first five digits, as older files hold the code.
    #[must_use]
    pub fn five(&self) -> &str {
        &self.as_str()[..5]
    }

    /// The prefecture's number, 1–47.
    #[must_use]
    pub fn prefecture(&self) -> u8 {
        (self.0[0] - b'0') * 10 + (self.0[1] - b'0')
    }

    /// Whether this is the code of the prefecture itself (middle digits 000).
    #[must_use]
    pub fn is_prefecture(&self) -> bool {
        self.0[2..5] == *b"000"
    }

    /// Numbers 001–099 are given to no municipality; 100 up are wards, cities, towns, villages
    /// and joint bodies.
    fn is_plausible(&self) -> bool {
        self.is_prefecture() || self.0[2] != b'0'
    }
}

/// In ASCII, without spaces and hyphens; shortened where it is too long for any code.
fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−')).take(32).collect()
}

/// Exactly `N` ASCII digits.
fn digits<const N: usize>(text: &str) -> Result<[u8; N], CodeError> {
    let found = text.chars().count();
    if found != N {
        return Err(CodeError::Length { found });
    }
    let mut digits = [0; N];
    for (place, (slot, c)) in digits.iter_mut().zip(text.chars()).enumerate() {
        *slot = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_digit() => byte,
            _ => {
                return Err(CodeError::Digit { found: c, at: place + 1 });
            }
        };
    }
    Ok(digits)
}

/// Σ (digit × 6, 5, 4, 3, 2) mod 11, subtracted from 11; the last digit of that (#44).
fn check_digit(five: &[u8]) -> u8 {
    let sum: u32 = five.iter().zip([6, 5, 4, 3, 2]).map(|(&digit, weight)| u32::from(digit - b'0') * weight).sum();
    // At most 11, so the last digit fits.
    ((11 - sum % 11) % 10) as u8
}

impl FromStr for MunicipalityCode {
    type Err = CodeError;

    /// Strict: six ASCII digits with the right check digit.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::new(digits(text)?)
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MunicipalityCode({self})")
    }
}

impl AsRef<str> for MunicipalityCode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Serialize for MunicipalityCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for MunicipalityCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The name of a prefecture by its number (JIS X 0401), 1 = 北海道 to 47 = 沖縄県.
#[must_use]
pub fn prefecture_name_of(number: u8) -> Option<&'static str> {
    PREFECTURES.get(usize::from(number).checked_sub(1)?).copied()
}

const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Codes of real municipalities (code4fukui/localgovjp, CC0), all prefecture sizes and all
    /// kinds of code among them.
    const REAL: &[(&str, &str)] = &[
        ("011002", "北海道"),
        ("011100", "北海道"),
        ("012271", "北海道"),
        ("014001", "北海道"),
        ("014648", "北海道"),
        ("015636", "北海道"),
        ("016632", "北海道"),
        ("022101", "青森県"),
        ("024082", "青森県"),
        ("034614", "岩手県"),
        ("043613", "宮城県"),
        ("052019", "秋田県"),
        ("054348", "秋田県"),
        ("064289", "山形県"),
        ("074616", "福島県"),
        ("082155", "茨城県"),
        ("092045", "栃木県"),
        ("103667", "群馬県"),
        ("111007", "埼玉県"),
        ("112071", "埼玉県"),
        ("113247", "埼玉県"),
        ("122106", "千葉県"),
        ("124109", "千葉県"),
        ("131024", "東京都"),
        ("132047", "東京都"),
        ("132080", "東京都"),
        ("141003", "神奈川県"),
        ("142077", "神奈川県"),
        ("152056", "新潟県"),
        ("162116", "富山県"),
        ("184047", "福井県"),
        ("202045", "長野県"),
        ("204021", "長野県"),
        ("205907", "長野県"),
        ("215023", "岐阜県"),
        ("221015", "静岡県"),
        ("222224", "静岡県"),
        ("232033", "愛知県"),
        ("233421", "愛知県"),
        ("244431", "三重県"),
        ("261092", "京都府"),
        ("271110", "大阪府"),
        ("271276", "大阪府"),
        ("272132", "大阪府"),
        ("281085", "兵庫県"),
        ("284424", "兵庫県"),
        ("294411", "奈良県"),
        ("302015", "和歌山県"),
        ("304212", "和歌山県"),
        ("324493", "島根県"),
        ("336661", "岡山県"),
        ("352047", "山口県"),
        ("364045", "徳島県"),
        ("372013", "香川県"),
        ("384224", "愛媛県"),
        ("394246", "高知県"),
        ("401005", "福岡県"),
        ("401064", "福岡県"),
        ("402214", "福岡県"),
        ("406210", "福岡県"),
        ("422134", "長崎県"),
        ("434230", "熊本県"),
        ("442135", "大分県"),
        ("462080", "鹿児島県"),
        ("465330", "鹿児島県"),
        ("473588", "沖縄県"),
        ("473821", "沖縄県"),
    ];

    fn code(text: &str) -> MunicipalityCode {
        text.parse().unwrap()
    }

    #[test]
    fn real_codes_are_taken_whole_and_without_check_digit() {
        for (text, prefecture) in REAL {
            let code = code(text);
            assert_eq!(code.to_string(), *text);
            assert_eq!(prefecture_name_of(code.prefecture()), Some(*prefecture));
            assert_eq!(MunicipalityCode::from_five(&text[..5]), Ok(code));
            assert_eq!(MunicipalityCode::lenient(text), Ok(code));
        }
    }

    #[test]
    fn a_real_code_without_its_check_digit_is_found_or_named_as_one_of_two() {
        for (text, _) in REAL {
            match MunicipalityCode::lenient(&text[..5]) {
                Ok(found) => assert_eq!(found, code(text)),
                Err(CodeError::Ambiguous { without_check, .. }) => {
                    assert_eq!(without_check, code(text));
                }
                Err(other) => panic!("{text}: {other}"),
            }
        }
    }

    #[test]
    fn a_real_code_without_its_zero_is_found_or_named_as_one_of_two() {
        for (text, _) in REAL.iter().filter(|(text, _)| text.starts_with('0')) {
            match MunicipalityCode::lenient(&text[1..]) {
                Ok(found) => assert_eq!(found, code(text)),
                Err(CodeError::Ambiguous { lost_zero, .. }) => assert_eq!(lost_zero, code(text)),
                Err(other) => panic!("{text}: {other}"),
            }
        }
    }

    #[test]
    fn spreadsheet_forms_are_read() {
        for text in ["401005", "４０１００５", " 40100-5 ", "40100", "４０１００"] {
            assert_eq!(MunicipalityCode::lenient(text), Ok(code("401005")), "{text}");
        }
        assert_eq!(MunicipalityCode::lenient("11002"), Ok(code("011002")));
        assert_eq!(MunicipalityCode::lenient("01100"), Ok(code("011002")));
    }

    #[test]
    fn five_digits_with_two_readings_are_not_guessed() {
        assert_eq!(
            MunicipalityCode::lenient("11100"),
            Err(CodeError::Ambiguous { without_check: code("111007"), lost_zero: code("011100") })
        );
        assert_eq!(MunicipalityCode::from_five("11100"), Ok(code("111007")));
        assert_eq!(MunicipalityCode::from_six("１１１００"), Ok(code("011100")));
    }

    #[test]
    fn a_wrong_code_is_told_what_is_wrong() {
        for (text, error) in [
            ("", CodeError::Length { found: 0 }),
            ("1100", CodeError::Length { found: 4 }),
            ("4010055", CodeError::Length { found: 7 }),
            ("40l005", CodeError::Digit { found: 'l', at: 3 }),
            ("40l00", CodeError::Digit { found: 'l', at: 3 }),
            ("481009", CodeError::Prefecture { found: 48 }),
            ("000001", CodeError::Prefecture { found: 0 }),
            ("99100", CodeError::Prefecture { found: 99 }),
            ("401006", CodeError::Check { expected: 5, found: 6 }),
            ("11003", CodeError::Check { expected: 2, found: 3 }),
        ] {
            assert_eq!(MunicipalityCode::lenient(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_strict_form_takes_nothing_but_six_ascii_digits() {
        for text in ["40100", "４０１００５", " 401005", "40100-5"] {
            assert!(text.parse::<MunicipalityCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_municipality_knows_its_prefecture() {
        let kitakyushu = code("401005");

        assert_eq!(kitakyushu.prefecture(), 40);
        assert!(code("400009").is_prefecture());
        assert!(!kitakyushu.is_prefecture());
        assert_eq!(kitakyushu.five(), "40100");
    }

    #[test]
    fn json_holds_a_string_and_refuses_a_wrong_one() {
        let json = serde_json::to_string(&code("011002")).unwrap();

        assert_eq!(json, "\"011002\"");
        assert_eq!(serde_json::from_str::<MunicipalityCode>(&json).unwrap(), code("011002"));
        assert!(serde_json::from_str::<MunicipalityCode>("\"011003\"").is_err());
    }

    #[test]
    fn the_japanese_reason_names_the_right_check_digit() {
        let error = "401006".parse::<MunicipalityCode>().unwrap_err();

        assert_eq!(error.ja(), "団体コードの検査数字が合いません（計算では5、入力は6）");
    }

    proptest! {
        #[test]
        fn five_digits_get_the_check_digit_that_the_strict_form_wants(
            prefecture in 1u8..=47, rest in 0u16..1_000
        ) {
            let five = format!("{prefecture:02}{rest:03}");
            let code = MunicipalityCode::from_five(&five).unwrap();
            prop_assert_eq!(code.as_str().parse(), Ok(code));
            prop_assert_eq!(code.prefecture(), prefecture);
        }

        #[test]
        fn one_wrong_digit_is_found_unless_its_weight_hides_it(
            row in 0..REAL.len(), place in 0usize..5, digit in 0u8..10
        ) {
            let mut typed = REAL[row].0.as_bytes().to_vec();
            prop_assume!(typed[place] != b'0' + digit);
            let before = check_digit(&typed[..5]);
            typed[place] = b'0' + digit;
            let after = check_digit(&typed[..5]);
            let typed = String::from_utf8(typed).unwrap();
            // 11 − r is 10 and 0, or 11 and 1, for two remainders each: the law's own weakness.
            prop_assert!(before != after || [0, 1].contains(&before));
            if before != after {
                prop_assert!(typed.parse::<MunicipalityCode>().is_err());
            }
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "[0-9０-９ \\-]{0,8}|\\PC{0,10}") {
            if let Ok(code) = MunicipalityCode::lenient(&text) {
                prop_assert_eq!(code.as_str().parse(), Ok(code));
            }
        }
    }
}
