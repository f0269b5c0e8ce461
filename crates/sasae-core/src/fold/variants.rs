//! Variant kanji that names and addresses use, by their common form.
//!
//! Old forms (旧字体), forms of the family registers and of seals, confusable forms that staff
//! cannot tell apart on the telephone (斎 and 斉, 島 and 嶋), and the radicals that PDF text has in
//! place of kanji. Forms that NFKC unifies (compatibility ideographs) need no entry.
//! Distinct characters that are only read alike (花 and 華, 岩 and 巌) are left apart.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Groups apart by white space; the first character of each is the common form.
const GROUPS: &str = "
高髙 浜濱濵 辺邊邉 斉齊斎齋斊齐亝⻫ 沢澤泽 桜櫻 広廣 恵惠 国國圀囯 真眞 蔵藏 寿壽夀 竜龍⻯
栄榮 学學斈 万萬 与與 礼禮 顕顯 瀬瀨 曽曾 槙槇 柳栁桺 桑桒 富冨 土圡 達逹 隆𨺓 橋槗𣘺 間閒
館舘 鉄鐵鉃銕 鎌鐮 峰峯 船舩 裏裡 松枩柗 梅楳 桧檜 栖棲 条條 来來徕 楽樂 薬藥 桝枡 滝瀧
浅淺 渕淵渊 湾灣 沖冲 済濟 満滿 清淸 温溫 涼凉 峡峽 岳嶽 亀龜⻲ 亜亞 悪惡 圧壓 囲圍 為爲
医醫 壱壹 稲稻 隠隱 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 奥奧 横橫 黄黃⻩ 絵繪
壊壞 懐懷 拡擴 殻殼 覚覺 勧勸 寛寬 巻卷 歓歡 観觀 陥陷 帰歸 気氣炁 偽僞 戯戲 犠犧 旧舊 拠據
挙擧 虚虛 狭狹 暁曉 区區 駆驅駈 勲勳勛 薫薰 径徑 経經 継繼 茎莖 蛍螢 軽輕 鶏鷄雞 芸藝 撃擊
県縣 検檢 権權 献獻 研硏 険險 験驗 厳嚴 効效 恒恆 鉱鑛 号號 砕碎 剤劑 雑雜 桟棧 蚕蠶 惨慘
賛贊 残殘 糸絲 歯齒⻭ 児兒 辞辭 湿濕 実實 舎舍 写寫冩 釈釋 収收 従從 渋澁澀 獣獸 縦縱 粛肅
処處 叙敍敘 将將 称稱 焼燒 証證 奨獎奬 乗乘 浄淨 剰剩 状狀 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀
触觸 嘱囑 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 声聲 静靜 摂攝 窃竊 専專 戦戰
践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊庄 捜搜 挿插 巣巢 装裝 総總惣 聡聰 騒騷 臓臟
即卽 続續 堕墮 対對 帯帶 滞滯 台臺 択擇 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝
鋳鑄 庁廳 徴徵 聴聽 鎮鎭 転轉 点點 伝傳 灯燈 当當 党黨 盗盜 闘鬪鬭 独獨 読讀 届屆 弐貳 悩惱
脳腦 覇霸 拝拜 廃廢 売賣 麦麥⻨ 発發 髪髮 抜拔 蛮蠻 秘祕 瓶甁 払拂 仏佛 並竝 変變 弁辨瓣辯
舗鋪 歩步 宝寶寳 豊豐 褒襃 没沒 翻飜 毎每 黙默 弥彌 訳譯 予豫 余餘 誉譽 揺搖 様樣 謡謠 遥遙
頼賴 乱亂 覧覽 隣鄰 凛凜 塁壘 励勵 霊靈 齢齡 恋戀 炉爐 労勞 楼樓 録錄 鶴靏靍鸖 鴎鷗 鯵鰺
蝋蠟 蛎蠣 苅刈 芦蘆 薮藪 蕊蘂 藤籐 草艸 莱萊 禄祿 祢禰 秋穐龝 穣穰 穏穩 竃竈 篭籠 緑綠 線綫
耀燿 諌諫 賎賤 躯軀 輌輛 迩邇 遊游 郎郞 鈎鉤 阪坂 雁鴈鳫 青靑⻘ 頚頸 頬頰 顔顏 飯飰 麹麴
麺麵 黒黑 晃晄 晋晉 昂昻 暦曆 杯盃 柏栢 柿柹 概槪 槍鎗 欝鬱 毘毗 氷冰 汚汙 涛濤 潅灌 澄澂
焔焰 煕熙 爾尓尔 猪豬 珍珎 畑畠 留畄㽞 畝畒畆 疎疏 砺礪 砿礦 兎兔莵菟 冊册 冴冱 劫刧 剥剝
勅敕 協恊 厨廚 厩廐廏 吊弔 同仝 呑吞 唖啞 喜㐂 噛嚙 嚢囊 回囘 填塡 壷壺 夢梦 妍姸 姉姊 寝寢
寧甯 尭堯 屏屛 属屬 岡崗堽 床牀 強强 悦悅 戸戶 掻搔 掲揭 撹攪 攅攢 教敎 既旣 明朙 映暎 村邨
栃杤 歳歲 涌湧 煙烟 瑶瑤 産產 画畫 窓窗窻 竪豎 繋繫 萌萠 蘇蘓 虎乕⻁ 説說 靭靱 窯窰 猫貓
昿曠 仙僊 侠俠 倶俱 併倂 侭儘 仮假 会會 価價 倹儉 働仂 内內 両兩 凡凣 刹剎 券劵 別别 卒卆
却卻 参參 叡睿 唇脣 善譱 宜宐冝 崑崐 廟庿 揚敭 最㝡 柵栅 杰傑 歌謌 歴歷 泪涙淚 灑洒 糧粮
繍繡 群羣 蒋蔣 蝉蟬 蟹蠏 衆眾 詠咏 跡迹蹟 踊踴 輝煇 迪廸 逓遞 醤醬 醗醱 鋭銳 鎖鏁 閲閱 闊濶
飲飮 祷禱 頴穎 箪簞 溌潑 涜瀆 掴摑 顛顚 屡屢 嘘噓 蝿蠅 弯彎 鴬鶯 鹸鹼 櫨枦 舮艫 胄冑 巌巖
岩嵓 園薗 吉𠮷 野埜 恥耻 関關 剣劍剱劔釼劒 崎﨑嵜碕㟢 島嶋嶌㠀隝隯 渓溪谿 徳德悳惪 町甼
杉椙杦 体體躰軆 郷鄕鄉 昇曻 皐皋 皓晧 磯礒 庵菴 姫姬 尚尙 鼠鼡 餅餠 渉涉 増增 戻戾 彦彥
圏圈 渇渴 櫟檪 刃刄 亘亙 京亰 決决 呉吳吴 哲喆 啓啟 峨峩 挟挾 晩晚 曳曵 略畧 奇竒 蓑簔簑
旗籏 婿聟壻 萼蕚 錬鍊 面靣 世卋丗 事亊 函凾 多夛 并幷 往徃 憩憇 職軄 第㐧 廼迺 檮梼 蓋葢
腸膓 蛇虵 厠廁 呪咒 因囙 嘗甞 廠厰 長⻑ 西⻄ 民⺠ 鬼⻤ 角⻆ 食⻝ 叫呌 器噐 瑠璢 俣俁 卯夘
丘丠 勇勈 胸胷 垂埀 幡旛 缶罐
";

static COMMON: LazyLock<HashMap<char, char>> = LazyLock::new(|| pairs().collect());

/// The common form of a kanji; every other character is its own.
pub(super) fn common_form(c: char) -> char {
    // Nothing before the CJK radicals has a variant; most text of notes ends here.
    if c < '\u{2e80}' {
        return c;
    }
    COMMON.get(&c).copied().unwrap_or(c)
}

/// Every variant with its common form.
pub(super) fn pairs() -> impl Iterator<Item = (char, char)> {
    GROUPS.split_whitespace().flat_map(|group| {
        let mut chars = group.chars();
        let common = chars.next();
        chars.filter_map(move |variant| common.map(|common| (variant, common)))
    })
}
