//! Invented names. Those of places are made of pieces that no municipality
//! puts together so; those of people are common, and nobody is meant.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

const FRONT: &[&str] = &[
    "若葉", "日向", "白鷺", "花園", "松風", "青柳", "桜木", "海辺", "星見", "朝霧", "夕凪", "竹の里", "緑野", "清水谷", "鈴原",
    "萩野", "梅香", "藤波", "柏葉", "霞坂", "桐畑", "椿山", "蛍沢", "常盤野", "浮舟", "渚", "綾瀬野", "千鳥", "陽だまり", "風の丘",
];
const BACK: &[&str] = &["", "東", "西", "南", "北", "中央"];

/// The name of the district number `at`, without the word for its tier.
pub fn district(at: usize) -> String {
    let front = FRONT[at % FRONT.len()];
    let round = at / FRONT.len();
    match BACK.get(round) {
        Some(back) => format!("{front}{back}"),
        None => format!("{front}第{}", round + 1),
    }
}

const FAMILY: &[(&str, &str)] = &[
    ("山本", "ヤマモト"), ("田中", "タナカ"), ("松尾", "マツオ"), ("井上", "イノウエ"), ("吉田", "ヨシダ"), ("森", "モリ"),
    ("石橋", "イシバシ"), ("古賀", "コガ"), ("中村", "ナカムラ"), ("原田", "ハラダ"), ("藤本", "フジモト"), ("岡", "オカ"),
    ("宮崎", "ミヤザキ"), ("村上", "ムラカミ"), ("坂本", "サカモト"), ("平野", "ヒラノ"), ("河野", "カワノ"), ("上野", "ウエノ"),
    ("渡辺", "ワタナベ"), ("斉藤", "サイトウ"), ("大塚", "オオツカ"), ("西田", "ニシダ"), ("長谷", "ハセ"), ("永井", "ナガイ"),
];
const GIVEN: &[(&str, &str)] = &[
    ("和子", "カズコ"), ("正", "タダシ"), ("由美", "ユミ"), ("健一", "ケンイチ"), ("恵", "メグミ"), ("博", "ヒロシ"),
    ("直子", "ナオコ"), ("誠", "マコト"), ("真由", "マユ"), ("隆", "タカシ"), ("久美", "クミ"), ("拓也", "タクヤ"),
    ("文江", "フミエ"), ("修", "オサム"), ("千春", "チハル"), ("大輔", "ダイスケ"), ("節子", "セツコ"), ("学", "マナブ"),
    ("陽子", "ヨウコ"), ("昇", "ノボル"), ("美咲", "ミサキ"), ("悟", "サトル"), ("幸", "サチ"), ("翔太", "ショウタ"),
];

/// A person's name and reading.
pub fn person(rng: &mut ChaCha12Rng) -> (String, String) {
    let (family, family_kana) = FAMILY[rng.random_range(0..FAMILY.len())];
    let (given, given_kana) = GIVEN[rng.random_range(0..GIVEN.len())];
    (format!("{family} {given}"), format!("{family_kana} {given_kana}"))
}
