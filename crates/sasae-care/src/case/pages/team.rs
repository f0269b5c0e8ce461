//! Asking for roles, answering, agreeing, and changing the lead.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::super::model::{AnswerForm, LINE, LeadForm, REMARK, RoleForm};
use super::super::store::{self, Role};
use super::open::{list_lead_organisations, named_choices};
use super::show::{ShowCase, gather};
use super::{CaseForm, Opened, choices, conflict, load, open_for};
use crate::access;
use crate::case::store::holders::Holder;
use crate::case::{CASE, STEER};
use crate::correction::pages::{find_field_called, searched_for, searches};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::staff::{Named, find_staff_name};
use crate::web::ui::form::{
    Choice, FormShell, choice_field, date_field, long_field, only_first, select_field, text_field,
};
use crate::web::ui::parts::{SideBySide, Tone, callout, compare, data_list, date_pair, link_button};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Most people and organisations offered at once.
const OFFERED: i64 = 300;

/// Whom to look for.
#[derive(Debug, Default, Deserialize)]
pub struct AskQuery {
    #[serde(default)]
    q: String,
}

/// People and organisations that can be asked.
struct Offered {
    staff: Vec<Holder>,
    organisations: Vec<Named>,
    /// There are more than these.
    more: bool,
}

impl Offered {
    /// Of what was found, one more than is offered; `more` says that there are more organisations anyway.
    fn of(mut staff: Vec<Holder>, mut organisations: Vec<Named>, more: bool) -> Offered {
        let most = usize::try_from(OFFERED).unwrap_or(usize::MAX);
        let more = more || staff.len() > most || organisations.len() > most;
        staff.truncate(most);
        organisations.truncate(most);
        Offered { staff, organisations, more }
    }

    /// Said above the form where there are more than stand in it.
    fn note(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        html! {
            @if self.more {
                (only_first(lang, lang.t("名前をもう少し入れてさがしてください。", "Type more of the name and find again.")))
            }
        }
    }
}

/// Without a search: people with a post around the area, and agencies that may
/// lead. With one: whoever's name begins so.
async fn offer(ctx: &Ctx, conn: &mut Conn, case: Id, q: &str) -> Result<Offered> {
    let key = fold_name(q);
    let mut offered = if key.is_empty() {
        // Who works around it would tell where somebody lives whose address is hidden.
        let staff = match access::shows_place(ctx, conn, &CASE, case).await? {
            true => store::holders::list_members_near(ctx, conn, case, OFFERED + 1).await?,
            false => Vec::new(),
        };
        let (organisations, more) = list_lead_organisations(ctx, conn, "").await?;
        Offered::of(staff, organisations, more)
    } else {
        let staff = store::holders::list_members_named(ctx, conn, case, &key, OFFERED + 1).await?;
        Offered::of(staff, store::list_organisations(ctx, conn, &key, OFFERED + 1).await?, false)
    };
    // Who has a role already does not ask oneself for another.
    let roles = store::list_roles(ctx, conn, case).await?;
    if roles.iter().any(|role| role.is_held_by(ctx.staff_id()) && role.is_current(ctx.today())) {
        offered.staff.retain(|one| Some(one.staff) != ctx.staff_id());
    }
    Ok(offered)
}

/// The same of those who may lead.
async fn offer_leads(ctx: &Ctx, conn: &mut Conn, case: Id, q: &str) -> Result<Offered> {
    let key = fold_name(q);
    let staff = store::holders::list_leads(ctx, conn, case, &key, OFFERED + 1).await?;
    let (organisations, more) = list_lead_organisations(ctx, conn, &key).await?;
    Ok(Offered::of(staff, organisations, more))
}

fn holder_choices<'a>(ctx: &Ctx, holders: &'a [Holder]) -> Vec<Choice<'a>> {
    let lang = ctx.lang();
    let mut found: Vec<Choice<'a>> = Vec::new();
    for one in holders {
        let id = one.staff.to_string();
        // One who holds several posts is offered once, under the first.
        if !found.iter().any(|choice| choice.value == id.as_str()) {
            found.push(Choice::new(
                id,
                match lang {
                    Lang::Ja => format!("{}（{}・{}）", one.name, one.label_ja, one.area_name),
                    Lang::En => format!("{} ({}, {})", one.name, one.label_en, one.area_name),
                },
            ));
        }
    }
    found
}

/// `GET /cases/{id}/roles/new`
pub async fn show_ask(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<AskQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, STEER).await?;
    let offered = offer(&ctx, &mut read, id, &query.q).await?;
    drop(read);
    Ok(ask_page(&ctx, &opened, &RoleForm::default(), &query.q, &offered, &Faults::default()))
}

