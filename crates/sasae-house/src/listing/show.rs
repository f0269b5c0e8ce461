//! The page of a list: its tabs, its conditions, the rows as a table or as cards, and the ways on.

use maud::{Markup, html};

use super::{Card, Count, Filter, ListPage, ListQuery, Options, ROWS, Row, may};
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::web::ui::form::{
    Choice, date_field, error_summary, hidden, many_field, select_field, text_field, tick_field,
};
use crate::web::ui::parts::{Flash, Tab, Tone, empty, flash, grouped, link_button, print_button, tabs};

/// How many pages before and behind the one in sight are offered by number.
const NEAR: i64 = 2;
/// A column of at most so many characters holds short words.
const SHORT: u16 = 16;
/// Most characters of a year.
const YEAR: usize = 20;

/// What a room adds to the page of its list.
pub struct ListFrame<'a> {
    /// What the list is called here: the caption of its table and the label of its tabs.
    pub title: &'a str,
    /// What is said where nothing is in the list and nothing narrows it down, with what to do.
    pub empty: Markup,
    /// What is said where nothing answers to the conditions, if that is more than the usual sentence.
    pub unmatched: Option<Markup>,
}

/// The page of a list, below its heading.
pub fn show(ctx: &Ctx, asked: &ListQuery, listed: &ListPage<Row>, look: &ListFrame<'_>) -> Markup {
    let lang = ctx.lang();
    let saved = Flash {
        tone: Tone::Good,
        text: lang.t("見かたを保存しました。上に並びます。", "The view is saved; it stands above.").to_owned(),
        next: None,
    };
    html! {
        @if asked.is_view_saved() { (flash(lang, &saved)) }
        (tab_links(ctx, asked, look.title))
        @if !listed.views.is_empty() || listed.rows.is_empty() { (saved_views(asked, listed, lang)) }
        (conditions(ctx, asked, listed))
        @if !asked.errors().is_empty() {
            (empty(lang.t("条件を直すと、一覧が出ます。", "Put the conditions right to see the list."), None))
        } @else if listed.rows.is_empty() {
            (nothing(asked, listed, lang, look))
        } @else {
            p class="list-count" role="status" { (range(listed, lang)) }
            p class="print-only" { (printed(ctx, asked)) }
            (table(asked, listed, lang, look.title))
            (pages(asked, listed, lang))
            p class="list-out" {
                (print_button(lang)) " "
                @if listed.views.is_empty() { (views_link(asked, lang)) " " }
                @if ctx.may(&may::EXPORT) { (link_button(&export_href(asked), lang.t("ファイルに書き出す", "Take out as a file"))) }
            }
        }
    }
}

fn tab_links(ctx: &Ctx, asked: &ListQuery, title: &str) -> Markup {
    let lang = ctx.lang();
    let Some((filter, words)) = asked.tabs() else { return html! {} };
    let words: Vec<_> = words.iter().filter(|(code, _)| (asked.list().opens)(ctx, code)).collect();
    if words.len() < 2 {
        return html! {};
    }
    let addresses: Vec<String> =
        words.iter().enumerate().map(|(at, (code, _))| asked.href_of_tab(filter, code, at == 0)).collect();
    let list: Vec<Tab<'_>> = words
        .iter()
        .zip(&addresses)
        .map(|((code, words), href)| Tab {
            label: words.get(lang),
            href,
            current: asked.value(filter.code) == *code,
            count: None,
        })
        .collect();
    tabs(title, &list)
}

/// The reader's saved views as links, and the way to save what is in sight.
fn saved_views(asked: &ListQuery, listed: &ListPage<Row>, lang: Lang) -> Markup {
    let (list, query) = (asked.list(), asked.query());
    html! {
        nav class="list-views" aria-label=(lang.t("保存した見かた", "Saved views")) {
            @for view in &listed.views {
                a class="button" href=(view.href(list)) aria-current=[(view.query == query).then_some("page")] { (view.name) }
            }
            @if asked.errors().is_empty() { (views_link(asked, lang)) }
        }
    }
}

/// Where what is in sight is saved as a view: above the list where there are views, else below it, so
/// that the first rows are in sight on a phone.
fn views_link(asked: &ListQuery, lang: Lang) -> Markup {
    let href = address_of(asked.list().code, "views", &asked.query());
    html! { a class="button button-quiet" href=(href) { (lang.t("見かたを保存・整理する", "Save or tidy views")) } }
}

