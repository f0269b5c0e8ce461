//! Lists of districts and other areas of one tier: code, name, the area above,
//! first day, towns. One row per area, or one per area and town.

use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{CellError, Reason, Report, Row, Serial, Sheet, Table, Warning, list_on};

use super::tree::{AreaRow, Put, Tree};
use super::words::find_named;
use super::{Options, columns, headings, wrong_option};
use crate::area::book::offered;
use crate::area::{Book, TownBook, nearest, store};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::profile::Tier;

/// Imports a list of areas.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, columns::DISTRICTS).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    let mut tree = Tree::load(ctx, work).await?;
    let towns = TownBook::load(ctx, work, ctx.today()).await?;
    let mut unknown_towns = 0;
    let mut book = Book::default();
    let mut seen_above = None;
    let mut successors = Vec::new();
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        let tier = tier_of(ctx, &row, options)?;
        // Rows above may have made the area that this one lies in.
        let above = tree.areas.iter().filter(|area| area.tier != tier.code).count();
        if seen_above != Some((tier.code.as_str(), above)) {
            book = book_of(ctx, &tree);
            seen_above = Some((tier.code.as_str(), above));
        }
        let read = Reading { ctx, book: &book, towns: &towns, options };
        let Some(wanted) = read.row(&row, tier, &mut report, &mut unknown_towns) else { continue };
        match tree.put(ctx, work, &wanted).await? {
            Ok((id, put)) => {
                if put == Put::Same {
                    report.unchanged += 1;
                } else {
                    report.accepted += 1;
                }
                if !wanted.successor.is_empty() {
                    successors.push((row.line(), id, wanted.successor));
                }
            }
            Err(reason) => {
                let column = if wanted.to.is_some() && table.has("valid_to") { "valid_to" } else { "valid_from" };
                report.refuse(row.refuse(column, reason.ja, reason.en));
            }
        }
    }
    if unknown_towns > 0 {
        report.warnings.push(Warning::about_file(
            format!("町の一覧がまだないため、{unknown_towns}個の町名は結びつけていません。町字の一覧を取り込んでから、もう一度取り込んでください"),
            format!("{unknown_towns} town names were not linked because no towns are known yet; import the list of towns, then this one again"),
        ));
    }
    lead_on(ctx, work, &mut tree, &successors, &mut report).await?;
    tree.finish(ctx, work).await?;
    Ok(report)
}

/// Says which area goes on where one has ended: the one that its row names, which may stand further down. Where
/// no row names one, a new area in the same place is proposed: new records lead there, and what stands waits
/// until somebody says so.
async fn lead_on(
    ctx: &Ctx,
    work: &mut Work,
    tree: &mut Tree,
    said: &[(usize, Id, String)],
    report: &mut Report,
) -> Result<()> {
    for (line, old, written) in said {
        let known = store::find_successor(ctx, work, *old).await?;
        match tree.find_named(*old, written).as_slice() {
            [new] if known == Some((*new, true)) => {}
            [new] => tree.succeed(ctx, work, *old, *new).await?,
            found => {
                let (ja, en) = if found.is_empty() {
                    ("この後も続く、同じ階層の区域の中に見つかりません", "is no area of the same tier that goes on")
                } else {
                    ("という区域がいくつもあります。コードで書いてください", "names several areas; write the code")
                };
                report.warnings.push(Warning::at(
                    *line,
                    format!("後継の区域「{written}」は、{ja}。後継は決めていません"),
                    format!("the successor {written:?} {en}; no successor was set"),
                ));
            }
        }
    }
    for (old, last) in tree.ended.clone() {
        if said.iter().any(|(_, id, _)| *id == old) || store::find_successor(ctx, work, old).await?.is_some() {
            continue;
        }
        let name = tree.name_of(old).to_owned();
        let warning = match tree.find_likely(old, last) {
            Some(new) => {
                store::put_successor(ctx, work, old, new, false).await?;
                let new = tree.name_of(new);
                Warning::about_file(
                    format!(
                        "「{name}」のあとは「{new}」と見ています。新しい記録は「{new}」に入ります。いまある記録と役職は、「担当者のいないもの」の画面で確かめてから移してください。はじめから決めるときは「後継区域名」の列に書きます"
                    ),
                    format!(
                        "{new:?} seems to go on where {name:?} ends: new records go there. What stands now moves when you confirm it on the page “With nobody”. A column 後継区域名 says it beforehand"
                    ),
                )
            }
            None => Warning::about_file(
                format!(
                    "「{name}」のあとを継ぐ区域がわかりません。「後継区域名」の列に書いて取り込むか、「担当者のいないもの」の画面で決めてください"
                ),
                format!(
                    "no area is known to go on where {name:?} ends; name it in a column 後継区域名, or on the page “With nobody”"
                ),
            ),
        };
        report.warnings.push(warning);
    }
    Ok(())
}

