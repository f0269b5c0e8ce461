//! Towns, districts and municipalities.

use super::{LATITUDE, LONGITUDE, MUNICIPALITY, MUNICIPALITY_CODE, NOTE, POSTAL_CODE, PREFECTURE, TOWN_ID, URL};
use crate::heading::Column;

/// 大字・町名.
pub const TOWN: &[&str] = &[
    "大字・町名",
    "大字町名",
    "町名",
    "町字名",
    "町丁名",
    "町丁・字名",
    "町丁目名",
    "町丁字名",
    "大字名",
    "大字",
    "町丁目",
    "町丁",
    "地域名",
    "町・字名",
    "oaza_cho",
    "town",
];
/// Reading of [`TOWN`].
pub const TOWN_KANA: &[&str] = &[
    "大字・町名_カナ",
    "大字町名カナ",
    "町名_カナ",
    "町名（カナ）",
    "町名フリガナ",
    "町名かな",
    "町字名_カナ",
    "町字名カナ",
    "oaza_cho_kana",
];
/// 丁目, in words.
pub const CHOME: &[&str] = &["丁目名", "丁目", "chome", "chome_name"];
/// 丁目, as a number.
pub const CHOME_NUMBER: &[&str] = &["丁目名_数字", "丁目_数字", "丁目番号", "chome_number"];
/// 小字.
pub const KOAZA: &[&str] = &["小字名", "小字", "通称名", "koaza"];
/// Reading of [`KOAZA`].
pub const KOAZA_KANA: &[&str] = &["小字名_カナ", "小字カナ"];
/// 小学校区 or 校区.
pub const SCHOOL_AREA: &[&str] =
    &["校区", "校区名", "小学校区", "小学校区名", "校（地）区", "校地区", "校区・地区", "小学校"];
/// 中学校区.
pub const MIDDLE_SCHOOL_AREA: &[&str] = &["中学校区", "中学校区名", "中学校"];
/// A district by another name.
pub const DISTRICT: &[&str] = &[
    "地区",
    "地区名",
    "地区社協",
    "地区社協名",
    "民児協地区",
    "地区民児協",
    "日常生活圏域",
    "圏域",
    "圏域名",
    "福祉圏域",
    "小地域",
    "地域",
    "連合町会",
    "district",
];
/// Ward of a designated city.
pub const WARD: &[&str] = &["区名", "行政区", "行政区名", "区", "所在地_区", "ward"];
/// 町内会 or 自治会.
pub const NEIGHBOURHOOD: &[&str] = &[
    "町内会",
    "町内会名",
    "自治会",
    "自治会名",
    "町内会・自治会",
    "自治会・町内会",
    "町会",
    "町会名",
    "自治会・町内会名",
    "班",
];
/// First day of validity.
pub const VALID_FROM: &[&str] =
    &["効力発生日", "適用開始日", "適用開始年月日", "施行日", "開始日", "開始年月日", "有効開始日", "efct_date"];
/// Last day of validity.
pub const VALID_TO: &[&str] =
    &["廃止日", "適用終了日", "適用終了年月日", "終了日", "終了年月日", "有効終了日", "ablt_date"];

/// Towns (町字) and the areas they belong to.
pub const AREA: &[Column] = &[
    Column::optional("municipality_code", MUNICIPALITY_CODE),
    Column::optional("municipality", MUNICIPALITY),
    Column::optional("prefecture", PREFECTURE),
    Column::optional("ward", WARD),
    Column::optional("town_id", TOWN_ID),
    Column::optional("town", TOWN),
    Column::optional("town_kana", TOWN_KANA),
    Column::optional("chome", CHOME),
    Column::optional("chome_number", CHOME_NUMBER),
    Column::optional("koaza", KOAZA),
    Column::optional("koaza_kana", KOAZA_KANA),
    Column::optional("school_area", SCHOOL_AREA),
    Column::optional("middle_school_area", MIDDLE_SCHOOL_AREA),
    Column::optional("district", DISTRICT),
    Column::optional("neighbourhood", NEIGHBOURHOOD),
    Column::optional("postal_code", POSTAL_CODE),
    Column::optional("latitude", LATITUDE),
    Column::optional("longitude", LONGITUDE),
    Column::optional("population", &["総人口", "人口", "人口総数", "population"]),
    Column::optional("households", &["世帯数", "総世帯数", "households"]),
    Column::optional("valid_from", VALID_FROM),
    Column::optional("valid_to", VALID_TO),
    Column::optional("note", NOTE),
];

/// Municipalities, such as `localgovjp-utf8.csv` or the list of the ministry.
pub const MUNICIPALITIES: &[Column] = &[
    Column::required("code", MUNICIPALITY_CODE),
    Column::optional("prefecture", &["都道府県名（漢字）", "都道府県名", "都道府県", "pref"]),
    Column::optional("name", &["市区町村名（漢字）", "市区町村名", "団体名", "市町村名", "地方公共団体名", "city"]),
    Column::optional("prefecture_kana", &["都道府県名（カナ）", "都道府県名カナ"]),
    Column::optional("name_kana", &["市区町村名（カナ）", "市区町村名カナ", "citykana"]),
    Column::optional("latitude", LATITUDE),
    Column::optional("longitude", LONGITUDE),
    Column::optional("url", URL),
];