/// What paper says of a list beside its conditions: the day, the tab and the order.
fn printed(ctx: &Ctx, asked: &ListQuery) -> String {
    let lang = ctx.lang();
    let mut said = vec![lang.date(ctx.today())];
    if let Some((filter, words)) = asked.tabs()
        && let Some((_, tab)) = words.iter().find(|(code, _)| *code == asked.value(filter.code))
    {
        said.push(format!("{}{}{}", filter.words.get(lang), lang.t("：", ": "), tab.get(lang)));
    }
    if let Some(order) = asked.orders().find(|order| order.code == asked.order()) {
        said.push(format!("{}{}", lang.t("並び順：", "Order: "), order.words.get(lang)));
    }
    said.join(lang.t("／", " / "))
}

/// The address of a page about what is in sight.
fn address_of(list: &str, page: &str, query: &str) -> String {
    if query.is_empty() { format!("/lists/{list}/{page}") } else { format!("/lists/{list}/{page}?{query}") }
}

/// The address of the form that takes out what is in sight.
fn export_href(asked: &ListQuery) -> String {
    address_of(asked.list().code, "export", &asked.query())
}

fn range(listed: &ListPage<Row>, lang: Lang) -> String {
    range_from(listed.offset, listed.rows.len(), listed.count, lang)
}

/// 41–80件目／205件, 41–80 of 205: which of the rows stand on a page.
pub fn range_words(page: i64, rows_of_page: i64, rows: usize, count: Count, lang: Lang) -> String {
    range_from((page - 1) * rows_of_page, rows, count, lang)
}

fn range_from(offset: i64, rows: usize, count: Count, lang: Lang) -> String {
    let from = grouped(offset + 1);
    let to = grouped(offset + i64::try_from(rows).unwrap_or_default());
    let all = count.words(lang);
    match lang {
        Lang::Ja => format!("{from}–{to}件目／{all}"),
        Lang::En => format!("{from}–{to} of {all}"),
    }
}

fn nothing(asked: &ListQuery, listed: &ListPage<Row>, lang: Lang, look: &ListFrame<'_>) -> Markup {
    if listed.offset > 0 {
        let words = lang.t("このページには、もう何もありません。", "There is nothing on this page any more.");
        return empty(
            words,
            Some((&asked.href(last_page(listed.count)), lang.t("さいごのページを見る", "See the last page"))),
        );
    }
    if asked.is_narrowed() {
        if let Some(unmatched) = &look.unmatched {
            return unmatched.clone();
        }
        let words = lang.t("この条件に合うものはありません。", "Nothing answers to these conditions.");
        return empty(words, Some((&asked.href_plain(), lang.t("条件をはずす", "Without conditions"))));
    }
    look.empty.clone()
}

fn last_page(count: Count) -> i64 {
    let (Count::Exactly(rows) | Count::AtLeast(rows)) = count;
    ((rows + ROWS - 1) / ROWS).max(1)
}

/// The form: the search above the list, and the conditions, order and columns, which are folded so
/// that the first rows are in sight on a phone. What is in force stands below in words.
fn conditions(ctx: &Ctx, asked: &ListQuery, listed: &ListPage<Row>) -> Markup {
    let lang = ctx.lang();
    let list = asked.list();
    let errors: Vec<(&str, &str)> = asked.errors().iter(lang).collect();
    let orders: Vec<_> = asked.orders().collect();
    let columns = list.columns.iter().enumerate().skip(1);
    let choices = columns.map(|(_, column)| Choice::new(column.code, column.words.get(lang))).collect();
    let places = asked.columns();
    let shown: Vec<&str> = places.iter().skip(1).map(|at| list.columns[*at].code).collect();
    let is_search = |filter: &&Filter| matches!(filter.options, Options::Text { .. });
    let searches = list.filters.iter().any(|filter| is_search(&filter));
    html! {
        (error_summary(lang, &errors))
        form class="form list-form" action=(list.path) method="get" role=[searches.then_some("search")] aria-label=[searches.then_some(list.name.get(lang))] {
            @if searches {
                @for filter in list.filters.iter().filter(is_search) { (field(ctx, asked, listed, filter)) }
                div class="buttons" { button class="button button-primary" type="submit" { (lang.t("さがす", "Search")) } }
            }
            details class="more list-conditions" open[!errors.is_empty()] {
                summary { (folded_words(list, orders.len(), lang)) (in_force_count(asked, lang)) }
                @for filter in list.filters.iter().filter(|filter| !is_search(filter)) { (field(ctx, asked, listed, filter)) }
                @if orders.len() > 1 {
                    (select_field(lang, "order", lang.t("並び順", "Order"), orders.iter().map(|order| Choice::new(order.code, order.words.get(lang))).collect())
                        .value(asked.order()).always().without_word())
                }
                (many_field(lang, "column", lang.t("見せる項目", "Columns"), choices).values(shown).without_word())
                div class="buttons" {
                    button class="button" type="submit" { (lang.t("この条件で見る", "Show")) }
                }
            }
        }
        @if asked.is_narrowed() || asked.has_chosen() {
            p class="list-in-force" {
                @if asked.is_narrowed() { (lang.t("条件：", "Conditions: ")) (in_force(ctx, asked, &listed.areas)) " " }
                a href=(asked.href_plain()) { (lang.t("条件をはずす", "Without conditions")) }
            }
        }
    }
}