/// The form once more with all that was typed, and with whom a search found.
async fn ask_again(
    ctx: &Ctx,
    conn: &mut Conn,
    opened: &Opened,
    (form, q): (&RoleForm, &str),
    faults: &Faults,
) -> Reply {
    let id = opened.case.id;
    let mut offered = offer(ctx, conn, id, q).await?;
    keep_chosen(ctx, conn, id, form, &mut offered).await?;
    Ok(ask_page(ctx, opened, form, q, &offered, faults))
}

fn ask_page(ctx: &Ctx, opened: &Opened, form: &RoleForm, q: &str, offered: &Offered, faults: &Faults) -> Response {
    let lang = ctx.lang();
    let id = opened.case.id;
    let error = |name: &str| faults.get(name, lang);
    let roles: Vec<Choice<'_>> =
        choices(ctx, "case_role").into_iter().filter(|choice| choice.value != "lead").collect();
    let one = lang.t("人か機関の、どちらか一方が必須", "Either a person or an organisation is required");
    let body = html! {
        (find_field_called(lang, lang.t("頼む相手を名前でさがす", "Find whom to ask by name"), q))
        (offered.note(ctx))
        @if offered.staff.is_empty() && offered.organisations.is_empty() {
            (callout(lang, Tone::Caution, lang.t("見つかりません", "Nobody was found"), html! {
                p { (lang.t("名前のはじめの文字でさがします。ちがう書き方でもためしてください。空にしてさがすと、近くの人が出ます。", "Names are found by their beginning. Try another way of writing. An empty search shows who is near.")) }
            }))
        }
        (select_field(lang, "staff", lang.t("頼む相手（人）", "Whom to ask (a person)"), holder_choices(ctx, &offered.staff))
            .value(&form.staff).needed_when(one).error(error("staff")))
        (select_field(lang, "organisation", lang.t("頼む相手（機関）", "Whom to ask (an organisation)"), named_choices(&offered.organisations))
            .value(&form.organisation).needed_when(one).hint(lang.t("機関のだれかが引き受けると、その人がチームに入ります。", "Whoever accepts for it joins the team.")).error(error("organisation")))
        (select_field(lang, "role", lang.t("役割", "Role"), roles).value(&form.role).required().error(error("role")))
        (text_field(lang, "task", lang.t("頼むこと", "What is asked")).value(&form.task).maxlength(LINE).required()
            .hint(lang.t("名前は書かないでください。例：週に1回、訪ねて食事のようすを見る", "No names. For example: visit once a week and see how meals go")).error(error("task")))
        (date_field(lang, "due_on", lang.t("いつまでに", "Until when")).value(&form.due_on).required().error(error("due_on")))
    };
    let page = CaseForm {
        title: lang.t("役割を頼む", "Ask for a role"),
        action: format!("/cases/{id}/roles"),
        submit: lang.t("頼む", "Ask"),
        consequence: lang.t(
            "頼まれた人の「今日」に届きます。その人は、返事をする前からこの支援を見られますが、書くことはできません。断ると見られなくなります。",
            "It shows on the “Today” of whoever is asked, who sees this case from now on but writes nothing before accepting, and no longer sees it after declining.",
        ),
        draft: None,
        revision: None,
        body,
    };
    let main = html! {
        h1 { (page.title) }
        (super::which(lang, &opened.case))
        (faults.summary(lang))
        (page.shell(ctx, id))
    };
    Page::new(page.title, main).why(opened.sight.why.clone()).status(faults.status()).reply(ctx)
}

