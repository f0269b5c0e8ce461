//! Reads a statement far enough to say which tables in it are held to one municipality.
//!
//! A table is held where a condition that must be true says `tenant = ?1` of it, or says that its
//! tenant is that of a table that is held. A table put together in the statement (`(SELECT …) c`) is
//! not passed on: what its column `tenant` holds cannot be read from its name.

use std::collections::BTreeSet;

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// A name, key word, number or parameter, in lower case; names with their points.
    Word(String),
    /// A text between quotes.
    Text,
    Sign(char),
    /// What stands between parentheses.
    Group(Vec<Node>),
}

impl Node {
    fn is(&self, word: &str) -> bool {
        matches!(self, Node::Word(own) if own == word)
    }

    fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn word(&self) -> Option<&str> {
        match self {
            Node::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Words that end the tables of a query, and its condition.
const CLAUSES: &[&str] = &["where", "group", "order", "having", "limit", "window", "on conflict", "returning", "for"];
/// Words that stand between two tables.
const JOINS: &[&str] = &["join", "left", "inner", "cross", "outer", "natural"];
/// What puts queries together.
const COMPOUND: &[&str] = &["union", "except", "intersect"];

/// The parts of a text up to its end or a closing parenthesis.
fn nodes(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<Node> {
    let mut found = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            ')' => break,
            '(' => found.push(Node::Group(nodes(chars))),
            '\'' => {
                // A doubled quote is two texts side by side, which says the same here.
                while chars.next().is_some_and(|c| c != '\'') {}
                found.push(Node::Text);
            }
            c if c.is_whitespace() => {}
            c if c.is_alphanumeric() || c == '_' || c == '?' => {
                let mut word = c.to_lowercase().collect::<String>();
                while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '.')) {
                    word.extend(next.to_lowercase());
                }
                found.push(Node::Word(word));
            }
            c => found.push(Node::Sign(c)),
        }
    }
    found
}

/// A table in a query, or what stands in the place of one.
#[derive(Debug)]
struct Item {
    alias: String,
    /// None for what the statement puts together itself.
    table: Option<String>,
}

/// That two columns `tenant` are equal, or one is `?1`.
#[derive(Debug)]
struct Equal {
    one: String,
    other: String,
    /// It holds for this table alone: the other side may stand there without it.
    only: Option<String>,
}

/// The tables of one query and what is said of them.
#[derive(Debug, Default)]
struct Query {
    items: Vec<Item>,
    equal: Vec<Equal>,
    /// Names that a `WITH` gives to queries of the statement.
    named: BTreeSet<String>,
}

/// What is wrong with a statement: the tables in it that are held to no municipality.
pub fn loose(statement: &str) -> Vec<String> {
    let all = nodes(&mut statement.chars().peekable());
    let mut found = Vec::new();
    statement_of(&all, &BTreeSet::new(), &BTreeSet::new(), &mut found);
    found.sort();
    found.dedup();
    found
}

/// Looks at a statement or a query; `held` are the tables around it that are held.
fn statement_of(all: &[Node], held: &BTreeSet<String>, named: &BTreeSet<String>, found: &mut Vec<String>) {
    let mut named = named.clone();
    let mut rest = all;
    if rest.first().is_some_and(|node| node.is("with")) {
        let end = rest.iter().position(|node| node.is_one_of(&["select", "insert", "update", "delete"]));
        let (with, main) = rest.split_at(end.unwrap_or(rest.len()));
        for pair in with.windows(2) {
            if let [Node::Word(name), next] = pair
                && (next.is("as") || matches!(next, Node::Group(_)))
                && !pair[0].is_one_of(&["as", "materialized"])
            {
                named.insert(name.clone());
            }
        }
        for group in with {
            if let Node::Group(inside) = group
                && is_query(inside)
            {
                statement_of(inside, held, &named, found);
            }
        }
        rest = main;
    }
    for block in rest.split(|node| node.is_one_of(COMPOUND)) {
        let block = block.strip_prefix(&[Node::Word("all".to_owned())]).unwrap_or(block);
        match block {
            [Node::Group(inside), ..] if is_query(inside) => statement_of(inside, held, &named, found),
            _ => block_of(block, held, &named, found),
        }
    }
}

