//! Tiers, organisations, windows and the demo city.

use super::super::demo::{Demo, spread_total};
use super::super::model::{MAIN, Named};
use super::{Check, codes};

impl Check<'_, '_> {
    pub(super) fn tiers(&mut self) {
        let file = self.file;
        self.distinct_rows("tier", &file.tier);
        for (index, tier) in file.tier.iter().enumerate() {
            let path = format!("tier[{index}]");
            self.named(&path, tier);
            self.filled(&format!("{path}.short"), &tier.short);
            self.code(&format!("{path}.hierarchy"), &tier.hierarchy);
            let areas = tier.area.iter().enumerate();
            self.distinct(areas.map(|(place, area)| (format!("{path}.area[{place}].code"), area.code.as_str())));
            for (place, area) in tier.area.iter().enumerate() {
                let path = format!("{path}.area[{place}]");
                self.filled(&format!("{path}.code"), &area.code);
                self.label(&path, &area.ja, &area.en);
            }
            if let Some(count) = tier.count
                && tier.area.len() > count as usize
            {
                self.error(
                    &format!("{path}.count"),
                    format!("区域の数は{count}ですが、{}区域が書かれています", tier.area.len()),
                    format!("count is {count} but {} areas are named", tier.area.len()),
                );
            }
            if tier.level == 0 {
                self.error(&format!("{path}.level"), "段は1から数えます", "levels count from 1");
            }
            let twin = file.tier[..index].iter().find(|other| {
                other.hierarchy == tier.hierarchy && other.level == tier.level && other.code != tier.code
            });
            if let Some(twin) = twin {
                self.error(
                    &format!("{path}.level"),
                    format!("段{}は「{}」と同じです", tier.level, twin.code),
                    format!("level {} is already that of `{}`", tier.level, twin.code),
                );
            }
        }
        self.whole_hierarchy();
    }

    /// `main` runs 1, 2, 3 … and persons live at its last tier.
    fn whole_hierarchy(&mut self) {
        if self.is_base() {
            return;
        }
        let (file, whole) = (self.file, self.whole);
        let main: Vec<_> = whole.main_tiers().collect();
        let Some(last) = main.last() else {
            return self.error("profile", "階層（[[tier]]）がありません", "there is no tier ([[tier]])");
        };
        for (expected, tier) in (1u32..).zip(&main) {
            let place = file.tier.iter().position(|own| own.code == tier.code);
            if tier.level != expected && tier.level > 0 {
                self.error(
                    &format!("tier[{}].level", place.unwrap_or(0)),
                    format!("main の段は1から順に書いてください（ここは{expected}）"),
                    format!("the levels of main must run from 1 in order (expected {expected} here)"),
                );
            }
            if tier.smallest && tier.code != last.code {
                self.error(
                    &format!("tier[{}].smallest", place.unwrap_or(0)),
                    "人が属する階層は main の最後の階層だけです",
                    "only the last tier of main can be the smallest",
                );
            }
        }
        if !last.smallest {
            let place = file.tier.iter().position(|own| own.code == last.code).unwrap_or(0);
            self.error(
                &format!("tier[{place}]"),
                "main の最後の階層に smallest = true がありません",
                "the last tier of main needs smallest = true",
            );
        }
        for (index, tier) in file.tier.iter().enumerate() {
            if tier.smallest && tier.hierarchy != MAIN {
                self.error(
                    &format!("tier[{index}].smallest"),
                    "人が属する階層は main にだけ置けます",
                    "only a tier of main can be the smallest",
                );
            }
        }
    }

    pub(super) fn organisations(&mut self) {
        let file = self.file;
        self.distinct_rows("organisation_kind", &file.organisation_kind);
        for (index, kind) in file.organisation_kind.iter().enumerate() {
            let path = format!("organisation_kind[{index}]");
            self.named(&path, kind);
            if let Some(tier) = &kind.tier {
                self.refers_tier(&format!("{path}.tier"), tier);
            }
        }
        if !self.is_base() && !self.whole.organisation_kinds.iter().any(|kind| kind.lead) {
            self.error(
                "profile",
                "主担当になれる組織の種類（lead = true）がありません",
                "no organisation kind may lead a case (lead = true)",
            );
        }
    }

