//! What a list consists of.

use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::{Conn, Record, Sql, Value};

use super::store::{self, SavedView};
use super::{COUNTED, FOUND, ListQuery, ROWS};
use crate::access::{self, Kind};
use crate::area;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::{Lang, Words};
use crate::web::ui::parts::grouped;

/// Where a column stands on the card that a phone shows of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// On top, without its heading.
    Title,
    /// A line of its own, behind its heading.
    Line,
    /// Not at all: the record itself tells it.
    Hidden,
}

/// A column of a list.
#[derive(Debug)]
pub struct Column {
    /// Names it in addresses.
    pub code: &'static str,
    /// Its heading.
    pub words: Words,
    /// Whether it holds numbers, which stand right.
    pub numeric: bool,
    /// Whether the page shows it where nobody has chosen columns. A file holds every column then.
    pub shown: bool,
    /// What a phone makes of it.
    pub card: Card,
    /// How wide it is in a workbook, in characters of ASCII.
    pub width: u16,
}

impl Column {
    /// A column that the page shows, a line on the card.
    pub const fn new(code: &'static str, words: Words) -> Column {
        Column { code, words, numeric: false, shown: true, card: Card::Line, width: 16 }
    }

    /// The column that heads its row.
    pub const fn title(code: &'static str, words: Words) -> Column {
        Column { card: Card::Title, width: 24, ..Column::new(code, words) }
    }

    /// A column that only those see who choose it, and that files hold.
    pub const fn chosen(code: &'static str, words: Words) -> Column {
        Column { shown: false, ..Column::new(code, words) }
    }

    /// So many characters wide in a workbook.
    pub const fn width(self, width: u16) -> Column {
        Column { width, ..self }
    }
}

/// What a condition takes.
#[derive(Debug)]
pub enum Options {
    /// One of several views, which stand as tabs above the list; the first is the usual one.
    Tabs(&'static [(&'static str, Words)]),
    /// A code of a vocabulary of the profile.
    Vocabulary(&'static str),
    /// One of a few words.
    Words(&'static [(&'static str, Words)]),
    /// One of what the rooms of the house offer.
    Offered(fn(&Ctx) -> Vec<(&'static str, Words)>),
    /// A record to which a link leads; the form keeps it and asks for none.
    Linked,
    /// `yes`, or nothing.
    Tick,
    /// A day in either calendar.
    Day,
    /// The first year of a period, in either calendar: it begins on 1 January.
    YearFrom,
    /// The last year of a period, in either calendar: it ends on 31 December.
    YearTo,
    /// An area of the reader's, with all that lies within it.
    Area,
    /// Words, at most so many characters, which stand above the list as its search.
    Text {
        /// Most characters.
        most: usize,
        /// What can be typed.
        hint: Words,
    },
}

/// A condition by which a list is narrowed down.
#[derive(Debug)]
pub struct Filter {
    /// Names it in addresses.
    pub code: &'static str,
    /// What it is called.
    pub words: Words,
    /// What it takes.
    pub options: Options,
}

/// An order of a list. Every order ends with the id, so that no row comes twice and none is left out.
#[derive(Debug)]
pub struct Order {
    /// Names it in addresses.
    pub code: &'static str,
    /// What it is called.
    pub words: Words,
    /// The tabs under which it is offered; empty for all.
    pub tabs: &'static [&'static str],
}

impl Order {
    /// An order of every tab.
    pub const fn new(code: &'static str, words: Words) -> Order {
        Order { code, words, tabs: &[] }
    }
}

/// Where a statement begins to look for rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// In the order of the list, for readers who see much of it: the walk ends where the page ends.
    Order,
    /// At what the reader's areas, own records and grounds show, for readers who see little.
    Sight,
}

/// So many times the areas that a reader sees are fewer than those of the municipality, where the
/// walk begins at them.
const FEW: i64 = 20;

/// Where the statements of a list begin for this reader, by the areas in which posts of today carry
/// one of the functions that its row rule names.
pub async fn walk(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, functions: [&str; 2]) -> Result<Walk> {
    if let Some(walk) = asked.walk() {
        return Ok(walk);
    }
    let (seen, all) = access::count_areas(ctx, conn, functions).await?;
    Ok(if seen * FEW >= all { Walk::Order } else { Walk::Sight })
}

/// Which rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many rows stand before it.
    pub offset: i64,
    /// At most so many rows.
    pub limit: i64,
}

impl Window {
    /// The window of a page, from 1, with one row more that tells whether the list goes on.
    pub fn of_page(page: i64) -> Window {
        Window { offset: (page - 1) * ROWS, limit: ROWS + 1 }
    }

    /// So many rows from the first.
    pub fn first(limit: i64) -> Window {
        Window { offset: 0, limit }
    }
}

/// What a row says in one column.
#[derive(Debug, Clone)]
pub struct Cell {
    /// As plain text, for files.
    pub text: String,
    /// As the page shows it, where that is something else.
    pub markup: Option<Markup>,
}

