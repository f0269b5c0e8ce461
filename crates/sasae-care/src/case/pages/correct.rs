//! The pages on which a case and its entries are put right. Each says what will change before it is
//! done.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::super::correct::{self, PersonEndForm};
use super::super::entry::{self, Entry, MoveForm};
use super::super::model::ContactForm;
use super::super::store::{self, EntryRow};
use super::{Opened, contact, load_for, which};
use crate::access::Act;
use crate::case::CASE;
use crate::correction::pages::{put_right, reason_field, struck_out_box};
use crate::correction::step::{CorrectionTarget, FormStep, ReasonStep, TargetSummary};
use crate::correction::{self, ReasonForm};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::person::{self, Found};
use crate::web::ui::form::{Choice, SEARCH, choice_field, text_field};
use crate::web::ui::parts::{Flash, SideBySide, compare};
use crate::web::{Faults, Form, Reply};

/// Most persons offered.
const OFFERED: i64 = 20;

/// What is said after a step; an entry that was moved can be followed to the other case, `to`.
pub(super) fn flash(lang: Lang, done: &str, to: &str) -> Option<Flash> {
    const ENDED: Words = Words("支援する人から外しました。", "The person has left the case.");
    const REOPENED: Words =
        Words("終了を取り消しました。支援が続いています。", "The closing was taken back. The case is open.");
    let flash = correction::flash(lang, done, &[("person-ended", ENDED), ("reopened", REOPENED)])?;
    let next = to.parse::<Id>().ok().filter(|_| done == "moved");
    let next = next.map(|to| (lang.t("移した先の支援を開く", "Open the other case").to_owned(), case_page(to)));
    Some(Flash { next, ..flash })
}

fn case_page(case: Id) -> String {
    format!("/cases/{case}")
}

pub(super) fn entry_page(case: Id, entry: Entry, id: Id) -> String {
    format!("/cases/{case}/{}/{id}", entry.path())
}

fn page(target: CorrectionTarget) -> String {
    match Entry::of_kind(target.part.0) {
        Ok(entry) => entry_page(target.record, entry, target.part.1),
        Err(_) => case_page(target.record),
    }
}

/// What an entry is: its own day, of a plan that on which it was made; who wrote it; what it says.
fn shown(ctx: &Ctx, entry: Entry, row: &EntryRow) -> TargetSummary {
    let on = if entry == Entry::Plan { tokyo_date(row.created_at) } else { row.on };
    let said = html! {
        p { (ctx.lang().date(on)) " " (row.staff_name) }
        p class="lines" { (row.text) }
    };
    TargetSummary { revision: row.revision, said }
}

/// Strikes an entry out.
pub(in crate::case) static STRIKE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::SEE,
    page,
    action: |target| format!("{}/strike", page(target)),
    list: "/cases",
    title: Words("支援の記録を取り消す", "Strike an entry out"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let entry = Entry::of_kind(target.part.0)?;
            Ok(shown(ctx, entry, &entry::get_standing(ctx, conn, target.record, entry, target.part.1).await?))
        })
    },
    take: |ctx, work, target, form, seen| {
        Box::pin(async move {
            let entry = Entry::of_kind(target.part.0)?;
            entry::strike_out(ctx, work, (target.record, entry, target.part.1), form, seen).await
        })
    },
};

/// Restores one that was struck out.
pub(in crate::case) static RESTORE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::SEE,
    page,
    action: |target| format!("{}/restore", page(target)),
    list: "/cases",
    title: Words("取り消した記録を元にもどす", "Restore an entry"),
    verb: Words("元にもどす", "Restore it"),
    done: "restored",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let entry = Entry::of_kind(target.part.0)?;
            Ok(shown(ctx, entry, &entry::get_struck(ctx, conn, target.record, entry, target.part.1).await?))
        })
    },
    take: |ctx, work, target, form, seen| {
        Box::pin(async move {
            let entry = Entry::of_kind(target.part.0)?;
            entry::restore(ctx, work, (target.record, entry, target.part.1), form, seen).await
        })
    },
};

