//! Figures: what was done, by month, for an area; each number leads to the
//! records behind it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;
use super::suppress::{COLUMNS, Grid, YEAR};
use crate::access;
use crate::area;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::fact::FactKind;
use crate::lang::{Lang, Text, Words};
use crate::listing::{Count, range_words};
use crate::profile::Reach;
use crate::web::api::Shown;
use crate::web::row_page::unknown;
use crate::web::ui::form::{Choice, select_field};
use crate::web::ui::parts::{Column, Table, date_pair, empty, figure_link, pager, print_button};
use crate::web::{Page, Reply};

/// Rows of one page behind a figure.
const PAGE: i64 = 100;

/// The last page that is opened.
const MOST_PAGES: i64 = 10_000;

/// The kinds of fact that the rooms write, in the order of the flow.
fn kinds(ctx: &Ctx) -> impl Iterator<Item = &'static FactKind> {
    ctx.app().rooms().flat_map(|room| room.facts).copied()
}

/// A fiscal year as it is read: 令和7年度, or the year in which it begins.
fn year_words(year: FiscalYear, lang: Lang) -> String {
    match lang {
        Lang::Ja => year.label(),
        Lang::En => format!("FY{}", year.0),
    }
}

/// Period and area of the figures.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct Period {
    /// The year in which the fiscal year begins; the present one when absent.
    year: Option<i16>,
    /// The area; the reader's own when absent.
    #[param(value_type = Option<String>, format = "uuid")]
    area: Option<Id>,
}

/// Which figure is opened.
#[derive(Debug, Default, Deserialize)]
pub struct FigureQuery {
    year: Option<i16>,
    area: Option<Id>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    month: i64,
    #[serde(default)]
    page: i64,
}

