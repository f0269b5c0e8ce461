//! Names of the demo city: family and given names that are common all over
//! Japan, put together by chance; given names follow the year of birth. Nobody
//! real is meant. Some family names are written with old or rare forms of
//! their letters (髙, 﨑, 邊, 𠮷), because every register has them (#47).

use super::dice::Dice;

/// A name with its reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Family name as written.
    pub family: String,
    /// Its reading in katakana.
    pub family_kana: String,
    /// Given name as written.
    pub given: String,
    /// Its reading in katakana.
    pub given_kana: String,
}

/// Sex, as far as names go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// Code of the vocabulary `sex`.
    pub fn code(self) -> &'static str {
        match self {
            Sex::Female => "female",
            Sex::Male => "male",
        }
    }
}

/// Written and read, apart by a space; names apart by bars.
const FAMILY: &str = "佐藤 サトウ|鈴木 スズキ|高橋 タカハシ|田中 タナカ|伊藤 イトウ|渡辺 ワタナベ|山本 ヤマモト|中村 ナカムラ|小林 コバヤシ|加藤 カトウ|吉田 ヨシダ|山田 ヤマダ|佐々木 ササキ|山口 ヤマグチ|松本 マツモト|井上 イノウエ|木村 キムラ|林 ハヤシ|斎藤 サイトウ|清水 シミズ|山崎 ヤマサキ|森 モリ|池田 イケダ|橋本 ハシモト|阿部 アベ|石川 イシカワ|山下 ヤマシタ|中島 ナカシマ|石井 イシイ|小川 オガワ|前田 マエダ|岡田 オカダ|長谷川 ハセガワ|藤田 フジタ|後藤 ゴトウ|近藤 コンドウ|村上 ムラカミ|遠藤 エンドウ|青木 アオキ|坂本 サカモト|福田 フクダ|太田 オオタ|西村 ニシムラ|藤井 フジイ|金子 カネコ|岡本 オカモト|藤原 フジワラ|三浦 ミウラ|中野 ナカノ|中川 ナカガワ|原田 ハラダ|松田 マツダ|竹内 タケウチ|小野 オノ|田村 タムラ|中山 ナカヤマ|和田 ワダ|石田 イシダ|森田 モリタ|上田 ウエダ|原 ハラ|内田 ウチダ|柴田 シバタ|酒井 サカイ|宮崎 ミヤザキ|横山 ヨコヤマ|高木 タカギ|安藤 アンドウ|宮本 ミヤモト|大野 オオノ|小島 コジマ|谷口 タニグチ|今井 イマイ|工藤 クドウ|高田 タカダ|増田 マスダ|丸山 マルヤマ|杉山 スギヤマ|村田 ムラタ|大塚 オオツカ|新井 アライ|藤本 フジモト|平野 ヒラノ|河野 カワノ|上野 ウエノ|武田 タケダ|野口 ノグチ|松井 マツイ|千葉 チバ|菅原 スガワラ|岩崎 イワサキ|久保 クボ|木下 キノシタ|佐野 サノ|野村 ノムラ|松尾 マツオ|菊地 キクチ|市川 イチカワ|古川 フルカワ|水野 ミズノ|小山 コヤマ|島田 シマダ|桜井 サクライ|高野 タカノ|吉川 ヨシカワ|山内 ヤマウチ|西田 ニシダ|北村 キタムラ|安田 ヤスダ|五十嵐 イガラシ|中田 ナカタ|川口 カワグチ|平田 ヒラタ|川崎 カワサキ|飯田 イイダ|本田 ホンダ|久保田 クボタ|吉村 ヨシムラ|中西 ナカニシ|辻 ツジ|関 セキ|岩田 イワタ|服部 ハットリ|樋口 ヒグチ|福島 フクシマ|川上 カワカミ|永井 ナガイ|松岡 マツオカ|田口 タグチ|山中 ヤマナカ|秋山 アキヤマ|大西 オオニシ|田辺 タナベ|荒木 アラキ|大橋 オオハシ|熊谷 クマガイ|浜田 ハマダ|野田 ノダ|広瀬 ヒロセ|白石 シライシ|早川 ハヤカワ|石原 イシハラ|尾崎 オザキ|森本 モリモト|奥村 オクムラ|堀内 ホリウチ|今村 イマムラ";

