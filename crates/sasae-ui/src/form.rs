//! A whole form: its hidden fields, its two buttons, the summary of what is
//! wrong, and the draft that is kept while somebody types.

use maud::{Markup, Render, html};

pub use super::field::{
    Choice, DATE, Field, FormPart, SEARCH, asked_by, asked_by_any, choice_field, date_field, field_id, file_field,
    hidden, long_field, many_field, many_with_worst_field, select_field, text_field, tick_field, yes_no,
    yes_no_unknown,
};
use sasae_core::lang::Lang;

/// Says on top of a form what is wrong in it; empty when nothing is.
///
/// `errors` are pairs of a field's **name** and its message, in the order of
/// the form. Each leads to the field ([`field_id`]).
pub fn error_summary(lang: Lang, errors: &[(&str, &str)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="error-summary" id="errors" role="alert" tabindex="-1" data-error-summary {
                h2 {
                    (lang.t("直すところがあります", "Something needs to be put right")) " ("
                    (errors.len()) (lang.t("か所", "")) ")"
                }
                ul {
                    @for (name, message) in errors {
                        li { a href={ "#" (field_id(name)) } { (message) } }
                    }
                }
            }
        }
    }
}

/// The search above a form in which somebody is chosen: it opens the same page with those whose name
/// begins with the text, so that everybody can be chosen without a script. `label` says what is looked for.
pub fn finder(lang: Lang, action: &str, label: &str, q: &str) -> Markup {
    html! {
        form class="search-in" role="search" aria-label=(label) action=(action) method="get" {
            (text_field(lang, "q", label).value(q).maxlength(SEARCH).autocomplete("off").without_word())
            button class="button" type="submit" { (lang.t("さがす", "Find")) }
        }
    }
}

/// Says that choices are only the first of those there are, and how to get at the others.
pub fn only_first(lang: Lang, how: &str) -> Markup {
    html! {
        p class="hint" role="status" {
            (lang.t("はじめのものだけが並んでいます。ほかにもあります。", "Only the first stand here. There are more.")) " " (how)
        }
    }
}

/// Puts the name of its field before each line of an error summary, by the label that the control
/// shows: 「選んでください」 alone does not say what. Lines of fields without a label stay as they are.
pub(crate) fn name_errors(page: &str, lang: Lang) -> String {
    const LINE: &str = "<li><a href=\"#";
    let Some((before, rest)) = page.split_once("id=\"errors\"") else { return page.to_owned() };
    let Some((summary, after)) = rest.split_once("</ul>") else { return page.to_owned() };
    let mut named = String::new();
    for (at, line) in summary.split(LINE).enumerate() {
        let parts = line.split_once("\">").filter(|_| at > 0);
        if at > 0 {
            named.push_str(LINE);
        }
        match parts.and_then(|(id, message)| Some((id, message, label_of(page, id)?))) {
            Some((id, message, label)) => {
                for part in [id, "\">", &label, lang.t("：", ": "), message] {
                    named.push_str(part);
                }
            }
            None => named.push_str(line),
        }
    }
    [before, "id=\"errors\"", &named, "</ul>", after].concat()
}

