//! Form fields: each with its label, the word 必須 or 任意, a hint, and its
//! error right beside it.
//!
//! A field is made by one of the functions below, filled in by the methods of
//! [`Field`], and put into `html!` like any markup:
//!
//! ```ignore
//! (date_field(lang, "met_on", lang.t("会った日", "Date of contact"))
//!     .required()
//!     .value(&input.met_on)
//!     .error(errors.get("met_on")))
//! ```

use std::borrow::Cow;

use maud::{Markup, Render, html};

use sasae_core::lang::Lang;

/// Most characters of a search.
pub const SEARCH: usize = 100;
/// Most characters of a date in either calendar.
pub const DATE: usize = 20;

/// The id of the control named `name`; an error summary links to it.
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// Sent to the server.
    pub value: Cow<'a, str>,
    /// Shown.
    pub label: Cow<'a, str>,
    /// Said under the label, where the label alone is not enough.
    pub hint: Option<Cow<'a, str>>,
    /// The part of the form that this choice alone asks for; see [`asked_by`].
    pub opens: Option<FormPart>,
}

/// A part of a form that one choice opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormPart {
    /// The first of a form.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
}

impl FormPart {
    /// Its name in the style sheet, which hides it as long as its choice is not marked.
    fn code(self) -> &'static str {
        match self {
            FormPart::First => "1",
            FormPart::Second => "2",
            FormPart::Third => "3",
            FormPart::Fourth => "4",
        }
    }
}

/// Fields that one choice alone asks for: they show once it is marked, without a script. A browser that
/// cannot tell (no `:has`) always shows them, so each also says when it is needed.
pub fn asked_by(part: FormPart, fields: &Markup) -> Markup {
    html! { div data-part=(part.code()) { (fields) } }
}

/// Fields that every choice with a part of its own asks for, and no other.
pub fn asked_by_any(fields: &Markup) -> Markup {
    html! { div data-part="any" { (fields) } }
}

impl<'a> Choice<'a> {
    /// A choice without a hint.
    pub fn new(value: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Choice<'a> {
        Choice { value: value.into(), label: label.into(), hint: None, opens: None }
    }

    /// The same choice with a hint.
    pub fn hint(self, hint: impl Into<Cow<'a, str>>) -> Choice<'a> {
        Choice { hint: Some(hint.into()), ..self }
    }

    /// The same choice, which opens a part of the form.
    pub fn opens(self, part: Option<FormPart>) -> Choice<'a> {
        Choice { opens: part, ..self }
    }
}

#[derive(Clone, Debug)]
enum Kind<'a> {
    Line { input_type: &'static str },
    Long { rows: u8 },
    Date,
    Radios(Vec<Choice<'a>>),
    Boxes(Vec<Choice<'a>>),
    BoxesWithWorst(Vec<Choice<'a>>, WorstOf<'a>),
    Select(Vec<Choice<'a>>),
    Tick,
    File { accept: &'a str },
}

#[derive(Clone, Debug)]
struct WorstOf<'a> {
    name: &'a str,
    marked: &'a str,
}

/// A form field before it is rendered.
#[derive(Clone, Debug)]
#[must_use = "a field is shown by putting it into html!"]
pub struct Field<'a> {
    lang: Lang,
    name: &'a str,
    label: &'a str,
    kind: Kind<'a>,
    values: Vec<&'a str>,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    required: bool,
    maxlength: Option<usize>,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    wording: bool,
    unchosen: Option<&'a str>,
    always: bool,
    needed_when: Option<&'a str>,
}

fn field<'a>(lang: Lang, name: &'a str, label: &'a str, kind: Kind<'a>) -> Field<'a> {
    Field {
        lang,
        name,
        label,
        kind,
        values: Vec::new(),
        hint: None,
        error: None,
        required: false,
        maxlength: None,
        autocomplete: None,
        inputmode: None,
        wording: true,
        unchosen: None,
        always: false,
        needed_when: None,
    }
}

/// One line of text.
pub fn text_field<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    field(lang, name, label, Kind::Line { input_type: "text" })
}

/// Several lines of text.
pub fn long_field<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    field(lang, name, label, Kind::Long { rows: 5 })
}