/// The tree as it stands today, with what the rows above have made. Only codes
/// and names count here, not what lies in what.
fn book_of(ctx: &Ctx, tree: &Tree) -> Book {
    let today = ctx.today();
    let areas = tree.areas.iter().filter(|a| a.valid_from <= today && today <= a.valid_to);
    Book::plain(ctx.profile(), areas.cloned().collect())
}

/// The tier of a row: its own word, the option, or the tier in which persons live.
fn tier_of<'a>(ctx: &'a Ctx, row: &Row<'_>, options: &Options) -> Result<&'a Tier> {
    let tiers = &ctx.profile().tiers;
    let of = |written: &str| find_named(written, tiers, ("階層", "tier"));
    if let Some(written) = row.get("tier")
        && let Ok(tier) = of(written)
    {
        return Ok(tier);
    }
    if !options.tier.is_empty() {
        return of(&options.tier).map_err(|reason| wrong_option("tier", &reason));
    }
    ctx.profile().smallest_tier().ok_or_else(|| Error::internal("the profile has no smallest tier"))
}

struct Reading<'a> {
    ctx: &'a Ctx,
    book: &'a Book,
    towns: &'a TownBook,
    options: &'a Options,
}

impl Reading<'_> {
    /// Everything of one row; what is wrong with it goes into the report.
    fn row(&self, row: &Row<'_>, tier: &Tier, report: &mut Report, unknown: &mut usize) -> Option<AreaRow> {
        let name = report.take(row.required_text("name", 100));
        let code = report.take(row.identifier("code", 50)).flatten();
        let kana = report.take(row.text("kana", 200)).flatten().unwrap_or_default();
        let households = report.take(row.integer("households", 0..=10_000_000, &["世帯", "戸"])).flatten();
        let from = report.take(row.date("valid_from", Serial::Allowed)).flatten().or(self.options.from);
        let to = report.take(row.date("valid_to", Serial::Allowed)).flatten();
        // 廃止日 is the first day without the area.
        let abolished = row.column_name("valid_to").contains("廃止");
        let to = to.map(|day| if abolished { super::tree::before(day) } else { day });
        let parent = report.take(self.parent(row, tier));
        let towns = report.take(self.towns(row, unknown));
        if report.is_refused(row.line()) {
            return None;
        }
        let name = text::clean(&name?);
        Some(AreaRow {
            tier: tier.code.clone(),
            // Many lists have no code; the name is the key then.
            code: code.map_or_else(|| fold_name(&name), |code| text::clean(&code)),
            kana,
            households,
            from,
            to,
            parent: parent?.map(|id| (id, tier.hierarchy.clone())),
            towns: towns?,
            successor: report.take(row.text("successor", 100)).flatten().unwrap_or_default(),
            name,
        })
    }

    /// The area above: by code, by name, or the only one there is.
    fn parent(&self, row: &Row<'_>, tier: &Tier) -> Result<Option<Id>, CellError> {
        let above: Vec<&Tier> = self.ctx.profile().main_tiers().filter(|t| t.level < tier.level).collect();
        let Some(next) = above.last() else { return Ok(None) };
        for key in ["parent_code", "parent"] {
            let Some(written) = row.get(key) else { continue };
            let found = self.book.find(written, Some(&next.code), None).and_then(|area| {
                if above.iter().any(|tier| tier.code == area.tier) {
                    Ok(area.id)
                } else {
                    Err(Reason::new(
                        format!("「{written}」は、{}の上の区域ではありません", tier.ja),
                        format!("{written:?} is not an area above the tier {}", tier.en),
                    ))
                }
            });
            return found.map(Some).map_err(|reason| row.refuse(key, reason.ja, reason.en));
        }
        if !self.options.area.is_empty() {
            let found = self.book.find(&self.options.area, Some(&next.code), None);
            return found.map(|area| Some(area.id)).map_err(|reason| row.refuse("parent", reason.ja, reason.en));
        }
        let mut candidates = self.book.areas().iter().filter(|area| area.tier == next.code);
        match (candidates.next(), candidates.next()) {
            (Some(only), None) => Ok(Some(only.id)),
            (None, _) => Err(row.refuse(
                "parent",
                format!("上の階層（{}）の区域がまだありません。先に取り込んでください", next.ja),
                format!("there is no area of the tier above ({}) yet; import those first", next.en),
            )),
            (Some(_), Some(_)) => Err(row.refuse(
                "parent",
                format!("どの{}に入るかがわかりません。上位区域コードか上位区域名の列が必要です", next.ja),
                format!(
                    "it is not said in which area of the tier {} it lies; add 上位区域コード or 上位区域名",
                    next.en
                ),
            )),
        }
    }

    /// The towns of the row. A name that is unknown although towns are loaded is
    /// a slip; without any towns the names are only counted.
    fn towns(&self, row: &Row<'_>, unknown: &mut usize) -> Result<Option<Vec<Id>>, CellError> {
        let municipality = self.municipality(row)?;
        let municipality = municipality.as_deref();
        if let Some(id) = row.fixed_digits("town_id", 7)? {
            return match self.towns.by_code(municipality, &id.digits) {
                Some(town) => Ok(Some(vec![town.id])),
                None if !self.towns.knows(municipality) => {
                    *unknown += 1;
                    Ok(None)
                }
                None => Err(row.refuse("town_id", "この町字IDの町はありません", "there is no town with this 町字ID")),
            };
        }
        let Some(cell) = row.get("town") else { return Ok(None) };
        let mut ids = Vec::new();
        for name in list_on(cell, &['、', '，', ',', ';', '；', '/', '／', '|', '　', '\n', '・']) {
            let name = text::clean(&name);
            let found = self.towns.by_name(municipality, &name);
            if !found.is_empty() {
                ids.extend(found.iter().map(|town| town.id));
            } else if !self.towns.knows(municipality) {
                *unknown += 1;
            } else {
                let (ja, en) = offered(&nearest(&name, self.towns.names(municipality)));
                return Err(row.refuse(
                    "town",
                    format!("「{name}」という町はありません{ja}"),
                    format!("there is no town {name:?}{en}"),
                ));
            }
        }
        Ok(Some(ids))
    }

    /// In which municipality or ward the row's towns lie, where that can be told.
    fn municipality(&self, row: &Row<'_>) -> Result<Option<String>, CellError> {
        if let Some(read) = row.code("municipality_code")? {
            return Ok(Some(read.code.to_string()));
        }
        let above = ["parent_code", "parent"].into_iter().find_map(|key| row.get(key));
        let area = above.and_then(|written| self.book.find(written, None, None).ok());
        Ok(area.map(|area| area.code.clone()).filter(|code| self.towns.knows(Some(code))))
    }
}
