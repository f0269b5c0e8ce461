//! What is asked for a notice, the answers that come back, and what lies with nobody at the end.

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use sasae_app::ctx::{Ctx, Work};
use sasae_app::notice::{NOTICE, TriageForm};
use sasae_app::room::{self, Handed};
use sasae_app::{handover, message, notice, staff};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;

use super::Player;
use crate::course::Source;

/// The answers of so many last days have not been seen yet.
const SHOWN_DAYS: i32 = 2;

impl Player<'_> {
    /// Names to whom a notice is passed on, as its outcome asks; where there is nobody, it is answered.
    pub(super) async fn passed_on(
        &mut self,
        (ctx, work): (&Ctx, &mut Work),
        number: usize,
        mut form: TriageForm,
    ) -> Result<TriageForm> {
        let (area, taker) = (self.concerns[number].area, self.concerns[number].taker);
        let chosen = match form.outcome.as_str() {
            "watch" => {
                let near = self.crew.neighbours(area, true);
                let chosen = self.papers.pick(&near).map(|member| self.city.members[*member].id);
                form.staff = chosen.map(|id| id.to_string()).unwrap_or_default();
                chosen
            }
            "referred" => {
                let around = self.crew.around(area);
                let near = self.city.offices.iter().filter(|office| around.contains(&office.area));
                let near: Vec<Id> = near.map(|office| office.id).collect();
                let chosen = self.papers.pick(&near).copied();
                form.organisation = chosen.map(|id| id.to_string()).unwrap_or_default();
                chosen
            }
            "duplicate" => {
                let earlier = (0..self.records.len()).filter(|at| {
                    let other = &self.concerns[*at];
                    let same = *at != number && other.taker == taker && other.area == area;
                    same && matches!(other.source, Source::Story(_))
                });
                let chosen = earlier.rev().find_map(|at| self.records[at].notice);
                form.original = chosen.map(|id| id.to_string()).unwrap_or_default();
                chosen
            }
            "case" => {
                let handed = Handed { person: None, area, find: "" };
                let taker = room::find_taker(ctx, &NOTICE, "case");
                let near = match taker {
                    Some(taker) => (taker.list)(ctx, work, handed, 20).await?,
                    None => Vec::new(),
                };
                let chosen = self.papers.pick(&near).map(|case| case.id);
                form.record = chosen.map(|id| id.to_string()).unwrap_or_default();
                chosen
            }
            _ => return Ok(form),
        };
        if chosen.is_none() {
            "answered".clone_into(&mut form.outcome);
        }
        Ok(form)
    }

    /// Whoever is asked for a notice answers; for an organisation that telephones, whoever asked enters it.
    pub(super) async fn take(&mut self, number: usize, answer: &str, note: &str) -> Result<()> {
        let Some((request, asked)) = self.records[number].asked else { return Ok(()) };
        let id = self.notice(number)?;
        let member = asked.unwrap_or(self.concerns[number].taker);
        let ctx = self.acting(member, &format!("POST /notices/{id}/requests/{request}/answer")).await?;
        let form = notice::NoticeAnswerForm { answer: answer.to_owned(), note: note.to_owned() };
        let mut work = ctx.begin().await?;
        notice::request::answer(&ctx, &mut work, id, request, &form).await?;
        work.commit("").await?;
        Ok(())
    }

    pub(super) async fn tell(&mut self, number: usize) -> Result<()> {
        const SEEN: [&str; 3] = [
            "訪ねて会えました。変わりなくお元気でした。ときどき声をかけます。",
            "2回訪ねました。顔色はよく、新聞は旅行で止め忘れていたそうです。",
            "玄関先で話しました。耳が遠く、呼び鈴に気づかなかったようです。",
        ];
        const HEARD: [&str; 2] =
            ["担当者が現地を確かめ、持ち主に連絡したとのこと。", "担当の係で対応を始めたと、電話で聞いた。"];
        let by_agency = self.records[number].asked.is_some_and(|(_, member)| member.is_none());
        let note = if by_agency { self.papers.pick(&HEARD) } else { self.papers.pick(&SEEN) };
        let note = note.copied().unwrap_or_default();
        self.take(number, "done", note).await
    }

    /// The term of one 民生委員 ended yesterday and nobody follows yet: what was in those hands lies with nobody.
    pub(super) async fn end_a_term(&self, last: Date) -> Result<()> {
        let shown = self.crew.accounts(&[]);
        let held = |member: usize| self.entrusted.values().filter(|hands| hands.contains(&member)).count();
        let hands = self.crew.commissioners().into_iter().filter(|member| !shown.contains(member));
        let Some(leaver) = hands.max_by_key(|member| (held(*member), *member)) else { return Ok(()) };
        let ctx = self.city.system();
        let mut work = ctx.begin().await?;
        let end = last.yesterday()?;
        for post in staff::store::list_posts_of(&ctx, &mut work, self.city.members[leaver].id).await? {
            staff::store::change_post(&ctx, &mut work, post.id, post.area, (post.valid_from, end)).await?;
        }
        work.commit("").await?;
        Ok(())
    }

    /// Whoever asked has seen the answers of before the last days; the latest still stand on 今日.
    pub(super) async fn see_answers(&self, last: Date) -> Result<()> {
        let until = last.saturating_sub(SHOWN_DAYS.days());
        for member in 0..self.city.members.len() {
            let ctx = self.acting(member, "POST /answers/{id}/seen").await?;
            let mut work = ctx.begin().await?;
            let mut seen = 0;
            for answer in handover::list_unseen(&ctx, &mut work, i64::MAX).await? {
                if tokyo_date(answer.answered_at) <= until {
                    message::answers::see(&ctx, &mut work, answer.id).await?;
                    seen += 1;
                }
            }
            if seen > 0 {
                work.commit("").await?;
            }
        }
        Ok(())
    }
}
