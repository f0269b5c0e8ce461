//! The pages on which a case and its entries are put right. Each says what will change before it is
//! done.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::super::correct::{self, PersonEndForm};
use super::super::entry::{self, Entry, MoveForm};
use super::super::model::ContactForm;
use super::super::store::{self, EntryRow};
use super::{Opened, contact, load_for, which};
use crate::access::{self, Act, Kind, Why};
use crate::case::CASE;
use crate::correction::pages::{Wish, put_right, reason_field, struck_out_box};
use crate::correction::step::{Place, ReasonStep, Shown};
use crate::correction::{self, Outlook, Question, ReasonForm};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::{Lang, Words};
use crate::person::{self, PersonRow};
use crate::web::ui::form::{Choice, SEARCH, choice_field, text_field};
use crate::web::ui::parts::{Flash, SideBySide, Tone, compare, saved_first};
use crate::web::{Faults, Form, Pairs, Reply, see};

/// Most persons offered.
const OFFERED: i64 = 20;

/// What is said after a step.
pub(super) fn flash(lang: Lang, done: &str) -> Option<Flash> {
    let text = match done {
        "corrected" => lang.t("訂正しました。", "Corrected."),
        "struck" => lang.t("取り消しました。", "Struck out."),
        "restored" => lang.t("取り消しをやめました。", "Restored."),
        "moved" => lang.t("移しました。", "Moved."),
        "person-ended" => lang.t("支援する人から外しました。", "The person has left the case."),
        "reopened" => {
            lang.t("終了を取り消しました。支援が続いています。", "The closing was taken back. The case is open.")
        }
        _ => return None,
    };
    Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None })
}

fn case_page(case: Id) -> String {
    format!("/cases/{case}")
}

fn entry_page(case: Id, entry: Entry, id: Id) -> String {
    format!("/cases/{case}/{}/{id}", entry.path())
}

fn page(place: Place) -> String {
    match Entry::of_kind(place.part.0) {
        Ok(entry) => entry_page(place.record, entry, place.part.1),
        Err(_) => case_page(place.record),
    }
}

fn shown(ctx: &Ctx, row: &EntryRow) -> Shown {
    let said = html! {
        p { (ctx.lang().date(sasae_core::clock::tokyo_date(row.created_at))) " " (row.staff_name) }
        p class="lines" { (row.text) }
    };
    Shown { revision: row.revision, said }
}

/// Strikes an entry out.
pub(in crate::case) static STRIKE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::SEE,
    page,
    action: |place| format!("{}/strike", page(place)),
    list: "/cases",
    title: Words("支援の記録を取り消す", "Strike an entry out"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, place| {
        Box::pin(async move {
            let entry = Entry::of_kind(place.part.0)?;
            Ok(shown(ctx, &entry::get_standing(ctx, conn, place.record, entry, place.part.1).await?))
        })
    },
    take: |ctx, work, place, form, seen| {
        Box::pin(async move {
            let entry = Entry::of_kind(place.part.0)?;
            entry::strike_out(ctx, work, (place.record, entry, place.part.1), form, seen).await
        })
    },
};

/// Restores one that was struck out.
pub(in crate::case) static RESTORE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::SEE,
    page,
    action: |place| format!("{}/restore", page(place)),
    list: "/cases",
    title: Words("支援の記録の取り消しをやめる", "Restore an entry"),
    verb: Words("取り消しをやめる", "Restore it"),
    done: "restored",
    show: |ctx, conn, place| {
        Box::pin(async move {
            let entry = Entry::of_kind(place.part.0)?;
            Ok(shown(ctx, &entry::get_struck(ctx, conn, place.record, entry, place.part.1).await?))
        })
    },
    take: |ctx, work, place, form, seen| {
        Box::pin(async move {
            let entry = Entry::of_kind(place.part.0)?;
            entry::restore(ctx, work, (place.record, entry, place.part.1), form, seen).await
        })
    },
};

