//! The policies of the rooms, parsed once, and the questions put to it.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, ResourceConstraint, RestrictedExpression,
};
use jiff::civil::Date;
use sasae_core::era;
use sasae_core::id::Id;

use super::kind::{Act, Kind};
use crate::ctx::{Actor, Ctx, HeldPost, StaffActor};
use crate::error::{Error, Result};
use crate::lang::Text;
use crate::profile::{Function, Reach};
use crate::room::Rooms;

/// What the policy needs to know of one record and this reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The record's area and every area around it today.
    pub areas: Vec<Id>,
    /// A person whom it is about is sealed.
    pub sealed: bool,
    /// The reader is barred from a person whom it is about.
    pub barred: bool,
    /// The address is hidden.
    pub address_hidden: bool,
    /// The reader's own: reported, taken or led by the reader.
    pub own: bool,
    /// The reader's grounds of today: the reason, and since when it holds; in the order of reasons.
    pub grounds: Vec<(String, Date)>,
}

/// One reason that permits, as the policy file names it and as a reader understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The rule's id in the policy of its room.
    pub rule: String,
    /// The sentence shown.
    pub text: Text,
}

/// The parsed policies.
pub struct Policy {
    kinds: HashMap<&'static str, Subject>,
    questions: HashMap<(&'static str, &'static str), PreparedAction>,
    authorizer: Authorizer,
    principal: EntityUid,
}

/// A kind of record as the policies speak of it.
struct Subject {
    resource: EntityUid,
    /// The principal's attributes that any rule about it reads.
    attributes: Vec<&'static str>,
}

/// What can be asked about a kind of record, with the rules that can answer it:
/// the others need not be evaluated each time.
struct PreparedAction {
    policies: PolicySet,
    rules: HashMap<PolicyId, Rule>,
    action: EntityUid,
}

/// What the file says of a rule besides the rule.
struct Rule {
    id: String,
    /// The reason of the ground by which it permits.
    ground: String,
    /// Why the record is visible by it, with `{post}` and `{since}` to be filled in.
    words: (String, String),
}

impl Rule {
    fn of(policy: &cedar_policy::Policy) -> Rule {
        let text = |name| policy.annotation(name).unwrap_or_default().to_owned();
        Rule { id: text("id"), ground: text("ground"), words: (text("ja"), text("en")) }
    }

    /// Says in words why the rule let the reader in.
    fn explain(&self, staff: &StaffActor, facts: &Facts) -> Text {
        let since = facts.grounds.iter().find(|(reason, _)| *reason == self.ground).map(|(_, since)| *since);
        let since =
            since.map_or_else(Default::default, |day| (format!("{}から、", era::wareki(day)), format!(" since {day}")));
        let post = staff.posts.iter().find(|post| facts.areas.contains(&post.area));
        let post: (String, String) = post.map_or_else(Default::default, |post| {
            (format!("{}の{}", post.area_name, post.label.0), format!("{} of {}", post.label.1, post.area_name))
        });
        let fill = |text: &str, post: &str, since: &str| text.replace("{post}", post).replace("{since}", since);
        Text::new(fill(&self.words.0, &post.0, &since.0), fill(&self.words.1, &post.1, &since.1))
    }
}

impl Subject {
    fn new(all: &PolicySet, functions: &[&'static Function], kind: Kind) -> Result<Subject> {
        let resource = uid(kind.code, "it")?;
        let text: String =
            all.policies().filter(|policy| is_about(policy, &resource)).map(ToString::to_string).collect();
        let spoken = |name: &&str| text.contains(*name);
        let attributes =
            std::iter::once(REACH).chain(functions.iter().map(|function| function.code)).filter(spoken).collect();
        Ok(Subject { resource, attributes })
    }
}

impl PreparedAction {
    fn new(all: &PolicySet, resource: &EntityUid, act: Act) -> Result<PreparedAction> {
        let action = uid("Action", act.code)?;
        let on_action = |policy: &cedar_policy::Policy| match policy.action_constraint() {
            ActionConstraint::Eq(named) => named == action,
            // The schema has no groups of actions, so none stands for others.
            ActionConstraint::In(named) => named.contains(&action),
            ActionConstraint::Any => true,
        };
        let own = all.policies().filter(|policy| on_action(policy) && is_about(policy, resource)).cloned();
        let policies = PolicySet::from_policies(own).map_err(Error::internal)?;
        let rules = policies.policies().map(|policy| (policy.id().clone(), Rule::of(policy))).collect();
        Ok(PreparedAction { policies, rules, action })
    }
}

/// Whether a rule can say something about records of this type.
fn is_about(policy: &cedar_policy::Policy, resource: &EntityUid) -> bool {
    match policy.resource_constraint() {
        ResourceConstraint::Is(named) => named == *resource.type_name(),
        _ => true,
    }
}

fn uid(kind: &str, id: &str) -> Result<EntityUid> {
    let kind = EntityTypeName::from_str(kind).map_err(Error::internal)?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// The rules of every room as one text.
pub fn policy_text(rooms: Rooms) -> String {
    rooms.iter().map(|room| room.policy).collect()
}

impl Policy {
    /// Reads the rules of the rooms.
    pub fn new(rooms: Rooms) -> Result<Policy> {
        Policy::parse(rooms, &policy_text(rooms))
    }

    /// Parses a policy text about the kinds and acts of the rooms.
    pub fn parse(rooms: Rooms, text: &str) -> Result<Policy> {
        let policies = PolicySet::from_str(text).map_err(Error::internal)?;
        let functions = super::functions(rooms);
        let (mut kinds, mut questions) = (HashMap::new(), HashMap::new());
        for kind in rooms.iter().flat_map(|room| room.kinds).filter(|kind| kind.guard.is_some()) {
            let subject = Subject::new(&policies, &functions, kind)?;
            for act in rooms.iter().flat_map(|room| room.acts).chain(&Act::USUAL) {
                questions.insert((kind.code, act.code), PreparedAction::new(&policies, &subject.resource, *act)?);
            }
            kinds.insert(kind.code, subject);
        }
        Ok(Policy { kinds, questions, authorizer: Authorizer::new(), principal: uid("Staff", "me")? })
    }

    /// Prepares to ask about one record: what the rules read of reader and record
    /// is put together once, however many questions follow.
    pub fn about<'a>(&'a self, ctx: &'a Ctx, kind: Kind, facts: &'a Facts) -> Result<PolicyCheck<'a>> {
        let subject = self.kinds.get(kind.code).ok_or_else(|| Error::internal("a kind without rules"))?;
        let asked = match ctx.actor() {
            Actor::Staff(staff) => {
                let principal = principal_attributes(staff, &subject.attributes);
                let entities = Entities::from_entities(
                    [
                        Entity::new(self.principal.clone(), principal, HashSet::new()).map_err(Error::internal)?,
                        Entity::new(subject.resource.clone(), resource_attributes(facts), HashSet::new())
                            .map_err(Error::internal)?,
                    ],
                    None,
                );
                Some((&**staff, entities.map_err(Error::internal)?))
            }
            _ => None,
        };
        Ok(PolicyCheck { policy: self, kind, resource: &subject.resource, facts, asked })
    }
}