/// `POST /cases/{id}/roles`
pub async fn ask(ctx: Ctx, Path(id): Path<Id>, form: Form<RoleForm>) -> Reply {
    let typed = (&form.input, searched_for(&form.sent));
    if searches(&form.sent) {
        let mut read = ctx.read().await?;
        let opened = open_for(&ctx, &mut read, id, STEER).await?;
        return ask_again(&ctx, &mut read, &opened, typed, &Faults::default()).await;
    }
    Step::new(&ctx)
        .run(
            async |work| {
                super::super::ask(&ctx, work, id, &form.input).await?;
                Ok(format!("/cases/{id}?done=asked"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                ask_again(&ctx, &mut read, &opened, typed, &faults).await
            },
        )
        .await
}

/// Whoever was found by a search and chosen as lead stays among the choices.
async fn keep_lead(ctx: &Ctx, conn: &mut Conn, case: Id, form: &LeadForm, offered: &mut Offered) -> Result<()> {
    if let Ok(staff) = form.staff.trim().parse::<Id>()
        && !offered.staff.iter().any(|one| one.staff == staff)
        && let Some(name) = find_staff_name(ctx, conn, staff).await?
    {
        let named = store::holders::list_leads(ctx, conn, case, &fold_name(&name), OFFERED).await?;
        offered.staff.extend(named.into_iter().filter(|one| one.staff == staff));
    }
    keep_organisation(ctx, conn, &form.organisation, offered).await
}

async fn keep_organisation(ctx: &Ctx, conn: &mut Conn, typed: &str, offered: &mut Offered) -> Result<()> {
    if let Ok(id) = typed.trim().parse::<Id>()
        && !offered.organisations.iter().any(|one| one.id == id)
        && let Some((_, name)) = store::find_organisation(ctx, conn, id).await?
    {
        offered.organisations.push(Named { id, name });
    }
    Ok(())
}

/// Whoever was found by a search and chosen stays among the choices.
async fn keep_chosen(ctx: &Ctx, conn: &mut Conn, case: Id, form: &RoleForm, offered: &mut Offered) -> Result<()> {
    if let Ok(staff) = form.staff.trim().parse::<Id>()
        && !offered.staff.iter().any(|one| one.staff == staff)
        && let Some(name) = find_staff_name(ctx, conn, staff).await?
    {
        let named = store::holders::list_members_named(ctx, conn, case, &fold_name(&name), OFFERED).await?;
        offered.staff.extend(named.into_iter().filter(|one| one.staff == staff));
    }
    keep_organisation(ctx, conn, &form.organisation, offered).await
}

/// Accept or decline, for the one who was asked.
pub(super) fn answer_form(ctx: &Ctx, role: &Role, form: &AnswerForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let options =
        vec![Choice::new("accept", lang.t("引き受ける", "Accept")), Choice::new("decline", lang.t("断る", "Decline"))];
    let body = html! {
        (choice_field(lang, "answer", lang.t("返事", "Answer"), options).value(&form.answer).required().error(error("answer")))
        (long_field(lang, "note", lang.t("ひとこと（断るときは理由）", "A word (when declining: why)")).value(&form.note).maxlength(REMARK).rows(2).error(error("note")))
    };
    let action = format!("/cases/{}/roles/{}/answer", role.case_id, role.id);
    let once = ctx.new_id().to_string();
    let shell = FormShell {
        consequence: Some(lang.t(
            "返事は、頼んだ人に届きます。断ると、この支援は見られなくなります。",
            "The answer goes to the one who asked. After declining you no longer see this case.",
        )),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("返事をする", "Answer"), body)
    };
    callout(
        lang,
        Tone::Caution,
        match &role.organisation_name {
            Some(_) if role.staff_id.is_none() => {
                lang.t("あなたの機関に役割が頼まれています", "Your organisation is asked to take a role")
            }
            _ => lang.t("あなたに役割が頼まれています", "You are asked to take a role"),
        },
        html! {
            (asked_for(ctx, role))
            (shell)
        },
    )
}

fn asked_for(ctx: &Ctx, role: &Role) -> Markup {
    let lang = ctx.lang();
    let mut rows = vec![
        (lang.t("役割", "Role"), html! { (ctx.profile().label("case_role", &role.role, lang)) }),
        (lang.t("頼まれたこと", "What is asked"), html! { (role.task) }),
    ];
    if let Some(due) = role.due_on {
        rows.push((lang.t("いつまでに", "Until when"), date_pair(due, lang)));
    }
    data_list(&rows)
}

/// What the staff of an organisation see that is asked: the request alone.
pub(super) fn request_page(ctx: &Ctx, role: &Role, form: &AnswerForm, faults: &Faults) -> Response {
    let lang = ctx.lang();
    let title = lang.t("あなたの機関に、役割が頼まれています", "Your organisation is asked to take a role");
    let main = html! {
        h1 { (title) }
        p {
            (role.organisation_name.as_deref().unwrap_or_default()) " "
            (lang.t("引き受けた人がこの支援のチームに入り、だれの支援かが見えるようになります。", "Whoever accepts joins the team and then sees whom it is about."))
        }
        (faults.summary(lang))
        (answer_form(ctx, role, form, faults))
    };
    Page::new(title, main).status(faults.status()).reply(ctx)
}

/// `POST /cases/{id}/roles/{role}/answer`
pub async fn answer(ctx: Ctx, Path((id, role)): Path<(Id, Id)>, form: Form<AnswerForm>) -> Reply {
    Step::new(&ctx)
        .run(
            async |work| {
                super::super::answer_role(&ctx, work, id, role, &form.input).await?;
                let done = if form.input.answer.trim() == "accept" { "accepted" } else { "declined" };
                // Who declined may see nothing of the case any more.
                let sees = access::can_see(&ctx, work, &CASE, id).await?;
                Ok(if sees { format!("/cases/{id}?done={done}") } else { format!("/cases?done={done}") })
            },
            async |faults| {
                let mut read = ctx.read().await?;
                match gather(&ctx, &mut read, id).await {
                    Ok(case) => Ok(case.page(&ctx, &form.input, &faults, None)),
                    Err(Error::NotFound) => {
                        let role = store::find_request(&ctx, &mut read, id).await?.ok_or(Error::NotFound)?;
                        Ok(request_page(&ctx, &role, &form.input, &faults))
                    }
                    Err(other) => Err(other),
                }
            },
        )
        .await
}

/// `POST /cases/{id}/roles/{role}/done`
pub async fn done(ctx: Ctx, Path((id, role)): Path<(Id, Id)>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            super::super::done_role(&ctx, work, id, role, ctx.today()).await?;
            Ok(format!("/cases/{id}?done=done"))
        })
        .await
}