    pub(super) fn base_kinds(&mut self) {
        let file = self.file;
        self.distinct_rows("base_kind", &file.base_kind);
        for (index, kind) in file.base_kind.iter().enumerate() {
            let path = format!("base_kind[{index}]");
            self.named(&path, kind);
            self.refers_tier(&format!("{path}.tier"), &kind.tier);
            self.refers_organisation(&format!("{path}.organisation"), kind.organisation.as_deref());
            if kind.functions.is_empty() {
                self.error(&format!("{path}.functions"), "機能を1つ以上書いてください", "name at least one function");
            }
            for (place, function) in kind.functions.iter().enumerate() {
                self.refers_word(&format!("{path}.functions[{place}]"), function, "base_function");
            }
        }
    }

    pub(super) fn demo(&mut self) {
        let Some(demo) = &self.file.demo else { return };
        self.label("demo", &demo.ja, &demo.en);
        self.municipality_code("demo.tenant", &demo.tenant);
        if demo.households == 0 {
            self.error("demo.households", "1以上にしてください", "this must be at least 1");
        }
        self.demo_tiers(demo);
        self.demo_staff(demo);
    }

    fn demo_tiers(&mut self, demo: &Demo) {
        let whole = self.whole;
        let lower: Vec<&str> = whole.main_tiers().skip(1).map(Named::code).collect();
        let mut open = lower.clone();
        open.extend(whole.tiers.iter().filter(|tier| tier.hierarchy != MAIN).map(Named::code));
        self.distinct(
            demo.tier.iter().enumerate().map(|(index, row)| (format!("demo.tier[{index}].tier"), row.tier.as_str())),
        );
        for (index, row) in demo.tier.iter().enumerate() {
            let path = format!("demo.tier[{index}]");
            let known = open.iter().copied();
            self.refers(&format!("{path}.tier"), &row.tier, known, "最上段より下の階層", "tier below the top");
            let Some(tier) = whole.tier(&row.tier).filter(|tier| open.contains(&tier.code.as_str())) else {
                continue;
            };
            let above = demo.areas_above(tier, &whole.tiers);
            self.spreads(&format!("{path}.counts"), &row.counts, above);
            let number = spread_total(&row.counts, above);
            if number == 0 || number > Demo::MOST_AREAS {
                self.error(
                    &format!("{path}.counts"),
                    format!("区域は合わせて1から{}までにしてください（今は{number}）", Demo::MOST_AREAS),
                    format!("there must be 1 to {} areas in all, not {number}", Demo::MOST_AREAS),
                );
            }
            if !row.names.is_empty() && row.names.len() != number {
                self.error(
                    &format!("{path}.names"),
                    format!("名前は{number}個要りますが、{}個です", row.names.len()),
                    format!("{number} names are needed, {} are given", row.names.len()),
                );
            }
            for (place, name) in row.names.iter().enumerate() {
                self.label(&format!("{path}.names[{place}]"), &name.ja, &name.en);
            }
        }
        for code in lower {
            if demo.tier.iter().all(|row| row.tier != code) {
                self.error(
                    "demo",
                    format!("階層「{code}」の数（[[demo.tier]]）がありません"),
                    format!("the tier `{code}` has no number ([[demo.tier]])"),
                );
            }
        }
    }

    fn demo_staff(&mut self, demo: &Demo) {
        let whole = self.whole;
        let areas = demo.areas(&whole.tiers);
        self.distinct(
            demo.staff.iter().enumerate().map(|(index, row)| (format!("demo.staff[{index}].role"), row.role.as_str())),
        );
        for (index, row) in demo.staff.iter().enumerate() {
            let path = format!("demo.staff[{index}]");
            if !self.refers(&format!("{path}.role"), &row.role, codes(&whole.roles), "役割", "role") {
                continue;
            }
            let tier = whole.role(&row.role).map(|role| role.tier.as_str());
            match areas.iter().find(|(code, _)| Some(code.as_str()) == tier) {
                Some((_, number)) => self.spreads(&format!("{path}.counts"), &row.counts, *number),
                None => self.error(
                    &format!("{path}.role"),
                    format!("役割「{}」の階層はデモの市にありません", row.role),
                    format!("the tier of the role `{}` is not in the demo city", row.role),
                ),
            }
        }
    }

    /// One number, or one for each area.
    fn spreads(&mut self, path: &str, counts: &[u32], areas: usize) {
        if counts.len() != 1 && counts.len() != areas {
            self.error(
                path,
                format!("数は1個か、区域ごとに{areas}個書いてください（{}個あります）", counts.len()),
                format!("give one number, or one for each of {areas} areas (there are {})", counts.len()),
            );
        }
    }
}
