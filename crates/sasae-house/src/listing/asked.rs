//! What somebody asks of a list: page, conditions, order and columns, as the address says them.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use sasae_core::clock::from_tokyo;
use sasae_core::id::Id;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

use super::views::{DONE, SAVED};
use super::{Column, Filter, List, Options, Order, Walk};
use crate::ctx::Ctx;
use crate::error::{Error, Fields, Result};
use crate::input::Check;
use crate::lang::Words;
use crate::route::Operation;
use crate::web::Pairs;
use crate::web::api::Argument;
use crate::web::row_page::{page_of, unknown};

/// The name of the page's number in addresses.
const PAGE: &str = "page";
/// The name of the order.
const ORDER: &str = "order";
/// The name of a chosen column.
const COLUMN: &str = "column";
/// The first and the last day that a condition leaves open.
const ALWAYS: (Date, Date) = (date(1, 1, 1), date(9999, 12, 31));

/// What is asked of a list. A condition that cannot be read stands among the errors; the list is not
/// read then.
#[derive(Clone)]
pub struct ListQuery {
    list: &'static List,
    page: i64,
    order: &'static Order,
    /// As typed, the empty ones left out.
    values: Vec<(&'static Filter, String)>,
    days: Vec<(&'static str, Date)>,
    /// Columns that were chosen; empty where nobody chose.
    chosen: Vec<&'static Column>,
    errors: Fields,
    walk: Option<Walk>,
    /// Whether the reader has just saved a view of this.
    view_saved: bool,
}

impl ListQuery {
    /// Reads what the names and values of an address ask.
    ///
    /// # Errors
    /// [`Error::Bad`] for what no form of the page sends: one condition twice, an unknown order, tab
    /// or column, a page that is no number.
    pub fn read(ctx: &Ctx, list: &'static List, pairs: &Pairs) -> Result<ListQuery> {
        let mut check = Check::new(ctx);
        let mut values = Vec::new();
        let mut days = Vec::new();
        for filter in list.filters {
            let Some(value) = one(pairs, filter.code)? else { continue };
            match filter.options {
                Options::Tabs(words) | Options::Words(words) if !knows(words, value) => return Err(unknown()),
                // One who may not know of a tab is told of none.
                Options::Tabs(_) if !(list.opens)(ctx, value) => return Err(Error::NotFound),
                Options::Offered(offered) if !knows(&offered(ctx), value) => return Err(unknown()),
                Options::Vocabulary(vocabulary) => drop(check.choice(filter.code, value, vocabulary)),
                Options::Tick if value != "yes" => return Err(unknown()),
                Options::Day => days.extend(check.date(filter.code, value).map(|day| (filter.code, day))),
                Options::YearFrom => days.extend(check.year(filter.code, value).map(|[first, _]| (filter.code, first))),
                Options::YearTo => days.extend(check.year(filter.code, value).map(|[_, last]| (filter.code, last))),
                Options::Area | Options::Linked if value.parse::<Id>().is_err() => return Err(unknown()),
                Options::Text { most, .. } => drop(check.text(filter.code, value, most)),
                Options::Tabs(_)
                | Options::Words(_)
                | Options::Offered(_)
                | Options::Linked
                | Options::Tick
                | Options::Area => {}
            }
            values.push((filter, value.to_owned()));
        }
        let errors = match check.done() {
            Ok(()) => Fields::default(),
            Err(Error::Invalid(errors)) => errors,
            Err(other) => return Err(other),
        };
        let page = match one(pairs, PAGE)? {
            Some(text) => page_of(Some(text.parse().map_err(|_| unknown())?))?,
            None => 1,
        };
        let view_saved = pairs.iter().any(|pair| pair == (DONE, SAVED));
        let order = first(list.orders)?;
        let mut asked =
            ListQuery { list, page, order, values, days, chosen: Vec::new(), errors, walk: None, view_saved };
        let wanted = one(pairs, ORDER)?;
        asked.order = match wanted {
            Some(code) if !list.orders.iter().any(|order| order.code == code) => return Err(unknown()),
            wanted => {
                let usual = asked.orders().next().ok_or_else(unknown)?;
                asked.orders().find(|order| wanted == Some(order.code)).unwrap_or(usual)
            }
        };
        for (_, code) in pairs.iter().filter(|(name, _)| *name == COLUMN) {
            let column = list.columns.iter().find(|column| column.code == code).ok_or_else(unknown)?;
            asked.chosen.push(column);
        }
        Ok(asked)
    }

    /// Everything of a list, in its usual order.
    ///
    /// # Errors
    /// As [`read`](Self::read), for a list without an order.
    pub fn all(ctx: &Ctx, list: &'static List) -> Result<ListQuery> {
        ListQuery::read(ctx, list, &Pairs::default())
    }

    /// The same, read from one end or the other whoever reads; both give the same rows.
    pub fn walked(self, walk: Walk) -> ListQuery {
        ListQuery { walk: Some(walk), ..self }
    }

    /// Where the statements begin, if somebody said so.
    pub fn walk(&self) -> Option<Walk> {
        self.walk
    }

    /// The list.
    pub fn list(&self) -> &'static List {
        self.list
    }
    /// Which page, from 1.
    pub fn page(&self) -> i64 {
        self.page
    }
    /// The code of the order.
    pub fn order(&self) -> &'static str {
        self.order.code
    }
    /// What is wrong with the conditions.
    pub fn errors(&self) -> &Fields {
        &self.errors
    }