/// What the label of a control says, as it stands in the page: of a choice that of the whole group, of a
/// field in a row that of the row and its own.
fn label_of(page: &str, id: &str) -> Option<String> {
    const LEGEND: &str = "<legend class=\"label\">";
    let text = |from: &str| from.split('<').next().unwrap_or_default().trim().to_owned();
    let after = |tag: &str| page.split_once(tag).map(|(_, rest)| text(rest));
    if let Some(label) = after(&format!("<label class=\"label\" for=\"{id}\">")) {
        return Some(label);
    }
    let (before, _) = page.split_once(&format!(" id=\"{id}\""))?;
    let tag = before.rsplit('<').next().unwrap_or_default();
    let group = before.rsplit_once(LEGEND).filter(|(_, rest)| !rest.contains("</fieldset>"));
    let group = group.map(|(_, rest)| text(rest));
    let picked = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
    let own = after(&format!("<label for=\"{id}\">")).filter(|_| !picked);
    let words: Vec<String> = group.into_iter().chain(own).filter(|words| !words.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A draft that the form keeps.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Under which it is kept, for example `intake:new` or `case:0198…:contact`.
    pub key: &'a str,
    /// When it was last kept, ready to read (`17:32`), where the form was
    /// filled from it.
    pub kept_at: Option<&'a str>,
}

/// The button that Enter presses, in a form with another button among its fields.
pub const ENTER: &str = "_enter";

/// A form that changes something, with all that makes this safe.
///
/// It posts `_csrf`, `_once` (the idempotency key), `_revision` (the revision
/// that was read, for a stale edit), `_draft_key`, and `_draft=1` where 下書き
/// was pressed. With JavaScript the whole form goes to `POST /drafts` two
/// seconds after the last key.
#[derive(Debug)]
pub struct FormShell<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Where it posts to.
    pub action: &'a str,
    /// Token against forged requests.
    pub csrf: &'a str,
    /// Key under which a second sending of the same form is recognised.
    pub once: &'a str,
    /// Revision of the record that is edited; `None` for a new one.
    pub revision: Option<i64>,
    /// `None` for forms too short to need a draft.
    pub draft: Option<Draft<'a>>,
    /// The verb on the one primary button, for example 受け付ける.
    pub submit: &'a str,
    /// Whether something else is the page's primary action.
    pub secondary: bool,
    /// What will happen and who will see it, said above the button.
    pub consequence: Option<&'a str>,
    /// Where やめる leads.
    pub cancel: Option<&'a str>,
    /// Whether a file travels along.
    pub multipart: bool,
    /// The fields.
    pub body: Markup,
}

impl<'a> FormShell<'a> {
    /// A form without revision, draft, file, consequence or way back; the
    /// fields are public, so `FormShell { draft, ..FormShell::new(…) }` adds them.
    pub fn new(
        lang: Lang,
        action: &'a str,
        csrf: &'a str,
        once: &'a str,
        submit: &'a str,
        body: Markup,
    ) -> FormShell<'a> {
        FormShell {
            lang,
            action,
            csrf,
            once,
            revision: None,
            draft: None,
            submit,
            secondary: false,
            consequence: None,
            cancel: None,
            multipart: false,
            body,
        }
    }

    fn draft_state(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(draft) = &self.draft {
                p class="draft-state" role="status" aria-live="polite" data-draft-state
                    data-kept=(lang.t("下書きを保存しました", "Draft saved"))
                    data-lost=(lang.t(
                        "下書きを保存できませんでした。「下書きを保存」を押してください",
                        "The draft could not be saved. Please press “Save draft”",
                    ))
                    data-unsent=(lang.t("まだ保存していません", "Not saved yet")) {
                    @if let Some(at) = draft.kept_at {
                        (lang.t("下書きから続けています", "Continued from your draft")) " " (at)
                    }
                }
            }
        }
    }
}

impl Render for FormShell<'_> {
    fn render(&self) -> Markup {
        let lang = self.lang;
        let enctype = self.multipart.then_some("multipart/form-data");
        html! {
            form class="form" action=(self.action) method="post" novalidate enctype=[enctype]
                data-draft=[self.draft.as_ref().map(|draft| draft.key)] data-once-only
                data-sending=(lang.t("送っています…", "Sending…")) {
                (hidden("_csrf", self.csrf))
                (hidden("_once", self.once))
                @if let Some(revision) = self.revision { (hidden("_revision", &revision.to_string())) }
                @if let Some(draft) = &self.draft { (hidden("_draft_key", draft.key)) }
                // Enter presses the first button of a form, in whatever field: さがす among the fields is
                // not meant.
                @if self.body.0.contains("type=\"submit\"") {
                    button class="unseen" type="submit" name=(ENTER) value="1" tabindex="-1" aria-hidden="true" { (self.submit) }
                }
                (self.body)
                @if let Some(text) = self.consequence { p class="consequence" { (text) } }
                div class="buttons" {
                    // First in the order of the page, so that Enter presses it.
                    button class=(if self.secondary { "button" } else { "button button-primary" }) type="submit" { (self.submit) }
                    @if self.draft.is_some() {
                        button class="button" type="submit" name="_draft" value="1" {
                            (lang.t("下書きを保存", "Save draft"))
                        }
                    }
                    @if let Some(href) = self.cancel {
                        a class="button button-quiet" href=(href) { (lang.t("やめる", "Cancel")) }
                    }
                }
                (self.draft_state())
            }
        }
    }
}
