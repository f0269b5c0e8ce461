//! The person's own page: who it is, household, who is responsible, and one
//! timeline of everything that happened.

use axum::extract::{Path, Query};
use jiff::civil::Date;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::years;
use crate::access::{self, Act, Why};
use crate::correction::pages::put_right;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::person::store::entrustment::{self, Entrustment};
use crate::person::store::restriction::{self, Restriction};
use crate::person::store::{self, Person};
use crate::person::{ENTRUST, PERSON, RESTRICT, SEE_ADDRESS, SEE_LOOKS};
use crate::person::{HouseholdView, household_of, name_of};
use crate::room::{self, Happening, NextStep, Standing};
use crate::tenancy::FOREVER;
use crate::web::ui::form::hidden;
use crate::web::ui::parts::{
    Flash, PersonHead, TimelineItem, Tone, beginning, chip, data_list, date_pair, empty, link_button, person_head,
    post_button, table, timeline as timeline_of,
};
use crate::web::{Page, Reply};
use crate::{attachment, correction};

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    done: String,
    /// How many rows of the timeline are shown at most.
    happenings: Option<i64>,
}

/// So many rows of the timeline are shown at first.
const HAPPENINGS: i64 = 50;
/// Most rows of the timeline.
const MOST_HAPPENINGS: i64 = 100_000;

/// `GET /persons/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<DoneQuery>) -> Reply {
    let rows = query.happenings.unwrap_or(HAPPENINGS).clamp(HAPPENINGS, MOST_HAPPENINGS);
    let page = load(&ctx, id, rows).await?;
    let title = name_of(&page.person);
    let why = page.why.clone();
    Ok(Page::new(title, page.render(&ctx)).why(why).flash(flash(ctx.lang(), &query.done)).reply(&ctx))
}

fn flash(lang: Lang, done: &str) -> Option<Flash> {
    let text = match done {
        "registered" => lang.t("登録しました。", "Registered."),
        "changed" => lang.t("保存しました。", "Saved."),
        "left" => lang.t("記録しました。見守りの託しは今日で終わります。", "Noted. Entrustments end today."),
        "restricted" => lang.t("閲覧を制限しました。", "The record is restricted."),
        "lifted" => lang.t("制限は今日で終わります。", "The restriction ends today."),
        "entrusted" => lang.t("見守りを託しました。", "Entrusted."),
        "ended" => lang.t("見守りの託しは今日で終わります。", "The entrustment ends today."),
        "resumed" => lang.t("終了を取り消しました。", "The end was taken back."),
        other => return correction::flash(lang, other, &[]),
    };
    Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None })
}

struct ShowPerson {
    person: Person,
    household: Option<HouseholdView>,
    entrustments: Vec<Entrustment>,
    standing: Vec<Standing>,
    next_steps: Vec<NextStep>,
    happenings: Vec<Happening>,
    /// How many rows the timeline is asked for next, where it has more than it shows.
    happenings_more: Option<i64>,
    files: Markup,
    corrections: Markup,
    /// Empty for those who may not restrict.
    restrictions: Vec<Restriction>,
    why: Vec<Why>,
    may_edit: bool,
    may_restrict: bool,
    may_entrust: bool,
    may_see_looks: bool,
}

async fn load(ctx: &Ctx, id: Id, rows: i64) -> Result<ShowPerson> {
    let mut read = ctx.read().await?;
    let acts = [Act::EDIT, RESTRICT, ENTRUST, SEE_LOOKS, SEE_ADDRESS];
    let sight = access::sight(ctx, &mut read, &PERSON, id, &acts).await?;
    let (happenings, rows_more) = happenings_of(ctx, &mut read, id, rows).await?;
    let restrictions = match sight.may(RESTRICT) {
        true => restriction::list_of(ctx, &mut read, id).await?,
        false => Vec::new(),
    };
    Ok(ShowPerson {
        person: store::get(ctx, &mut read, id).await?,
        household: household_of(ctx, &mut read, id).await?,
        entrustments: entrustment::list_of(ctx, &mut read, id).await?,
        standing: standing_of(ctx, &mut read, id).await?,
        next_steps: room::list_next_steps(ctx, &mut read, &PERSON, id).await?,
        happenings,
        happenings_more: rows_more.then_some(rows * 2),
        files: attachment::section(ctx, &mut read, &PERSON, id, &sight).await?,
        corrections: correction::section(ctx, &mut read, &PERSON, id, &sight).await?,
        restrictions,
        may_edit: sight.may(Act::EDIT),
        may_restrict: sight.may(RESTRICT),
        may_entrust: sight.may(ENTRUST),
        may_see_looks: sight.may(SEE_LOOKS),
        why: sight.why,
    })
}

