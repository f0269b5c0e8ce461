//! Every component in every state, on whole pages, in both languages. The
//! tests and the accessibility run walk over them; people may too.
//!
//! All names are invented.

use jiff::civil::date;
use maud::{Markup, html};

use super::form::{
    Choice, Draft, FormShell, choice_field, date_field, error_summary, file_field, finder, long_field, many_field,
    many_with_worst_field, only_first, select_field, text_field, tick_field, yes_no, yes_no_unknown,
};
use super::page_error;
use super::parts::{
    Column, CourseStep, DueRow, Flash, PersonHead, SideBySide, StepState, Tab, Table, TimelineItem, Tone, callout,
    card, chip, compare, data_list, date_pair, due_list, empty, figure_link, link_button, pager, person_head,
    post_button, primary_link, print_button, steps, table, tabs, thumb_button, thumb_buttons, thumb_link, timeline,
};
use super::sample_thread::{long_thread, thread};
use super::shell::{Nav, NavGroup, NavItem, PostChoice, Shell};
use sasae_core::lang::Lang;

/// Most characters of a name in a sample.
const NAME: usize = 60;
/// Most characters of a wish in a sample.
const WISH: usize = 2000;

/// Pages by name, for example `today-ja`; each is a whole document.
pub fn samples() -> Vec<(&'static str, Markup)> {
    let (ja, en) = (Lang::Ja, Lang::En);
    vec![
        ("today-ja", today(ja)),
        ("today-en", today(en)),
        ("form-ja", form(ja)),
        ("form-en", form(en)),
        ("visit-ja", visit(ja)),
        ("visit-en", visit(en)),
        ("person-ja", person(ja)),
        ("person-en", person(en)),
        ("figures-ja", figures(ja)),
        ("figures-en", figures(en)),
        ("thread-ja", thread_page(ja)),
        ("thread-en", thread_page(en)),
        ("boxes-ja", boxes(ja)),
        ("boxes-en", boxes(en)),
        ("sign-in-ja", sign_in(ja)),
        ("sign-in-en", sign_in(en)),
        ("conflict-ja", conflict(ja)),
        ("conflict-en", conflict(en)),
        ("error-400-ja", error_page(ja, |lang| page_error::bad_request(lang, "?from=2月30日"))),
        ("error-401-ja", error_page(ja, |lang| page_error::sign_in_again(lang, &html! {}, true))),
        ("error-401-en", error_page(en, |lang| page_error::sign_in_again(lang, &html! {}, true))),
        (
            "error-403-ja",
            error_page(ja, |lang| page_error::forbidden(lang, Some("門司区の事例は、門司区の担当者だけが直せます。"))),
        ),
        ("error-403-en", error_page(en, |lang| page_error::forbidden(lang, None))),
        ("error-404-ja", error_page(ja, page_error::not_found)),
        ("error-404-en", error_page(en, page_error::not_found)),
        ("error-413-ja", error_page(ja, |lang| page_error::too_large(lang, "10 MB"))),
        ("error-429-ja", error_page(ja, |lang| page_error::too_many(lang, 90))),
        ("error-429-en", error_page(en, |lang| page_error::too_many(lang, 90))),
        ("error-500-ja", error_page(ja, |lang| page_error::internal(lang, "01980f3c"))),
        ("error-500-en", error_page(en, |lang| page_error::internal(lang, "01980f3c"))),
        ("error-503-ja", error_page(ja, |lang| page_error::unavailable(lang, "01980f3c"))),
        ("error-resident-ja", error_page(ja, not_now)),
        ("error-resident-en", error_page(en, not_now)),
        ("error-507-ja", error_page(ja, full)),
        ("error-507-en", error_page(en, full)),
    ]
}

