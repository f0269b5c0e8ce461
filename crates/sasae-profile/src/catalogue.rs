//! What the program offers a profile and asks of it: the functions that a role may be given, the
//! words and deadlines that code uses by name. Each room says its own; the profile knows no room.

use std::fmt;

use sasae_core::lang::Words;

/// What a role may do. The policies and the gates of routes know functions, and no role by name.
pub struct Function {
    /// The word in a profile and in the policies.
    pub code: &'static str,
    /// What it lets somebody do.
    pub name: Words,
    /// Whether it shows persons by name, so that it cannot go with a reach of `figures`.
    pub shows_persons: bool,
    /// Whether somebody must have it, or a concern gets stuck.
    pub required: bool,
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.code == other.code
    }
}

impl Eq for Function {}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// What one room asks of every profile.
pub struct Needs {
    /// The functions that it reads.
    pub functions: &'static [&'static Function],
    /// Vocabularies that it shows, with the codes that it uses by name.
    pub vocabularies: &'static [(&'static str, &'static [&'static str])],
    /// Deadlines that it computes; each needs a rule that is in force without end.
    pub deadlines: &'static [&'static str],
}

impl Needs {
    /// Nothing.
    pub const NONE: Needs = Needs { functions: &[], vocabularies: &[], deadlines: &[] };
}

/// What all rooms together ask of every profile.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    functions: Vec<&'static Function>,
    vocabularies: Vec<(&'static str, Vec<&'static str>)>,
    deadlines: Vec<&'static str>,
}

/// Vocabularies that profiles use among themselves: bodies, posts and windows are described by them.
const OWN_VOCABULARIES: &[(&str, &[&str])] = &[
    ("agency_kind", &["other"]),
    ("base_function", &[]),
    ("body_function", &["solve_case", "build_network", "find_issue", "develop_resource", "form_policy"]),
    ("deadline_event", &[]),
    ("issue_theme", &[]),
    ("job", &[]),
];

impl Catalogue {
    /// Puts together what the rooms ask. Several may use codes of one vocabulary.
    pub fn of(rooms: impl IntoIterator<Item = &'static Needs>) -> Catalogue {
        let mut all = Catalogue::default();
        let own = Needs { vocabularies: OWN_VOCABULARIES, ..Needs::NONE };
        all.add(&own);
        rooms.into_iter().for_each(|needs| all.add(needs));
        all.vocabularies.sort();
        all
    }

    fn add(&mut self, needs: &Needs) {
        self.functions.extend(needs.functions);
        self.deadlines.extend(needs.deadlines);
        for (name, codes) in needs.vocabularies {
            match self.vocabularies.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => known.extend(*codes),
                None => self.vocabularies.push((name, codes.to_vec())),
            }
        }
    }

    /// Every function that a profile may grant, in the order of the rooms.
    pub fn functions(&self) -> &[&'static Function] {
        &self.functions
    }

    /// The function with a code.
    pub fn function(&self, code: &str) -> Option<&'static Function> {
        self.functions.iter().copied().find(|function| function.code == code)
    }

    /// Vocabularies with the codes that are used by name.
    pub fn vocabularies(&self) -> &[(&'static str, Vec<&'static str>)] {
        &self.vocabularies
    }

    /// Deadlines that are computed.
    pub fn deadlines(&self) -> &[&'static str] {
        &self.deadlines
    }
}
