//! The page of areas, windows and posts.

use axum::extract::Query;
use maud::{Markup, Render, html};
use sasae_core::id::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::overview::{self, Overview};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::profile::Named;
use crate::room::{DueLimit, list_holderless};
use crate::tenancy::FOREVER;
use crate::web::row_page::page_of;
use crate::web::ui::parts::{
    Column, Tab, Table, Tone, callout, card, chip, date_pair, empty, grouped, link_button, table, tabs,
};
use crate::web::{Page, Reply};

/// Most gaps that the page lists one by one.
const GAPS: usize = 60;

/// Which area is looked at.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct AreaQuery {
    /// The area; the whole where absent.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "uuid")]
    pub area: Option<Id>,
    /// Which page of those who hold a post at the area itself, from 1; pages have 40 rows.
    #[serde(default)]
    posts: Option<i64>,
    /// Which page of the windows and bases of the area itself.
    #[serde(default)]
    bases: Option<i64>,
}

impl AreaQuery {
    /// The pages of holders and of windows.
    ///
    /// # Errors
    /// As [`page_of`].
    pub fn pages(&self) -> Result<(i64, i64)> {
        Ok((page_of(self.posts)?, page_of(self.bases)?))
    }
}

/// `GET /organisation?area=`
pub async fn show(ctx: Ctx, Query(query): Query<AreaQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let seen = overview::look(&ctx, &mut read, query.area, query.pages()?).await?;
    let lang = ctx.lang();
    let title = lang.t("体制（区域・窓口・役職）", "Areas, windows and posts");
    let Some(seen) = seen else {
        let main = html! {
            h1 { (title) }
            (empty(lang.t("区域がまだありません。区域の一覧を取り込むと、ここに出ます。", "There is no area yet. Import a list of areas and it appears here."), None))
        };
        return Ok(Page::new(title, main).reply(&ctx));
    };
    let limit = DueLimit::new(HOLDERLESS);
    let held = list_holderless(&ctx, &mut read, &limit).await?.len();
    drop(read);
    let view = View { ctx: &ctx, lang, seen: &seen, holderless: holderless(lang, held, limit.is_cut()) };
    Ok(Page::new(format!("{title}：{}", seen.name), view.render()).wide().reply(&ctx))
}

/// So many things that lie with nobody are counted here.
const HOLDERLESS: i64 = 100;

/// How much lies with nobody of what the reader can see to, and the way there.
fn holderless(lang: Lang, count: usize, more: bool) -> Markup {
    let words = match (lang, more) {
        (Lang::Ja, false) => format!("担当者のいないものが{count}件あります。"),
        (Lang::Ja, true) => format!("担当者のいないものが{count}件以上あります。"),
        (Lang::En, false) => format!("{count} things lie with nobody."),
        (Lang::En, true) => format!("{count} things or more lie with nobody."),
    };
    html! {
        @if count > 0 {
            (callout(lang, Tone::Caution, &words, html! {
                p { (link_button("/holderless", lang.t("見て、引き継ぐ", "Look, and pass on"))) }
            }))
        }
    }
}

/// The page as a value.
struct View<'a> {
    ctx: &'a Ctx,
    lang: Lang,
    seen: &'a Overview,
    /// The way to what lies with nobody.
    holderless: Markup,
}

impl Render for View<'_> {
    fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (self.path())
            h1 { (self.seen.name) " " span class="muted" { (self.tier_label(&self.seen.tier)) } }
            p {
                (lang.t("世帯数：", "Households: ")) (self.households(self.seen.households))
            }
            (self.holderless)
            (card(lang.t("必要な役職", "Required posts"), self.required()))
            (card(lang.t("ここの役職", "Posts here"), self.holders()))
            (card(lang.t("窓口・拠点", "Windows and bases"), self.bases()))
            @if !self.seen.children.is_empty() {
                (card(lang.t("この中の区域", "Areas in it"), self.children()))
            }
            @if !self.seen.towns.is_empty() {
                (card(lang.t("町名", "Towns"), html! { p { (self.seen.towns.join(lang.t("、", ", "))) } }))
            }
        }
    }
}