/// `POST /cases/{id}/roles/{role}/end`
pub async fn end(ctx: Ctx, Path((id, role)): Path<(Id, Id)>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            super::super::end_role(&ctx, work, id, role).await?;
            Ok(format!("/cases/{id}?done=ended"))
        })
        .await
}

/// The step 主担当と役割を決めた, with what it means.
pub(super) fn agree_form(ctx: &Ctx, case: &ShowCase) -> Markup {
    let lang = ctx.lang();
    let id = case.opened.case.id;
    let action = format!("/cases/{id}/agree");
    let once = ctx.new_id().to_string();
    let alone = case.current_roles(ctx.today()).all(|role| role.role == "lead");
    let shell = FormShell {
        revision: Some(case.opened.case.revision),
        consequence: Some(lang.t(
            "相談を受けた日から今日までの日数が、「役割が決まるまでの日数」になります。",
            "The days from the intake until today become the figure “days until roles were agreed”.",
        )),
        ..FormShell::new(
            lang,
            &action,
            ctx.csrf(),
            &once,
            lang.t("主担当と役割を決めた", "Lead and roles are agreed"),
            html! {},
        )
    };
    callout(
        lang,
        Tone::Info,
        lang.t("次にすること", "Next"),
        html! {
            p {
                @if alone {
                    (lang.t("いまは主担当だけです。ほかの人や機関に頼むことがあれば、先に頼みます。", "There is only the lead so far. If others are to take a part, ask them first."))
                } @else {
                    (lang.t("返事がそろいました。だれが何をするかが決まったら、押してください。", "All have answered. Press when it is settled who does what."))
                }
            }
            p { (link_button(&format!("/cases/{id}/roles/new"), lang.t("役割を頼む", "Ask for a role"))) }
            (shell)
        },
    )
}

/// `POST /cases/{id}/agree`
pub async fn agree(ctx: Ctx, Path(id): Path<Id>, form: Form<NoFields>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                super::super::agree(&ctx, work, id, seen).await?;
                Ok(format!("/cases/{id}?done=agreed"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let case = gather(&ctx, &mut read, id).await?;
                drop(read);
                let nothing = AnswerForm::default();
                if faults.is_stale() {
                    let both = html! { (case.team(&ctx)) (case.next_step(&ctx, &nothing, &faults)) };
                    return Ok(conflict(&ctx, id, &both));
                }
                Ok(case.page(&ctx, &nothing, &faults, None))
            },
        )
        .await
}

/// A form without fields of its own.
#[derive(Debug, Default, Deserialize)]
pub struct NoFields {}

/// `GET /cases/{id}/lead?q=`
pub async fn show_lead(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<AskQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, STEER).await?;
    let offered = offer_leads(&ctx, &mut read, id, &query.q).await?;
    drop(read);
    let page = lead_form(&ctx, &opened, &LeadForm::default(), &query.q, &offered, &Faults::default());
    Ok(page.page(&ctx, &opened, &Faults::default()))
}

