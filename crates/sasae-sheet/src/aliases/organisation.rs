//! Organisations, windows, bases and facilities.

use crate::heading::Column;

/// Name of an organisation, facility or place.
pub const NAME: &[&str] = &[
    "名称",
    "施設名称",
    "施設名",
    "介護サービス事業所名称",
    "事業所名称",
    "事業所名",
    "団体名称",
    "組織名称",
    "組織名",
    "機関名",
    "機関名称",
    "医療機関名",
    "医療機関名称",
    "センター名",
    "センター名称",
    "会館名",
    "避難先名称",
    "避難所名",
    "避難場所名",
    "施設・場所名",
    "サロン名",
    "窓口名",
    "相談窓口名",
    "場所名称",
    "園名",
    "学校名",
    "name",
    "facilityName",
    "title",
];
/// Reading of [`NAME`].
pub const NAME_KANA: &[&str] = &[
    "名称_カナ",
    "名称カナ",
    "名称（フリガナ）",
    "施設名称_カナ",
    "施設名_カナ",
    "施設名（フリガナ）",
    "介護サービス事業所名称_カナ",
    "事業所名称_カナ",
    "事業所名カナ",
    "事業所名（フリガナ）",
    "団体名称_カナ",
    "団体名_カナ",
    "名称フリガナ",
    "名称かな",
    "フリガナ",
    "カナ名称",
    "カナ",
    "ヨミ",
    "nameKana",
    "kana",
];
/// Name in everyday use.
pub const NAME_COMMON: &[&str] = &["名称_通称", "通称", "略称", "愛称", "alternateName"];
/// English name.
pub const NAME_ENGLISH: &[&str] = &["名称_英語", "名称_英字", "施設名称_英字", "英語名", "nameEn"];
/// Number of the record in its file.
pub const RECORD_ID: &[&str] = &[
    "ID",
    "NO",
    "No.",
    "番号",
    "通し番号",
    "連番",
    "項番",
    "整理番号",
    "管理番号",
    "識別番号",
    "共通ID",
    "施設ID",
    "#property",
    "identifier",
];
/// Code of the municipality that owns the data.
pub const MUNICIPALITY_CODE: &[&str] = &[
    "全国地方公共団体コード",
    "都道府県コード又は市区町村コード",
    "市区町村コード",
    "地方公共団体コード",
    "団体コード",
    "自治体コード",
    "市町村コード",
    "lgcode",
    "municipalityCode",
];
/// Name of the municipality that owns the data.
pub const MUNICIPALITY: &[&str] =
    &["地方公共団体名", "市区町村名", "自治体名", "市町村名", "団体名（自治体）", "管轄市町村名", "市区町村", "city"];
/// Name of the prefecture.
pub const PREFECTURE: &[&str] = &["都道府県名", "都道府県", "県名", "pref", "prefecture"];
/// Kind of facility or organisation.
pub const KIND: &[&str] = &[
    "種別",
    "種類",
    "施設種別",
    "施設の種類",
    "施設分類",
    "分類",
    "区分",
    "類型",
    "医療機関の種類",
    "避難種別",
    "組織種別",
    "POIコード",
    "category",
    "type",
];
/// Services that are offered.
pub const SERVICES: &[&str] = &[
    "実施サービス",
    "サービスの種類",
    "サービス種類",
    "サービス種別",
    "サービス内容",
    "提供サービス",
    "事業内容",
    "診療科目",
    "service",
];
/// Address in one piece.
pub const ADDRESS: &[&str] = &[
    "所在地_連結表記",
    "所在地_連結標記",
    "住所",
    "所在地",
    "所在地住所",
    "施設所在地",
    "施設住所",
    "事業所所在地",
    "事業所住所",
    "所在",
    "設置場所",
    "address",
];
/// Part of a split address: prefecture.
pub const ADDRESS_PREFECTURE: &[&str] = &["所在地_都道府県", "住所_都道府県", "addressRegion"];
/// Part of a split address: municipality.
pub const ADDRESS_CITY: &[&str] = &["所在地_市区町村", "住所_市区町村", "addressLocality"];
/// Part of a split address: town.
pub const ADDRESS_TOWN: &[&str] = &["所在地_町字", "住所_町字", "住所_町名", "所在地_町名"];
/// Part of a split address: block and number.
pub const ADDRESS_BLOCK: &[&str] =
    &["所在地_番地以下", "住所_番地以下", "住所_番地", "所在地_番地", "番地以下", "番地", "番地・号", "streetAddress"];