impl View<'_> {
    fn path(&self) -> Markup {
        let lang = self.lang;
        let hrefs: Vec<String> = self.seen.path.iter().map(|(id, _)| format!("/organisation?area={id}")).collect();
        let around = self.seen.path.iter().zip(&hrefs).map(|((id, name), href)| Tab {
            label: name,
            href,
            current: *id == self.seen.id,
            count: None,
        });
        html! {
            @if hrefs.len() > 1 { (tabs(lang.t("上の区域", "Areas around"), &around.collect::<Vec<_>>())) }
        }
    }

    fn tier_label(&self, tier: &str) -> String {
        self.ctx.profile().tier(tier).map_or_else(|| tier.to_owned(), |tier| tier.label(self.lang).to_owned())
    }

    fn role_label(&self, role: &str) -> String {
        self.ctx.profile().role(role).map_or_else(|| role.to_owned(), |role| role.label(self.lang).to_owned())
    }

    fn households(&self, number: i64) -> Markup {
        html! {
            @if number > 0 { (grouped(number)) } @else { span class="muted" { (self.lang.t("不明", "unknown")) } }
        }
    }

    /// Roles with a rule: asked for, there, missing; then where.
    fn required(&self) -> Markup {
        let lang = self.lang;
        let seen = self.seen;
        if seen.sums.is_empty() {
            let text = lang.t("ここには、数の決まった役職がありません。", "No number of posts is set for this area.");
            return html! { p class="muted" { (text) } };
        }
        let number = |label| Column { label, numeric: true };
        let rows = seen.sums.iter().map(|sum| {
            vec![
                html! { (self.role_label(&sum.role)) },
                html! { (sum.required) },
                html! { (sum.filled) },
                html! {
                    @if sum.missing > 0 { strong { (sum.missing) } } @else { "0" }
                },
                html! { (sum.areas) },
            ]
        });
        let figures = Table {
            caption: lang.t("必要な数と、いまの数（下の区域をふくむ）", "Required and filled, with areas below"),
            columns: &[
                Column { label: lang.t("役職", "Post"), numeric: false },
                number(lang.t("必要", "Required")),
                number(lang.t("いま", "Filled")),
                number(lang.t("足りない", "Missing")),
                number(lang.t("足りない区域", "Areas with a gap")),
            ],
            rows: rows.collect(),
            sums: None,
        };
        html! { (figures) (self.gaps()) }
    }

    fn gaps(&self) -> Markup {
        let lang = self.lang;
        let gaps = &self.seen.gaps;
        let rest = gaps.len().saturating_sub(GAPS);
        html! {
            @if gaps.is_empty() {
                p { (chip(Tone::Good, lang.t("足りない役職はありません", "No post is missing"))) }
            } @else {
                h3 { (lang.t("足りないところ", "Where posts are missing")) }
                ul {
                    @for gap in gaps.iter().take(GAPS) {
                        li {
                            a href={ "/organisation?area=" (gap.area) } { (gap.area_name) }
                            (lang.t("：", ": ")) (self.role_label(&gap.role)) " "
                            (lang.t("あと", "")) (gap.missing()) (lang.t("人", " missing"))
                            @if gap.roughly { " " (chip(Tone::Plain, lang.t("目安", "roughly"))) }
                        }
                    }
                }
                @if rest > 0 {
                    p {
                        (lang.t("ほかに", "And ")) (rest) (lang.t("か所あります。下の区域を開くと見られます。", " more; open an area below to see them."))
                    }
                }
            }
        }
    }

    fn holders(&self) -> Markup {
        let lang = self.lang;
        if self.seen.holders.rows.is_empty() && self.seen.holders.page == 1 {
            let text = lang.t("この区域に就いている人はいません。", "Nobody holds a post at this area itself.");
            return html! { p class="muted" { (text) } };
        }
        let rows = self.seen.holders.rows.iter().map(|holder| {
            vec![
                html! { (holder.name) },
                html! { (self.role_label(&holder.role)) },
                html! {
                    (date_pair(holder.valid_from, lang)) (lang.t("から", " on"))
                    @if holder.valid_to != FOREVER {
                        (lang.t("、", ", until ")) (date_pair(holder.valid_to, lang)) (lang.t("まで", ""))
                    }
                },
            ]
        });
        let caption = lang.t("ここの役職に就いている人", "Who holds a post here");
        let heads = [lang.t("名前", "Name"), lang.t("役職", "Post"), lang.t("期間", "Period")];
        html! {
            (table(caption, &heads, rows.collect()))
            (self.seen.holders.ways(lang, |page| format!("/organisation?area={}&posts={page}", self.seen.id)))
        }
    }

    fn bases(&self) -> Markup {
        let lang = self.lang;
        if self.seen.bases.rows.is_empty() && self.seen.bases.page == 1 {
            let text =
                lang.t("この区域の窓口・拠点は登録されていません。", "No window or base of this area is on record.");
            return html! { p class="muted" { (text) } };
        }
        let kind = |base: &super::store::BaseRow| {
            let profile = self.ctx.profile();
            let of_base = profile.base_kind(&base.kind).map(|kind| kind.label(lang));
            let of_organisation = profile.organisation_kind(&base.organisation_kind).map(|kind| kind.label(lang));
            of_base.or(of_organisation).unwrap_or_default().to_owned()
        };
        let rows = self.seen.bases.rows.iter().map(|base| {
            vec![
                html! {
                    (base.name)
                    @if base.organisation != base.name { br; span class="muted" { (base.organisation) } }
                },
                html! { (kind(base)) },
                html! { (base.hours) },
                html! { (base.phone) @if !base.address.is_empty() { br; span class="muted" { (base.address) } } },
                html! { @if let Some(day) = base.verified_on { (date_pair(day, lang)) } },
            ]
        });
        let bases = table(
            lang.t("窓口・拠点", "Windows and bases"),
            &[
                lang.t("名前", "Name"),
                lang.t("種類", "Kind"),
                lang.t("開いているとき", "Open"),
                lang.t("連絡先", "Contact"),
                lang.t("確かめた日", "Checked"),
            ],
            rows.collect(),
        );
        html! {
            (bases)
            (self.seen.bases.ways(lang, |page| format!("/organisation?area={}&bases={page}", self.seen.id)))
        }
    }

    fn children(&self) -> Markup {
        let lang = self.lang;
        let number = |label| Column { label, numeric: true };
        let rows = self.seen.children.iter().map(|child| {
            vec![
                html! { a href={ "/organisation?area=" (child.id) } { (child.name) } },
                html! { (self.tier_label(&child.tier)) },
                html! { (grouped(child.districts)) },
                html! { (self.households(child.households)) },
                html! { (grouped(child.bases)) },
                html! { (grouped(child.posts)) },
                html! { @if child.missing > 0 { strong { (grouped(child.missing)) } } @else { "0" } },
            ]
        });
        let smallest = self.ctx.profile().smallest_tier().map_or("", |tier| tier.label(lang));
        Table {
            caption: lang.t("区域ごとの数（その中をふくむ）", "Figures by area, with what lies in it"),
            columns: &[
                Column { label: lang.t("区域", "Area"), numeric: false },
                Column { label: lang.t("階層", "Tier"), numeric: false },
                number(smallest),
                number(lang.t("世帯数", "Households")),
                number(lang.t("窓口・拠点", "Windows")),
                number(lang.t("役職", "Posts")),
                number(lang.t("足りない役職", "Missing posts")),
            ],
            rows: rows.collect(),
            sums: None,
        }
        .render()
    }
}
