//! Words of a file as codes of the profile: roles, kinds, vocabularies.

use sasae_core::fold::fold_name;
use sasae_sheet::Reason;

use crate::area::book::offered;
use crate::area::nearest;
use crate::profile::{Named, Profile, Role};

/// The ways in which a label may stand in a list: whole, without its
/// parenthesis, the parenthesis alone, and each part between ・ and 、.
fn ways(label: &str) -> Vec<String> {
    let (front, inside) = match label.split_once(['（', '(']) {
        Some((front, rest)) => (front, rest.trim_end_matches(['）', ')'])),
        None => (label, ""),
    };
    let mut ways = vec![fold_name(label), fold_name(front), fold_name(inside)];
    ways.extend(front.split(['・', '、', '／', '/']).map(fold_name));
    ways.retain(|way| !way.is_empty());
    ways
}

/// What a text names among things with code and label.
pub(super) fn find_named<'a, T: Named>(
    written: &str,
    all: &'a [T],
    (what_ja, what_en): (&str, &str),
) -> Result<&'a T, Reason> {
    let key = fold_name(written);
    let exact =
        |thing: &&T| thing.code() == written.trim() || fold_name(thing.ja()) == key || fold_name(thing.en()) == key;
    if let Some(found) = all.iter().find(exact) {
        return Ok(found);
    }
    let loosely: Vec<&T> = all.iter().filter(|thing| ways(thing.ja()).contains(&key)).collect();
    match loosely.as_slice() {
        [one] => return Ok(one),
        [] => {}
        many => {
            let labels: Vec<&str> = many.iter().map(|thing| thing.ja()).collect();
            return Err(Reason::new(
                format!("「{written}」は次のどれかわかりません：{}", labels.join("、")),
                format!("{written:?} may be one of: {}", labels.join(", ")),
            ));
        }
    }
    let near = nearest(written, all.iter().map(Named::ja));
    let (ja, en) = if near.is_empty() {
        let labels: Vec<&str> = all.iter().map(Named::ja).take(20).collect();
        (format!("（ある{what_ja}：{}）", labels.join("、")), format!(" (there are: {})", labels.join(", ")))
    } else {
        offered(&near)
    };
    Err(Reason::new(
        format!("「{written}」という{what_ja}はありません{ja}"),
        format!("there is no {what_en} {written:?}{en}"),
    ))
}

/// The role that a text names. 民生児童委員 is how many lists write
/// 民生委員・児童委員: a label is also known by its parts put together.
pub fn find_role<'a>(profile: &'a Profile, written: &str) -> Result<&'a Role, Reason> {
    let key = fold_name(&written.replace(['・', '、'], ""));
    let joined = |role: &&Role| {
        let parts: Vec<String> = role.ja.split('・').map(fold_name).collect();
        parts.len() > 1 && {
            let tail = common_tail(&parts);
            let stems: String = parts.iter().filter_map(|part| part.strip_suffix(&tail)).collect();
            !tail.is_empty() && format!("{stems}{tail}") == key
        }
    };
    find_named(written, &profile.roles, ("役職", "role"))
        .or_else(|reason| profile.roles.iter().find(joined).ok_or(reason))
}

/// What all of the texts end with.
fn common_tail(parts: &[String]) -> String {
    let first: Vec<char> = parts.first().map(|part| part.chars().rev().collect()).unwrap_or_default();
    let shared = first
        .iter()
        .enumerate()
        .take_while(|(at, c)| parts.iter().all(|part| part.chars().rev().nth(*at).as_ref() == Some(*c)))
        .count();
    first[..shared].iter().rev().collect()
}

/// The code of a vocabulary that a text means; `others` are further ways of writing.
pub(super) fn word_code(
    profile: &Profile,
    vocabulary: &str,
    written: &str,
    others: &[(&str, &str)],
) -> Result<String, Reason> {
    let key = fold_name(written);
    if let Some((_, code)) = others.iter().find(|(way, _)| fold_name(way) == key)
        && profile.word(vocabulary, code).is_some()
    {
        return Ok((*code).to_owned());
    }
    find_named(written, profile.words(vocabulary), ("選択肢", "choice")).map(|word| word.code.clone())
}