/// 条件・並び順・項目: what the conditions of a list that are folded away hold.
fn folded_words(list: &super::List, orders: usize, lang: Lang) -> String {
    let asks = |filter: &Filter| !matches!(filter.options, Options::Text { .. } | Options::Tabs(_) | Options::Linked);
    let parts = [
        list.filters.iter().any(asks).then_some(lang.t("条件", "conditions")),
        (orders > 1).then_some(lang.t("並び順", "order")),
        Some(lang.t("項目", "columns")),
    ];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(lang.t("・", ", "));
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// （2つの条件）behind the words that unfold the conditions.
fn in_force_count(asked: &ListQuery, lang: Lang) -> String {
    match (asked.in_force().count(), lang) {
        (0, _) => String::new(),
        (count, Lang::Ja) => format!("（{count}つの条件）"),
        (1, Lang::En) => " (1 condition)".to_owned(),
        (count, Lang::En) => format!(" ({count} conditions)"),
    }
}

/// What is asked of a list, in words: its tab, its conditions, its order and the columns that somebody
/// chose; `areas` are the names of those that a condition may say.
pub(super) fn in_words<'a>(ctx: &Ctx, asked: &ListQuery, areas: &[(String, String)]) -> Vec<(&'a str, Markup)> {
    let lang = ctx.lang();
    let mut said = narrowed_in_words(ctx, asked, areas);
    if asked.has_chosen() {
        let columns = asked.columns().into_iter().map(|at| asked.list().columns[at].words.get(lang));
        said.push((lang.t("見せる項目", "Columns"), html! { (columns.collect::<Vec<_>>().join(lang.t("、", ", "))) }));
    }
    said
}

/// Which rows are asked for and how they are ordered, in words: the tab, the conditions and the order.
pub(super) fn narrowed_in_words<'a>(
    ctx: &Ctx,
    asked: &ListQuery,
    areas: &[(String, String)],
) -> Vec<(&'a str, Markup)> {
    let lang = ctx.lang();
    let mut said = Vec::new();
    if let Some((filter, words)) = asked.tabs()
        && let Some((_, tab)) = words.iter().find(|(code, _)| *code == asked.value(filter.code))
    {
        said.push((filter.words.get(lang), html! { (tab.get(lang)) }));
    }
    let conditions = in_force(ctx, asked, areas);
    let conditions = if asked.is_narrowed() { conditions.as_str() } else { asked.list().plain.get(lang) };
    said.push((lang.t("条件", "Conditions"), html! { (conditions) }));
    if let Some(order) = asked.orders().find(|order| order.code == asked.order()) {
        said.push((lang.t("並び順", "Order"), html! { (order.words.get(lang)) }));
    }
    said
}

/// The conditions in force, in words.
fn in_force(ctx: &Ctx, asked: &ListQuery, areas: &[(String, String)]) -> String {
    let lang = ctx.lang();
    let words = asked.in_force().map(|(filter, value)| {
        let label = filter.words.get(lang);
        let value = match filter.options {
            Options::Tick | Options::Linked => return label.to_owned(),
            Options::Offered(offered) => {
                offered(ctx).into_iter().find(|(code, _)| *code == value).map_or(value, |(_, words)| words.get(lang))
            }
            Options::Vocabulary(vocabulary) => ctx.profile().label(vocabulary, value, lang),
            Options::Tabs(words) | Options::Words(words) => {
                words.iter().find(|(code, _)| *code == value).map_or(value, |(_, words)| words.get(lang))
            }
            Options::Area => areas.iter().find(|(id, _)| id == value).map_or("", |(_, name)| name.as_str()),
            Options::Day | Options::YearFrom | Options::YearTo | Options::Text { .. } => value,
        };
        match lang {
            Lang::Ja => format!("{label}「{value}」"),
            Lang::En => format!("{label} “{value}”"),
        }
    });
    words.collect::<Vec<_>>().join(lang.t("、", ", "))
}

