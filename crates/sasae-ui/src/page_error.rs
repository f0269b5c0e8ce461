//! The bodies of pages for what went wrong. Each says what happened, that
//! nothing was lost (or what was), and how to go on. None names a cause from
//! inside the program.

use maud::{Markup, html};

use super::form::hidden;
use super::shell::{SEARCH, TODAY};
use sasae_core::lang::Lang;

/// What was typed and has not been saved, below any of these pages: the texts to
/// copy, and with `again` the very same form to send once more.
pub fn kept(lang: Lang, texts: &[&str], again: Option<(&str, &[(&str, &str)])>) -> Markup {
    let words = [
        lang.t("入力した内容（まだ保存していません）", "What you typed (not saved yet)"),
        lang.t(
            "入力は消えていません。この画面を開いたまま少し待ってから、押してください。二重には登録されません。",
            "It is not lost. Leave this page open, wait a little and press. It is never entered twice.",
        ),
        lang.t("同じ内容をもう一度送る", "Send the same again"),
    ];
    kept_in(words, texts, again)
}

/// The same for anyone without an account, in words that are easy to read.
pub fn kept_easy(lang: Lang, texts: &[&str], again: Option<(&str, &[(&str, &str)])>) -> Markup {
    let words = [
        lang.t("あなたが 書（か）いた こと（まだ 届（とど）いて いません）", "What you wrote (it has not arrived yet)"),
        lang.t(
            "消（き）えて いません。この 画面（がめん）を ひらいた まま、すこし 待（ま）ってから 押（お）してください。2回（にかい） 押（お）しても、届（とど）くのは 1回（いっかい）だけです。",
            "It is not lost. Leave this page open, wait a little and press. It arrives only once, however often you press.",
        ),
        lang.t("もう一度（いちど） 送（おく）る", "Send it again"),
    ];
    kept_in(words, texts, again)
}

fn kept_in([heading, wait, button]: [&str; 3], texts: &[&str], again: Option<(&str, &[(&str, &str)])>) -> Markup {
    html! {
        section class="error-page" aria-labelledby="kept" {
            h2 id="kept" { (heading) }
            @for text in texts { p class="lines" { (text) } }
            @if let Some((action, fields)) = again {
                p { (wait) }
                form class="form" action=(action) method="post" data-once-only {
                    @for (name, value) in fields { (hidden(name, value)) }
                    div class="buttons" { button class="button button-primary" type="submit" { (button) } }
                }
            }
        }
    }
}

fn page(lang: Lang, title: &str, body: Markup, ways: &[(&str, &str)]) -> Markup {
    html! {
        div class="error-page" {
            h1 { (title) }
            (body)
            h2 { (lang.t("このあとできること", "What you can do now")) }
            ul class="ways" { @for (href, words) in ways { li { a href=(href) { (words) } } } }
        }
    }
}

/// 400: an address or a value that cannot be understood; `what` says which.
pub fn bad_request(lang: Lang, what: &str) -> Markup {
    page(
        lang,
        lang.t("読み取れない内容がありました", "Something could not be understood"),
        html! { p { (what) } },
        &[(TODAY, lang.t("今日の画面へ", "Go to today"))],
    )
}

/// 401: not signed in, or the session ended; `form` signs in and leads back to where one was.
pub fn sign_in_again(lang: Lang, form: &Markup, typed: bool) -> Markup {
    html! {
        div class="error-page" {
            h1 { (lang.t("もう一度サインインしてください", "Please sign in again")) }
            p {
                (lang.t(
                    "しばらく操作がなかったため、安全のためサインアウトしました。下書きは残っています。",
                    "You were signed out for safety after a time without use. Your drafts are kept.",
                ))
                @if typed {
                    (lang.t(
                        "いま送ろうとした内容も、まだ保存していませんが、ここでサインインすれば元の画面にもどせます。",
                        " What you were sending is not saved yet; sign in here and it stands in its form again.",
                    ))
                }
            }
            (form)
        }
    }
}