impl Cell {
    /// Text that the page shows as it is.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), markup: None }
    }

    /// Text for files, and what the page shows.
    pub fn shown(text: impl Into<String>, markup: Markup) -> Cell {
        Cell { text: text.into(), markup: Some(markup) }
    }

    /// はい or nothing.
    pub fn yes(lang: Lang, yes: bool) -> Cell {
        Cell::text(if yes { lang.t("はい", "yes") } else { "" })
    }

    pub(super) fn render(&self) -> Markup {
        match &self.markup {
            Some(markup) => markup.clone(),
            None => html! { span class="lines" { (self.text) } },
        }
    }
}

/// A row, with as many cells as the list has columns.
#[derive(Debug, Clone)]
pub struct Row {
    /// The records that it tells of, for the audit trail.
    pub records: Vec<(Kind, Id)>,
    /// Its cells, in the order of the list's columns.
    pub cells: Vec<Cell>,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(i64),
    /// So many and more; nobody waits for the exact number.
    AtLeast(i64),
}

impl Count {
    /// 205件, 1,000件以上.
    pub fn words(self, lang: Lang) -> String {
        match (self, lang) {
            (Count::Exactly(count), Lang::Ja) => format!("{}件", grouped(count)),
            (Count::Exactly(count), Lang::En) => grouped(count),
            (Count::AtLeast(count), Lang::Ja) => format!("{}件以上", grouped(count)),
            (Count::AtLeast(count), Lang::En) => format!("{} or more", grouped(count)),
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct ListPage<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// How many rows stand before them.
    pub offset: i64,
    /// How many there are in all.
    pub count: Count,
    /// Whether further pages follow.
    pub more: bool,
    /// The reader's saved views of the list; only pages have them.
    pub views: Vec<SavedView>,
    /// The areas that a condition offers, id and name; only pages have them.
    pub areas: Vec<(String, String)>,
}

/// Reads the page that is asked for, and counts where the page itself does not tell how many there
/// are. Nothing is read while a condition cannot be.
pub async fn load(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<ListPage<Row>> {
    let views = store::list_views(ctx, conn, asked.list().code).await?;
    let areas = list_areas(ctx, conn, asked).await?;
    if !asked.errors().is_empty() {
        return Ok(ListPage { rows: Vec::new(), offset: 0, count: Count::Exactly(0), more: false, views, areas });
    }
    let window = Window::of_page(asked.page());
    let mut rows = Vec::new();
    let list = asked.list();
    let mut push = |row| {
        rows.push(row);
        Ok(())
    };
    (list.rows)(ctx, conn, asked, window, &mut push).await?;
    let listed = cut(ctx, conn, asked, rows).await?;
    for row in &listed.rows {
        super::note(ctx, &row.records);
    }
    Ok(ListPage { views, areas, ..listed })
}

/// The areas of the reader's posts and those within them, the widest first, where the list has a
/// condition on areas; the one that is asked for is always among them.
pub(super) async fn list_areas(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<Vec<(String, String)>> {
    let Some(filter) = asked.list().filters.iter().find(|filter| matches!(filter.options, Options::Area)) else {
        return Ok(Vec::new());
    };
    let mut areas: Vec<(String, String)> = Vec::new();
    let tiers: Vec<String> = ctx.profile().main_tiers().map(|tier| tier.code.clone()).collect();
    for tier in &tiers {
        for post in &ctx.staff()?.posts {
            for area in area::list_within(ctx, conn, tier, post.area).await? {
                let id = area.id.to_string();
                if !areas.iter().any(|(known, _)| *known == id) {
                    areas.push((id, area.name));
                }
            }
        }
    }
    if let Some(id) = asked.id(filter.code)
        && !areas.iter().any(|(known, _)| *known == id.to_string())
        && let Some(area) = area::find_area(ctx, conn, id).await?
    {
        areas.push((id.to_string(), area.name));
    }
    Ok(areas)
}

/// Makes a page of the rows of its window, for rows of whatever kind.
pub async fn cut<T>(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, mut rows: Vec<T>) -> Result<ListPage<T>> {
    let offset = Window::of_page(asked.page()).offset;
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let more = read > ROWS;
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let count = if more || (read == 0 && offset > 0) {
        let most = if asked.is_set("q") { FOUND } else { COUNTED };
        match (asked.list().count)(ctx, conn, asked, most + 1).await? {
            count if count > most => Count::AtLeast(most.max(offset + read)),
            count => Count::Exactly(count),
        }
    } else {
        Count::Exactly(offset + read)
    };
    Ok(ListPage { rows, offset, count, more, views: Vec::new(), areas: Vec::new() })
}

/// Hands over the rows of a statement: those of a page together, those of a file as they come.
pub async fn each<T: Record>(
    conn: &mut Conn,
    sql: Sql,
    args: &[Value<'_>],
    window: Window,
    mut take: impl FnMut(T) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    if window.limit > ROWS + 1 {
        return Ok(conn.for_each(sql, args, take).await?);
    }
    for row in conn.query::<T>(sql, args).await? {
        take(row)?;
    }
    Ok(())
}