/// Takes the closing of a case back.
pub(in crate::case) static REOPEN: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::CORRECT,
    page,
    action: |place| format!("{}/reopen", page(place)),
    list: "/cases",
    title: Words("支援の終了を取り消す", "Take the closing back"),
    verb: Words("終了を取り消す", "Take it back"),
    done: "reopened",
    show: |ctx, conn, place| {
        Box::pin(async move {
            let case = correct::get_correctable(ctx, conn, place.record).await?;
            correct::require_closed(&case)?;
            let said = which(ctx.lang(), &case);
            Ok(Shown { revision: case.revision, said })
        })
    },
    take: |ctx, work, place, form, seen| Box::pin(correct::reopen(ctx, work, place.record, form, seen)),
};

fn place(case: Id, entries: &str, id: Id) -> Result<Place> {
    Ok(Place::entry(case, (Entry::of_path(entries)?.kind(), id)))
}

/// `GET /cases/{id}/{entries}/{record}/strike`
pub async fn show_strike(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    STRIKE.form(&ctx, place(id, &entries, record)?).await
}

/// `POST /cases/{id}/{entries}/{record}/strike`
pub async fn strike(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, place(id, &entries, record)?, form).await
}

/// `GET /cases/{id}/{entries}/{record}/restore`
pub async fn show_restore(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    RESTORE.form(&ctx, place(id, &entries, record)?).await
}

/// `POST /cases/{id}/{entries}/{record}/restore`
pub async fn restore(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, place(id, &entries, record)?, form).await
}

/// `GET /cases/{id}/reopen`
pub async fn show_reopen(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    REOPEN.form(&ctx, Place::of(&CASE, id)).await
}

/// `POST /cases/{id}/reopen`
pub async fn reopen(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    REOPEN.post(&ctx, Place::of(&CASE, id), form).await
}

/// What an entry's own page shows besides: that it was struck out, what may be put right, and its
/// history. `opened` was loaded with [`ACTS`].
pub(super) async fn mending(
    ctx: &Ctx,
    conn: &mut Conn,
    opened: &Opened,
    entry: Entry,
    id: Id,
) -> Result<(Markup, Markup)> {
    let case = opened.case.id;
    let row = store::get_entry(ctx, conn, case, entry, id).await?;
    let history = correction::section_of_entry(ctx, conn, &CASE, case, id, &opened.sight).await?;
    let lang = ctx.lang();
    let at = |step: &str| format!("{}/{step}", entry_page(case, entry, id));
    let mut links: Vec<(String, &str)> = Vec::new();
    if entry::may_mend(ctx, &opened.sight, row.staff_id) {
        if row.struck_at.is_some() {
            links.push((at("restore"), lang.t("取り消しをやめる", "Restore it")));
        } else {
            if entry == Entry::Contact {
                links.push((at("correct"), lang.t("訂正する", "Correct it")));
            }
            if entry.is_moved() {
                links.push((at("move"), lang.t("ほかの支援に移す", "Move it to another case")));
            }
            links.push((at("strike"), lang.t("この記録を取り消す", "Strike this entry out")));
        }
    }
    let above = html! { @if row.struck_at.is_some() { (struck_out_box(lang)) } };
    Ok((above, html! { (put_right(lang, &links)) (history) }))
}

/// What an entry's own page asks of the reader's rights.
pub(super) const ACTS: &[Act] = &[Act::EDIT, Act::CORRECT];

/// Whether the step is done now; else its preview.
struct Answer<'a> {
    ctx: &'a Ctx,
    case: Id,
    question: (&'a str, &'a str),
    action: &'a str,
    page: &'a str,
    done: &'a str,
    seen: i64,
}

impl Answer<'_> {
    async fn of(&self, mut work: Work, outlook: &Outlook, sent: &Pairs) -> Reply {
        if Wish::of(sent) == Wish::Do {
            let record = (&CASE as Kind, self.case);
            let to = correction::place_after(self.ctx, &mut work, record, self.page, "/cases", self.done).await?;
            return Ok(see(&work.commit(&to).await?));
        }
        drop(work);
        let mut read = self.ctx.read().await?;
        let sight = access::sight(self.ctx, &mut read, &CASE, self.case, &[]).await?;
        drop(read);
        question(self.question, self.action, self.page, self.seen, &sight.why).preview(self.ctx, outlook, sent).await
    }
}

