//! お知らせの受け取り: whether and where one is told oneself.

use axum::extract::Query;
use jiff::Timestamp;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;

use super::super::model::{MAIL, State};
use super::super::{tone, trial};
use super::DoneQuery;
use crate::ctx::Ctx;
use crate::message::{ReceivingForm, receive as choose, store};
use crate::web::ui::form::{FormShell, text_field, tick_field};
use crate::web::ui::parts::{Flash, Tone, callout, chip, date_pair, post_button};
use crate::web::{Faults, Form, Page, Reply, Step};

/// `GET /messages/receiving`
pub async fn show_receiving(ctx: Ctx, Query(query): Query<DoneQuery>) -> Reply {
    let me = ctx.staff()?.staff;
    let mut read = ctx.read().await?;
    let kept = store::find_staff_mail(&ctx, &mut read, me).await?;
    let last = store::find_last_of(&ctx, &mut read, trial::TRIAL.code).await?;
    drop(read);
    let trial = kept.as_ref().filter(|kept| !kept.mail.is_empty()).map(|_| trial_part(&ctx, last));
    let form = kept.map_or_else(ReceivingForm::default, |kept| ReceivingForm {
        wanted: if kept.wanted { "yes".to_owned() } else { String::new() },
        mail: kept.mail,
    });
    let flash = (query.done == "kept").then(|| Flash {
        tone: Tone::Good,
        text: ctx.lang().t("保存しました。", "Saved.").to_owned(),
        next: None,
    });
    receiving(&ctx, &form, &Faults::default(), flash, trial)
}

fn receiving(ctx: &Ctx, form: &ReceivingForm, faults: &Faults, flash: Option<Flash>, trial: Option<Markup>) -> Reply {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        (text_field(lang, "mail", lang.t("受け取るメールアドレス", "Mail address")).value(&form.mail).input_type("email").maxlength(MAIL).autocomplete("email")
            .hint(lang.t("職場のアドレスを入れてください", "Use the address of your work")).error(faults.get("mail", lang)))
        (tick_field(lang, "wanted", lang.t("メールでお知らせを受け取る", "Tell me by mail")).value(&form.wanted))
    };
    let shell = FormShell {
        consequence: Some(lang.t(
            "あなたに引き継ぎや返事が届いたときに、メールが1通届きます。人の名前や内容は書かれません。",
            "A mail comes when something is handed to you or answered. It holds no names and no contents.",
        )),
        cancel: Some("/account"),
        ..FormShell::new(lang, "/messages/receiving", ctx.csrf(), &once, lang.t("保存する", "Save"), body)
    };
    let title = lang.t("お知らせの受け取り", "How to be told");
    let main = html! {
        h1 { (title) }
        (faults.summary(lang))
        @if ctx.app().settings().mail.is_none() { (not_in_use(ctx)) }
        (shell)
        @if let Some(trial) = trial { (trial) }
    };
    Ok(Page::new(title, main).flash(flash).status(faults.status()).reply(ctx))
}

/// The button that sends a trial message to the saved address, and what became of the last one.
fn trial_part(ctx: &Ctx, last: Option<(Id, State, Timestamp)>) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    html! {
        @if ctx.app().settings().mail.is_some() {
            section aria-labelledby="trial" {
                h2 id="trial" { (lang.t("届くかどうかをためす", "Try whether it comes through")) }
                p { (lang.t(
                    "保存したアドレスに、ためしのメールを1通送ります。届かないときは、アドレスを確かめてください。",
                    "Sends one trial mail to the saved address. Where none comes, look at the address again.",
                )) }
                (post_button("/messages/receiving/trial", ctx.csrf(), &once, lang.t("ためしに送る", "Send a trial mail")))
                @if let Some((id, state, at)) = last {
                    p {
                        (lang.t("まえのためし：", "Last trial: ")) (chip(tone(state), state.words().get(lang))) " "
                        (date_pair(tokyo_date(at), lang)) " "
                        a href={ "/messages/" (id) } { (lang.t("ようすを見る", "See what became of it")) }
                    }
                }
            }
        }
    }
}

/// `POST /messages/receiving/trial`
pub async fn send_trial(ctx: Ctx) -> Reply {
    Step::new(&ctx).press(async |work| trial::send(&ctx, work).await.map(|id| format!("/messages/{id}"))).await
}

fn not_in_use(ctx: &Ctx) -> Markup {
    let lang = ctx.lang();
    let title = lang.t("メールは、まだ使われていません", "Mail is not in use yet");
    let text = lang.t(
        "この支えでは、まだメールを送りません。入れておくと、使いはじめたときから届きます。",
        "This installation sends no mail yet. What you enter here counts from when it does.",
    );
    callout(lang, Tone::Info, title, html! { p { (text) } })
}

/// `POST /messages/receiving`
pub async fn receive(ctx: Ctx, form: Form<ReceivingForm>) -> Reply {
    Step::new(&ctx)
        .run(
            async |work| {
                choose(&ctx, work, &form.input).await?;
                Ok("/messages/receiving?done=kept".to_owned())
            },
            async |faults| receiving(&ctx, &form.input, &faults, None, None),
        )
        .await
}
