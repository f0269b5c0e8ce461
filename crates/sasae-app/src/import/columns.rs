//! Headings of lists of districts, which no standard names, and remarks on
//! columns that are understood but not kept.

use sasae_sheet::{Column, Table, Warning, aliases};

/// Headings of a list of areas of one tier.
pub(super) const DISTRICTS: &[Column] = &[
    Column::required(
        "name",
        &[
            "区域名",
            "名称",
            "区域名称",
            "校区名",
            "校区",
            "校(地)区",
            "校(地)区名",
            "小学校区",
            "小学校区名",
            "地区名",
            "地区",
            "圏域名",
            "圏域",
            "日常生活圏域",
            "福祉圏域",
            "小地域",
            "小地域名",
            "地域名",
            "地域",
            "町会名",
            "町内会名",
            "自治会名",
            "中学校区",
            "中学校区名",
            "area",
            "district",
            "name",
        ],
    ),
    Column::optional(
        "code",
        &[
            "コード",
            "区域コード",
            "校区コード",
            "地区コード",
            "圏域コード",
            "校区番号",
            "地区番号",
            "圏域番号",
            "区域番号",
            "areaCode",
            "code",
        ],
    ),
    Column::optional(
        "kana",
        &["名称カナ", "名称_カナ", "区域名カナ", "校区名カナ", "地区名カナ", "フリガナ", "カナ", "よみ", "kana"],
    ),
    Column::optional("tier", &["階層", "区域種別", "種別", "tier"]),
    Column::optional(
        "parent_code",
        &["上位区域コード", "上位コード", "親コード", "区コード", "行政区コード", "parentCode"],
    ),
    Column::optional(
        "parent",
        &[
            "上位区域名称",
            "上位区域名",
            "上位区域",
            "上位区域コード/名称",
            "親区域",
            "区名",
            "行政区",
            "行政区名",
            "区",
            "parent",
        ],
    ),
    Column::optional("municipality_code", aliases::MUNICIPALITY_CODE),
    Column::optional("town_id", aliases::TOWN_ID),
    Column::optional(
        "town",
        &[
            "町名",
            "町名一覧",
            "含まれる町名",
            "区域の町名",
            "対象町名",
            "町字名",
            "町丁名",
            "町丁・字名",
            "町丁目",
            "町丁目名",
            "大字・町名",
            "大字町名",
            "towns",
            "town",
        ],
    ),
    Column::optional("households", &["世帯数", "総世帯数", "households"]),
    Column::optional("valid_from", aliases::VALID_FROM),
    Column::optional("valid_to", aliases::VALID_TO),
    Column::optional(
        "successor",
        &[
            "後継区域",
            "後継区域名",
            "後継区域コード",
            "統合先",
            "統合先区域",
            "統合先区域名",
            "統合先コード",
            "編入先",
            "編入先区域名",
            "移行先",
            "移行先区域名",
            "再編後の区域",
            "再編後区域名",
            "successor",
        ],
    ),
];

/// A remark on columns that were understood but are not kept here.
pub(super) fn not_kept(table: &Table<'_>, kept: &[&str]) -> Option<Warning> {
    let lost: Vec<&str> =
        table.recognised().into_iter().filter(|(key, _)| !kept.contains(key)).map(|(_, heading)| heading).collect();
    (!lost.is_empty()).then(|| {
        Warning::about_file(
            format!("意味はわかりますが、まだ保存しない列：{}", lost.join("、")),
            format!("columns that are understood but not kept yet: {}", lost.join(", ")),
        )
    })
}

/// A remark on a column that only counts the rows or is called so: it tells nobody apart.
pub(super) fn no_identity(table: &Table<'_>, numbers: &[&str]) -> Option<Warning> {
    if numbers.iter().any(|key| table.has(key)) {
        return None;
    }
    let (ja, en) = (
        "氏名・よみ・生年月日で登録ずみの人と照らします。宛名番号・住民番号の列があれば、番号で照らします",
        "persons on record are found by name, reading and birth date; a column of the resident's number would find them surely",
    );
    let heading = table.has("record_id").then(|| table.column_name("record_id"));
    Some(Warning::about_file(
        heading
            .as_ref()
            .map_or_else(|| ja.to_owned(), |heading| format!("「{heading}」の列は人の番号として使いません。{ja}")),
        heading
            .map_or_else(|| en.to_owned(), |heading| format!("{heading} is not used as the number of a person; {en}")),
    ))
}
