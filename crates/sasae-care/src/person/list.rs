//! The list of persons: 人をさがす.
//!
//! Where nothing is asked it holds the persons in the reader's own hands, so that nobody looks at
//! persons without a question.

use maud::{Markup, html};
use sasae_core::age::age_on;
use sasae_db::Conn;

use super::pages::{address, birth, gone};
use super::store::list as store;
use super::store::search::PersonRow;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, Row, Source,
};
use crate::person::PERSON;
use crate::web::ui::form::SEARCH;
use crate::web::ui::parts::{empty, link_button};
use crate::web::{Page, Reply};

/// The list of persons.
pub static PERSONS: List = List {
    code: "person",
    name: Words("人", "Persons"),
    path: "/persons",
    columns: &[
        Column::title("name", Words("名前", "Name")),
        Column::new("birth", Words("生年月日", "Birth date")),
        Column::new("area", Words("区域", "Area")),
        Column::new("address", Words("住所", "Address")).width(40),
        Column::chosen("kana", Words("よみ", "Reading")).width(24),
        Column { numeric: true, ..Column::chosen("age", Words("年齢", "Age")) },
        Column::chosen("sex", Words("性別", "Sex")),
        Column::chosen("left", Words("死亡・転出", "Died or moved out")),
    ],
    filters: &[
        Filter {
            code: "q",
            words: Words("名前・よみ・生年月日・電話番号", "Name, reading, birth date or telephone"),
            options: Options::Text {
                most: SEARCH,
                hint: Words(
                    "はじめの何文字かでさがせます。旧字や異体字、ひらがな・カタカナのちがいは気にしなくてかまいません",
                    "The first letters are enough; old letter forms and kana variants are found as well",
                ),
            },
        },
        Filter { code: "area", words: Words("区域", "Area"), options: Options::Area },
        Filter {
            code: "born_from", words: Words("生まれた年（から）", "Born from"), options: Options::YearFrom
        },
        Filter { code: "born_to", words: Words("生まれた年（まで）", "Born until"), options: Options::YearTo },
        Filter {
            code: "living",
            words: Words("亡くなった人・転出した人を除く", "Without those who died or moved out"),
            options: Options::Tick,
        },
        Filter {
            code: "all",
            words: Words("担当の範囲の人をすべて", "Everybody whom you may see"),
            options: Options::Tick,
        },
    ],
    opens: listing::every_tab,
    plain: Words(
        "なし（託されている人・支援に入っている人だけ）",
        "None (only those entrusted to you or in your cases)",
    ),
    orders: &[Order::new("name", Words("よみの順", "By reading"))],
    count: |ctx, conn, asked, most| Box::pin(store::count(ctx, conn, asked, most)),
    rows: |ctx, conn, asked, window, sink| {
        Box::pin(store::each(ctx, conn, asked, window, move |one| sink(row(ctx, &one))))
    },
};

/// Names the list in addresses.
pub struct Persons;

impl Source for Persons {
    fn list() -> &'static List {
        &PERSONS
    }
}

/// `GET /persons?q=…`
pub async fn show(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Persons>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("人をさがす", "Find a person");
    let caption = match asked.is_narrowed() {
        true => lang.t("見つかった人", "Found"),
        false => lang.t("託されている人・支援に入っている人", "Entrusted to you or in your cases"),
    };
    let new = ("/persons/new", lang.t("新しく登録する", "Register a new person"));
    let registers = ctx.may(&super::may::REGISTER);
    let nobody = lang.t("いま託されている人はいません。", "Nobody is entrusted to you at present.");
    let unmatched = lang.t(
        "担当の範囲では見つかりません。名前の一部やよみでもさがしてみてください。",
        "Nobody found within what you may see. Try a part of the name or its reading.",
    );
    let look = ListFrame {
        title: caption,
        empty: empty(nobody, registers.then_some(new)),
        unmatched: Some(empty(unmatched, registers.then_some(new))),
    };
    let main = html! {
        h1 { (title) }
        @if registers && !listed.rows.is_empty() { p { (link_button(new.0, new.1)) } }
        (listing::show(&ctx, &asked, &listed, &look))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).reply(&ctx))
}

/// Persons of the page that is asked for.
pub async fn list(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<PersonRow>> {
    let mut rows = Vec::new();
    let take = |row: PersonRow| {
        ctx.saw(&PERSON, row.id);
        rows.push(row);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}

fn row(ctx: &Ctx, row: &PersonRow) -> Row {
    let lang = ctx.lang();
    let name = html! {
        a href={ "/persons/" (row.id) } { (row.name()) }
        @if !row.kana().is_empty() { br; span class="muted" { (row.kana()) } }
        (gone(lang, row))
    };
    let born = row.birth_on.map(|day| day.to_string()).unwrap_or_default();
    let age = row.birth_on.and_then(|day| age_on(day, row.died_on.unwrap_or(ctx.today())));
    let hidden = lang.t("住所は出していません", "Address hidden");
    let place: (&str, Markup) = match row.address_shown {
        true => (&row.address, address(lang, row)),
        false => (hidden, address(lang, row)),
    };
    let left = match (row.died_on, row.moved_out_on) {
        (Some(_), _) => lang.t("亡くなった", "Died"),
        (None, Some(_)) => lang.t("転出した", "Moved out"),
        (None, None) => "",
    };
    Row {
        records: vec![(&PERSON, row.id)],
        cells: vec![
            Cell::shown(row.name(), name),
            Cell::shown(born, birth(ctx, row)),
            Cell::text(row.area_name.as_str()),
            Cell::shown(place.0, place.1),
            Cell::text(row.kana()),
            Cell::text(age.map(|age| age.to_string()).unwrap_or_default()),
            Cell::text(ctx.profile().label("sex", &row.sex, lang)),
            Cell::text(left),
        ],
    }
}