/// A period in words; no end is shown while none is known.
fn period(lang: Lang, from: Date, to: Date) -> Markup {
    html! {
        (date_pair(from, lang)) (lang.t("から", " –"))
        @if to != FOREVER { " " (date_pair(to, lang)) (lang.t("まで", "")) }
    }
}

impl ShowPerson {
    fn render(&self, ctx: &Ctx) -> Markup {
        html! {
            (self.head(ctx))
            (self.facts(ctx))
            (self.responsible(ctx))
            (self.household(ctx))
            (self.files)
            (self.timeline(ctx))
            @if self.may_restrict { (self.restrictions(ctx)) }
            (self.put_right(ctx))
            (self.corrections)
        }
    }

    /// What may be put right apart from the record itself: ends of entrustments, and the household.
    fn put_right(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let ended = self.entrustments.iter().filter(|held| held.valid_to <= ctx.today());
        let mut words: Vec<(String, String)> = ended
            .filter(|_| self.may_entrust && !self.person.left())
            .map(|held| {
                let href = format!("/persons/{}/entrustments/{}/resume", self.person.id, held.id);
                let words = match lang {
                    Lang::Ja => format!("{}さんの見守りの終了を取り消す", held.staff_name),
                    Lang::En => format!("Take back that the watch of {} ended", held.staff_name),
                };
                (href, words)
            })
            .collect();
        if self.may_edit && self.household.is_some() {
            let href = format!("/persons/{}/household", self.person.id);
            words.push((href, lang.t("世帯の入れまちがいを直す", "Put the household right").to_owned()));
        }
        let links: Vec<(String, &str)> = words.iter().map(|(href, words)| (href.clone(), words.as_str())).collect();
        put_right(lang, &links)
    }

    fn head(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let person = &self.person;
        let sex = ctx.profile().label("sex", &person.sex, lang);
        let age = match person.age(ctx.today()) {
            Some(age) => format!("{}{}{sex}", years(lang, age), lang.t("・", ", ")),
            None => sex.to_owned(),
        };
        let district = match (person.address_shown, person.address.is_empty()) {
            (true, false) => format!("{} {}", person.area_name, person.address),
            (true, true) => person.area_name.clone(),
            (false, _) => lang.t("住所は出していません", "Address hidden").to_owned(),
        };
        person_head(&PersonHead {
            name: &name_of(person),
            kana: &person.kana(),
            age: Some(&age),
            district: Some(&district),
            chips: self.chips(ctx),
            actions: self.actions(ctx),
        })
    }

    fn chips(&self, ctx: &Ctx) -> Vec<Markup> {
        let lang = ctx.lang();
        let person = &self.person;
        let today = ctx.today();
        let mut chips = Vec::new();
        if person.died_on.is_some() {
            chips.push(chip(Tone::Plain, lang.t("亡くなった", "Died")));
        }
        if person.moved_out_on.is_some() {
            chips.push(chip(Tone::Plain, lang.t("転出した", "Moved out")));
        }
        if !person.address_shown {
            chips.push(chip(Tone::Danger, lang.t("住所は出さない", "Address is not to be given")));
        }
        for held in self.restrictions.iter().filter(|r| r.valid_from <= today && r.valid_to >= today) {
            chips.push(chip(Tone::Danger, held.kind.words().get(lang)));
        }
        if !matches!(person.language.as_str(), "" | "ja") {
            let language = ctx.profile().label("language", &person.language, lang);
            chips.push(chip(Tone::Info, language));
        }
        for code in person.communication() {
            chips.push(chip(Tone::Info, ctx.profile().label("communication_support", code, lang)));
        }
        for held in self.entrusted_today(today) {
            let words = format!("{}{}", lang.t("見守り：", "Watched by "), held.staff_name);
            chips.push(chip(Tone::Good, &words));
        }
        chips
    }

    fn entrusted_today(&self, today: Date) -> impl Iterator<Item = &Entrustment> {
        self.entrustments.iter().filter(move |e| e.valid_from <= today && e.valid_to >= today)
    }

    fn actions(&self, ctx: &Ctx) -> Vec<Markup> {
        let lang = ctx.lang();
        let id = self.person.id;
        let mut actions = NextStep::links(&self.next_steps, lang, true);
        let mut add = |may: bool, step: &str, words: &str| {
            if may {
                actions.push(link_button(&format!("/persons/{id}/{step}"), words));
            }
        };
        add(self.may_edit, "edit", lang.t("直す", "Edit"));
        add(self.may_entrust && !self.person.left(), "entrust", lang.t("見守りを託す", "Entrust"));
        add(self.may_edit, "leave", lang.t("死亡・転出", "Death or move"));
        add(self.may_restrict, "restrict", lang.t("閲覧を制限する", "Restrict"));
        add(self.may_see_looks, "looks", lang.t("だれが見たか", "Who has looked"));
        actions
    }