/// A date, typed in either calendar (令和7年4月1日, R7.4.1, 2025-04-01); with
/// JavaScript a calendar stands beside it and fills it in.
pub fn date_field<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    field(lang, name, label, Kind::Date)
}

/// One of a few, all of them in sight.
pub fn choice_field<'a>(lang: Lang, name: &'a str, label: &'a str, choices: Vec<Choice<'a>>) -> Field<'a> {
    field(lang, name, label, Kind::Radios(choices))
}

/// Any number of a few; the name is sent once for each ticked box.
pub fn many_field<'a>(lang: Lang, name: &'a str, label: &'a str, choices: Vec<Choice<'a>>) -> Field<'a> {
    field(lang, name, label, Kind::Boxes(choices))
}

/// Any number of a few, one of them marked as the worst (the 16 problem boxes
/// of 相談受付, #22). `worst_name` is sent with the value that is marked,
/// `worst` is what was marked before, empty for none.
pub fn many_with_worst_field<'a>(
    lang: Lang,
    name: &'a str,
    label: &'a str,
    choices: Vec<Choice<'a>>,
    worst_name: &'a str,
    worst: &'a str,
) -> Field<'a> {
    let worst = WorstOf { name: worst_name, marked: worst };
    field(lang, name, label, Kind::BoxesWithWorst(choices, worst))
}

/// One of many, in a list that drops down. An empty choice 「選んでください」 is
/// put on top, unless one of them [always](Field::always) applies.
pub fn select_field<'a>(lang: Lang, name: &'a str, label: &'a str, choices: Vec<Choice<'a>>) -> Field<'a> {
    field(lang, name, label, Kind::Select(choices))
}

/// はい or いいえ, sent as `yes` and `no`.
pub fn yes_no<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    let choices = vec![Choice::new("yes", lang.t("はい", "Yes")), Choice::new("no", lang.t("いいえ", "No"))];
    field(lang, name, label, Kind::Radios(choices))
}

/// はい, いいえ or わからない, sent as `yes`, `no` and `unknown`.
pub fn yes_no_unknown<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    let choices = vec![
        Choice::new("yes", lang.t("はい", "Yes")),
        Choice::new("no", lang.t("いいえ", "No")),
        Choice::new("unknown", lang.t("わからない", "Not known")),
    ];
    field(lang, name, label, Kind::Radios(choices))
}

/// A single box to tick, sent as `yes` when it is ticked and not at all
/// otherwise. Give the value `yes` to show it ticked.
pub fn tick_field<'a>(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
    field(lang, name, label, Kind::Tick)
}

/// A file; `accept` is the attribute of that name, for example `.csv,.xlsx`.
/// The form around it must be `multipart`.
pub fn file_field<'a>(lang: Lang, name: &'a str, label: &'a str, accept: &'a str) -> Field<'a> {
    field(lang, name, label, Kind::File { accept })
}

/// A value that travels unseen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

impl<'a> Field<'a> {
    /// What stands in the field, or the value of the marked choice.
    pub fn value(mut self, value: &'a str) -> Self {
        self.values = vec![value];
        self
    }

    /// The values of all ticked boxes.
    pub fn values(mut self, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.values = values.into_iter().collect();
        self
    }

    /// Help that is there before anything goes wrong.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong with the value and how to go on; `None` for nothing.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Marks the field 必須. The browser is not asked to check it: the
    /// server's message says more, and a draft may be saved without it.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The most characters that fit.
    pub fn maxlength(mut self, characters: usize) -> Self {
        self.maxlength = Some(characters);
        self
    }