struct Figures {
    year: FiscalYear,
    years: Vec<i64>,
    area: Id,
    area_name: String,
    areas: Vec<(String, String)>,
    counts: BTreeMap<(String, i64), i64>,
    /// Kinds and months (0 for the year) that are not told to this reader.
    hidden: BTreeSet<(String, i64)>,
    /// Kinds whose quantity is a number of days, with all of these in their order.
    days: Vec<(&'static FactKind, Vec<i64>)>,
}

/// The middle of numbers in their order.
fn median(days: &[i64]) -> Option<i64> {
    days.get(days.len() / 2).copied()
}

/// An area whose figures may be chosen.
struct Choosable {
    area: area::Area,
    /// The area of the post by which only figures are seen; `None` for one who
    /// may know persons there.
    figures_only: Option<Id>,
}

/// The areas whose figures the reader may choose: those of the posts, and below
/// them for readers who may know persons there. Figures of small areas could
/// give single persons away to one who only sees figures.
async fn choose_areas(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Choosable>> {
    let mut areas: Vec<Choosable> = Vec::new();
    let smallest = ctx.profile().smallest_tier().map(|tier| tier.code.clone());
    let posts = ctx.staff()?.posts.iter().filter(|post| post.carries(&crate::figures::may::READ));
    // Posts that may know persons first, so that they decide where two reach.
    let (full, figures_only): (Vec<_>, Vec<_>) = posts.partition(|post| post.reach == Reach::Area);
    for post in full.into_iter().chain(figures_only) {
        for tier in ctx.profile().main_tiers() {
            if post.reach != Reach::Area && Some(&tier.code) == smallest.as_ref() {
                continue;
            }
            for area in area::list_within(ctx, conn, &tier.code, post.area).await? {
                if !areas.iter().any(|known| known.area.id == area.id) {
                    let figures_only = (post.reach != Reach::Area).then_some(post.area);
                    areas.push(Choosable { area, figures_only });
                }
            }
        }
    }
    Ok(areas)
}

/// The counts of a year that are not told of an area, by kind and month (0 for
/// the year), to one who sees the figures of everything within `root` only.
async fn list_hidden(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    root: Id,
    area: Id,
) -> Result<BTreeSet<(String, i64)>> {
    let least = ctx.profile().setting.suppress_below.map_or(0, i64::from);
    let smallest = ctx.profile().smallest_tier().map_or("", |tier| tier.code.as_str());
    let above: BTreeMap<Id, Id> = store::list_above(ctx, conn, root).await?.into_iter().collect();
    let mut counts: BTreeMap<String, BTreeMap<Id, [i64; COLUMNS]>> = BTreeMap::new();
    for (of, kind, month, count) in store::count_in_tree(ctx, conn, year, root, smallest).await? {
        let row = counts.entry(kind).or_default().entry(of).or_default();
        if let Some(cell) = usize::try_from(month - 1).ok().and_then(|month| row[..YEAR].get_mut(month)) {
            *cell += count;
            row[YEAR] += count;
        }
    }
    let mut hidden = BTreeSet::new();
    for (kind, rows) in counts {
        let ids: Vec<Id> = rows.keys().copied().collect();
        let place = |id: &Id| ids.iter().position(|other| other == id);
        let grid = Grid {
            counts: rows.values().copied().collect(),
            above: ids.iter().map(|id| above.get(id).and_then(place)).collect(),
        };
        let Some(own) = place(&area) else { continue };
        for (column, is_hidden) in grid.suppressed(least)[own].iter().enumerate() {
            if *is_hidden {
                let month = if column == YEAR { 0 } else { column as i64 + 1 };
                hidden.insert((kind.clone(), month));
            }
        }
    }
    Ok(hidden)
}

/// The fiscal year that an address asks for; the present one where it asks for none.
fn year_of(ctx: &Ctx, asked: Option<i16>) -> Result<FiscalYear> {
    let year = asked.map_or_else(|| FiscalYear::of(ctx.today()), FiscalYear);
    if year.is_plausible() {
        return Ok(year);
    }
    Err(Error::Bad(Text::new(
        "その年度はありません。1886年度から2199年度までの年を、西暦で入れてください。",
        "There is no such fiscal year. Give the Western year in which it begins, from 1886 to 2199.",
    )))
}

async fn load(ctx: &Ctx, conn: &mut Conn, (year, area): (Option<i16>, Option<Id>)) -> Result<Figures> {
    let areas = choose_areas(ctx, conn).await?;
    let chosen = match area {
        Some(id) => areas.iter().find(|known| known.area.id == id),
        None => areas.first(),
    }
    .ok_or(Error::NotFound)?;
    let (area, area_name, figures_only) = (chosen.area.id, chosen.area.name.clone(), chosen.figures_only);
    let year = year_of(ctx, year)?;
    let rows = store::count_by_month(ctx, conn, year, area).await?;
    let mut years = store::list_years(ctx, conn).await?;
    if !years.contains(&i64::from(year.0)) {
        years.insert(0, i64::from(year.0));
    }
    let hidden = match figures_only {
        Some(root) => list_hidden(ctx, conn, year, root, area).await?,
        None => BTreeSet::new(),
    };
    let mut days = Vec::new();
    for kind in kinds(ctx).filter(|kind| kind.days.is_some()) {
        if !hidden.contains(&(kind.code.to_owned(), 0)) {
            days.push((kind, store::list_quantities(ctx, conn, year, area, kind.code).await?));
        }
    }
    Ok(Figures {
        year,
        years,
        area,
        area_name,
        areas: areas.into_iter().map(|known| (known.area.id.to_string(), known.area.name)).collect(),
        counts: rows.into_iter().map(|(kind, month, count)| ((kind, month), count)).collect(),
        hidden,
        days,
    })
}

impl Figures {
    fn count(&self, kind: &FactKind, month: i64) -> i64 {
        self.counts.get(&(kind.code.to_owned(), month)).copied().unwrap_or(0)
    }

    fn total(&self, kind: &FactKind) -> i64 {
        (1..=12).map(|month| self.count(kind, month)).sum()
    }

    fn is_hidden(&self, kind: &FactKind, month: i64) -> bool {
        self.hidden.contains(&(kind.code.to_owned(), month))
    }

    fn link(&self, lang: Lang, kind: &FactKind, month: i64, count: i64) -> Markup {
        if self.is_hidden(kind, month) {
            let words = lang.t("少ない数なので表示しません", "not told because it is small");
            return html! { span title=(words) aria-label=(words) { "＊" } };
        }
        let href = format!("/figures/behind?year={}&area={}&kind={}&month={month}", self.year.0, self.area, kind.code);
        figure_link(count, (count > 0).then_some(href.as_str()))
    }

    /// What is measured in days, the middle of all, and how many there are.
    fn medians(&self) -> impl Iterator<Item = (Words, i64, usize)> {
        self.days.iter().filter_map(|(kind, days)| Some((kind.days?, median(days)?, days.len())))
    }

    fn render(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let months: [i64; 12] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];
        let labels: Vec<String> = months
            .iter()
            .map(|month| match lang {
                Lang::Ja => format!("{month}月"),
                Lang::En => month.to_string(),
            })
            .collect();
        let mut columns = vec![Column { label: lang.t("したこと", "What was done"), numeric: false }];
        columns.extend(labels.iter().map(|label| Column { label, numeric: true }));
        columns.push(Column { label: lang.t("年度計", "Year"), numeric: true });
        let rows = kinds(ctx)
            .map(|kind| {
                let mut cells = vec![html! { (kind.words.get(lang)) }];
                cells.extend(months.iter().map(|month| self.link(lang, kind, *month, self.count(kind, *month))));
                cells.push(self.link(lang, kind, 0, self.total(kind)));
                cells
            })
            .collect();
        let caption = format!("{} {}", self.area_name, year_words(self.year, lang));
        let year = self.year.0.to_string();
        let years: Vec<(String, String)> = self
            .years
            .iter()
            .filter_map(|y| i16::try_from(*y).ok())
            .map(|y| (y.to_string(), year_words(FiscalYear(y), lang)))
            .collect();
        let area = self.area.to_string();
        html! {
            h1 { (lang.t("数字", "Figures")) }
            form class="form form-row" method="get" action="/figures" {
                (select_field(lang, "year", lang.t("年度", "Fiscal year"), years.iter().map(|(v, l)| Choice::new(v.as_str(), l.as_str())).collect()).values([year.as_str()]).always().without_word())
                (select_field(lang, "area", lang.t("区域", "Area"), self.areas.iter().map(|(v, l)| Choice::new(v.as_str(), l.as_str())).collect()).values([area.as_str()]).always().without_word())
                div class="buttons" { button class="button button-primary" type="submit" { (lang.t("表示する", "Show")) } }
            }
            @for (words, days, count) in self.medians() {
                p class="lead" {
                    (words.get(lang)) strong { (days) (lang.t("日", " days")) }
                    (lang.t("（", " (")) (count) (lang.t("件）", " cases)"))
                }
            }
            (Table { caption: &caption, columns: &columns, rows, sums: None })
            p class="muted" { (lang.t(
                "数字を押すと、そのもとになった記録の一覧が開きます。一覧の行数は数字と同じです。",
                "Each number opens the list of the records behind it, with exactly as many rows.",
            )) }
            @if !self.hidden.is_empty() {
                p class="muted" { (lang.t(
                    "＊ は、少ない数から人が分かってしまわないように、表示していない数です。ほかの数から計算できてしまう数も、あわせて伏せています。",
                    "＊ stands for counts so small that they could give a person away, and for those from which such a count could be worked out.",
                )) }
            }
            (print_button(lang))
        }
    }
}

/// `GET /figures`
pub async fn show(ctx: Ctx, Query(asked): Query<Period>) -> Reply {
    let mut read = ctx.read().await?;
    let figures = load(&ctx, &mut read, (asked.year, asked.area)).await?;
    let lang = ctx.lang();
    Ok(Page::new(lang.t("数字", "Figures"), figures.render(&ctx)).wide().reply(&ctx))
}

/// `GET /api/figures`
pub async fn show_json(ctx: Ctx, Query(asked): Query<Period>) -> Result<Shown<FiguresBody>> {
    let mut read = ctx.read().await?;
    let figures = load(&ctx, &mut read, (asked.year, asked.area)).await?;
    let counts = figures
        .counts
        .iter()
        .map(|((kind, month), count)| {
            let suppressed = figures.hidden.contains(&(kind.clone(), *month));
            CountBody { kind: kind.clone(), month: *month, count: (!suppressed).then_some(*count), suppressed }
        })
        .collect();
    Ok(Shown(FiguresBody {
        fiscal_year: figures.year.0,
        area: figures.area,
        counts,
        median_days: figures
            .days
            .iter()
            .filter_map(|(kind, days)| Some(MedianBody { kind: kind.code.to_owned(), days: median(days)? }))
            .collect(),
    }))
}

/// The figures of a fiscal year in an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresBody {
    /// The year in which it begins.
    fiscal_year: i16,
    /// The area.
    #[schema(value_type = String, format = "uuid")]
    area: Id,
    /// Counts that are not zero.
    counts: Vec<CountBody>,
    /// For each kind that is measured in days the middle of all.
    median_days: Vec<MedianBody>,
}