/// Old and rare forms.
const OLD: &str = "髙橋 タカハシ|髙木 タカギ|髙田 タカタ|渡邊 ワタナベ|渡邉 ワタナベ|山﨑 ヤマサキ|岡﨑 オカザキ|宮﨑 ミヤザキ|松﨑 マツザキ|齋藤 サイトウ|齊藤 サイトウ|濵田 ハマダ|濱口 ハマグチ|德永 トクナガ|廣瀨 ヒロセ|櫻井 サクライ|澤田 サワダ|桒原 クワハラ|𠮷田 ヨシダ|𠮷村 ヨシムラ|邊見 ヘンミ|國武 クニタケ|眞鍋 マナベ|增田 マスダ|神﨑 カンザキ|栁田 ヤナギダ";

const FEMALE_OLD: &str = "和子 カズコ|幸子 サチコ|節子 セツコ|久子 ヒサコ|文子 フミコ|光子 ミツコ|千代子 チヨコ|静子 シズコ|美代子 ミヨコ|トシ子 トシコ|キヨ子 キヨコ|ハル ハル|スミ子 スミコ|ヨシエ ヨシエ|フサ子 フサコ|弘子 ヒロコ|洋子 ヨウコ|芳子 ヨシコ|富子 トミコ|すみ江 スミエ|ミツエ ミツエ|貞子 サダコ|咲子 サキコ|登美子 トミコ|敏子 トシコ|八重子 ヤエコ|きぬ子 キヌコ|ツヤ子 ツヤコ|昭子 アキコ|信子 ノブコ|邦子 クニコ|百合子 ユリコ|勝子 カツコ|寿美子 スミコ|ひさ江 ヒサエ";
const MALE_OLD: &str = "正 タダシ|清 キヨシ|勇 イサム|実 ミノル|茂 シゲル|進 ススム|昭 アキラ|弘 ヒロシ|三郎 サブロウ|一男 カズオ|勝 マサル|武 タケシ|義雄 ヨシオ|正男 マサオ|功 イサオ|博 ヒロシ|忠 タダシ|辰男 タツオ|繁 シゲル|正義 マサヨシ|善一 ゼンイチ|喜久雄 キクオ|利夫 トシオ|光男 ミツオ|康夫 ヤスオ|末男 スエオ|照夫 テルオ|文雄 フミオ|秀雄 ヒデオ|昭二 ショウジ|敬三 ケイゾウ|良一 リョウイチ";
const FEMALE_MIDDLE: &str = "恵子 ケイコ|京子 キョウコ|由美子 ユミコ|裕子 ユウコ|真由美 マユミ|直美 ナオミ|明美 アケミ|久美子 クミコ|陽子 ヨウコ|智子 トモコ|幸恵 ユキエ|美紀 ミキ|純子 ジュンコ|典子 ノリコ|香織 カオリ|佳代 カヨ|優子 ユウコ|美穂 ミホ|奈緒美 ナオミ|千春 チハル|理恵 リエ|かおる カオル|真理 マリ|由香 ユカ|さゆり サユリ|博美 ヒロミ|美智代 ミチヨ|里美 サトミ|浩美 ヒロミ|晴美 ハルミ|雅美 マサミ|ちあき チアキ";
const MALE_MIDDLE: &str = "誠 マコト|隆 タカシ|浩 ヒロシ|健一 ケンイチ|修 オサム|和彦 カズヒコ|浩二 コウジ|哲也 テツヤ|直樹 ナオキ|聡 サトシ|剛 ツヨシ|達也 タツヤ|健二 ケンジ|学 マナブ|英樹 ヒデキ|秀樹 ヒデキ|雅之 マサユキ|康弘 ヤスヒロ|裕之 ヒロユキ|徹 トオル|大輔 ダイスケ|洋一 ヨウイチ|伸一 シンイチ|豊 ユタカ|明 アキラ|賢治 ケンジ|俊介 シュンスケ|晃 アキラ|信吾 シンゴ|義和 ヨシカズ";
const FEMALE_YOUNG: &str = "美咲 ミサキ|彩 アヤ|愛 アイ|千尋 チヒロ|沙織 サオリ|舞 マイ|早紀 サキ|萌 モエ|綾香 アヤカ|麻衣 マイ|結衣 ユイ|遥 ハルカ|里奈 リナ|佳奈 カナ|美月 ミヅキ|七海 ナナミ|あかり アカリ|楓 カエデ|栞 シオリ|菜摘 ナツミ|真央 マオ|優花 ユウカ|葵 アオイ|陽菜 ヒナ|千夏 チナツ|玲奈 レナ";
const MALE_YOUNG: &str = "翔太 ショウタ|拓也 タクヤ|健太 ケンタ|大輝 ダイキ|涼 リョウ|亮太 リョウタ|和樹 カズキ|悠斗 ユウト|航 ワタル|直人 ナオト|駿 シュン|祐樹 ユウキ|陸 リク|樹 イツキ|誠也 セイヤ|大地 ダイチ|蓮 レン|海斗 カイト|優太 ユウタ|一輝 カズキ|隼人 ハヤト|貴大 タカヒロ|慎也 シンヤ|雄大 ユウダイ";
const FEMALE_CHILD: &str = "陽葵 ヒマリ|凛 リン|紬 ツムギ|結菜 ユイナ|芽依 メイ|咲良 サクラ|莉子 リコ|心春 コハル|杏 アン|美桜 ミオ|ひなた ヒナタ|花 ハナ|澪 ミオ|柚希 ユズキ|さくら サクラ|琴音 コトネ|彩葉 イロハ|千晴 チハル|詩 ウタ|奏 カナデ";
const MALE_CHILD: &str = "湊 ミナト|蒼 アオイ|律 リツ|陽翔 ハルト|颯太 ソウタ|悠真 ユウマ|朝陽 アサヒ|大和 ヤマト|新 アラタ|碧 アオ|奏太 ソウタ|晴 ハル|結翔 ユイト|航大 コウダイ|想 ソウ|健人 ケント|拓海 タクミ|旬 シュン|岳 ガク|千隼 チハヤ";