    fn facts(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let person = &self.person;
        let word = |vocabulary: &str, code: &str| ctx.profile().label(vocabulary, code, lang).to_owned();
        let mut rows: Vec<(&str, Markup)> = Vec::new();
        let mut day = |label, day: Option<Date>| {
            if let Some(day) = day {
                rows.push((label, date_pair(day, lang)));
            }
        };
        day(lang.t("生年月日", "Birth date"), person.birth_on);
        day(lang.t("亡くなった日", "Died on"), person.died_on);
        day(lang.t("転出した日", "Moved out on"), person.moved_out_on);
        let communication: Vec<String> =
            person.communication().map(|code| word("communication_support", code)).collect();
        let mut line = |label, text: &str| {
            if !text.is_empty() {
                rows.push((label, html! { span class="lines" { (text) } }));
            }
        };
        line(
            lang.t("電話", "Telephone"),
            if person.address_shown { &person.phone } else { lang.t("出していません", "Hidden") },
        );
        if !person.care_level.is_empty() {
            line(lang.t("介護度", "Care level"), &word("care_level", &person.care_level));
        }
        if !person.language.is_empty() {
            line(lang.t("使うことば", "Language"), &word("language", &person.language));
        }
        line(lang.t("伝え方の支援", "Communication support"), &communication.join("、"));
        line(lang.t("知っておくこと", "Good to know"), &person.note);
        data_list(&rows)
    }