/// Takes the closing of a case back.
pub(in crate::case) static REOPEN: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/reopen", page(target)),
    list: "/cases",
    title: Words("支援の終了を取り消す", "Take the closing back"),
    verb: Words("終了を取り消す", "Take it back"),
    done: "reopened",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let case = correct::get_correctable(ctx, conn, target.record).await?;
            correct::require_closed(&case)?;
            let said = which(ctx.lang(), &case);
            Ok(TargetSummary { revision: case.revision, said })
        })
    },
    take: |ctx, work, target, form, seen| Box::pin(correct::reopen(ctx, work, target.record, form, seen)),
};

fn target(case: Id, entries: &str, id: Id) -> Result<CorrectionTarget> {
    Ok(CorrectionTarget::entry(case, (Entry::of_path(entries)?.kind(), id)))
}

/// `GET /cases/{id}/{entries}/{record}/strike`
pub async fn show_strike(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    STRIKE.form(&ctx, target(id, &entries, record)?).await
}

/// `POST /cases/{id}/{entries}/{record}/strike`
pub async fn strike(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, target(id, &entries, record)?, form).await
}

/// `GET /cases/{id}/{entries}/{record}/restore`
pub async fn show_restore(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    RESTORE.form(&ctx, target(id, &entries, record)?).await
}

/// `POST /cases/{id}/{entries}/{record}/restore`
pub async fn restore(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, target(id, &entries, record)?, form).await
}

/// `GET /cases/{id}/reopen`
pub async fn show_reopen(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    REOPEN.form(&ctx, CorrectionTarget::of(&CASE, id)).await
}

/// `POST /cases/{id}/reopen`
pub async fn reopen(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    REOPEN.post(&ctx, CorrectionTarget::of(&CASE, id), form).await
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
    let stands = opened.case.struck_at.is_none();
    if stands && entry::may_mend(ctx, &opened.sight, row.staff_id) {
        if row.struck_at.is_some() {
            links.push((at("restore"), lang.t("元にもどす", "Restore it")));
        } else {
            links.push((at("correct"), lang.t("訂正する", "Correct it")));
            if entry.is_moved() {
                links.push((at("move"), lang.t("ほかの支援に移す", "Move it to another case")));
            }
            links.push((at("strike"), lang.t("この記録を取り消す", "Strike this entry out")));
        }
    }
    let above = html! { @if row.struck_at.is_some() || !stands { (struck_out_box(lang)) } };
    Ok((above, html! { (put_right(lang, &links)) (history) }))
}

/// What an entry's own page asks of the reader's rights.
pub(super) const ACTS: &[Act] = &[Act::EDIT, Act::CORRECT];

/// A step of a case, which leads to `after`.
pub(super) fn step<'a>(
    ctx: &'a Ctx,
    case: Id,
    (title, verb, done): (Words, Words, &'static str),
    (page, action, after): (&'a str, &'a str, &'a str),
) -> FormStep<'a> {
    FormStep { ctx, record: (&CASE, case), title, verb, action, page, after, list: "/cases", done }
}

const MOVE: (Words, Words, &str) =
    (Words("ほかの支援に移す", "Move an entry to another case"), Words("移す", "Move it"), "moved");

/// The open cases on which the reader works, without this one: those of the same person first.
async fn list_targets(ctx: &Ctx, conn: &mut Conn, opened: &Opened, person: Option<Id>) -> Result<Vec<(Id, String)>> {
    let same: Vec<Id> = match person {
        Some(person) => vec![person],
        None => opened.persons.iter().filter_map(|one| one.id).collect(),
    };
    let mut own = Vec::new();
    for one in store::list_own(ctx, conn, OFFERED).await? {
        if one.id != opened.case.id {
            let named = store::list_person_ids(ctx, conn, one.id).await?;
            let other = !named.iter().any(|(id, _)| same.contains(id));
            own.push((other, one.id, format!("{} {}", one.number, one.title)));
        }
    }
    // The order of those alike stays: the one last worked on first.
    own.sort_by_key(|(other, ..)| *other);
    Ok(own.into_iter().map(|(_, id, label)| (id, label)).collect())
}