fn nav(lang: Lang, current: &str) -> Nav {
    let group = |label: &'static str, href: Option<&'static str>, items: Vec<NavItem>| NavGroup {
        label: label.into(),
        href: href.map(Into::into),
        items,
    };
    let item = |ja, en, href: &'static str| NavItem::new(lang.t(ja, en), href);
    Nav {
        tenant_name: lang.t("むつみ市", "Mutsumi City").into(),
        user_name: lang.t("佐藤 花子", "Sato Hanako").into(),
        post_name: lang.t("地域支援コーディネーター（門前区）", "Coordinator (Monzen Ward)").into(),
        other_posts: vec![PostChoice {
            id: "post-2".into(),
            label: lang.t("区社協 事務局（門前区）", "Ward council office (Monzen)").into(),
        }],
        csrf: "csrf-token".into(),
        current: current.into(),
        may_record: true,
        query: String::new(),
        groups: vec![
            group(lang.t("今日", "Today"), Some("/today"), vec![]),
            group(
                lang.t("相談と支援", "Consultation and support"),
                None,
                vec![
                    item("気づき", "Notices", "/notice").count(3),
                    item("相談受付", "Intakes", "/consultation"),
                    item("支援", "Cases", "/case").count(12),
                    item("つなぎ", "Referrals", "/referral"),
                ],
            ),
            group(lang.t("見守り", "Watch"), Some("/watch"), vec![item("訪問", "Visits", "/watch/visit")]),
            group(
                lang.t("資源とつながり", "Resources"),
                None,
                vec![item("社会資源", "Resources", "/resource"), item("サロン", "Gatherings", "/gathering")],
            ),
            group(
                lang.t("会議と課題", "Meetings and issues"),
                None,
                vec![item("会議", "Meetings", "/meeting"), item("地域課題", "Issues", "/issue")],
            ),
            group(
                lang.t("計画と統計", "Plans and figures"),
                None,
                vec![item("計画", "Plans", "/program"), item("統計", "Figures", "/figure")],
            ),
        ],
        below: vec![item("台帳", "Register", "/person"), item("設定", "Settings", "/settings")],
        idle_minutes: 30,
    }
}

struct Page<'a> {
    title: &'a str,
    here: &'a str,
    flash: Option<Flash>,
    why: Option<Markup>,
    wide: bool,
}

fn page(lang: Lang, page: Page<'_>, main: Markup) -> Markup {
    Shell {
        lang,
        title: page.title,
        nonce: "sample",
        here: page.here,
        nav: Some(nav(lang, page.here)),
        flash: page.flash,
        main,
        wide: page.wide,
        why: page.why,
    }
    .render()
}

fn plain<'a>(title: &'a str, here: &'a str) -> Page<'a> {
    Page { title, here, flash: None, why: None, wide: false }
}

fn today(lang: Lang) -> Markup {
    let row = |who, what: &str, day, overdue: Option<&str>, why: &str, action| DueRow {
        who: html! { a href="/case/1" { (who) } },
        what: what.into(),
        until: html! { (lang.t("期限：", "Until ")) (date_pair(day, lang)) },
        overdue: overdue.map(Into::into),
        why: why.into(),
        action,
    };
    let late = [row(
        lang.t("高橋 みつ さん（82歳）", "Takahashi Mitsu (82)"),
        lang.t("つなぎの受け取りを確かめる", "See whether the referral was taken"),
        date(2025, 4, 1),
        Some(lang.t("3日過ぎています", "3 days late")),
        lang.t("あなたが門前地域包括支援センターへつないだため", "you referred this to the Monzen support centre"),
        link_button("/referral/1", lang.t("電話の結果を書く", "Note the call")),
    )];
    let now = [row(
        lang.t("匿名の気づき 0427", "Anonymous notice 0427"),
        lang.t("読んで、受け付けるか決める", "Read it and decide whether to take it up"),
        date(2025, 4, 4),
        None,
        lang.t("あなたの担当地区（東門前）から届いたため", "it came from your district (East Monzen)"),
        post_button("/notice/427/accept", "csrf-token", "once-1", lang.t("受け付ける", "Take it up")),
    )];
    let main = html! {
        h1 { (lang.t("今日", "Today")) }
        (due_list(lang, lang.t("期限を過ぎたもの", "Overdue"), lang.t("1件", "1"), &late))
        (due_list(lang, lang.t("今日まで", "Due today"), lang.t("1件", "1"), &now))
        h2 { (lang.t("今週", "This week")) }
        (empty(
            lang.t("今週中にすることは、もうありません。おつかれさまでした。", "Nothing else is due this week. Well done."),
            Some(("/today?week=next", lang.t("来週を見る", "Look at next week"))),
        ))
    };
    let page_of = Page {
        flash: Some(Flash {
            tone: Tone::Good,
            text: lang.t("訪問を記録しました。", "The visit is recorded.").into(),
            next: Some((lang.t("次の訪問日を決める", "Set the next visit").into(), "/watch/1/next".into())),
        }),
        why: Some(html! {
            p { (lang.t("自分が担当者か、担当地区で起きたことだけが並びます。", "Only what you answer for, or what happened in your district, is listed.")) }
        }),
        ..plain(lang.t("今日", "Today"), "/today")
    };
    page(lang, page_of, main)
}