    /// The attribute `autocomplete`, for example `username`.
    pub fn autocomplete(mut self, token: &'a str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// The attribute `inputmode`, for example `numeric` or `tel`.
    pub fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// The attribute `type` of a line of text: `password`, `email`, `tel`, `time`.
    pub fn input_type(mut self, input_type: &'static str) -> Self {
        if let Kind::Line { .. } = self.kind {
            self.kind = Kind::Line { input_type };
        }
        self
    }

    /// How many lines of a long text are in sight.
    pub fn rows(mut self, rows: u8) -> Self {
        if let Kind::Long { .. } = self.kind {
            self.kind = Kind::Long { rows };
        }
        self
    }

    /// Leaves the word 必須 or 任意 away, for a form with nothing to decide
    /// (sign-in, search).
    pub fn without_word(mut self) -> Self {
        self.wording = false;
        self
    }

    /// When the field must be filled in, in place of 任意: it depends on what else is chosen.
    pub fn needed_when(mut self, text: &'a str) -> Self {
        self.needed_when = Some(text);
        self
    }

    /// What the empty choice of a list that drops down means, where leaving it is
    /// an answer too.
    pub fn unchosen(mut self, text: &'a str) -> Self {
        self.unchosen = Some(text);
        self
    }

    /// Leaves the empty choice of a list that drops down away: one of the others always applies.
    pub fn always(mut self) -> Self {
        self.always = true;
        self
    }

    fn id(&self) -> String {
        field_id(self.name)
    }

    fn first_value(&self) -> &'a str {
        self.values.first().copied().unwrap_or_default()
    }

    fn has_hint(&self) -> bool {
        self.hint.is_some() || matches!(self.kind, Kind::Date)
    }

    /// Ids of the hint and of the error, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        match (self.has_hint(), self.error.is_some()) {
            (true, true) => Some(format!("{id}-hint {id}-error")),
            (true, false) => Some(format!("{id}-hint")),
            (false, true) => Some(format!("{id}-error")),
            (false, false) => None,
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn word(&self) -> Markup {
        html! {
            @if self.wording {
                @if self.required {
                    span class="must" { (self.lang.t("必須", "Required")) }
                } @else if let Some(when) = self.needed_when {
                    span class="may" { (when) }
                } @else {
                    span class="may" { (self.lang.t("任意", "Optional")) }
                }
            }
        }
    }

    fn hint_and_error(&self) -> Markup {
        let id = self.id();
        let date_hint = self.lang.t(
            "例：令和7年4月1日、R7.4.1、2025-04-01 のどれでも書けます",
            "For example 2025-04-01, R7.4.1 or 令和7年4月1日",
        );
        let hint = match self.kind {
            Kind::Date => self.hint.or(Some(date_hint)),
            _ => self.hint,
        };
        html! {
            @if let Some(hint) = hint { p class="hint" id={ (id) "-hint" } { (hint) } }
            @if let Some(error) = self.error {
                p class="error" id={ (id) "-error" } {
                    span class="error-word" { (self.lang.t("誤り：", "Error: ")) } (error)
                }
            }
        }
    }

    /// A field with one control under one label.
    fn single(&self, control: &Markup) -> Markup {
        html! {
            div class="field" data-invalid=[self.invalid()] {
                label class="label" for=(self.id()) { (self.label) " " (self.word()) }
                (self.hint_and_error())
                (control)
            }
        }
    }

    /// A field with several controls, each under its own label.
    fn group(&self, controls: &Markup) -> Markup {
        html! {
            fieldset class="field" data-invalid=[self.invalid()] aria-describedby=[self.described_by()] {
                legend class="label" { (self.label) " " (self.word()) }
                (self.hint_and_error())
                (controls)
            }
        }
    }

    /// Only the first control carries the id to which an error leads.
    fn id_of(&self, index: usize) -> String {
        if index == 0 { self.id() } else { format!("{}-{index}", self.id()) }
    }

    fn box_or_dot(&self, kind: &'static str, index: usize, choice: &Choice<'_>) -> Markup {
        let id = self.id_of(index);
        html! {
            div class="pick" {
                input type=(kind) id=(id) name=(self.name) value=(choice.value)
                    checked[self.values.contains(&choice.value.as_ref())]
                    data-opens=[choice.opens.map(FormPart::code)]
                    aria-describedby=[choice.hint.as_ref().map(|_| format!("{id}-note"))];
                label for=(id) { (choice.label) }
                @if let Some(hint) = &choice.hint { p class="pick-note" id={ (id) "-note" } { (hint) } }
            }
        }
    }

