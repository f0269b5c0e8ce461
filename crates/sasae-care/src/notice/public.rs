//! The pages for anyone, without an account: in やさしい日本語 and English.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::id::parse_receipt_number;
use serde::Deserialize;

use super::model::{LINE, NoticeForm, NoticeState, WHAT};
use super::store;
use crate::area;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::web::ui::form::{Choice, FormShell, choice_field, long_field, select_field, text_field, yes_no};
use crate::web::ui::parts::{Tone, callout, link_button, primary_link};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Most characters of a receipt number, with the spaces and lines that people put into it.
const RECEIPT: usize = 40;

/// The codes that the public form offers, most frequent first; staff see all.
fn kinds(ctx: &Ctx) -> Vec<Choice<'_>> {
    ctx.profile()
        .words("notice_kind")
        .iter()
        .filter(|word| word.code != "absent_salon")
        .map(|word| {
            let label = match ctx.lang() {
                Lang::Ja => word.easy.as_deref().unwrap_or(&word.ja),
                Lang::En => &word.en,
            };
            Choice::new(word.code.as_str(), label)
        })
        .collect()
}

/// `GET /`
pub async fn show_form(ctx: Ctx) -> Reply {
    form_page(&ctx, &NoticeForm::default(), &Faults::default()).await
}

async fn form_page(ctx: &Ctx, form: &NoticeForm, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let areas = report_areas(ctx, &mut read).await?;
    drop(read);
    let choices = areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect();
    let once = ctx.new_id().to_string();
    let urgent = ctx.profile().word("urgency", "urgent").is_some();
    let body = html! {
        (choice_field(lang, "kind", lang.t("何（なに）に 気（き）づきましたか", "What did you notice?"), kinds(ctx)).values([form.kind.as_str()]).required().error(faults.get("kind", lang)))
        (long_field(lang, "what", lang.t("くわしく（ひとことで いいです）", "A few words about it")).value(&form.what).maxlength(WHAT).rows(3)
            .needed_when(lang.t("上（うえ）で「その他（た）」を えらんだときは 書（か）いてください", "Needed with “Other” above")).error(faults.get("what", lang)))
        (select_field(lang, "area", lang.t("どこの 区（く）ですか", "In which area?"), choices).values([form.area.as_str()]).required().error(faults.get("area", lang)))
        (text_field(lang, "place", lang.t("場所（ばしょ）", "Where exactly")).value(&form.place).maxlength(LINE)
            .hint(lang.t("町の名前、建物、目じるしなど", "Town, building, landmark")).error(faults.get("place", lang)))
        @if urgent {
            (yes_no(lang, "urgent", lang.t("今日（きょう）、助（たす）けが いりますか", "Is help needed today?")).values([form.urgent.as_str()])
                .hint(lang.t("命（いのち）が あぶないときは、119番か 110番に 電話（でんわ）してください", "If a life is in danger, call 119 or 110 at once")))
        }
        details class="more" {
            summary { (lang.t("書（か）かなくても いいこと", "Only if you like")) }
            (text_field(lang, "about", lang.t("だれのことですか", "About whom?")).value(&form.about).maxlength(LINE).error(faults.get("about", lang)))
            (text_field(lang, "name", lang.t("あなたの 名前（なまえ）", "Your name")).value(&form.name).maxlength(LINE).autocomplete("name").error(faults.get("name", lang)))
            (text_field(lang, "contact", lang.t("電話（でんわ）か メール", "Telephone or e-mail")).value(&form.contact).maxlength(LINE).error(faults.get("contact", lang)))
        }
        div class="trap" aria-hidden="true" {
            label for="website" { "Website" }
            input id="website" name="website" type="text" tabindex="-1" autocomplete="off" value="";
        }
    };
    let shell = FormShell {
        consequence: Some(lang.t(
            "送（おく）ると、この地域（ちいき）の 相談（そうだん）の 係（かかり）だけが 読（よ）みます。近所（きんじょ）の 人（ひと）には 伝（つた）わりません。",
            "Only the consultation staff of this area will read it. Neighbours will not be told.",
        )),
        ..FormShell::new(lang, "/report", ctx.csrf(), &once, lang.t("送（おく）る", "Send"), body)
    };
    let main = html! {
        h1 { (lang.t("気（き）づいたことを 知（し）らせる", "Report a concern")) }
        p class="lead" {
            (lang.t(
                "近所（きんじょ）の 人（ひと）で、しんぱいな ことは ありませんか。名前（なまえ）を 書（か）かなくても だいじょうぶです。1分（いっぷん）で おわります。",
                "Are you worried about somebody near you? No name is needed, and it takes a minute.",
            ))
        }
        (faults.summary(lang))
        (shell)
        nav aria-label=(lang.t("ほかの入口", "Other ways")) class="other-ways" {
            p { a href="/receipt" { (lang.t("受付番号（うけつけばんごう）で たしかめる", "Ask with a receipt number")) } }
            p { a href="/sign-in" { (lang.t("職員・委員の方はこちら（サインイン）", "Staff and commissioners: sign in")) } }
        }
    };
    Ok(Page::new(lang.t("気づいたことを知らせる", "Report a concern"), main).bare().status(faults.status()).reply(ctx))
}