/// What was typed before the session ended, for whoever has signed in again: the texts, a button that
/// sends the very same, and the way to `page` without it.
pub fn kept_through_signing_in(
    lang: Lang,
    title: &str,
    texts: &[&str],
    (action, fields): (&str, &[(&str, &str)]),
    page: &str,
) -> Markup {
    html! {
        div class="error-page" {
            h1 { (title) }
            p {
                (lang.t(
                    "サインインしました。つぎの内容は、まだ保存していません。よければ送ってください。二重には登録されません。",
                    "You are signed in. This is not saved yet. Send it if it is right; it is never entered twice.",
                ))
            }
            @for text in texts { p class="lines" { (text) } }
            form class="form" action=(action) method="post" data-once-only {
                @for (name, value) in fields { (hidden(name, value)) }
                div class="buttons" {
                    button class="button button-primary" type="submit" { (lang.t("この内容で送る", "Send this")) }
                    a class="button button-quiet" href=(page) { (lang.t("送らずにもどる", "Go back without sending")) }
                }
            }
        }
    }
}

/// 403: known to exist, but not open to this post. `why` is the reason that
/// the policy gives.
pub fn forbidden(lang: Lang, why: Option<&str>) -> Markup {
    page(
        lang,
        lang.t("この操作は、いまの役割ではできません", "Your present post may not do this"),
        html! {
            @if let Some(why) = why { p { (lang.t("理由：", "Reason: ")) (why) } }
            p {
                (lang.t(
                    "ほかの役割も持っている場合は、画面の上の名前を押して切り替えられます。必要な権限がないときは、所属の管理担当者に相談してください。",
                    "If you hold another post, press your name at the top to change to it. If you need this right, please ask whoever administers your office.",
                ))
            }
        },
        &[(TODAY, lang.t("今日の画面へ", "Go to today")), (SEARCH, lang.t("記録をさがす", "Search the records"))],
    )
}

/// 404: not there, or not known to be there for this reader; the two are
/// indistinguishable on purpose.
pub fn not_found(lang: Lang) -> Markup {
    page(
        lang,
        lang.t("お探しの画面は見つかりません", "There is no such page here"),
        html! {
            p {
                (lang.t(
                    "番号が違うか、あなたが見られる範囲にない可能性があります。",
                    "The number may be wrong, or the page may lie outside what you can see.",
                ))
            }
        },
        &[
            (SEARCH, lang.t("名前や番号でさがす", "Search by name or number")),
            (TODAY, lang.t("今日の画面へ", "Go to today")),
        ],
    )
}

/// 409: somebody else saved meanwhile. `both_sides` is
/// [`compare`](super::parts::compare) and the form to send again, `record` the
/// page as it is saved now.
pub fn conflict(lang: Lang, both_sides: &Markup, record: &str) -> Markup {
    page(
        lang,
        lang.t("ほかの人が先に保存しました", "Somebody else saved this first"),
        html! {
            p {
                (lang.t(
                    "あなたの入力はまだ保存されていませんが、消えてもいません。両方を見比べて、必要なところを直してから、もう一度保存してください。",
                    "Your version is not saved yet, and it is not lost either. Compare the two, put right what is needed and save again.",
                ))
            }
            (both_sides)
        },
        &[(record, lang.t("自分の入力をやめて、保存されている内容を見る", "Drop my version and see what is saved"))],
    )
}

/// 413: more than `limit` (for example `10 MB`) was sent.
pub fn too_large(lang: Lang, limit: &str) -> Markup {
    page(
        lang,
        lang.t("送られた内容が大きすぎます", "What was sent is too large"),
        html! {
            p {
                @match lang {
                    Lang::Ja => { "一度に送れるのは " (limit) " までで、何も登録していません。前の画面にもどり、文章を短くするか、ファイルを小さくして、分けて送ってください。" }
                    Lang::En => { "At most " (limit) " can be sent at once, and nothing was entered. Go back, shorten the text or make the file smaller, and send it in parts." }
                }
            }
        },
        &[(TODAY, lang.t("今日の画面へ", "Go to today"))],
    )
}