async fn move_page(ctx: &Ctx, (case, entry, id): (Id, Entry, Id), form: &MoveForm, faults: &Faults) -> Reply {
    if !entry.is_moved() {
        return Err(Error::NotFound);
    }
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, ACTS).await?;
    let row = entry::get_standing(ctx, &mut read, case, entry, id).await?;
    let offered = list_targets(ctx, &mut read, &opened, row.person_id).await?;
    drop(read);
    let page = entry_page(case, entry, id);
    let action = format!("{page}/move");
    let said = html! {
        (which(lang, &opened.case))
        (shown(ctx, entry, &row).said)
    };
    let mut choices: Vec<Choice<'_>> =
        offered.iter().map(|(id, label)| Choice::new(id.to_string(), label.as_str())).collect();
    if !choices.is_empty() {
        choices.push(Choice::new("", lang.t("ほかの支援（下に番号を入れる）", "Another one (give its number below)")));
    }
    let body = html! {
        @if !choices.is_empty() {
            (choice_field(lang, "case", lang.t("移す先の支援", "The other case"), choices).value(&form.case)
                .needed_when(lang.t("番号を入れないときは必須", "Required without a number")).error(faults.get("case", lang)))
        }
        (text_field(lang, "number", lang.t("ほかの支援の番号", "Number of another case")).value(&form.number).maxlength(entry::NUMBER)
            .needed_when(lang.t("上で選ばないときは必須", "Required if none is chosen"))
            .hint(lang.t("移せるのは、続いている支援で、あなたが書ける支援です。例：R7-0001、0001", "An open case in which you may write. For example R7-0001 or 0001"))
            .error(faults.get("number", lang)))
        (reason_field(lang, &form.reason, &faults.fields))
    };
    let step = step(ctx, case, MOVE, (&page, &action, &page));
    Ok(step.form((row.revision, &opened.sight.why), &said, &body, &html! {}, faults))
}

/// `GET /cases/{id}/{entries}/{record}/move`
pub async fn show_move(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>) -> Reply {
    let what = (id, Entry::of_path(&entries)?, record);
    move_page(&ctx, what, &MoveForm::default(), &Faults::default()).await
}

/// `POST /cases/{id}/{entries}/{record}/move`
pub async fn move_entry(ctx: Ctx, Path((id, entries, record)): Path<(Id, String, Id)>, form: Form<MoveForm>) -> Reply {
    let seen = form.seen()?;
    let what = (id, Entry::of_path(&entries)?, record);
    let page = entry_page(id, what.1, record);
    step(&ctx, id, MOVE, (&page, &format!("{page}/move"), &case_page(id)))
        .post(
            &form.sent,
            seen,
            async |work| entry::move_to(&ctx, work, what, &form.input, seen).await,
            async |faults| move_page(&ctx, what, &form.input, &faults).await,
        )
        .await
}

const CONTACT: (Words, Words, &str) =
    (Words("連絡の記録を訂正する", "Correct a contact"), Words("訂正する", "Correct it"), "corrected");

async fn contact_page(ctx: &Ctx, (case, id): (Id, Id), typed: Option<(&ContactForm, &str)>, faults: &Faults) -> Reply {
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
    let body = html! {
        (contact::fields(ctx, &opened, form, faults))
        (reason_field(lang, reason, &faults.fields))
    };
    let page = entry_page(case, Entry::Contact, id);
    let action = format!("{page}/correct");
    let row_of = |label, yours, theirs| SideBySide { label, yours, theirs };
    let rows = [
        row_of(lang.t("連絡した日", "Date"), form.contact_on.as_str(), standing.contact_on.as_str()),
        row_of(lang.t("ようす・話したこと", "What happened"), form.body.as_str(), standing.body.as_str()),
        row_of(lang.t("次に連絡する日", "Next contact on"), form.next_on.as_str(), standing.next_on.as_str()),
        row_of(lang.t("次にすること", "What for"), form.next_what.as_str(), standing.next_what.as_str()),
    ];
    let step = step(ctx, case, CONTACT, (&page, &action, &page));
    let both = compare(lang, "", &rows);
    Ok(step.form((row.revision, &opened.sight.why), &which(lang, &opened.case), &body, &both, faults))
}

