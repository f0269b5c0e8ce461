//! The navigation: what the rooms say, in the order of its parts.

use super::ui::shell::{Nav, NavGroup, NavItem};
use crate::ctx::{Actor, Ctx};
use crate::room::{NavEntry, NavSection};

/// The navigation of a person who is signed in.
pub(super) fn of(ctx: &Ctx) -> Option<Nav> {
    let Actor::Staff(staff) = ctx.actor() else { return None };
    let lang = ctx.lang();
    let post_name = staff.posts.first().map_or_else(
        || lang.t("役職なし", "No post").to_owned(),
        |post| {
            let more = staff.posts.len() - 1;
            let name = format!("{} {}", post.area_name, lang.t(&post.label.0, &post.label.1));
            if more > 0 { format!("{name} (+{more})") } else { name }
        },
    );
    Some(Nav {
        tenant_name: lang.t(&ctx.municipality().name, &ctx.municipality().name_en).to_owned(),
        user_name: staff.name.clone(),
        post_name,
        other_posts: Vec::new(),
        csrf: ctx.csrf().to_owned(),
        current: ctx.here().to_owned(),
        may_record: true,
        query: String::new(),
        groups: NavSection::GROUPS.iter().filter_map(|section| group(ctx, *section)).collect(),
        idle_minutes: ctx.app().settings().idle_minutes,
        below: entries(ctx, NavSection::Below).map(|entry| item(ctx, entry)).collect(),
    })
}

fn entries(ctx: &Ctx, section: NavSection) -> impl Iterator<Item = &'static NavEntry> {
    ctx.app().rooms().flat_map(|room| room.nav).filter(move |entry| entry.section == section && (entry.shown)(ctx))
}

fn item(ctx: &Ctx, entry: &NavEntry) -> NavItem {
    NavItem::new(entry.label.get(ctx.lang()), entry.href)
}

/// A group of which the reader has any use; 今日 is a page itself.
fn group(ctx: &Ctx, section: NavSection) -> Option<NavGroup> {
    let mut items: Vec<NavItem> = entries(ctx, section).map(|entry| item(ctx, entry)).collect();
    if items.is_empty() {
        return None;
    }
    let href = (section == NavSection::Today).then(|| items.remove(0).href);
    Some(NavGroup { label: section.words().get(ctx.lang()).into(), href, items })
}