/// Choices that stand for the 16 problem boxes.
fn problems(lang: Lang) -> Vec<Choice<'static>> {
    let words = [
        ("health", "病気・けが", "Illness or injury"),
        ("money", "お金・生活費", "Money"),
        ("home", "住まい", "Housing"),
        ("care", "介護", "Care"),
        ("alone", "孤立", "Isolation"),
        ("work", "仕事", "Work"),
    ];
    words.into_iter().map(|(value, ja, en)| Choice::new(value, lang.t(ja, en))).collect()
}

fn form(lang: Lang) -> Markup {
    let wrong_date = lang.t(
        "会った日が今日より後になっています。今日までの日付を書いてください。",
        "The date lies after today. Please give a date up to today.",
    );
    let no_way = lang.t("相談の方法を1つ選んでください。", "Please choose how the contact was made.");
    let no_name =
        lang.t("名前を書いてください。わからないときは「不明」と書けます。", "Please write a name; “unknown” will do.");
    let body = html! {
        h2 { (lang.t("基本", "Basics")) }
        (text_field(lang, "name", lang.t("名前", "Name")).required().maxlength(NAME)
            .hint(lang.t("わかるところまでで構いません", "As far as it is known")).error(Some(no_name)))
        (text_field(lang, "phone", lang.t("電話番号", "Telephone")).value("093-000-0000").inputmode("tel").input_type("tel").autocomplete("off"))
        (date_field(lang, "met_on", lang.t("会った日", "Date of contact")).required().value("令和7年13月1日").error(Some(wrong_date)))
        (date_field(lang, "next_on", lang.t("次に会う日", "Next date")))
        (choice_field(lang, "channel", lang.t("相談の方法", "How"), vec![
            Choice::new("phone", lang.t("電話", "Telephone")),
            Choice::new("visit", lang.t("訪問", "Visit")).hint(lang.t("こちらから出向いた", "We went there")),
            Choice::new("window", lang.t("窓口", "At the window")),
        ]).required().error(Some(no_way)))
        (many_with_worst_field(lang, "problem", lang.t("困っていること", "Problems"), problems(lang), "worst", "money")
            .values(["money", "alone"]).hint(lang.t("あてはまるものすべて。いちばん困っているものに1つだけ印をつけます", "All that apply; mark the worst one")))
        (many_field(lang, "support", lang.t("話すときに必要なこと", "Communication support"), vec![
            Choice::new("sign", lang.t("手話", "Sign language")),
            Choice::new("write", lang.t("筆談", "Writing")),
            Choice::new("interpreter", lang.t("通訳", "Interpreter")),
        ]).values(["write"]))
        (select_field(lang, "district", lang.t("地区", "District"), vec![
            Choice::new("1", lang.t("東門前", "East Monzen")), Choice::new("2", lang.t("西門前", "West Monzen")),
        ]).value("2"))
        (yes_no(lang, "urgent", lang.t("急ぎますか", "Is it urgent?")).required().value("no"))
        (yes_no_unknown(lang, "alone", lang.t("ひとり暮らしですか", "Living alone?")))
        (long_field(lang, "wish", lang.t("本人の希望", "What the person wishes")).maxlength(WISH).rows(4)
            .value(lang.t("家で暮らしつづけたい", "Wants to stay at home")))
        (text_field(lang, "count", lang.t("人数", "Number of people")).inputmode("numeric").value("3"))
        (file_field(lang, "paper", lang.t("写し", "Copy of the paper"), ".pdf,.png,.jpg"))
        (tick_field(lang, "agreed", lang.t("本人の同意をとりました", "The person has agreed")).required())
    };
    let main = html! {
        h1 { (lang.t("相談を受け付ける", "Take an intake")) }
        (finder(lang, "/consultations/new", lang.t("受ける人をさがす", "Find who takes it"), lang.t("山", "Ya")))
        (only_first(lang, lang.t("名前をもう少し入れてください。", "Type more of the name.")))
        (error_summary(lang, &[("name", no_name), ("met_on", wrong_date), ("channel", no_way)]))
        (FormShell {
            revision: Some(3),
            draft: Some(Draft { key: "intake:new", kept_at: Some("17:32") }),
            consequence: Some(lang.t("受け付けると、門前区の相談担当3人が見られるようになります。", "Once taken, the three intake workers of Monzen Ward can see it.")),
            cancel: Some("/consultation"),
            multipart: true,
            ..FormShell::new(lang, "/consultation", "csrf-token", "once-2", lang.t("受け付ける", "Take it up"), body)
        })
    };
    page(lang, plain(lang.t("相談を受け付ける", "Take an intake"), "/consultation/new"), main)
}