/// One reader before one record.
pub struct PolicyCheck<'a> {
    policy: &'a Policy,
    kind: Kind,
    resource: &'a EntityUid,
    facts: &'a Facts,
    /// Nobody but staff is ever permitted anything by the policies.
    asked: Option<(&'a StaffActor, Entities)>,
}

impl PolicyCheck<'_> {
    /// Whether any rule permits and none forbids.
    pub fn permits(&self, act: Act) -> Result<bool> {
        Ok(!self.reasons(act)?.is_empty())
    }

    /// The reasons that permit, each in words; empty means no.
    pub fn why(&self, act: Act) -> Result<Vec<Why>> {
        let Some((staff, _)) = &self.asked else { return Ok(Vec::new()) };
        let rules = self.reasons(act)?.into_iter();
        let mut why: Vec<Why> =
            rules.map(|rule| Why { rule: rule.id.clone(), text: rule.explain(staff, self.facts) }).collect();
        why.sort_by(|a, b| a.rule.cmp(&b.rule));
        Ok(why)
    }

    /// The rules that decide, by their ids: those that permit, or those that forbid.
    #[cfg(feature = "testing")]
    pub fn deciding(&self, act: Act) -> Result<Vec<String>> {
        let Some((_, entities)) = &self.asked else { return Ok(Vec::new()) };
        let question = self.policy.questions.get(&(self.kind.code, act.code));
        let Some(PreparedAction { policies, rules, action }) = question else { return Ok(Vec::new()) };
        let (principal, resource) = (self.policy.principal.clone(), self.resource.clone());
        let request =
            Request::new(principal, action.clone(), resource, Context::empty(), None).map_err(Error::internal)?;
        let response = self.policy.authorizer.is_authorized(&request, policies, entities);
        Ok(response.diagnostics().reason().filter_map(|id| rules.get(id)).map(|rule| rule.id.clone()).collect())
    }

    /// The rules that permit, by the ids that the file gives them.
    fn reasons(&self, act: Act) -> Result<Vec<&Rule>> {
        let Some((_, entities)) = &self.asked else { return Ok(Vec::new()) };
        let question = self.policy.questions.get(&(self.kind.code, act.code));
        let PreparedAction { policies, rules, action } =
            question.ok_or_else(|| Error::internal("a question of no kind"))?;
        // What no rule speaks of is not permitted.
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let (principal, resource) = (self.policy.principal.clone(), self.resource.clone());
        let request =
            Request::new(principal, action.clone(), resource, Context::empty(), None).map_err(Error::internal)?;
        let response = self.policy.authorizer.is_authorized(&request, policies, entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(Error::internal(error.to_string()));
        }
        if response.decision() != Decision::Allow {
            return Ok(Vec::new());
        }
        Ok(response.diagnostics().reason().filter_map(|id| rules.get(id)).collect())
    }
}

fn ids(ids: impl IntoIterator<Item = Id>) -> RestrictedExpression {
    RestrictedExpression::new_set(ids.into_iter().map(|id| RestrictedExpression::new_string(id.to_string())))
}

/// Where a post shows persons by name, as the policy file calls it.
pub(super) const REACH: &str = "reach";

fn principal_attributes(staff: &StaffActor, wanted: &[&str]) -> HashMap<String, RestrictedExpression> {
    wanted
        .iter()
        .map(|name| {
            let carries = |post: &&HeldPost| match *name {
                REACH => post.reach == Reach::Area,
                code => post.carries_code(code),
            };
            let areas = staff.posts.iter().filter(carries).map(|post| post.area);
            ((*name).to_owned(), ids(areas))
        })
        .collect()
}

fn resource_attributes(facts: &Facts) -> HashMap<String, RestrictedExpression> {
    let flag = RestrictedExpression::new_bool;
    HashMap::from([
        ("areas".to_owned(), ids(facts.areas.iter().copied())),
        ("sealed".to_owned(), flag(facts.sealed)),
        ("barred".to_owned(), flag(facts.barred)),
        ("address_hidden".to_owned(), flag(facts.address_hidden)),
        ("own".to_owned(), flag(facts.own)),
        (
            "grounds".to_owned(),
            RestrictedExpression::new_set(
                facts.grounds.iter().map(|(reason, _)| RestrictedExpression::new_string(reason.clone())),
            ),
        ),
    ])
}