/// 男, 女 and the numbers of the resident register.
pub(super) const SEX: &[(&str, &str)] = &[
    ("男", "male"),
    ("男性", "male"),
    ("男子", "male"),
    ("♂", "male"),
    ("1", "male"),
    ("M", "male"),
    ("女", "female"),
    ("女性", "female"),
    ("女子", "female"),
    ("♀", "female"),
    ("2", "female"),
    ("F", "female"),
    ("その他", "other"),
    ("答えない", "other"),
    ("9", "unknown"),
    ("0", "unknown"),
    ("不明", "unknown"),
];

/// Languages as lists write them.
pub(super) const LANGUAGE: &[(&str, &str)] = &[("日本語", "ja"), ("中国語", "zh"), ("英語", "en")];

/// Care levels without 要, and those without one.
pub(super) const CARE_LEVEL: &[(&str, &str)] = &[
    ("支援1", "support_1"),
    ("支援2", "support_2"),
    ("介護1", "care_1"),
    ("介護2", "care_2"),
    ("介護3", "care_3"),
    ("介護4", "care_4"),
    ("介護5", "care_5"),
    ("要支援一", "support_1"),
    ("要支援二", "support_2"),
    ("要介護一", "care_1"),
    ("要介護二", "care_2"),
    ("要介護三", "care_3"),
    ("要介護四", "care_4"),
    ("要介護五", "care_5"),
    ("非該当", "independent"),
    ("なし", "independent"),
    ("無", "independent"),
    ("認定なし", "independent"),
    ("未認定", "unknown"),
    ("未申請", "unknown"),
];

/// Relations as the resident register words them.
pub(super) const RELATION: &[(&str, &str)] = &[
    ("本人", "head"),
    ("主", "head"),
    ("夫", "spouse"),
    ("妻", "spouse"),
    ("配偶者", "spouse"),
    ("夫(未届)", "partner"),
    ("妻(未届)", "partner"),
    ("長男", "child"),
    ("長女", "child"),
    ("二男", "child"),
    ("次男", "child"),
    ("二女", "child"),
    ("次女", "child"),
    ("三男", "child"),
    ("三女", "child"),
    ("息子", "child"),
    ("娘", "child"),
    ("養子", "child"),
    ("子の妻", "child_spouse"),
    ("子の夫", "child_spouse"),
    ("父", "parent"),
    ("母", "parent"),
    ("妻の父", "parent_in_law"),
    ("妻の母", "parent_in_law"),
    ("夫の父", "parent_in_law"),
    ("夫の母", "parent_in_law"),
    ("子の子", "grandchild"),
    ("祖父", "grandparent"),
    ("祖母", "grandparent"),
    ("父の父", "grandparent"),
    ("父の母", "grandparent"),
    ("母の父", "grandparent"),
    ("母の母", "grandparent"),
    ("同居人", "other"),
    ("縁故者", "other"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_found_as_lists_write_them() {
        let profile = crate::rooms::load_profile("kitakyushu").unwrap();

        for (written, code) in [
            ("民生委員・児童委員", "minsei"),
            ("民生委員", "minsei"),
            ("民生児童委員", "minsei"),
            ("ＣＳＷ", "csw"),
            ("地域支援コーディネーター", "coordinator"),
            ("coordinator", "coordinator"),
            ("おたすけ隊", "needs_helper"),
        ] {
            let found = find_role(&profile, written);

            assert_eq!(found.map(|role| role.code.as_str()), Ok(code), "{written}");
        }
    }

    #[test]
    fn an_unknown_role_offers_the_nearest() {
        let profile = crate::rooms::load_profile("kitakyushu").unwrap();

        let reason = find_role(&profile, "地域支援コーデネータ").unwrap_err();

        assert!(reason.ja.contains("近いもの：地域支援コーディネーター"), "{}", reason.ja);
    }

    #[test]
    fn words_of_the_resident_register_become_codes() {
        let profile = crate::rooms::load_profile("kitakyushu").unwrap();

        assert_eq!(word_code(&profile, "sex", "女", SEX), Ok("female".to_owned()));
        assert_eq!(word_code(&profile, "care_level", "要介護３", CARE_LEVEL), Ok("care_3".to_owned()));
        assert_eq!(word_code(&profile, "care_level", "介護3", CARE_LEVEL), Ok("care_3".to_owned()));
        assert_eq!(word_code(&profile, "relation", "長男", RELATION), Ok("child".to_owned()));
        assert_eq!(word_code(&profile, "sex", "♂", SEX), Ok("male".to_owned()));
        assert!(word_code(&profile, "sex", "若い", SEX).is_err());
    }
}
