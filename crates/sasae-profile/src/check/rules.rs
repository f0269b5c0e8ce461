//! Plans and deadlines.

use super::super::rule::{Count, Deadline};
use super::Check;

impl Check<'_, '_> {
    pub(super) fn plans(&mut self) {
        let file = self.file;
        self.distinct_rows("plan", &file.plan);
        for (index, plan) in file.plan.iter().enumerate() {
            let path = format!("plan[{index}]");
            self.named(&path, plan);
            if let Some(tier) = &plan.tier {
                self.refers_tier(&format!("{path}.tier"), tier);
            }
            for (place, tier) in plan.matrix.iter().enumerate() {
                self.refers_tier(&format!("{path}.matrix[{place}]"), tier);
            }
            if plan.term_years == Some(0) {
                self.error(&format!("{path}.term_years"), "1以上にしてください", "this must be at least 1");
            }
            if let (Some(first), Some(last)) = (plan.valid_from, plan.valid_to)
                && last < first
            {
                self.ends_before(&format!("{path}.valid_to"));
            }
            self.distinct_rows(&format!("{path}.pillar"), &plan.pillar);
            let mut items = Vec::new();
            for (place, pillar) in plan.pillar.iter().enumerate() {
                let path = format!("{path}.pillar[{place}]");
                self.named(&path, pillar);
                for (place, item) in pillar.item.iter().enumerate() {
                    let path = format!("{path}.item[{place}]");
                    self.named(&path, item);
                    items.push((format!("{path}.code"), item.code.as_str()));
                }
            }
            self.distinct(items.into_iter());
        }
    }

    pub(super) fn deadlines(&mut self) {
        let (file, whole) = (self.file, self.whole);
        for (index, rule) in file.deadline.iter().enumerate() {
            let path = format!("deadline[{index}]");
            self.named(&path, rule);
            self.filled(&format!("{path}.source"), &rule.source);
            self.refers_word(&format!("{path}.from"), &rule.from, "deadline_event");
            self.length(&path, rule);
            if rule.valid_to.is_some_and(|last| last < rule.valid_from) {
                self.ends_before(&format!("{path}.valid_to"));
            }
            let earlier = file.deadline[..index].iter().find(|other| {
                other.code == rule.code
                    && other.valid_to.is_none_or(|last| rule.valid_from <= last)
                    && rule.valid_to.is_none_or(|last| other.valid_from <= last)
            });
            if let Some(earlier) = earlier {
                self.error(
                    &format!("{path}.valid_from"),
                    format!("「{}」の期間が、{}からの行と重なっています", rule.code, earlier.valid_from),
                    format!("the period of `{}` overlaps with the row from {}", rule.code, earlier.valid_from),
                );
            }
        }
        for code in self.catalogue.deadlines() {
            let rows = whole.deadlines.iter().filter(|rule| rule.code == *code);
            if rows.clone().next().is_none() {
                self.error(
                    "profile",
                    format!("期限「{code}」がありません"),
                    format!("the deadline `{code}` is missing"),
                );
            } else if rows.clone().all(|rule| rule.valid_to.is_some()) {
                let place = file.deadline.iter().rposition(|rule| rule.code == *code).unwrap_or(0);
                self.error(
                    &format!("deadline[{place}].valid_to"),
                    format!("期限「{code}」には、終わりの日のない行が要ります"),
                    format!("the deadline `{code}` needs a row that does not end"),
                );
            }
        }
    }

    fn length(&mut self, path: &str, rule: &Deadline) {
        for (key, value, most) in
            [("days", rule.days, Deadline::MOST_DAYS), ("months", rule.months, Deadline::MOST_MONTHS)]
        {
            if value.is_some_and(|value| value > most) {
                self.error(
                    &format!("{path}.{key}"),
                    format!("{most}以下にしてください"),
                    format!("this must be at most {most}"),
                );
            }
        }
        match (rule.days, rule.months) {
            (Some(_), Some(_)) => self.error(
                &format!("{path}.months"),
                "days と months は、どちらか一方だけ書いてください",
                "give either days or months, not both",
            ),
            (None, None) => self.error(path, "days か months を書いてください", "give days or months"),
            (Some(_), None) if rule.end_of_month => self.error(
                &format!("{path}.end_of_month"),
                "月末は months とともに使います",
                "end_of_month goes with months",
            ),
            (None, Some(_)) if rule.count == Count::Open => self.error(
                &format!("{path}.count"),
                "開庁日で数えるのは days だけです",
                "only days can be counted in open days",
            ),
            _ => {}
        }
    }

    pub(super) fn ends_before(&mut self, path: &str) {
        self.error(path, "終わりの日が始まりの日より前です", "it ends before it begins");
    }
}