fn visit(lang: Lang) -> Markup {
    let main = html! {
        (person_head(&PersonHead {
            name: lang.t("高橋 みつ", "Takahashi Mitsu"),
            kana: "たかはし みつ",
            age: Some(lang.t("82歳・女性", "82, female")),
            district: Some(lang.t("東門前2丁目", "East Monzen 2")),
            chips: vec![
                chip(Tone::Good, lang.t("見守りの同意あり", "Agreed to be watched over")),
                chip(Tone::Caution, lang.t("筆談が必要", "Needs writing")),
            ],
            actions: vec![],
        }))
        form action="/watch/1/visit" method="post" data-once-only {
            input type="hidden" name="_csrf" value="csrf-token";
            (long_field(lang, "note", lang.t("ひとこと", "Note")).rows(3)
                .hint(lang.t("キーボードのマイクで話しても書けます", "You may dictate")))
            (thumb_buttons(&[
                thumb_button("result", "same", Tone::Good, lang.t("変わりない", "As ever")),
                thumb_button("result", "changed", Tone::Caution, lang.t("変化あり", "Changed")),
                thumb_button("result", "absent", Tone::Plain, lang.t("会えなかった", "Not met")),
                thumb_button("result", "urgent", Tone::Danger, lang.t("緊急", "Urgent")),
                thumb_link("/notices/new", Tone::Info, lang.t("気づき", "A notice"), lang.t("気になったことを知らせる", "Something you noticed")),
            ]))
        }
        h2 { (lang.t("これまでの3回", "Last three notes")) }
        (timeline(lang, &[TimelineItem {
            when: date_pair(date(2025, 3, 28), lang),
            kind: lang.t("訪問", "Visit").into(),
            what: html! { p { (lang.t("玄関先で話した。足の痛みはよくなった様子。", "Talked at the door. The leg is better.")) } },
            who: lang.t("田中 一郎（民生委員）", "Tanaka Ichiro (welfare commissioner)").into(),
            href: Some("/watch/1/visit/9".into()),
        }]))
    };
    page(lang, plain(lang.t("訪問", "Visit"), "/watch/visit"), main)
}