fn lead_form<'a>(
    ctx: &Ctx,
    opened: &Opened,
    form: &LeadForm,
    q: &str,
    offered: &Offered,
    faults: &Faults,
) -> CaseForm<'a> {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let body = html! {
        p { (lang.t("いまの主担当：", "Present lead: ")) strong { (opened.case.lead_name) } }
        (find_field_called(lang, lang.t("新しい主担当を名前でさがす", "Find the new lead by name"), q))
        (offered.note(ctx))
        (select_field(lang, "staff", lang.t("新しい主担当の人", "New lead person"), holder_choices(ctx, &offered.staff)).value(&form.staff).required().error(error("staff")))
        (select_field(lang, "organisation", lang.t("主担当の機関", "Lead agency"), named_choices(&offered.organisations)).value(&form.organisation)
            .hint(lang.t("選ばないときは、その人の所属になります。", "Left open, it is that person's own.")).error(error("organisation")))
        (text_field(lang, "reason", lang.t("替える理由", "Why the lead changes")).value(&form.reason).maxlength(LINE).required()
            .hint(lang.t("チームの人に見えます。名前は書かないでください。例：異動のため", "The team reads it. No names. For example: a change of post")).error(error("reason")))
    };
    CaseForm {
        title: lang.t("主担当を替える", "Change the lead"),
        action: format!("/cases/{}/lead", opened.case.id),
        submit: lang.t("替える", "Change"),
        consequence: lang.t(
            "今日から新しい人が主担当になり、いまの主担当の役割は終わります。新しい主担当には「今日」とお知らせで知らせます。前もって話してから替えてください。",
            "From today the new person leads and is told on “Today” and by a message, and the present lead's role ends. Please talk with them first.",
        ),
        draft: None,
        revision: Some(opened.case.revision),
        body,
    }
}

/// What somebody sees who was made the lead by somebody else, until they have taken note.
pub(super) fn lead_seen_form(ctx: &Ctx, role: &Role) -> Markup {
    let lang = ctx.lang();
    let action = format!("/cases/{}/lead/seen", role.case_id);
    let once = ctx.new_id().to_string();
    let verb = lang.t("確かめました", "I have taken note");
    callout(
        lang,
        Tone::Caution,
        lang.t("あなたが主担当になりました", "You are now the lead"),
        html! {
            p { (lang.t("替わった日：", "Since: ")) (date_pair(role.valid_from, lang)) }
            @if !role.reason.is_empty() { p class="lines" { (lang.t("理由：", "Reason: ")) (role.reason) } }
            (FormShell::new(lang, &action, ctx.csrf(), &once, verb, html! {}))
        },
    )
}

/// `POST /cases/{id}/lead/seen`
pub async fn note_lead(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            super::super::note_lead(&ctx, work, id).await?;
            Ok(format!("/cases/{id}?done=lead-seen"))
        })
        .await
}

/// `POST /cases/{id}/lead`
pub async fn change_lead(ctx: Ctx, Path(id): Path<Id>, form: Form<LeadForm>) -> Reply {
    let q = searched_for(&form.sent);
    if searches(&form.sent) {
        let mut read = ctx.read().await?;
        let opened = open_for(&ctx, &mut read, id, STEER).await?;
        let mut offered = offer_leads(&ctx, &mut read, id, q).await?;
        keep_lead(&ctx, &mut read, id, &form.input, &mut offered).await?;
        drop(read);
        let page = lead_form(&ctx, &opened, &form.input, q, &offered, &Faults::default());
        return Ok(page.page(&ctx, &opened, &Faults::default()));
    }
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                super::super::change_lead(&ctx, work, id, &form.input, seen).await?;
                let sees = access::can_see(&ctx, work, &CASE, id).await?;
                Ok(if sees { format!("/cases/{id}?done=lead") } else { "/cases?done=lead".to_owned() })
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                let mut offered = offer_leads(&ctx, &mut read, id, q).await?;
                keep_lead(&ctx, &mut read, id, &form.input, &mut offered).await?;
                drop(read);
                let again = lead_form(&ctx, &opened, &form.input, q, &offered, &faults);
                if !faults.is_stale() {
                    return Ok(again.page(&ctx, &opened, &faults));
                }
                let yours = offered.staff.iter().find(|one| one.staff.to_string() == form.input.staff);
                let row = SideBySide {
                    label: ctx.lang().t("主担当", "Lead"),
                    yours: yours.map_or("", |one| one.name.as_str()),
                    theirs: &opened.case.lead_name,
                };
                let both = html! { (compare(ctx.lang(), "", &[row])) (again.shell(&ctx, id)) };
                Ok(conflict(&ctx, id, &both))
            },
        )
        .await
}