fn question<'a>(
    (title, verb): (&'a str, &'a str),
    action: &'a str,
    cancel: &'a str,
    revision: i64,
    why: &'a [Why],
) -> Question<'a> {
    Question { title, action, verb, cancel, revision, why }
}

fn move_words(lang: Lang) -> (&'static str, &'static str) {
    (lang.t("ほかの支援に移す", "Move an entry to another case"), lang.t("移す", "Move it"))
}

async fn move_page(
    ctx: &Ctx,
    (case, entry, id): (Id, Entry, Id),
    form: &MoveForm,
    errors: &Fields,
    stale: bool,
) -> Reply {
    if !entry.is_moved() {
        return Err(Error::NotFound);
    }
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, ACTS).await?;
    let row = entry::get_standing(ctx, &mut read, case, entry, id).await?;
    let own = store::list_own(ctx, &mut read, OFFERED).await?;
    drop(read);
    let page = entry_page(case, entry, id);
    let action = format!("{page}/move");
    let said = html! {
        @if stale { (saved_first(lang, &html! {})) }
        (which(lang, &opened.case))
        (shown(ctx, &row).said)
        @if own.iter().any(|one| one.id != case) {
            p { (lang.t("あなたが加わっている支援：", "Cases on which you work:")) }
            ul { @for one in own.iter().filter(|one| one.id != case) { li { (one.number) " " (one.title) } } }
        }
    };
    let body = html! {
        (text_field(lang, "number", lang.t("移す先の支援の番号", "Number of the other case")).value(&form.number).required().maxlength(entry::NUMBER)
            .hint(lang.t("例：R7-0001", "For example R7-0001")).error(errors.get("number", lang)))
        (reason_field(lang, &form.reason, errors))
    };
    let question = question(move_words(lang), &action, &page, row.revision, &opened.sight.why);
    Ok(if stale { question.stale(ctx, &said, body) } else { question.form(ctx, &said, body, errors) })
}

/// `GET /cases/{id}/{entries}/{record}/move`
pub async fn show_move(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    let what = (id, Entry::of_path(&entries)?, record);
    move_page(&ctx, what, &MoveForm::default(), &Fields::default(), false).await
}

/// `POST /cases/{id}/{entries}/{record}/move`
pub async fn move_entry(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<MoveForm>) -> Reply {
    let seen = form.seen()?;
    let what = (id, Entry::of_path(&entries)?, record);
    if Wish::of(&form.sent) == Wish::Back {
        return move_page(&ctx, what, &form.input, &Fields::default(), false).await;
    }
    let mut work = ctx.begin().await?;
    match entry::move_to(&ctx, &mut work, what, &form.input, seen).await {
        Ok(outlook) => {
            let action = format!("{}/move", entry_page(id, what.1, record));
            let (page, question) = (case_page(id), move_words(ctx.lang()));
            let answer = Answer { ctx: &ctx, case: id, question, action: &action, page: &page, done: "moved", seen };
            answer.of(work, &outlook, &form.sent).await
        }
        Err(Error::Invalid(errors)) => {
            drop(work);
            move_page(&ctx, what, &form.input, &errors, false).await
        }
        Err(Error::Stale { .. }) => {
            drop(work);
            move_page(&ctx, what, &form.input, &Fields::default(), true).await
        }
        Err(other) => Err(other),
    }
}

fn contact_words(lang: Lang) -> (&'static str, &'static str) {
    (lang.t("連絡の記録を訂正する", "Correct a contact"), lang.t("訂正する", "Correct it"))
}

