//! Bodies: tier, host, cadence, the five functions and the ladder.

use super::super::model::{Body, Named};
use super::super::rule::Cadence;
use super::{Check, codes};

impl Check<'_, '_> {
    pub(super) fn bodies(&mut self) {
        let (file, whole) = (self.file, self.whole);
        self.distinct_rows("body_level", &file.body_level);
        for (index, level) in file.body_level.iter().enumerate() {
            self.named(&format!("body_level[{index}]"), level);
        }
        self.distinct_rows("body", &file.body);
        for (index, body) in file.body.iter().enumerate() {
            let path = format!("body[{index}]");
            self.named(&path, body);
            self.refers_tier(&format!("{path}.tier"), &body.tier);
            self.refers_organisation(&format!("{path}.host"), body.host.as_deref());
            if let Some(role) = &body.host_role {
                self.refers(&format!("{path}.host_role"), role, codes(&whole.roles), "役割", "role");
            }
            for (place, job) in body.members.iter().enumerate() {
                self.refers_word(&format!("{path}.members[{place}]"), job, "job");
            }
            if let Some(cadence) = &body.cadence {
                self.cadence(&format!("{path}.cadence"), cadence);
            }
            self.level(&path, body);
            self.ladder(&path, body);
            if body.confidential && body.basis.is_none() {
                self.warn(
                    &format!("{path}.confidential"),
                    "内容を外に出さない会議には根拠（basis）を書いてください",
                    "a confidential body should name its basis",
                );
            }
        }
    }

    fn cadence(&mut self, path: &str, cadence: &Cadence) {
        let Cadence { per_year_min, per_year_max, months_min, months_max, as_needed } = cadence;
        let (yearly, monthly) = (per_year_min.or(*per_year_max), months_min.or(*months_max));
        if yearly.is_some() && monthly.is_some() {
            self.error(
                path,
                "年の回数と月の間隔は、どちらか一方だけ書いてください",
                "give either times a year or a distance in months, not both",
            );
        }
        if yearly.is_none() && monthly.is_none() && !as_needed {
            self.error(
                path,
                "開催の間隔がありません（随時なら as_needed = true）",
                "the cadence says nothing (as_needed = true for as needed)",
            );
        }
        for (key, value) in [
            ("per_year_min", per_year_min),
            ("per_year_max", per_year_max),
            ("months_min", months_min),
            ("months_max", months_max),
        ] {
            if *value == Some(0) {
                self.error(&format!("{path}.{key}"), "1以上にしてください", "this must be at least 1");
            }
        }
        for (key, least, most) in [("per_year_min", per_year_min, per_year_max), ("months_min", months_min, months_max)]
        {
            if let (Some(least), Some(most)) = (least, most)
                && least > most
            {
                self.error(
                    &format!("{path}.{key}"),
                    format!("最小{least}が最大{most}より大きくなっています"),
                    format!("the least, {least}, is more than the most, {most}"),
                );
            }
        }
    }

    /// A function outside the body's level is only warned about (#14).
    fn level(&mut self, path: &str, body: &Body) {
        let whole = self.whole;
        let Some(code) = &body.level else { return };
        if !self.refers(&format!("{path}.level"), code, codes(&whole.body_levels), "会議の段階", "body level") {
            return;
        }
        let Some(level) = whole.body_level(code) else {
            return;
        };
        for (place, function) in body.functions.iter().enumerate() {
            if !level.functions.contains(function) {
                let ja = whole.word("body_function", function.as_str()).map_or(function.as_str(), Named::ja);
                self.warn(
                    &format!("{path}.functions[{place}]"),
                    format!("「{ja}」は「{}」の役割の外です", level.ja),
                    format!("`{}` is outside the level `{code}`", function.as_str()),
                );
            }
        }
    }

    /// `reports_to` leads upwards and never in a circle.
    fn ladder(&mut self, path: &str, body: &Body) {
        let whole = self.whole;
        let Some(next) = &body.reports_to else { return };
        let path = format!("{path}.reports_to");
        if !self.refers(&path, next, codes(&whole.bodies), "会議", "body") {
            return;
        }
        let mut step = whole.body(next);
        let mut steps = 0;
        while let Some(above) = step {
            if above.code == body.code {
                return self.error(
                    &path,
                    "報告先をたどると、この会議に戻ってしまいます",
                    "following reports_to leads back to this body",
                );
            }
            steps += 1;
            if steps > whole.bodies.len() {
                return;
            }
            step = above.reports_to.as_deref().and_then(|code| whole.body(code));
        }
        let level = |code: &str| whole.tier(code).map(|tier| tier.level);
        if let (Some(own), Some(above)) = (level(&body.tier), whole.body(next).and_then(|body| level(&body.tier)))
            && above > own
        {
            self.warn(&path, "報告先の会議が、より小さい区域の会議です", "this body reports to one of a smaller area");
        }
    }
}