    fn responsible(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let entrusted: Vec<&Entrustment> = self.entrusted_today(ctx.today()).collect();
        let open: Vec<&Standing> = self.standing.iter().filter(|one| one.open).collect();
        html! {
            section aria-labelledby="responsible" {
                h2 id="responsible" { (lang.t("担当している人", "Who is responsible")) }
                @if entrusted.is_empty() && open.is_empty() {
                    (empty(lang.t("見守りを託された人も、支援中の担当者もいません。", "Nobody watches or leads at present."), None))
                } @else {
                    ul {
                        @for case in open {
                            li {
                                (case.role.get(lang)) (lang.t("：", ": ")) (case.lead)
                                @if let Some(organisation) = &case.organisation { "（" (organisation) "）" }
                                " " a href=[case.record.0.href(case.record.1)] { (case.number) " " (case.title) }
                            }
                        }
                        @for held in entrusted {
                            li {
                                (lang.t("見守り：", "Watch: ")) (held.staff_name) " " (period(lang, held.valid_from, held.valid_to))
                                @if !held.reason.is_empty() { br; span class="lines" { (held.reason) } }
                                @if self.may_entrust {
                                    br; (post_button(
                                        &format!("/persons/{}/entrustments/{}/end", self.person.id, held.id),
                                        ctx.csrf(), &ctx.new_id().to_string(),
                                        &format!("{}{}", held.staff_name, lang.t("さんの見守りを今日で終える", ": end with today")),
                                    ))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn household(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        html! {
            section aria-labelledby="household" {
                h2 id="household" { (lang.t("世帯", "Household")) }
                @if let Some(household) = &self.household {
                    (table(
                        lang.t("世帯の人", "Members of the household"),
                        &[lang.t("名前", "Name"), lang.t("続柄", "Relation"), lang.t("年齢・性別", "Age and sex")],
                        household.members.iter().map(|member| {
                            let sex = ctx.profile().label("sex", &member.sex, lang);
                            vec![
                                html! {
                                    @if member.person == self.person.id { (member.name) }
                                    @else { a href=(format!("/persons/{}", member.person)) { (member.name) } }
                                },
                                html! { (ctx.profile().label("relation", &member.relation, lang)) },
                                html! { @if let Some(age) = member.age { (years(lang, age)) (lang.t("・", ", ")) } (sex) },
                            ]
                        }).collect(),
                    ))
                    @if ctx.may(&crate::person::may::REGISTER) && self.may_edit {
                        p { (link_button(
                            &format!("/persons/new?household={}", household.id),
                            lang.t("この世帯に人を加える", "Add someone to this household"),
                        )) }
                    }
                } @else {
                    (empty(lang.t("いま暮らしている世帯はありません。", "Lives in no household at present."), None))
                }
            }
        }
    }

    fn timeline(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let mut items: Vec<(Date, TimelineItem)> =
            self.happenings.iter().map(|one| (one.on, happening(ctx, one))).collect();
        for held in &self.entrustments {
            let item = TimelineItem {
                when: date_pair(held.valid_from, lang),
                kind: lang.t("見守りを託した", "Entrusted").to_owned(),
                what: html! { p { (lang.t("託された人：", "To: ")) (held.staff_name) } },
                who: held.entrusted_by.clone().unwrap_or_default(),
                href: None,
            };
            items.push((held.valid_from, item));
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.0));
        let items: Vec<TimelineItem> = items.into_iter().map(|(_, item)| item).collect();
        html! {
            section aria-labelledby="happened" {
                h2 id="happened" { (lang.t("これまでのこと", "What happened")) }
                @if items.is_empty() {
                    (empty(lang.t("あなたに見える記録は、まだありません。", "There is no record that you may see yet."), None))
                } @else {
                    (timeline_of(lang, &items))
                }
                @if let Some(more) = self.happenings_more {
                    p {
                        (lang.t("この前にも、まだあります。", "There is more before this.")) " "
                        (link_button(&format!("/persons/{}?happenings={more}#happened", self.person.id), lang.t("前のものも見る", "Show earlier ones too")))
                    }
                }
            }
        }
    }

    fn restrictions(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        html! {
            section aria-labelledby="restrictions" {
                h2 id="restrictions" { (lang.t("閲覧の制限（権利擁護の担当者だけに見えます）", "Restrictions (only those in charge of protection see this)")) }
                @if self.restrictions.is_empty() {
                    (empty(lang.t("制限はありません。", "There is none."), None))
                } @else {
                    ul { @for held in &self.restrictions { li { (self.restriction(ctx, held)) } } }
                }
            }
        }
    }

    fn restriction(&self, ctx: &Ctx, held: &Restriction) -> Markup {
        let lang = ctx.lang();
        let over = held.valid_to <= ctx.today();
        html! {
            p {
                (chip(if over { Tone::Plain } else { Tone::Danger }, held.kind.words().get(lang)))
                @if let Some(name) = &held.against_name { " " (lang.t("見せない相手：", "against ")) (name) }
                " " (period(lang, held.valid_from, held.valid_to))
            }
            p {
                (lang.t("理由：", "Reason: ")) (ctx.profile().label("restriction_kind", &held.reason, lang))
                "　" (lang.t("決めた人：", "Decided by ")) (held.decided_by)
            }
            @if let Some(on) = held.reported_on {
                p { (lang.t("通告・通報：", "Reported: ")) (date_pair(on, lang)) " " (held.reported_to) }
            }
            @if !held.note.is_empty() { p class="lines" { (held.note) } }
            @if over {
                p { a href=(format!("/persons/{}/restrictions/{}/resume", self.person.id, held.id)) { (lang.t("この制限の終了を取り消す", "Take back that it ended")) } }
            } @else {
                form class="one-button" method="post" data-once-only
                    action=(format!("/persons/{}/restrictions/{}/lift", self.person.id, held.id)) {
                    (hidden("_csrf", ctx.csrf()))
                    (hidden("_once", &ctx.new_id().to_string()))
                    (hidden("_revision", &held.revision.to_string()))
                    button class="button" type="submit" { (lang.t("この制限を今日で終える", "End this restriction with today")) }
                }
            }
        }
    }
}

fn happening(ctx: &Ctx, one: &Happening) -> TimelineItem {
    let lang = ctx.lang();
    let words = beginning(&one.text, 80);
    let who = match one.who.as_str() {
        "" => lang.t("地域の人", "Somebody in the neighbourhood"),
        who => who,
    };
    TimelineItem {
        when: date_pair(one.on, lang),
        kind: one.kind.get(lang).to_owned(),
        what: html! {
            p { (one.title) }
            @if !words.is_empty() { p class="lines" { (words) } }
        },
        who: who.to_owned(),
        href: one.record.0.href(one.record.1),
    }
}

/// What every room tells of the person, the latest first, and whether there is more than so many rows.
async fn happenings_of(ctx: &Ctx, conn: &mut Conn, person: Id, rows: i64) -> Result<(Vec<Happening>, bool)> {
    let mut all = Vec::new();
    for list in ctx.app().rooms().filter_map(|room| room.happenings) {
        all.extend(list(ctx, conn, person, rows + 1).await?);
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.on));
    let more = all.len() as i64 > rows;
    all.truncate(usize::try_from(rows).unwrap_or(usize::MAX));
    for one in &all {
        ctx.saw(one.record.0, one.record.1);
    }
    Ok((all, more))
}

async fn standing_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Standing>> {
    let mut all = Vec::new();
    for list in ctx.app().rooms().filter_map(|room| room.standing) {
        all.extend(list(ctx, conn, person).await?);
    }
    Ok(all)
}