fn field(ctx: &Ctx, asked: &ListQuery, listed: &ListPage<Row>, filter: &'static Filter) -> Markup {
    let lang = ctx.lang();
    let (code, label, value) = (filter.code, filter.words.get(lang), asked.value(filter.code));
    let error = asked.errors().get(code, lang);
    let any = lang.t("どれでも", "Any");
    let field = match filter.options {
        Options::Tabs([(usual, _), ..]) if *usual == value => return html! {},
        Options::Linked if value.is_empty() => return html! {},
        Options::Tabs(_) | Options::Linked => return hidden(code, value),
        Options::Vocabulary(vocabulary) => {
            let words = ctx.profile().words(vocabulary);
            let choices = words.iter().map(|word| Choice::new(word.code.as_str(), lang.t(&word.ja, &word.en)));
            select_field(lang, code, label, choices.collect()).unchosen(any).value(value)
        }
        Options::Words(words) => {
            let choices = words.iter().map(|(code, words)| Choice::new(*code, words.get(lang)));
            select_field(lang, code, label, choices.collect()).unchosen(any).value(value)
        }
        Options::Offered(offered) => {
            let choices = offered(ctx).into_iter().map(|(code, words)| Choice::new(code, words.get(lang)));
            select_field(lang, code, label, choices.collect()).unchosen(any).value(value)
        }
        Options::Tick => tick_field(lang, code, label).value(value),
        Options::Day => date_field(lang, code, label).value(value),
        Options::YearFrom | Options::YearTo => text_field(lang, code, label)
            .value(value)
            .maxlength(YEAR)
            .hint(lang.t("例：昭和15年、1940", "For example: 1940")),
        Options::Area => {
            let choices = listed.areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str()));
            select_field(lang, code, label, choices.collect()).unchosen(any).value(value)
        }
        Options::Text { most, hint } => {
            text_field(lang, code, label).value(value).maxlength(most).autocomplete("off").hint(hint.get(lang))
        }
    };
    html! { (field.error(error).without_word()) }
}

/// A table, which a narrow window shows as cards. The roles are said outright, because a browser
/// forgets them where a table is laid out as something else.
fn table(asked: &ListQuery, listed: &ListPage<Row>, lang: Lang, caption: &str) -> Markup {
    let columns: Vec<_> = asked.columns().into_iter().map(|at| (at, &asked.list().columns[at])).collect();
    let class = |column: &super::Column| match (column.card, column.numeric) {
        (Card::Title, _) => "card-title",
        (Card::Hidden, true) => "card-hidden number",
        (Card::Hidden, false) => "card-hidden",
        (Card::Line, true) => "number",
        (Card::Line, false) if column.width <= SHORT => "short",
        (Card::Line, false) => "",
    };
    html! {
        div class="table-scroll" role="region" aria-label=(caption) tabindex="0" {
            table class="cards" role="table" {
                caption { (caption) }
                thead role="rowgroup" {
                    tr role="row" {
                        @for (_, column) in &columns {
                            th scope="col" role="columnheader" class=[column.numeric.then_some("number")] { (column.words.get(lang)) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for row in &listed.rows {
                        tr role="row" {
                            @for (place, (at, column)) in columns.iter().enumerate() {
                                @let cell = row.cells.get(*at).map(super::Cell::render);
                                @if place == 0 {
                                    th scope="row" role="rowheader" class=(class(column)) { (cell.unwrap_or_default()) }
                                } @else {
                                    td role="cell" class=(class(column)) data-label=(column.words.get(lang)) { (cell.unwrap_or_default()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Ways to the pages before and behind, and to those around by their numbers.
fn pages(asked: &ListQuery, listed: &ListPage<Row>, lang: Lang) -> Markup {
    let now = asked.page();
    let known = last_page(listed.count).max(now);
    let last = if listed.more { known.max(now + 1) } else { now };
    if last == 1 {
        return html! {};
    }
    let near = (now - NEAR).max(1)..=(now + NEAR).min(last);
    let number = |page: i64| {
        html! {
            @if page == now {
                strong class="button" aria-current="page" { (page) }
            } @else {
                a class="button" href=(asked.href(page)) aria-label=(page_words(page, lang)) { (page) }
            }
        }
    };
    html! {
        nav class="pager" aria-label=(lang.t("ページ", "Pages")) {
            @if now > 1 { a class="button" rel="prev" href=(asked.href(now - 1)) { (lang.t("前へ", "Previous")) } }
            @if *near.start() > 1 { (number(1)) }
            @if *near.start() > 2 { span { "…" } }
            @for page in near.clone() { (number(page)) }
            @if *near.end() < last - 1 { span { "…" } }
            @if *near.end() < last { (number(last)) }
            @if listed.more { a class="button" rel="next" href=(asked.href(now + 1)) { (lang.t("次へ", "Next")) } }
        }
    }
}

fn page_words(page: i64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{page}ページ"),
        Lang::En => format!("Page {page}"),
    }
}