/// The areas from which a resident chooses: those just below the whole, and the
/// whole for one who does not know.
pub(super) async fn report_areas(ctx: &Ctx, read: &mut sasae_db::Conn) -> Result<Vec<(String, String)>> {
    let lang = ctx.lang();
    let mut tiers = ctx.profile().main_tiers();
    let top = tiers.next();
    let below = tiers.next();
    let mut choices = Vec::new();
    if let Some(tier) = below {
        for area in area::list_of_tier(ctx, read, &tier.code).await? {
            choices.push((area.id.to_string(), area.name));
        }
    }
    if let Some(tier) = top {
        for area in area::list_of_tier(ctx, read, &tier.code).await? {
            let name =
                if choices.is_empty() { area.name } else { lang.t("わからない", "I do not know").to_owned() };
            choices.push((area.id.to_string(), name));
        }
    }
    Ok(choices)
}

/// `POST /report`
pub async fn report(ctx: Ctx, Form { input, .. }: Form<NoticeForm>) -> Reply {
    Step::new(&ctx)
        .run(
            async |work| {
                let reported = super::report(&ctx, work, &input).await?;
                Ok(format!("/report/done?receipt={}", reported.receipt))
            },
            async |faults| form_page(&ctx, &input, &faults).await,
        )
        .await
}

/// A receipt number in an address.
#[derive(Debug, Default, Deserialize)]
pub struct Receipt {
    #[serde(default)]
    receipt: String,
}

/// `GET /report/done?receipt=…`
pub async fn show_done(ctx: Ctx, Query(query): Query<Receipt>) -> Reply {
    let lang = ctx.lang();
    let number = parse_receipt_number(&query.receipt).ok_or(Error::NotFound)?;
    let main = html! {
        h1 { (lang.t("知（し）らせてくれて ありがとうございます", "Thank you for telling us")) }
        (callout(lang, Tone::Good, lang.t("受付番号（うけつけばんごう）", "Your receipt number"), html! {
            p class="receipt" { strong { (number) } }
            p { (lang.t(
                "この番号（ばんごう）で、読（よ）んだか どうかを たしかめられます。紙（かみ）に 書（か）くか、写真（しゃしん）を とってください。",
                "With this number you can see whether it has been read. Write it down or take a picture.",
            )) }
        }))
        p { (primary_link(&format!("/receipt?receipt={number}"), lang.t("いまの ようすを 見（み）る", "See where it stands"))) }
        p { (link_button("/", lang.t("ほかのことも 知（し）らせる", "Report something else"))) }
    };
    Ok(Page::new(lang.t("受け付けました", "Received"), main).bare().reply(&ctx))
}

/// `GET /receipt?receipt=…`: one of three words, and nothing else.
pub async fn show_receipt(ctx: Ctx, Query(query): Query<Receipt>) -> Reply {
    let lang = ctx.lang();
    let asked = !query.receipt.trim().is_empty();
    let state = match parse_receipt_number(&query.receipt) {
        Some(number) => {
            let mut read = ctx.read().await?;
            store::find_state(&ctx, &mut read, &number).await?
        }
        None => None,
    };
    let main = html! {
        h1 { (lang.t("受付番号（うけつけばんごう）で たしかめる", "Ask with a receipt number")) }
        @if let Some(state) = state { (state_box(lang, state)) }
        @else if asked {
            (callout(lang, Tone::Caution, lang.t("見（み）つかりません", "Not found"), html! {
                p { (lang.t("番号（ばんごう）を もう一度（いちど） たしかめてください。", "Please check the number again.")) }
            }))
        }
        form class="form" method="get" action="/receipt" {
            (text_field(lang, "receipt", lang.t("受付番号（うけつけばんごう）", "Receipt number")).value(&query.receipt).required().maxlength(RECEIPT))
            div class="buttons" { button class="button button-primary" type="submit" { (lang.t("たしかめる", "Ask")) } }
        }
        p { (link_button("/", lang.t("はじめの 画面（がめん）", "Start"))) }
    };
    Ok(Page::new(lang.t("受付番号でたしかめる", "Ask with a receipt number"), main).bare().reply(&ctx))
}

fn state_box(lang: Lang, state: NoticeState) -> Markup {
    let (tone, word, more) = match state {
        NoticeState::Received => (
            Tone::Info,
            lang.t("届（とど）きました", "Received"),
            lang.t("係（かかり）が これから 読（よ）みます。", "Staff will read it soon."),
        ),
        NoticeState::Read => (
            Tone::Info,
            lang.t("読（よ）みました", "Read"),
            lang.t("どうするか 考（かんが）えています。", "They are considering what to do."),
        ),
        NoticeState::Finished => (
            Tone::Good,
            lang.t("終（お）わりました", "Finished"),
            lang.t(
                "知（し）らせてくれて、ありがとうございました。だれの ことか 守（まも）るため、これより くわしくは 出（だ）しません。",
                "Thank you. To protect people, nothing more is shown here.",
            ),
        ),
    };
    callout(lang, tone, word, html! { p { (more) } })
}