async fn contact_page(
    ctx: &Ctx,
    (case, id): (Id, Id),
    typed: Option<(&ContactForm, &str)>,
    errors: Fields,
    stale: bool,
) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, ACTS).await?;
    let row = entry::get_standing(ctx, &mut read, case, Entry::Contact, id).await?;
    let one = store::get_contact(ctx, &mut read, case, id).await?;
    drop(read);
    let standing = ContactForm {
        contact_on: lang.date(one.contact_on),
        kind: one.kind.clone(),
        method: one.method.clone(),
        person: row.person_id.map(|id| id.to_string()).unwrap_or_default(),
        body: one.body.clone(),
        next_on: one.next_on.map(|on| lang.date(on)).unwrap_or_default(),
        next_what: one.next_what.clone(),
    };
    let (form, reason) = typed.unwrap_or((&standing, ""));
    let problem = Faults::from(errors);
    let body = html! {
        (contact::fields(ctx, &opened, form, &problem))
        (reason_field(lang, reason, &problem.fields))
    };
    let page = entry_page(case, Entry::Contact, id);
    let action = format!("{page}/correct");
    let question = question(contact_words(lang), &action, &page, row.revision, &opened.sight.why);
    if stale {
        let row = |label, yours, theirs| SideBySide { label, yours, theirs };
        let rows = [
            row(lang.t("連絡した日", "Date"), form.contact_on.as_str(), standing.contact_on.as_str()),
            row(lang.t("ようす・話したこと", "What happened"), form.body.as_str(), standing.body.as_str()),
            row(lang.t("次に連絡する日", "Next contact on"), form.next_on.as_str(), standing.next_on.as_str()),
            row(lang.t("次にすること", "What for"), form.next_what.as_str(), standing.next_what.as_str()),
        ];
        return Ok(question.stale(ctx, &saved_first(lang, &compare(lang, "", &rows)), body));
    }
    Ok(question.form(ctx, &which(lang, &opened.case), body, &problem.fields))
}

/// `GET /cases/{id}/contacts/{record}/correct`
pub async fn show_correct_contact(ctx: Ctx, Path((id, record)): Path<(Id, Id)>) -> Reply {
    contact_page(&ctx, (id, record), None, Fields::default(), false).await
}

/// `POST /cases/{id}/contacts/{record}/correct`
pub async fn correct_contact(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, form: Form<ContactForm>) -> Reply {
    let seen = form.seen()?;
    let reason = form.sent.one("reason");
    let typed = Some((&form.input, reason));
    if Wish::of(&form.sent) == Wish::Back {
        return contact_page(&ctx, (id, record), typed, Fields::default(), false).await;
    }
    let mut work = ctx.begin().await?;
    let why = ReasonForm { reason: reason.to_owned() };
    match correct::correct_contact(&ctx, &mut work, (id, record), &form.input, &why, seen).await {
        Ok(outlook) => {
            let page = entry_page(id, Entry::Contact, record);
            let (action, question) = (format!("{page}/correct"), contact_words(ctx.lang()));
            let answer =
                Answer { ctx: &ctx, case: id, question, action: &action, page: &page, done: "corrected", seen };
            answer.of(work, &outlook, &form.sent).await
        }
        Err(Error::Invalid(errors)) => {
            drop(work);
            contact_page(&ctx, (id, record), typed, errors, false).await
        }
        Err(Error::Stale { .. }) => {
            drop(work);
            contact_page(&ctx, (id, record), typed, Fields::default(), true).await
        }
        Err(other) => Err(other),
    }
}

fn end_words(lang: Lang) -> (&'static str, &'static str) {
    (lang.t("支援する人から外す", "A person leaves the case"), lang.t("外す", "Take the person out"))
}

/// Whom to find.
#[derive(Debug, Default, Deserialize)]
pub struct FindQuery {
    #[serde(default)]
    find: String,
}