fn person(lang: Lang) -> Markup {
    let main = html! {
        (person_head(&PersonHead {
            name: lang.t("渡邉 健", "Watanabe Ken"),
            kana: "わたなべ けん",
            age: Some(lang.t("45歳・男性", "45, male")),
            district: Some(lang.t("住所は表示できません", "Address hidden")),
            chips: vec![chip(Tone::Danger, lang.t("住所の扱いに注意", "Address protected")), chip(Tone::Plain, lang.t("同意未確認", "Consent not asked"))],
            actions: vec![primary_link("/record?person=1", lang.t("記録する", "Record"))],
        }))
        (callout(lang, Tone::Danger, lang.t("住所を伝えないでください", "Do not pass the address on"), html! {
            p { (lang.t("本人の申し出により、家族にも伝えません。", "At the person's request, not even to the family.")) }
        }))
        (steps(lang, &[
            CourseStep { label: lang.t("受付", "Intake"), state: StepState::Done, date: Some(date_pair(date(2025, 2, 3), lang)) },
            CourseStep { label: lang.t("支援", "Support"), state: StepState::Current, date: Some(date_pair(date(2025, 2, 10), lang)) },
            CourseStep { label: lang.t("終結", "Closed"), state: StepState::Todo, date: None },
        ]))
        (tabs(lang.t("この人の記録", "Records of this person"), &[
            Tab { label: lang.t("できごと", "Events"), href: "/person/1", current: true, count: Some(14) },
            Tab { label: lang.t("世帯", "Household"), href: "/person/1/household", current: false, count: None },
            Tab { label: lang.t("見た人", "Who has looked"), href: "/person/1/looks", current: false, count: None },
        ]))
        (card(lang.t("世帯", "Household"), data_list(&[
            (lang.t("世帯主", "Head"), html! { a href="/person/2" { (lang.t("渡邉 正", "Watanabe Tadashi")) } }),
            (lang.t("人数", "Members"), html! { (figure_link(3, Some("/household/1"))) }),
        ])))
        (timeline(lang, &[
            TimelineItem {
                when: date_pair(date(2025, 2, 10), lang), kind: lang.t("支援", "Case").into(),
                what: html! { p { (lang.t("主担当を決めた。", "A lead was agreed.")) } },
                who: lang.t("佐藤 花子", "Sato Hanako").into(), href: Some("/case/1".into()),
            },
            TimelineItem {
                when: date_pair(date(2025, 2, 3), lang), kind: lang.t("相談受付", "Intake").into(),
                what: html! { p { (lang.t("内容は表示できません。", "The content is not open to you.")) } },
                who: lang.t("門前区役所", "Monzen Ward Office").into(), href: None,
            },
        ]))
        (pager(lang, None, Some("/person/1?after=2")))
    };
    let why = Some(
        html! { p { (lang.t("2025年2月10日から支援チームの一員だからです。", "Because you are in the case team since 2025-02-10.")) } },
    );
    let page_of = Page { why, ..plain(lang.t("渡邉 健", "Watanabe Ken"), "/person/1") };
    page(lang, page_of, main)
}

fn figures(lang: Lang) -> Markup {
    let columns = [
        Column { label: lang.t("区", "Ward"), numeric: false },
        Column { label: lang.t("相談", "Intakes"), numeric: true },
        Column { label: lang.t("訪問", "Visits"), numeric: true },
    ];
    let number = |n| html! { (figure_link(n, Some("/activity?ward=1"))) };
    let main = html! {
        h1 { (lang.t("相談の件数", "Number of intakes")) }
        p { (lang.t("令和6年度・むつみ市全体・すべての方法", "Fiscal 2024, whole city, any channel")) }
        div class="buttons" {
            (print_button(lang)) (link_button("/figure.xlsx", "Excel")) (link_button("/figure.csv", "CSV"))
        }
        (Table {
            caption: lang.t("区ごとの件数（令和6年度）", "By ward (fiscal 2024)"),
            columns: &columns,
            rows: vec![
                vec![html! { (lang.t("門前区", "Monzen")) }, number(1234), number(560)],
                vec![html! { (lang.t("浜区", "Hama")) }, html! { (figure_link(98, None)) }, html! { (figure_link(7, None)) }],
            ],
            sums: Some(vec![html! { (lang.t("合計", "Total")) }, number(1332), number(567)]),
        })
        (table(lang.t("集計の決まり", "Rules of counting"), &[lang.t("項目", "Item"), lang.t("決まり", "Rule")], vec![
            vec![html! { (lang.t("相談", "Intake")) }, html! { (lang.t("受け付けた日の月に数えます", "Counted in the month of intake")) }],
        ]))
    };
    let page_of = Page { wide: true, ..plain(lang.t("統計", "Figures"), "/figure") };
    page(lang, page_of, main)
}

