//! Persons of a register, and people who hold a post.

use super::{
    ADDRESS_BLOCK, BUILDING, DISTRICT, EMAIL, NEIGHBOURHOOD, NOTE, POSTAL_CODE, RECORD_ID, SCHOOL_AREA, TOWN, TOWN_ID,
    WARD,
};
use crate::heading::Column;

/// Full name of a person.
pub const PERSON_NAME: &[&str] = &[
    "氏名",
    "氏名（漢字）",
    "漢字氏名",
    "名前",
    "お名前",
    "対象者氏名",
    "本人氏名",
    "住民氏名",
    "世帯員氏名",
    "利用者氏名",
    "被保険者氏名",
    "要援護者氏名",
    "委員氏名",
    "委員名",
    "職員名",
    "職員氏名",
    "協力員氏名",
    "担当者名",
    "担当者氏名",
    "民生委員氏名",
    "fullName",
    "name",
];
/// Reading of a person's full name.
pub const PERSON_KANA: &[&str] = &[
    "フリガナ",
    "氏名カナ",
    "氏名_カナ",
    "氏名（カナ）",
    "氏名（フリガナ）",
    "氏名フリガナ",
    "氏名かな",
    "カナ氏名",
    "カナ",
    "ヨミガナ",
    "読み",
    "読み方",
    "氏名ヨミ",
    "対象者氏名カナ",
    "本人氏名カナ",
    "被保険者氏名カナ",
    "被保険者氏名（カナ）",
    "被保険者氏名フリガナ",
    "nameKana",
    "kana",
];
/// Family name.
pub const FAMILY_NAME: &[&str] = &["姓", "氏", "名字", "苗字", "氏名（姓）", "氏名_姓", "familyName", "lastName"];
/// Given name.
pub const GIVEN_NAME: &[&str] = &["名", "氏名（名）", "氏名_名", "下の名前", "givenName", "firstName"];
/// Reading of the family name.
pub const FAMILY_KANA: &[&str] =
    &["姓カナ", "セイ", "姓（カナ）", "姓_カナ", "氏カナ", "姓フリガナ", "カナ姓", "氏名カナ_姓"];
/// Reading of the given name.
pub const GIVEN_KANA: &[&str] = &["名カナ", "メイ", "名（カナ）", "名_カナ", "名フリガナ", "カナ名", "氏名カナ_名"];
/// Date of birth.
pub const BIRTH_DATE: &[&str] =
    &["生年月日", "生年月日（和暦）", "生年月日（西暦）", "誕生日", "出生年月日", "birthDate", "birthday"];
/// Sex.
pub const SEX: &[&str] = &["性別", "男女別", "性", "性別コード", "sex", "gender"];
/// Number of a person in the resident register.
pub const PERSON_NUMBER: &[&str] =
    &["宛名番号", "宛名コード", "住民番号", "個人コード", "個人番号（宛名）", "住民コード", "住民票コード（宛名）"];
/// Number of a person in the long-term care insurance.
pub const INSURED_NUMBER: &[&str] = &["被保険者番号", "介護保険被保険者番号", "被保番号", "介護被保険者番号"];
/// Number of a person in a register that an office keeps itself.
pub const REGISTER_NUMBER: &[&str] =
    &["台帳番号", "対象者番号", "利用者番号", "登録番号", "要援護者番号", "要支援者番号", "対象者ID", "利用者ID"];
/// Number of a household in the resident register.
pub const HOUSEHOLD_NUMBER: &[&str] = &["世帯番号", "世帯コード", "世帯ID", "世帯No", "householdId"];
/// Relationship to the head of the household.
pub const RELATIONSHIP: &[&str] = &["続柄", "世帯主との続柄", "続柄名", "続き柄", "relationship"];
/// Care level.
pub const CARE_LEVEL: &[&str] =
    &["要介護度", "介護度", "要介護認定", "要介護状態区分", "要介護状態", "認定区分", "介護認定", "careLevel"];
/// Mobile number.
pub const MOBILE: &[&str] = &["携帯電話", "携帯電話番号", "携帯番号", "携帯", "mobile"];