/// Part of an address: building and room.
pub const BUILDING: &[&str] = &[
    "建物名等（方書）",
    "方書",
    "建物名",
    "建物名等",
    "建物名・部屋番号",
    "住所_方書",
    "住所（方書）",
    "所在地_方書",
    "アパート名",
    "マンション名",
    "様方",
];
/// Code of the municipality where the address lies.
pub const ADDRESS_CODE: &[&str] = &["所在地_全国地方公共団体コード", "所在地_市区町村コード"];
/// Seven-digit number of a town within its municipality (アドレス・ベース・レジストリ).
pub const TOWN_ID: &[&str] = &["町字ID", "町字コード", "machiaza_id", "townId"];
/// Postal code.
pub const POSTAL_CODE: &[&str] = &["郵便番号", "郵便", "postalCode", "zip"];
/// Latitude.
pub const LATITUDE: &[&str] = &[
    "緯度",
    "緯度：北緯（世界測地系10進法）",
    "北緯",
    "緯度（北緯）",
    "所在地_緯度",
    "代表点_緯度",
    "Y座標",
    "latitude",
    "lat",
    "rep_lat",
];
/// Longitude.
pub const LONGITUDE: &[&str] = &[
    "経度",
    "経度：東経（世界測地系10進法）",
    "東経",
    "経度（東経）",
    "所在地_経度",
    "代表点_経度",
    "X座標",
    "longitude",
    "lng",
    "lon",
    "long",
    "rep_lon",
];
/// Telephone number.
pub const PHONE: &[&str] = &[
    "電話番号",
    "電話",
    "TEL",
    "連絡先電話番号",
    "電話番号（代表）",
    "代表電話",
    "代表電話番号",
    "問い合わせ先電話番号",
    "お問い合わせ電話番号",
    "telephoneNumber",
    "telephone",
    "phone",
];
/// Extension.
pub const EXTENSION: &[&str] = &["内線番号", "内線", "連絡先内線番号"];
/// Fax number.
pub const FAX: &[&str] = &["FAX番号", "FAX", "ファクス", "ファックス", "ファクス番号", "ファックス番号", "faxNumber"];
/// Mail address.
pub const EMAIL: &[&str] =
    &["連絡先メールアドレス", "メールアドレス", "メール", "Eメール", "E-mail", "電子メール", "mail"];
/// Page on the web.
pub const URL: &[&str] = &[
    "URL",
    "ホームページ",
    "ホームページURL",
    "ホームページアドレス",
    "HP",
    "ウェブサイト",
    "WebサイトURL",
    "連絡先FormURL",
    "referenceObject",
    "website",
];
/// Days on which it is open.
pub const OPEN_DAYS: &[&str] = &[
    "利用可能曜日",
    "診療曜日",
    "開館曜日",
    "開所曜日",
    "営業曜日",
    "営業日",
    "開館日",
    "開所日",
    "受付曜日",
    "相談日",
    "開催曜日",
    "availableDate",
];
/// Time at which it opens.
pub const OPENS: &[&str] = &[
    "開始時間",
    "開始時刻",
    "診療開始時間",
    "利用開始時間",
    "開館時間（開始）",
    "営業開始時間",
    "受付開始時間",
    "startTime",
];
/// Time at which it closes.
pub const CLOSES: &[&str] = &[
    "終了時間",
    "終了時刻",
    "診療終了時間",
    "利用終了時間",
    "開館時間（終了）",
    "営業終了時間",
    "受付終了時間",
    "endTime",
];
/// Remarks on days and hours.
pub const HOURS_NOTE: &[&str] = &[
    "利用可能日時特記事項",
    "利用可能時間特記事項",
    "利用可能曜日特記事項",
    "診療日時特記事項",
    "開館時間",
    "営業時間",
    "受付時間",
    "休館日",
    "休業日",
    "定休日",
    "利用可能日時",
    "availableDateNote",
];
/// How many people it holds.
pub const CAPACITY: &[&str] =
    &["定員", "収容定員", "利用定員", "入所定員", "想定収容人数", "収容人数", "収容人員", "病床数", "capacity"];