fn thread_page(lang: Lang) -> Markup {
    // Only one picture fits on a page (its title has an id), so the long one
    // is drawn in Japanese and the short one in English.
    let picture = match lang {
        Lang::Ja => long_thread(lang),
        Lang::En => thread(lang),
    };
    let main = html! {
        h1 { (lang.t("この気づきのゆくえ", "What became of this notice")) }
        (picture.render())
        h2 { (lang.t("ことばで見る", "In words")) }
        (picture.in_words())
    };
    let page_of = Page { wide: true, ..plain(lang.t("ゆくえ", "Thread"), "/thread/1") };
    page(lang, page_of, main)
}

fn boxes(lang: Lang) -> Markup {
    let text =
        || html! { p { (lang.t("本文", "Text")) " " a href="/case/2" { (lang.t("支援を開く", "Open the case")) } } };
    let tones = [Tone::Plain, Tone::Info, Tone::Good, Tone::Caution, Tone::Danger];
    let main = html! {
        h1 { (lang.t("部品", "Parts")) }
        @for tone in tones {
            (callout(lang, tone, lang.t("見出し", "Heading"), text()))
            (Flash { tone, text: lang.t("結果です。", "What came of it.").into(), next: None }.render(lang))
            p { (chip(tone, lang.t("しるし", "Chip"))) }
        }
        (empty(lang.t("まだ何もありません。", "Nothing here yet."), None))
        (pager(lang, Some("/case?before=1"), Some("/case?after=2")))
        (FormShell::new(lang, "/case/1/close", "csrf-token", "once-3", lang.t("終結する", "Close"), html! {
            (text_field(lang, "q", lang.t("ことば", "Word")).without_word())
        }))
        button class="button" type="button" disabled { (lang.t("押せません", "Not available")) }
    };
    page(lang, plain(lang.t("部品", "Parts"), "/settings"), main)
}

fn sign_in(lang: Lang) -> Markup {
    let body = html! {
        (text_field(lang, "account", lang.t("アカウント", "Account")).autocomplete("username").without_word())
        (text_field(lang, "password", lang.t("パスワード", "Password")).input_type("password").autocomplete("current-password").without_word())
    };
    Shell {
        lang,
        title: lang.t("サインイン", "Sign in"),
        nonce: "sample",
        here: "/sign-in?back=%2Ftoday",
        nav: None,
        flash: None,
        main: html! {
            h1 { (lang.t("サインイン", "Sign in")) }
            (FormShell::new(lang, "/sign-in", "csrf-token", "once-4", lang.t("サインインする", "Sign in"), body))
        },
        wide: false,
        why: None,
    }
    .render()
}

fn conflict(lang: Lang) -> Markup {
    let rows = [
        SideBySide {
            label: lang.t("本人の希望", "Wish"),
            yours: lang.t("家で暮らしたい", "Stay at home"),
            theirs: lang.t("施設も考えたい", "Consider a home"),
        },
        SideBySide { label: lang.t("次に会う日", "Next date"), yours: "2025-04-10", theirs: "2025-04-10" },
    ];
    let saved_by = lang.t("田中 一郎 4月4日 16:58", "Tanaka Ichiro, 4 Apr 16:58");
    error_page(lang, |lang| page_error::conflict(lang, &compare(lang, saved_by, &rows), "/case/1"))
}

fn full(lang: Lang) -> Markup {
    let text = lang.t("新聞がたまっています", "Newspapers pile up");
    let fields = [("_csrf", "csrf-token"), ("what", text)];
    html! {
        (page_error::full(lang, "01980f3c"))
        (page_error::kept(lang, &[text], Some(("/report", &fields))))
    }
}

fn not_now(lang: Lang) -> Markup {
    let text = lang.t("新聞がたまっています", "Newspapers pile up");
    html! {
        (page_error::not_now(lang))
        (page_error::kept_easy(lang, &[text], Some(("/report", &[("_csrf", "csrf-token"), ("what", text)]))))
    }
}

fn error_page(lang: Lang, body: impl Fn(Lang) -> Markup) -> Markup {
    page(lang, plain(lang.t("お知らせ", "Notice"), "/case/1"), body(lang))
}