    /// What the page answers with: 422 where a condition cannot be read.
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The same where its conditions can be read.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong with them.
    pub fn readable(self) -> Result<ListQuery> {
        if self.errors.is_empty() { Ok(self) } else { Err(Error::Invalid(self.errors)) }
    }

    /// A condition as it was typed, the tab in sight, or an empty text.
    pub fn value(&self, code: &str) -> &str {
        let typed = self.values.iter().find(|(filter, _)| filter.code == code).map(|(_, value)| value.as_str());
        typed.unwrap_or_else(|| match self.list.filters.iter().find(|filter| filter.code == code) {
            Some(Filter { options: Options::Tabs([(usual, _), ..]), .. }) => usual,
            _ => "",
        })
    }

    /// Whether a condition is set.
    pub fn is_set(&self, code: &str) -> bool {
        self.values.iter().any(|(filter, _)| filter.code == code)
    }

    /// The area or the record of a condition.
    pub fn id(&self, code: &str) -> Option<Id> {
        self.value(code).parse().ok()
    }

    /// The conditions in force but the tab, as they were typed.
    pub(super) fn in_force(&self) -> impl Iterator<Item = (&'static Filter, &str)> {
        let values = self.values.iter().map(|(filter, value)| (*filter, value.as_str()));
        values.filter(|(filter, _)| !matches!(filter.options, Options::Tabs(_)))
    }

    /// The moments at which a period begins and at which it is over, of the days of two conditions.
    pub fn between(&self, from: &str, to: &str) -> [Timestamp; 2] {
        let end = self.to(to).tomorrow().unwrap_or(ALWAYS.1);
        [from_tokyo(self.from(from).at(0, 0, 0, 0)), from_tokyo(end.at(0, 0, 0, 0))]
    }

    /// The first day of a period, or a day before all records.
    pub fn from(&self, code: &str) -> Date {
        self.day(code).unwrap_or(ALWAYS.0)
    }

    /// The last day of a period, or a day behind all records.
    pub fn to(&self, code: &str) -> Date {
        self.day(code).unwrap_or(ALWAYS.1)
    }

    fn day(&self, code: &str) -> Option<Date> {
        self.days.iter().find(|(known, _)| *known == code).map(|(_, day)| *day)
    }

    /// The condition that stands as tabs.
    pub(super) fn tabs(&self) -> Option<(&'static Filter, &'static [(&'static str, Words)])> {
        self.list.filters.iter().find_map(|filter| match filter.options {
            Options::Tabs(words) => Some((filter, words)),
            _ => None,
        })
    }

    /// The orders that are offered.
    pub(super) fn orders(&self) -> impl Iterator<Item = &'static Order> {
        let tab = self.tabs().map(|(filter, _)| self.value(filter.code).to_owned());
        self.list
            .orders
            .iter()
            .filter(move |order| order.tabs.is_empty() || tab.as_deref().is_some_and(|tab| order.tabs.contains(&tab)))
    }

    /// Whether the list is narrowed down by anything but its tab.
    pub fn is_narrowed(&self) -> bool {
        self.in_force().next().is_some()
    }

    /// Whether somebody chose columns.
    pub(super) fn has_chosen(&self) -> bool {
        !self.chosen.is_empty()
    }

    /// The columns of the page and of its files, by their places among those of the list: a file holds no more
    /// than its page shows.
    pub(super) fn columns(&self) -> Vec<usize> {
        let chosen = |column: &Column| match self.has_chosen() {
            true => self.chosen.iter().any(|one| one.code == column.code),
            false => column.shown,
        };
        (0..).zip(self.list.columns).filter(|(at, column)| *at == 0 || chosen(column)).map(|(at, _)| at).collect()
    }

    /// Names and values that ask for the same again, from the first page on.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<_> = self.values.iter().map(|(filter, value)| (filter.code, value.clone())).collect();
        if self.orders().next().is_some_and(|usual| usual.code != self.order.code) {
            pairs.push((ORDER, self.order.code.to_owned()));
        }
        pairs.extend(self.chosen.iter().map(|column| (COLUMN, column.code.to_owned())));
        pairs
    }