fn is_query(nodes: &[Node]) -> bool {
    match nodes.first() {
        Some(Node::Group(inside)) => is_query(inside),
        Some(first) => first.is_one_of(&["select", "with"]),
        None => false,
    }
}

/// Looks at one SELECT, INSERT, UPDATE or DELETE.
fn block_of(block: &[Node], held: &BTreeSet<String>, named: &BTreeSet<String>, found: &mut Vec<String>) {
    let mut query = Query { named: named.clone(), ..Query::default() };
    let from = match block.first() {
        Some(first) if first.is("insert") => return insert_of(block, held, named, found),
        Some(first) if first.is("update") => {
            let set = block.iter().position(|node| node.is("set")).unwrap_or(block.len());
            query.tables(&block[1..set]);
            block.iter().position(|node| node.is("from"))
        }
        _ => block.iter().position(|node| node.is("from")),
    };
    if let Some(from) = from {
        let end = block[from..].iter().position(|node| node.is_one_of(CLAUSES)).map_or(block.len(), |end| from + end);
        query.tables(&block[from + 1..end]);
    }
    if let Some(at) = block.iter().position(|node| node.is("where")) {
        let end =
            block[at + 1..].iter().position(|node| node.is_one_of(CLAUSES)).map_or(block.len(), |end| at + 1 + end);
        query.condition(&block[at + 1..end], None);
    }
    let inside = query.held(held);
    for item in &query.items {
        if let Some(table) = &item.table
            && !inside.contains(&item.alias)
        {
            found.push(if item.alias == *table { table.clone() } else { format!("{table} {}", item.alias) });
        }
    }
    within(block, &inside, named, found);
}

/// Looks at the queries inside of expressions.
fn within(nodes: &[Node], held: &BTreeSet<String>, named: &BTreeSet<String>, found: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Group(inside) if is_query(inside) => statement_of(inside, held, named, found),
            Node::Group(inside) => within(inside, held, named, found),
            _ => {}
        }
    }
}

/// What is inserted carries the municipality: `?1`, or the tenant of a table that is held.
fn insert_of(block: &[Node], held: &BTreeSet<String>, named: &BTreeSet<String>, found: &mut Vec<String>) {
    let table = block.get(2).and_then(Node::word).unwrap_or_default().to_owned();
    let columns = block.iter().find_map(|node| if let Node::Group(inside) = node { Some(inside) } else { None });
    let at = columns.and_then(|columns| parts(columns).iter().position(|part| part.iter().any(|one| one.is("tenant"))));
    let Some(at) = at else {
        found.push(format!("INTO {table}"));
        return;
    };
    let given = |row: &[Node]| parts(row).get(at).map(|part| part.to_vec()).unwrap_or_default();
    let is_first = |value: &[Node]| matches!(value, [one] if one.is("?1"));
    if let Some(values) = block.iter().position(|node| node.is("values")) {
        let rows = block[values..].iter().map_while(|node| match node {
            Node::Group(row) => Some(Some(row)),
            Node::Sign(',') => Some(None),
            node if node.is("values") => Some(None),
            _ => None,
        });
        if !rows.flatten().all(|row| is_first(&given(row))) {
            found.push(format!("INTO {table}"));
        }
        within(&block[values..], held, named, found);
    } else if let Some(select) = block.iter().position(|node| node.is("select")) {
        let end = block[select..].iter().position(|node| node.is("from")).map_or(block.len(), |end| select + end);
        let value = given(&block[select + 1..end]);
        let of_table = matches!(&*value, [Node::Word(word)] if word == "tenant" || word.ends_with(".tenant"));
        if !is_first(&value) && !of_table {
            found.push(format!("INTO {table}"));
        }
        let end = block.iter().position(|node| node.is("conflict")).map_or(block.len(), |at| at - 1);
        statement_of(&block[select..end], held, named, found);
    } else {
        found.push(format!("INTO {table}"));
    }
}