    fn picks(&self, kind: &'static str, choices: &[Choice<'_>]) -> Markup {
        html! {
            div class="picks" {
                @for (index, choice) in choices.iter().enumerate() { (self.box_or_dot(kind, index, choice)) }
            }
        }
    }

    fn picks_with_worst(&self, choices: &[Choice<'_>], worst: &WorstOf<'_>) -> Markup {
        let word = self.lang.t("いちばん困っている", "The worst");
        html! {
            ul class="worst-list" {
                @for (index, choice) in choices.iter().enumerate() {
                    li {
                        (self.box_or_dot("checkbox", index, choice))
                        div class="pick pick-worst" {
                            input type="radio" id={ (self.id_of(index)) "-worst" } name=(worst.name)
                                value=(choice.value) checked[worst.marked == choice.value];
                            label for={ (self.id_of(index)) "-worst" } {
                                span class="unseen" { (choice.label) (self.lang.t("：", ": ")) } (word)
                            }
                        }
                    }
                }
            }
        }
    }

    fn line(&self, input_type: &'static str) -> Markup {
        html! {
            input class="line" type=(input_type) id=(self.id()) name=(self.name) value=(self.first_value())
                maxlength=[self.maxlength] autocomplete=[self.autocomplete] inputmode=[self.inputmode]
                aria-required=[self.required.then_some("true")]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        }
    }

    fn date(&self) -> Markup {
        let title = self.lang.t("暦から選ぶ", "Choose from a calendar");
        html! {
            div class="date-pair" {
                input class="line line-date" type="text" id=(self.id()) name=(self.name)
                    value=(self.first_value()) maxlength=(DATE) autocomplete=(self.autocomplete.unwrap_or("off"))
                    aria-required=[self.required.then_some("true")]
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
                // Without a name it is never sent; it only writes into the field before it.
                span class="js-only" {
                    input class="line" type="date" data-fills=(self.id())
                        aria-label={ (self.label) (self.lang.t("：", ": ")) (title) };
                }
            }
        }
    }

    fn long(&self, rows: u8) -> Markup {
        html! {
            textarea class="line" id=(self.id()) name=(self.name) rows=(rows)
                maxlength=[self.maxlength] autocomplete=[self.autocomplete]
                aria-required=[self.required.then_some("true")]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()] {
                // The parser drops one line break after the tag, so a text that starts with one needs two.
                "\n" (self.first_value())
            }
        }
    }

    fn select(&self, choices: &[Choice<'_>]) -> Markup {
        html! {
            select class="line" id=(self.id()) name=(self.name) autocomplete=[self.autocomplete]
                aria-required=[self.required.then_some("true")]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()] {
                @if !self.always { option value="" { (self.unchosen.unwrap_or(self.lang.t("選んでください", "Please choose"))) } }
                @for choice in choices {
                    option value=(choice.value) selected[self.first_value() == choice.value] { (choice.label) }
                }
            }
        }
    }

    fn tick(&self) -> Markup {
        html! {
            div class="field" data-invalid=[self.invalid()] {
                (self.hint_and_error())
                div class="pick" {
                    input type="checkbox" id=(self.id()) name=(self.name) value="yes"
                        checked[self.first_value() == "yes"] aria-invalid=[self.invalid()]
                        aria-describedby=[self.described_by()];
                    label for=(self.id()) { (self.label) " " (self.word()) }
                }
            }
        }
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        match &self.kind {
            Kind::Line { input_type } => self.single(&self.line(input_type)),
            Kind::Long { rows } => self.single(&self.long(*rows)),
            Kind::Date => self.single(&self.date()),
            Kind::Select(choices) => self.single(&self.select(choices)),
            Kind::File { accept } => self.single(&html! {
                input class="line" type="file" id=(self.id()) name=(self.name) accept=(accept)
                    aria-required=[self.required.then_some("true")]
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
            }),
            Kind::Radios(choices) => self.group(&self.picks("radio", choices)),
            Kind::Boxes(choices) => self.group(&self.picks("checkbox", choices)),
            Kind::BoxesWithWorst(choices, worst) => self.group(&self.picks_with_worst(choices, worst)),
            Kind::Tick => self.tick(),
        }
    }
}