async fn end_page(
    ctx: &Ctx,
    (case, person): (Id, Id),
    form: &PersonEndForm,
    find: &str,
    errors: &Fields,
    stale: bool,
) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, &[Act::CORRECT]).await?;
    opened.sight.require(Act::CORRECT)?;
    let one = opened.persons.iter().find(|one| one.id == Some(person)).ok_or(Error::NotFound)?;
    let found: Vec<PersonRow> = match one.main && !find.trim().is_empty() {
        true => person::search(ctx, &mut read, find, OFFERED).await?,
        false => Vec::new(),
    };
    let chosen = match form.main.parse::<Id>() {
        Ok(id) => person::find_row(ctx, &mut read, id).await?,
        Err(_) => None,
    };
    drop(read);
    let mut choices: Vec<Choice<'_>> = Vec::new();
    let others = opened.persons.iter().filter(|other| !other.main);
    let mut offered: Vec<(String, String)> =
        others.filter_map(|other| Some((other.id?.to_string(), other.name()))).collect();
    offered.extend(chosen.iter().chain(&found).map(|row| {
        let birth = row.birth_on.map(|on| lang.date(on)).unwrap_or_default();
        (row.id.to_string(), format!("{} {} {birth} {}", row.family, row.given, row.area_name))
    }));
    offered.retain(|(id, _)| *id != person.to_string());
    for (at, (id, name)) in offered.iter().enumerate() {
        if !offered.iter().take(at).any(|(known, _)| known == id) {
            choices.push(Choice::new(id.as_str(), name.as_str()));
        }
    }
    let page = case_page(case);
    let action = format!("{page}/persons/{person}/end");
    let said = html! {
        @if stale { (saved_first(lang, &html! {})) }
        (which(lang, &opened.case))
        p { strong { (one.name()) } }
        @if one.main {
            p { (lang.t("この人は、支援の中心になる人です。代わりに中心になる人を選んでください。", "This person is at the centre of the case. Choose who takes that place.")) }
            form class="form" action=(action) method="get" role="search" aria-label=(lang.t("代わりの人をさがす", "Find the other person")) {
                (text_field(lang, "find", lang.t("名前・電話でさがす", "Find by name or telephone")).value(find).maxlength(SEARCH).autocomplete("off").without_word())
                div class="buttons" { button class="button" type="submit" { (lang.t("さがす", "Find")) } }
            }
        }
    };
    let body = html! {
        @if one.main && !choices.is_empty() {
            (choice_field(lang, "main", lang.t("中心になる人", "Who is at its centre"), choices).values([form.main.as_str()]).required().error(errors.get("main", lang)))
        }
        (reason_field(lang, &form.reason, errors))
    };
    let question = question(end_words(lang), &action, &page, opened.case.revision, &opened.sight.why);
    Ok(if stale { question.stale(ctx, &said, body) } else { question.form(ctx, &said, body, errors) })
}

/// `GET /cases/{id}/persons/{person}/end`
pub async fn show_end_person(ctx: Ctx, Path((id, person)): Path<(Id, Id)>, Query(query): Query<FindQuery>) -> Reply {
    end_page(&ctx, (id, person), &PersonEndForm::default(), &query.find, &Fields::default(), false).await
}

/// `POST /cases/{id}/persons/{person}/end`
pub async fn end_person(ctx: Ctx, Path((id, person)): Path<(Id, Id)>, form: Form<PersonEndForm>) -> Reply {
    let seen = form.seen()?;
    if Wish::of(&form.sent) == Wish::Back {
        return end_page(&ctx, (id, person), &form.input, "", &Fields::default(), false).await;
    }
    let mut work = ctx.begin().await?;
    match correct::end_person(&ctx, &mut work, id, person, &form.input, seen).await {
        Ok(outlook) => {
            let page = case_page(id);
            let (action, question) = (format!("{page}/persons/{person}/end"), end_words(ctx.lang()));
            let answer =
                Answer { ctx: &ctx, case: id, question, action: &action, page: &page, done: "person-ended", seen };
            answer.of(work, &outlook, &form.sent).await
        }
        Err(Error::Invalid(errors)) => {
            drop(work);
            end_page(&ctx, (id, person), &form.input, "", &errors, false).await
        }
        Err(Error::Stale { .. }) => {
            drop(work);
            end_page(&ctx, (id, person), &form.input, "", &Fields::default(), true).await
        }
        Err(other) => Err(other),
    }
}