/// `GET /cases/{id}/contacts/{record}/correct`
pub async fn show_correct_contact(ctx: Ctx, Path((id, record)): Path<(Id, Id)>) -> Reply {
    contact_page(&ctx, (id, record), None, &Faults::default()).await
}

/// `POST /cases/{id}/contacts/{record}/correct`
pub async fn correct_contact(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, form: Form<ContactForm>) -> Reply {
    let seen = form.seen()?;
    let reason = form.sent.one("reason");
    let typed = Some((&form.input, reason));
    let why = ReasonForm { reason: reason.to_owned() };
    let page = entry_page(id, Entry::Contact, record);
    step(&ctx, id, CONTACT, (&page, &format!("{page}/correct"), &page))
        .post(
            &form.sent,
            seen,
            async |work| correct::correct_contact(&ctx, work, (id, record), &form.input, &why, seen).await,
            async |faults| contact_page(&ctx, (id, record), typed, &faults).await,
        )
        .await
}

const END: (Words, Words, &str) =
    (Words("支援する人から外す", "A person leaves the case"), Words("外す", "Take the person out"), "person-ended");

/// Whom to find.
#[derive(Debug, Default, Deserialize)]
pub struct FindQuery {
    #[serde(default)]
    find: String,
}

async fn end_page(ctx: &Ctx, (case, person): (Id, Id), form: &PersonEndForm, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, &[Act::CORRECT]).await?;
    opened.sight.require(Act::CORRECT)?;
    let one = opened.persons.iter().find(|one| one.id == Some(person)).ok_or(Error::NotFound)?;
    let Found { rows: found, more } = match one.main && !find.trim().is_empty() {
        true => person::search_first(ctx, &mut read, find, OFFERED).await?,
        false => Found::default(),
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
        (which(lang, &opened.case))
        p { strong { (one.name()) } }
        @if one.main {
            p { (lang.t("この人は、支援の中心になる人です。代わりに中心になる人を選んでください。", "This person is at the centre of the case. Choose who takes that target.")) }
            form class="form" action=(action) method="get" role="search" aria-label=(lang.t("代わりの人をさがす", "Find the other person")) {
                (text_field(lang, "find", lang.t("名前・電話でさがす", "Find by name or telephone")).value(find).maxlength(SEARCH).autocomplete("off").without_word())
                div class="buttons" { button class="button" type="submit" { (lang.t("さがす", "Find")) } }
            }
        }
    };
    let body = html! {
        @if one.main && !choices.is_empty() {
            (choice_field(lang, "main", lang.t("中心になる人", "Who is at its centre"), choices).values([form.main.as_str()]).required().error(faults.get("main", lang)))
            @if more { (person::only_first(ctx)) }
        }
        (reason_field(lang, &form.reason, &faults.fields))
    };
    let step = step(ctx, case, END, (&page, &action, &page));
    Ok(step.form((opened.case.revision, &opened.sight.why), &said, &body, &html! {}, faults))
}

/// `GET /cases/{id}/persons/{person}/end`
pub async fn show_end_person(ctx: Ctx, Path((id, person)): Path<(Id, Id)>, Query(query): Query<FindQuery>) -> Reply {
    end_page(&ctx, (id, person), &PersonEndForm::default(), &query.find, &Faults::default()).await
}

/// `POST /cases/{id}/persons/{person}/end`
pub async fn end_person(ctx: Ctx, Path((id, person)): Path<(Id, Id)>, form: Form<PersonEndForm>) -> Reply {
    let seen = form.seen()?;
    let page = case_page(id);
    step(&ctx, id, END, (&page, &format!("{page}/persons/{person}/end"), &page))
        .post(
            &form.sent,
            seen,
            async |work| correct::end_person(&ctx, work, id, person, &form.input, seen).await,
            async |faults| end_page(&ctx, (id, person), &form.input, "", &faults).await,
        )
        .await
}
