//! Ways into a room: entries of the navigation, buttons of 記録する, next steps.

use maud::{Markup, html};

use crate::ctx::Ctx;
use crate::lang::{Lang, Words};
use crate::web::ui::parts::{Tone, callout, link_button, primary_link};

/// A part of the navigation, in its order on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NavSection {
    /// 今日.
    Today,
    /// 相談と支援.
    Support,
    /// 見守り.
    Watch,
    /// 資源とつながり.
    Resources,
    /// 会議と課題.
    Meetings,
    /// 計画と統計.
    Plans,
    /// 台帳 and 設定, below the groups.
    Below,
}

impl NavSection {
    /// The groups of the navigation.
    pub const GROUPS: [NavSection; 6] = [
        NavSection::Today,
        NavSection::Support,
        NavSection::Watch,
        NavSection::Resources,
        NavSection::Meetings,
        NavSection::Plans,
    ];

    /// What the group is called.
    pub const fn words(self) -> Words {
        match self {
            NavSection::Today => Words("今日", "Today"),
            NavSection::Support => Words("相談と支援", "Consultation and support"),
            NavSection::Watch => Words("見守り", "Watch"),
            NavSection::Resources => Words("資源とつながり", "Resources"),
            NavSection::Meetings => Words("会議と課題", "Meetings and issues"),
            NavSection::Plans => Words("計画と統計", "Plans and figures"),
            NavSection::Below => Words("台帳と設定", "Registers and settings"),
        }
    }
}

/// An entry of the navigation.
pub struct NavEntry {
    /// Where it stands.
    pub section: NavSection,
    /// Its word.
    pub label: Words,
    /// Where it leads.
    pub href: &'static str,
    /// Who has any use for it.
    pub shown: fn(&Ctx) -> bool,
}

/// A button of 記録する.
pub struct RecordButton {
    /// Where it leads: a form, or a part of the page.
    pub href: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// Its word.
    pub label: Words,
    /// What it is for.
    pub hint: Words,
    /// Who may record so.
    pub shown: fn(&Ctx) -> bool,
}

/// Shown to everybody who is signed in.
pub fn always(_: &Ctx) -> bool {
    true
}

/// A step that a room offers on the page of an earlier room's record.
#[derive(Debug, Clone)]
pub struct NextStep {
    /// What it is for, in a sentence.
    pub hint: Words,
    /// The verb.
    pub label: Words,
    /// Where it is done.
    pub href: String,
}

impl NextStep {
    /// The link to it; `main` where it is the main action of its page.
    pub fn link(&self, lang: Lang, main: bool) -> Markup {
        let link = if main { primary_link } else { link_button };
        link(&self.href, self.label.get(lang))
    }

    /// The links to several, what a concern becomes next first: the rooms are in the order of the
    /// flow. The first is the main action of the page where that has no other.
    pub fn links(steps: &[NextStep], lang: Lang, main: bool) -> Vec<Markup> {
        steps.iter().rev().enumerate().map(|(place, step)| step.link(lang, main && place == 0)).collect()
    }

    /// A box with several steps and what each is for; nothing where there is none.
    pub fn boxed(steps: &[NextStep], lang: Lang, main: bool) -> Markup {
        let links = NextStep::links(steps, lang, main);
        html! {
            @if !steps.is_empty() {
                (callout(lang, Tone::Info, lang.t("次にすること", "Next"), html! {
                    @for (step, link) in steps.iter().rev().zip(&links) {
                        p { (step.hint.get(lang)) }
                        p { (link) }
                    }
                }))
            }
        }
    }
}