/// The middle of the days of one kind of fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct MedianBody {
    /// Code of what was done.
    kind: String,
    /// Days.
    days: i64,
}

/// How often something was done in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountBody {
    /// Code of what was done.
    kind: String,
    /// 1 to 12.
    month: i64,
    /// How often; absent where it is not told.
    count: Option<i64>,
    /// Not told, because it is small or gives a small one away.
    suppressed: bool,
}

/// `GET /figures/behind`: as many rows as the figure says. What the reader may
/// not open stands there without name and link.
pub async fn behind(ctx: Ctx, Query(asked): Query<FigureQuery>) -> Reply {
    let kind = kinds(&ctx).find(|kind| kind.code == asked.kind).ok_or(Error::NotFound)?;
    let mut read = ctx.read().await?;
    let areas = choose_areas(&ctx, &mut read).await?;
    let Choosable { area, figures_only } =
        areas.into_iter().find(|known| Some(known.area.id) == asked.area).ok_or(Error::NotFound)?;
    let year = year_of(&ctx, Some(asked.year.ok_or(Error::NotFound)?))?;
    if !(0..=12).contains(&asked.month) || !(0..=MOST_PAGES).contains(&asked.page) {
        return Err(unknown());
    }
    if let Some(root) = figures_only {
        let hidden = list_hidden(&ctx, &mut read, year, root, area.id).await?;
        // The rows would tell what the figure does not.
        if hidden.contains(&(asked.kind.clone(), asked.month)) {
            return Err(Error::NotFound);
        }
    }
    let page = asked.page;
    let window = (PAGE + 1, page * PAGE);
    let mut rows = store::list_behind(&ctx, &mut read, year, area.id, kind.code, asked.month, window).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let all = match (more, page) {
        (false, 0) => rows.len() as i64,
        _ => store::count_behind(&ctx, &mut read, year, area.id, kind.code, asked.month).await?,
    };
    let lang = ctx.lang();
    let title = format!("{} {} {}", area.name, year_words(year, lang), kind.words.get(lang));
    let here = |page: i64| {
        format!(
            "/figures/behind?year={}&area={}&kind={}&month={}&page={page}",
            year.0, area.id, asked.kind, asked.month
        )
    };
    let mut table = Vec::new();
    for row in &rows {
        let record = ctx.app().kind(&row.record_kind);
        let open = match record {
            // Beside a hidden address not even the area is told, and the list is one of an area.
            Some(record) => {
                access::is_visible(&ctx, &mut read, record, row.record_id).await?
                    && access::shows_place(&ctx, &mut read, record, row.record_id).await?
            }
            None => false,
        };
        if let Some(record) = record.filter(|_| open) {
            ctx.saw(record, row.record_id);
        }
        let href = record.filter(|_| open).and_then(|record| record.href(row.record_id));
        let what = label(&ctx, kind, &row.about);
        table.push(vec![
            date_pair(row.occurred_on, lang),
            // The smallest area stays out of sight where persons do.
            html! { (row.area_name.as_deref().filter(|_| open && figures_only.is_none()).unwrap_or(&area.name)) },
            html! {
                @match href {
                    Some(href) => a href=(href) { (what) },
                    None => (what),
                }
            },
            html! { @if open { (row.staff_name.as_deref().unwrap_or_default()) } @else { (lang.t("（表示できない記録）", "(not shown)")) } },
        ]);
    }
    let (before, after) = (here(page - 1), here(page + 1));
    let main = html! {
        h1 { (title) }
        @if rows.is_empty() { (empty(lang.t("記録はありません。", "There are no records."), None)) }
        @else {
            p class="list-count" { (range_words(page + 1, PAGE, rows.len(), Count::Exactly(all), lang)) }
            (Table {
                caption: &title,
                columns: &[
                    Column { label: lang.t("日付", "Date"), numeric: false },
                    Column { label: lang.t("区域", "Area"), numeric: false },
                    Column { label: lang.t("内容", "What"), numeric: false },
                    Column { label: lang.t("記録した人", "By"), numeric: false },
                ],
                rows: table,
                sums: None,
            })
            (pager(lang, (page > 0).then_some(before.as_str()), more.then_some(after.as_str())))
        }
        p { a href=(format!("/figures?year={}&area={}", year.0, area.id)) { (lang.t("数字にもどる", "Back to the figures")) } }
    };
    Ok(Page::new(title.clone(), main).reply(&ctx))
}

fn label(ctx: &Ctx, kind: &FactKind, about: &str) -> String {
    let lang = ctx.lang();
    match kind.about.filter(|_| !about.is_empty()) {
        Some(vocabulary) => ctx.profile().label(vocabulary, about, lang).to_owned(),
        None => kind.words.get(lang).to_owned(),
    }
}
