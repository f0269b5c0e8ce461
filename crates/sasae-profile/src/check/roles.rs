//! Roles: where they sit, what they may do, how many there must be.

use super::super::model::{Reach, Role};
use super::super::rule::{Per, Required};
use super::{Check, codes};

impl Check<'_, '_> {
    pub(super) fn roles(&mut self) {
        let (file, whole) = (self.file, self.whole);
        self.distinct_rows("role", &file.role);
        for (index, role) in file.role.iter().enumerate() {
            let path = format!("role[{index}]");
            self.named(&path, role);
            self.refers_tier(&format!("{path}.tier"), &role.tier);
            self.refers_organisation(&format!("{path}.organisation"), role.organisation.as_deref());
            if let Some(job) = &role.job {
                self.refers_word(&format!("{path}.job"), job, "job");
            }
            if let Some(text) = &role.description {
                self.label(&format!("{path}.description"), &text.ja, &text.en);
            }
            if role.term_years == Some(0) {
                self.error(&format!("{path}.term_years"), "1以上にしてください", "this must be at least 1");
            }
            self.functions(&path, role);
            for (place, rule) in role.required.iter().enumerate() {
                self.required(&format!("{path}.required[{place}]"), rule);
            }
        }
        if !self.is_base() {
            for function in self.catalogue.functions().iter().filter(|function| function.required) {
                if whole.roles_that_may(function).next().is_none() {
                    self.error(
                        "profile",
                        format!("「{function}」をもつ役割が1つもありません"),
                        format!("no role may `{function}`"),
                    );
                }
            }
        }
    }

    fn functions(&mut self, path: &str, role: &Role) {
        for (place, function) in role.may.iter().enumerate() {
            let path = format!("{path}.may[{place}]");
            if role.may[..place].contains(function) {
                self.warn(
                    &path,
                    format!("「{function}」が2回書かれています"),
                    format!("`{function}` is written twice"),
                );
            }
            let known = self.catalogue.functions().iter().map(|function| function.code);
            if !self.refers(&path, function, known, "できること", "function") {
                continue;
            }
            let shows_persons = self.catalogue.function(function).is_some_and(|function| function.shows_persons);
            if role.reach == Reach::Figures && shows_persons {
                self.error(
                    &path,
                    format!("数字だけを見る役割（reach = \"figures\"）は、人に関わる「{function}」をもてません"),
                    format!("a role that sees figures only (reach = \"figures\") cannot have `{function}`, which shows persons"),
                );
            }
        }
    }

    fn required(&mut self, path: &str, rule: &Required) {
        let known = self.refers_tier(&format!("{path}.tier"), &rule.tier);
        let misplaced = [
            ("count", rule.count.is_some() && rule.per != Per::Area),
            ("min_households", rule.min_households.is_some() && rule.per != Per::Households),
            ("max_households", rule.max_households.is_some() && rule.per != Per::Households),
            ("counts", !rule.counts.is_empty() && rule.per != Per::Code),
        ];
        for (key, wrong) in misplaced {
            if wrong {
                self.error(
                    &format!("{path}.{key}"),
                    format!("「{key}」はこの per では使えません"),
                    format!("`{key}` does not go with this `per`"),
                );
            }
        }
        match rule.per {
            Per::Area => {}
            Per::Households => match (rule.min_households, rule.max_households) {
                (_, None) => {
                    self.error(path, "項目「max_households」がありません", "the key `max_households` is missing")
                }
                (_, Some(0)) => {
                    self.error(&format!("{path}.max_households"), "1以上にしてください", "this must be at least 1");
                }
                (Some(fewest), Some(most)) if fewest > most => self.error(
                    &format!("{path}.min_households"),
                    format!("最小{fewest}世帯が最大{most}世帯より大きくなっています"),
                    format!("min_households {fewest} is more than max_households {most}"),
                ),
                _ => {}
            },
            Per::Code if rule.counts.is_empty() => {
                self.error(path, "項目「counts」がありません", "the key `counts` is missing");
            }
            Per::Code if known => {
                let areas = self.whole.tier(&rule.tier).map_or(&[][..], |tier| &tier.area[..]);
                let areas = codes(areas);
                for code in rule.counts.keys() {
                    self.refers(
                        &format!("{path}.counts.{code}"),
                        code,
                        areas.iter().copied(),
                        "区域コード",
                        "area code",
                    );
                }
            }
            Per::Code => {}
        }
    }
}