/// The parts of a list.
fn parts(nodes: &[Node]) -> Vec<&[Node]> {
    nodes.split(|node| *node == Node::Sign(',')).collect()
}

impl Query {
    /// Reads a list of tables with the conditions by which they are joined.
    fn tables(&mut self, list: &[Node]) {
        let mut at = 0;
        let mut left = false;
        while at < list.len() {
            match &list[at] {
                Node::Sign(_) => {
                    left = false;
                    at += 1;
                }
                word if word.is("left") => {
                    left = true;
                    at += 1;
                }
                word if word.is("inner") || word.is("cross") => {
                    left = false;
                    at += 1;
                }
                word if word.is_one_of(JOINS) || word.is_one_of(&["lateral", "as", "only"]) => at += 1,
                word if word.is("on") => {
                    let end = list[at + 1..]
                        .iter()
                        .position(|node| node.is_one_of(JOINS) || *node == Node::Sign(','))
                        .map_or(list.len(), |end| at + 1 + end);
                    let joined = self.items.last().map(|item| item.alias.clone()).filter(|_| left);
                    self.condition(&list[at + 1..end], joined);
                    left = false;
                    at = end;
                }
                Node::Group(inside) if !is_query(inside) => {
                    self.tables(inside);
                    at += 1;
                }
                _ => at = self.item(list, at),
            }
        }
    }

    /// Reads one table with its alias; gives where the list goes on.
    fn item(&mut self, list: &[Node], start: usize) -> usize {
        let mut at = start + 1;
        let calls = matches!(list.get(at), Some(Node::Group(_)));
        at += usize::from(calls);
        at += usize::from(list.get(at).is_some_and(|node| node.is("as")));
        let name = list[start].word();
        let own = name.filter(|name| !calls && !self.named.contains(*name)).map(str::to_owned);
        let alias = list.get(at).filter(|node| !node.is_one_of(JOINS) && !node.is("on")).and_then(Node::word);
        self.items.push(Item { alias: alias.or(name).unwrap_or_default().to_owned(), table: own });
        at += usize::from(alias.is_some());
        // Names of columns behind the alias.
        at + usize::from(alias.is_some() && matches!(list.get(at), Some(Node::Group(_))))
    }

    /// Reads what a condition says of tenants, as far as it must be true.
    fn condition(&mut self, nodes: &[Node], only: Option<String>) {
        if nodes.iter().any(|node| node.is("or")) {
            return;
        }
        for part in nodes.split(|node| node.is("and")) {
            match part {
                [Node::Group(inside)] if !is_query(inside) => self.condition(inside, only.clone()),
                [Node::Word(one), Node::Sign('='), Node::Word(other)] => {
                    let (Some(one), Some(other)) = (self.side(one), self.side(other)) else { continue };
                    self.equal.push(Equal { one, other, only: only.clone() });
                }
                _ => {}
            }
        }
    }

    /// The alias whose tenant a word is, or `?1`.
    fn side(&self, word: &str) -> Option<String> {
        match word {
            "?1" => Some("?1".to_owned()),
            "tenant" => match &*self.items {
                [one] => Some(one.alias.clone()),
                _ => None,
            },
            word => word.strip_suffix(".tenant").map(str::to_owned),
        }
    }

    /// What is held inside of the query, with what is held around it.
    fn held(&self, around: &BTreeSet<String>) -> BTreeSet<String> {
        let own = |alias: &str| self.items.iter().find(|item| item.alias == alias);
        let mut held: BTreeSet<String> = around.iter().filter(|alias| own(alias).is_none()).cloned().collect();
        loop {
            let before = held.len();
            for Equal { one, other, only } in &self.equal {
                for (this, that) in [(one, other), (other, one)] {
                    let passes = that == "?1" || held.contains(that);
                    let meant = only.as_ref().is_none_or(|only| only == this);
                    if passes && meant && own(this).is_some_and(|item| item.table.is_some()) {
                        held.insert(this.clone());
                    }
                }
            }
            if held.len() == before {
                return held;
            }
        }
    }
}