/// Number of the corporation (法人番号, 13 digits).
pub const CORPORATE_NUMBER: &[&str] = &["法人番号", "corporateNumber"];
/// Name of the corporation or body that runs it.
pub const OPERATOR: &[&str] = &[
    "法人の名称",
    "法人名",
    "法人名称",
    "設置主体",
    "運営主体",
    "運営法人",
    "運営団体",
    "経営主体",
    "事業者名",
    "申請者名称",
    "団体名",
];
/// Number of a care service or medical facility.
pub const FACILITY_NUMBER: &[&str] = &["事業所番号", "介護保険事業所番号", "医療機関コード", "指定番号", "施設コード"];
/// Description.
pub const DESCRIPTION: &[&str] = &["説明", "概要", "施設概要", "紹介", "description"];
/// Remarks.
pub const NOTE: &[&str] =
    &["備考", "備考欄", "特記事項", "摘要", "備考1", "その他", "メモ", "note", "notes", "remarks"];
/// Area that it serves.
pub const SERVES: &[&str] = &[
    "担当地区",
    "担当区域",
    "担当圏域",
    "対象地区",
    "管轄区域",
    "管轄地区",
    "担当エリア",
    "対象区域",
    "対象となる町会・自治会",
    "避難が予想される住民の地区名",
    "圏域",
    "areaServed",
];

/// Organisations, windows, bases and facilities.
pub const ORGANISATION: &[Column] = &[
    Column::required("name", NAME),
    Column::optional("name_kana", NAME_KANA),
    Column::optional("name_common", NAME_COMMON),
    Column::optional("name_english", NAME_ENGLISH),
    Column::optional("record_id", RECORD_ID),
    Column::optional("municipality_code", MUNICIPALITY_CODE),
    Column::optional("municipality", MUNICIPALITY),
    Column::optional("prefecture", PREFECTURE),
    Column::optional("kind", KIND),
    Column::optional("services", SERVICES),
    Column::optional("address", ADDRESS),
    Column::optional("address_code", ADDRESS_CODE),
    Column::optional("address_prefecture", ADDRESS_PREFECTURE),
    Column::optional("address_city", ADDRESS_CITY),
    Column::optional("address_town", ADDRESS_TOWN),
    Column::optional("address_block", ADDRESS_BLOCK),
    Column::optional("building", BUILDING),
    Column::optional("town_id", TOWN_ID),
    Column::optional("postal_code", POSTAL_CODE),
    Column::optional("latitude", LATITUDE),
    Column::optional("longitude", LONGITUDE),
    Column::optional("phone", PHONE),
    Column::optional("extension", EXTENSION),
    Column::optional("fax", FAX),
    Column::optional("email", EMAIL),
    Column::optional("url", URL),
    Column::optional("open_days", OPEN_DAYS),
    Column::optional("opens", OPENS),
    Column::optional("closes", CLOSES),
    Column::optional("hours_note", HOURS_NOTE),
    Column::optional("capacity", CAPACITY),
    Column::optional("corporate_number", CORPORATE_NUMBER),
    Column::optional("operator", OPERATOR),
    Column::optional("facility_number", FACILITY_NUMBER),
    Column::optional("description", DESCRIPTION),
    Column::optional("serves", SERVES),
    Column::optional("note", NOTE),
];