/// Foreign residents: language, then family, given, and both readings. Names
/// stand in the register as in the passport.
const FOREIGN_FEMALE: &[(&str, &str)] = &[
    (
        "vi",
        "NGUYEN THI-LAN グエン ティラン|TRAN THI-HOA チャン ティホア|PHAM THU-HUONG ファム トゥフオン|LE MAI-ANH レ マイアイン",
    ),
    ("zh", "王 麗 ワン リー|李 娜 リ ナー|張 雪梅 チャン シュエメイ|陳 静 チェン ジン"),
    ("ne", "GURUNG SITA グルン シタ|TAMANG MAYA タマン マヤ|RAI SUNITA ライ スニタ"),
    ("fil", "SANTOS MARICEL サントス マリセル|REYES JOY レイエス ジョイ|CRUZ ROWENA クルス ロウェナ"),
    ("ko", "金 美英 キム ミヨン|朴 順子 パク スンジャ"),
    ("my", "AYE SANDAR エー サンダー|KHIN WUTYI キン ウッイー"),
    ("id", "PUTRI DEWI プトリ デウィ|LESTARI AYU レスタリ アユ"),
];
const FOREIGN_MALE: &[(&str, &str)] = &[
    ("vi", "NGUYEN VAN-MINH グエン ヴァンミン|TRAN QUOC-BAO チャン クオックバオ|HOANG DUC ホアン ドゥック"),
    ("zh", "劉 偉 リュウ ウェイ|楊 志強 ヤン ジーチャン|周 明 ジョウ ミン"),
    ("ne", "SHRESTHA RAM シュレスタ ラム|THAPA BISHAL タパ ビシャル"),
    ("fil", "GARCIA MARK ガルシア マーク|RAMOS JUN ラモス ジュン"),
    ("ko", "李 相哲 イ サンチョル|崔 永浩 チェ ヨンホ"),
    ("my", "ZAW LIN ゾー リン|MAUNG KYAW マウン チョー"),
    ("id", "SAPUTRA ADI サプトラ アディ|WIBOWO BUDI ウィボウォ ブディ"),
];