/// 429: too many in a short time; `seconds` to wait.
pub fn too_many(lang: Lang, seconds: u64) -> Markup {
    let minutes = seconds.div_ceil(60).max(1);
    page(
        lang,
        lang.t("少し待ってから、もう一度お試しください", "Please wait a little and try again"),
        html! {
            p {
                @match lang {
                    Lang::Ja => { "短い間に続けて送られたため、約" (minutes) "分間、受け付けを止めています。" }
                    Lang::En => {
                        "Too much was sent in a short time, so nothing more is taken for about "
                        (minutes) " min."
                    }
                }
            }
            p {
                (lang.t(
                    "命の危険があるときは、待たずに119番または110番に電話してください。",
                    "If a life is in danger, do not wait: call 119 or 110.",
                ))
            }
        },
        &[("/", lang.t("はじめの画面へ", "Go to the first page"))],
    )
}

/// 500: one constant sentence and the number under which the log has the rest.
pub fn internal(lang: Lang, request_id: &str) -> Markup {
    page(
        lang,
        lang.t("うまくいきませんでした", "Something went wrong"),
        html! {
            p {
                (lang.t(
                    "こちら側の不具合です。保存の途中だった内容は登録されていません。下書きは残っています。",
                    "The fault is on our side. What was being saved has not been entered; drafts are kept.",
                ))
            }
            p {
                (lang.t("問い合わせのときは、この番号をお知らせください：", "If you ask about it, please give this number: "))
                code class="request-id" { (request_id) }
            }
        },
        &[(TODAY, lang.t("今日の画面へ", "Go to today"))],
    )
}

/// 507: no room is left for records; nothing was entered.
pub fn full(lang: Lang, request_id: &str) -> Markup {
    page(
        lang,
        lang.t("保存する場所がいっぱいです", "There is no room left to save anything"),
        html! {
            p {
                (lang.t(
                    "いまの内容は登録されていません。これまでの記録は無事です。管理担当者に、保存先のディスクの空きを増やすよう、この番号といっしょに知らせてください：",
                    "This has not been entered; what was saved before is safe. Ask whoever administers the system to make room on the disk of the records, and give this number: ",
                ))
                code class="request-id" { (request_id) }
            }
            p {
                (lang.t(
                    "だれが見たかを残せないあいだは、個人の記録も開けません。急ぐ内容は、紙に控えてください。",
                    "While nothing can be noted of who looks, personal records cannot be opened either. Put on paper what cannot wait.",
                ))
            }
        },
        &[(TODAY, lang.t("今日の画面へ", "Go to today"))],
    )
}

/// 503: the database is out of reach or busy; nothing was entered.
pub fn unavailable(lang: Lang, request_id: &str) -> Markup {
    page(
        lang,
        lang.t("いまは保存できません", "Nothing can be saved at the moment"),
        html! {
            p {
                (lang.t(
                    "記録の保管場所が使えない状態です。数分後にもう一度試してください。続くときは管理担当者に、この番号を知らせてください：",
                    "The store of records cannot be used. Please try again in a few minutes. If it lasts, give this number to whoever administers the system: ",
                ))
                code class="request-id" { (request_id) }
            }
        },
        &[(TODAY, lang.t("今日の画面へ", "Go to today"))],
    )
}

/// 500, 503 and 507 for anyone without an account: nothing has arrived, whatever the cause.
pub fn not_now(lang: Lang) -> Markup {
    html! {
        div class="error-page" {
            h1 { (lang.t("いまは 受（う）けつけが できません", "Nothing can be taken in at the moment")) }
            p {
                (lang.t(
                    "機械（きかい）の 調子（ちょうし）が わるいです。あなたが 書（か）いた ことは、まだ 届（とど）いて いません。すこし 待（ま）ってから、もう一度（いちど） ためして ください。",
                    "Something is wrong on our side. What you wrote has not arrived yet. Please wait a little and try again.",
                ))
            }
            p {
                (lang.t(
                    "いそぐときは、役所（やくしょ）に 電話（でんわ）して ください。命（いのち）が あぶないときは、119番か 110番に 電話（でんわ）して ください。",
                    "If it cannot wait, please call the municipal office. If a life is in danger, call 119 or 110 at once.",
                ))
            }
            ul class="ways" { li { a href="/" { (lang.t("はじめの 画面（がめん）に もどる", "Back to the first page")) } } }
        }
    }
}