    /// What stands behind the question mark of an address that asks for the same.
    pub fn query(&self) -> String {
        text_of(&self.pairs())
    }

    /// The address of a page of the same.
    pub fn href(&self, page: i64) -> String {
        let mut pairs = self.pairs();
        if page > 1 {
            pairs.push((PAGE, page.to_string()));
        }
        address(self.list.path, &pairs)
    }

    /// Whether the reader has just saved a view of this.
    pub(super) fn is_view_saved(&self) -> bool {
        self.view_saved
    }

    /// The address of the same, with a word on what was done.
    pub(super) fn href_done(&self, done: &str) -> String {
        let mut pairs = self.pairs();
        pairs.push((DONE, done.to_owned()));
        address(self.list.path, &pairs)
    }

    /// A page of the same as a reference from the address that was called.
    pub(super) fn reference(&self, page: i64) -> String {
        let mut pairs = self.pairs();
        pairs.push((PAGE, page.to_string()));
        address("", &pairs)
    }

    /// The address of the list under a tab, with the columns kept.
    pub(super) fn href_of_tab(&self, filter: &'static Filter, tab: &str, usual: bool) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !usual {
            pairs.push((filter.code, tab.to_owned()));
        }
        pairs.extend(self.chosen.iter().map(|column| (COLUMN, column.code.to_owned())));
        address(self.list.path, &pairs)
    }

    /// The address of the list without conditions, under the same tab.
    pub(super) fn href_plain(&self) -> String {
        match self.tabs() {
            Some((filter, words)) => {
                let tab = self.value(filter.code).to_owned();
                let usual = words.first().is_some_and(|(code, _)| *code == tab);
                self.href_of_tab(filter, &tab, usual)
            }
            None => address(self.list.path, &[]),
        }
    }
}

fn text_of(pairs: &[(&str, String)]) -> String {
    // Names and values of text can always be written.
    serde_html_form::to_string(pairs).unwrap_or_default()
}

fn address(path: &str, pairs: &[(&str, String)]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", text_of(pairs)) }
}

fn first(orders: &'static [Order]) -> Result<&'static Order> {
    orders.first().ok_or_else(|| Error::internal("a list needs an order"))
}

fn knows(words: &[(&str, Words)], value: &str) -> bool {
    words.iter().any(|(code, _)| *code == value)
}

/// The only value of a name, trimmed; `None` without one or where it is empty.
fn one<'a>(pairs: &'a Pairs, name: &str) -> Result<Option<&'a str>> {
    let mut values = pairs.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.trim());
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(unknown()),
        (found, None) => Ok(found.filter(|value| !value.is_empty())),
    }
}

/// Names a list to the extractor [`ListRequest`].
pub trait Source: Send + Sync {
    /// The list.
    fn list() -> &'static List;
}

/// What the address of a request asks of a list.
pub struct ListRequest<L> {
    /// It.
    pub asked: ListQuery,
    of: PhantomData<L>,
}

impl<L: Source, S: Send + Sync> FromRequestParts<S> for ListRequest<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ListRequest<L>> {
        let ctx = Ctx::from_request_parts(parts, state).await?;
        let pairs = Pairs::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(ListRequest { asked: ListQuery::read(&ctx, L::list(), &pairs)?, of: PhantomData })
    }
}

impl<L: Source> Argument for ListRequest<L> {
    fn describe(operation: &mut Operation) {
        let list = L::list();
        for filter in list.filters {
            let words = match filter.options {
                Options::Tabs(words) | Options::Words(words) => codes(words.iter().map(|(code, _)| *code)),
                Options::Vocabulary(vocabulary) => format!("a code of the vocabulary {vocabulary}"),
                Options::Offered(_) => "a code".to_owned(),
                Options::Linked => "the id of a record".to_owned(),
                Options::Tick => "`yes`".to_owned(),
                Options::Day => "a day".to_owned(),
                Options::YearFrom | Options::YearTo => "a year".to_owned(),
                Options::Area => "the id of an area".to_owned(),
                Options::Text { hint, .. } => hint.1.to_owned(),
            };
            operation.query.push(parameter(filter.code, Type::String, &format!("{}: {words}", filter.words.1)));
        }
        let orders = codes(list.orders.iter().map(|order| order.code));
        operation.query.push(parameter(ORDER, Type::String, &orders));
        let page = "Pages have 40 rows; the headers `x-total-count` and `link` tell how many there are";
        operation.query.push(parameter(PAGE, Type::Integer, page));
    }
}

fn codes<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

fn parameter(name: &str, kind: Type, description: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(kind).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