/// Places are made of pieces that no municipality puts together so.
const FRONT: &[&str] = &[
    "若葉",
    "日向",
    "白鷺",
    "花園",
    "松風",
    "青柳",
    "桜木",
    "海辺",
    "星見",
    "朝霧",
    "夕凪",
    "竹の里",
    "緑野",
    "清水谷",
    "鈴原",
    "萩野",
    "梅香",
    "藤波",
    "柏葉",
    "霞坂",
    "桐畑",
    "椿山",
    "蛍沢",
    "常盤野",
    "浮舟",
    "渚",
    "綾瀬野",
    "千鳥",
    "陽だまり",
    "風の丘",
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

/// Someone who works for the city or its residents: name and reading.
pub fn worker(dice: &mut Dice) -> (String, String) {
    let sex = if dice.chance(62) { Sex::Female } else { Sex::Male };
    let born = dice.between(1958, 1998) as i16;
    let Name { family, family_kana, given, given_kana } = name(dice, sex, born);
    (format!("{family} {given}"), format!("{family_kana} {given_kana}"))
}

fn draw(dice: &mut Dice, list: &str) -> (String, String) {
    let count = list.split('|').count();
    let entry = list.split('|').nth(dice.below(count)).unwrap_or_default();
    let (written, read) = entry.split_once(' ').unwrap_or((entry, entry));
    (written.to_owned(), read.to_owned())
}

/// A family name; about one in twelve in an old form.
pub fn family(dice: &mut Dice) -> (String, String) {
    let list = if dice.chance(8) { OLD } else { FAMILY };
    // The first names of the list are the most frequent ones in Japan.
    if list == FAMILY && dice.chance(35) {
        let first = FAMILY.split('|').nth(dice.below(40)).unwrap_or_default();
        if let Some((written, read)) = first.split_once(' ') {
            return (written.to_owned(), read.to_owned());
        }
    }
    draw(dice, list)
}

/// A given name as people of that year of birth have it.
pub fn given(dice: &mut Dice, sex: Sex, born: i16) -> (String, String) {
    let list = match (sex, born) {
        (Sex::Female, ..1958) => FEMALE_OLD,
        (Sex::Male, ..1958) => MALE_OLD,
        (Sex::Female, ..1982) => FEMALE_MIDDLE,
        (Sex::Male, ..1982) => MALE_MIDDLE,
        (Sex::Female, ..2008) => FEMALE_YOUNG,
        (Sex::Male, ..2008) => MALE_YOUNG,
        (Sex::Female, _) => FEMALE_CHILD,
        (Sex::Male, _) => MALE_CHILD,
    };
    draw(dice, list)
}

/// A whole name.
pub fn name(dice: &mut Dice, sex: Sex, born: i16) -> Name {
    let (family, family_kana) = family(dice);
    let (given, given_kana) = given(dice, sex, born);
    Name { family, family_kana, given, given_kana }
}

/// A name of a foreign resident who speaks `language`; another language where
/// none is known for it. Gives the language, too.
pub fn foreign(dice: &mut Dice, sex: Sex, language: Option<&str>) -> (Name, &'static str) {
    let table = match sex {
        Sex::Female => FOREIGN_FEMALE,
        Sex::Male => FOREIGN_MALE,
    };
    let at = language.and_then(|code| table.iter().position(|(known, _)| *known == code));
    let (code, list) = table[at.unwrap_or_else(|| dice.below(table.len()))];
    let count = list.split('|').count();
    let entry = list.split('|').nth(dice.below(count)).unwrap_or_default();
    let mut parts = entry.split(' ').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    (Name { family: next(), given: next(), family_kana: next(), given_kana: next() }, code)
}

#[cfg(test)]
mod tests {
    use sasae_core::fold::is_kana;

    use super::*;

    #[test]
    fn every_name_has_a_reading_in_kana() {
        let lists = [
            FAMILY,
            OLD,
            FEMALE_OLD,
            MALE_OLD,
            FEMALE_MIDDLE,
            MALE_MIDDLE,
            FEMALE_YOUNG,
            MALE_YOUNG,
            FEMALE_CHILD,
            MALE_CHILD,
        ];

        for entry in lists.iter().flat_map(|list| list.split('|')) {
            let (written, read) = entry.split_once(' ').unwrap();
            assert!(!written.is_empty() && is_kana(read), "{entry}");
        }
        for entry in FOREIGN_FEMALE.iter().chain(FOREIGN_MALE).flat_map(|(_, list)| list.split('|')) {
            let parts: Vec<&str> = entry.split(' ').collect();
            assert_eq!(parts.len(), 4, "{entry}");
            assert!(is_kana(parts[2]) && is_kana(parts[3]), "{entry}");
        }
    }

    #[test]
    fn names_follow_the_year_of_birth() {
        let mut dice = Dice::new(1, "names");

        let old: Vec<String> = (0..200).map(|_| given(&mut dice, Sex::Female, 1940).0).collect();
        let young: Vec<String> = (0..200).map(|_| given(&mut dice, Sex::Female, 2015).0).collect();

        assert!(old.iter().any(|name| name == "和子"));
        assert!(young.iter().all(|name| name != "和子"));
    }

    #[test]
    fn one_family_in_twelve_is_written_in_an_old_form() {
        let mut dice = Dice::new(2, "names");
        let old: Vec<&str> = OLD.split('|').filter_map(|entry| entry.split(' ').next()).collect();

        let found = (0..3000).filter(|_| old.contains(&family(&mut dice).0.as_str())).count();

        assert!((150..350).contains(&found), "{found}");
    }
}