/// Persons of a register.
pub const PERSON: &[Column] = &[
    Column::optional("name", PERSON_NAME),
    Column::optional("kana", PERSON_KANA),
    Column::optional("family_name", FAMILY_NAME),
    Column::optional("given_name", GIVEN_NAME),
    Column::optional("family_kana", FAMILY_KANA),
    Column::optional("given_kana", GIVEN_KANA),
    Column::optional("birth_date", BIRTH_DATE),
    Column::optional("age", &["年齢", "満年齢", "年令", "age"]),
    Column::optional("sex", SEX),
    Column::optional("person_number", PERSON_NUMBER),
    Column::optional("insured_number", INSURED_NUMBER),
    Column::optional("register_number", REGISTER_NUMBER),
    Column::optional("record_id", RECORD_ID),
    Column::optional("household_number", HOUSEHOLD_NUMBER),
    Column::optional("household_head", &["世帯主", "世帯主氏名", "世帯主名"]),
    Column::optional("relationship", RELATIONSHIP),
    Column::optional("postal_code", POSTAL_CODE),
    Column::optional(
        "address",
        &["住所", "現住所", "居所", "所在地", "住所（現住所）", "所在地_連結表記", "自宅住所", "address"],
    ),
    Column::optional("building", BUILDING),
    Column::optional("town", TOWN),
    Column::optional("town_id", TOWN_ID),
    Column::optional("address_block", ADDRESS_BLOCK),
    Column::optional("ward", WARD),
    Column::optional("school_area", SCHOOL_AREA),
    Column::optional("district", DISTRICT),
    Column::optional("neighbourhood", NEIGHBOURHOOD),
    Column::optional(
        "phone",
        &[
            "電話番号",
            "電話",
            "TEL",
            "自宅電話",
            "自宅電話番号",
            "固定電話",
            "電話番号（自宅）",
            "連絡先",
            "連絡先電話番号",
            "phone",
            "telephoneNumber",
        ],
    ),
    Column::optional("mobile", MOBILE),
    Column::optional("email", EMAIL),
    Column::optional("care_level", CARE_LEVEL),
    Column::optional("disability", &["障害", "障害区分", "障がい", "障害者手帳", "手帳", "手帳等級", "障害等級"]),
    Column::optional("living_alone", &["独居", "一人暮らし", "ひとり暮らし", "独居区分"]),
    Column::optional(
        "emergency_name",
        &["緊急連絡先氏名", "緊急連絡先_氏名", "緊急連絡先名", "緊急連絡先", "緊急連絡先1氏名"],
    ),
    Column::optional(
        "emergency_phone",
        &["緊急連絡先電話番号", "緊急連絡先_電話番号", "緊急連絡先電話", "緊急連絡先TEL", "緊急連絡先1電話番号"],
    ),
    Column::optional("emergency_relationship", &["緊急連絡先続柄", "緊急連絡先_続柄", "緊急連絡先1続柄"]),
    Column::optional("consent", &["同意", "同意の有無", "同意有無", "情報提供同意", "個人情報同意", "同意区分"]),
    Column::optional("consent_date", &["同意日", "同意年月日"]),
    Column::optional("language", &["使用言語", "言語", "language"]),
    Column::optional("moved_in", &["転入日", "転入年月日", "異動日"]),
    Column::optional(
        "moved_out",
        &["転出日", "転出年月日", "転出予定日", "転出確定日", "除票日", "除票年月日", "転出届出日"],
    ),
    Column::optional("died", &["死亡日", "死亡年月日"]),
    Column::optional("note", NOTE),
];

/// Staff, 民生委員, 福祉協力員 and others who hold a post.
pub const STAFF: &[Column] = &[
    Column::optional("name", PERSON_NAME),
    Column::optional("kana", PERSON_KANA),
    Column::optional("family_name", FAMILY_NAME),
    Column::optional("given_name", GIVEN_NAME),
    Column::optional("family_kana", FAMILY_KANA),
    Column::optional("given_kana", GIVEN_KANA),
    Column::optional(
        "staff_number",
        &["職員番号", "職員コード", "社員番号", "委員番号", "番号", "NO", "No.", "ID", "staffId"],
    ),
    Column::optional(
        "role",
        &["役職", "役職名", "職名", "職種", "役割", "区分", "委員区分", "委員種別", "種別", "担当", "担当業務", "role"],
    ),
    Column::optional(
        "organisation",
        &[
            "所属",
            "所属機関",
            "所属先",
            "所属名",
            "所属団体",
            "部署",
            "課名",
            "所属部署",
            "機関名",
            "事業所名",
            "勤務先",
            "organisation",
            "organization",
        ],
    ),
    Column::optional(
        "area",
        &[
            "担当地区",
            "担当区域",
            "担当地域",
            "担当校区",
            "担当圏域",
            "担当エリア",
            "受持区域",
            "受持地区",
            "受け持ち区域",
            "担当町内会",
            "地区",
            "地区名",
            "校区",
            "校区名",
            "area",
        ],
    ),
    Column::optional("ward", WARD),
    Column::optional(
        "term_start",
        &[
            "任期開始",
            "任期開始日",
            "任期（開始）",
            "任期自",
            "任期（自）",
            "委嘱日",
            "委嘱年月日",
            "就任日",
            "就任年月日",
            "着任日",
            "配置日",
            "任用開始日",
            "開始日",
            "開始年月日",
            "startDate",
        ],
    ),
    Column::optional(
        "term_end",
        &[
            "任期終了",
            "任期終了日",
            "任期（終了）",
            "任期満了日",
            "任期至",
            "任期（至）",
            "退任日",
            "解嘱日",
            "終了日",
            "終了年月日",
            "endDate",
        ],
    ),
    Column::optional("phone", &["電話番号", "電話", "TEL", "連絡先", "連絡先電話番号", "自宅電話番号", "phone"]),
    Column::optional("mobile", MOBILE),
    Column::optional("email", EMAIL),
    Column::optional("address", &["住所", "現住所", "自宅住所", "address"]),
    Column::optional("postal_code", POSTAL_CODE),
    Column::optional("qualification", &["資格", "保有資格", "qualification"]),
    Column::optional("account", &["アカウント", "ユーザーID", "ログインID", "account", "login"]),
    Column::optional("birth_date", BIRTH_DATE),
    Column::optional("sex", SEX),
    Column::optional("note", NOTE),
];
