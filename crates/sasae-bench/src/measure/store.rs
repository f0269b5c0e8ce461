//! All SQL of the benchmark: the rows that make the city of measure, and the
//! records that its requests ask for. Texts are made at run time, so that they
//! are no statements of the program.

use anyhow::Result;
use jiff::civil::Date;
use sasae_app::ctx::{Ctx, Work};
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::{Conn, Db, Engine, Value, args};

type Row = Vec<Value<'static>>;

/// The head of a household.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// The person.
    pub person: Id,
    /// Their household.
    pub household: Id,
    /// Where they live.
    pub area: Id,
}

/// Heads of households in the order of their ids, at most `count`.
pub async fn list_heads(conn: &mut Conn, tenant: &str, count: i64) -> Result<Vec<Head>> {
    let rows: Vec<(Id, Id, Id)> = conn
        .query_text(
            "SELECT m.person_id, m.household_id, h.area_id FROM household_member m \
             JOIN household h ON h.tenant = m.tenant AND h.id = m.household_id \
             WHERE m.tenant = ?1 AND m.relation = 'head' ORDER BY m.household_id LIMIT ?2",
            args![tenant, count],
        )
        .await?;
    Ok(rows.into_iter().map(|(person, household, area)| Head { person, household, area }).collect())
}

/// Areas of a tier.
pub async fn list_areas(conn: &mut Conn, tenant: &str, tier: &str) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query_text("SELECT id FROM area WHERE tenant = ?1 AND tier = ?2 ORDER BY code", args![tenant, tier])
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Pairs of an area of a tier and an area within it.
pub async fn list_within(conn: &mut Conn, tenant: &str, tier: &str) -> Result<Vec<(Id, Id)>> {
    Ok(conn
        .query_text(
            "SELECT w.ancestor_id, w.area_id FROM area_within w \
             JOIN area a ON a.tenant = w.tenant AND a.id = w.ancestor_id \
             WHERE w.tenant = ?1 AND a.tier = ?2",
            args![tenant, tier],
        )
        .await?)
}

/// People who act and have no account, in the order of their keys.
pub async fn list_without_account(conn: &mut Conn, tenant: &str, count: i64) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query_text(
            "SELECT s.id FROM staff s WHERE s.tenant = ?1 AND NOT EXISTS (SELECT 1 FROM account a \
             WHERE a.tenant = s.tenant AND a.staff_id = s.id) ORDER BY s.id DESC LIMIT ?2",
            args![tenant, count],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many rows a table has; the names come from the program.
pub async fn count(conn: &mut Conn, tenant: &str, table: &str) -> Result<i64> {
    let rows: Vec<(i64,)> =
        conn.query_text(&format!("SELECT COUNT(*) FROM {table} WHERE tenant = ?1"), args![tenant]).await?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}

/// Lets the engine learn how the rows lie, as a server that has run for a day has.
pub async fn analyse(db: &Db, tenant: &str) -> Result<()> {
    let mut tx = db.begin(tenant).await?;
    tx.execute_text("ANALYZE", &[]).await?;
    Ok(tx.commit().await?)
}

/// What the engine calls itself.
pub async fn version(db: &Db) -> Result<String> {
    let text = match db.engine() {
        Engine::Sqlite => "SELECT 'SQLite ' || sqlite_version()",
        Engine::Postgres => "SELECT 'PostgreSQL ' || split_part(version(), ' ', 2)",
    };
    let mut read = db.read("").await?;
    let rows: Vec<(String,)> = read.query_text(text, &[]).await?;
    Ok(rows.into_iter().next().map(|(name,)| name).unwrap_or_default())
}

/// Where the audit trail ends, and what its newest row says: who, and what was touched.
pub async fn find_last_trail(conn: &mut Conn, tenant: &str) -> Result<(i64, Option<Id>, String)> {
    let rows: Vec<(i64, Option<Id>, String)> = conn
        .query_text(
            "SELECT a.seq, a.actor, a.detail FROM audit_head h JOIN audit a ON a.tenant = h.tenant AND a.seq = h.seq \
             WHERE h.tenant = ?1",
            args![tenant],
        )
        .await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// Open cases with someone who leads them, who has an account, and with their person.
pub async fn list_open_cases(
    conn: &mut Conn,
    tenant: &str,
    least: i64,
    count: i64,
) -> Result<Vec<(Id, Id, Id, String)>> {
    Ok(conn
        .query_text(
            "SELECT c.id, x.person_id, c.area_id, a.login FROM support_case c \
             JOIN account a ON a.tenant = c.tenant AND a.staff_id = c.lead_staff AND a.login LIKE 'bench-%' \
             JOIN case_person x ON x.tenant = c.tenant AND x.case_id = c.id AND x.main \
             WHERE c.tenant = ?1 AND c.state = 'open' AND (?2 = 0 OR (SELECT COUNT(*) FROM case_contact k \
             WHERE k.tenant = c.tenant AND k.case_id = c.id) >= ?2) \
             ORDER BY c.number DESC LIMIT ?3",
            args![tenant, least, count],
        )
        .await?)
}

/// Family and given name of a person with their readings.
pub async fn get_name(conn: &mut Conn, tenant: &str, person: Id) -> Result<(String, String, String, String)> {
    let rows: Vec<(String, String, String, String)> = conn
        .query_text(
            "SELECT family, given, family_kana, given_kana FROM person WHERE tenant = ?1 AND id = ?2",
            args![tenant, person],
        )
        .await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// A case before its rows are written.
#[derive(Debug, Clone)]
pub struct Course {
    /// Whose.
    pub head: Head,
    /// Who leads it, and a colleague in the team.
    pub team: (Id, Id),
    /// The day of the intake.
    pub start: Date,
    /// The last day; `None` while it is open.
    pub end: Option<Date>,
    /// The day of each contact.
    pub contacts: Vec<Date>,
    /// When the lead promised to call again, and when the plan is looked at.
    pub next: Option<(Date, Date)>,
    /// Its number within the fiscal year.
    pub serial: i64,
    /// Chance between 0 and 99, for the words.
    pub chance: i64,
}

/// Codes of the profile's vocabularies that the rows use.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// `problem`, in order.
    pub problems: Vec<String>,
    /// `channel`, `from_whom`, `wish`, `urgency`: one each.
    pub channel: String,
    /// Who came.
    pub from_whom: String,
    /// What was wished.
    pub wish: String,
    /// How urgent.
    pub urgency: String,
    /// Kind of contact.
    pub contact_kind: String,
    /// Way of contact.
    pub contact_method: String,
    /// How a case ended.
    pub closing_outcome: String,
    /// Role of the colleague.
    pub case_role: String,
}

/// Writes the rows of several cases: what the rooms would have written one by
/// one over the years, without the audit rows of those days.
pub async fn insert_courses(ctx: &Ctx, work: &mut Work, words: &Words, courses: &[Course]) -> Result<()> {
    let mut rows = Rows::default();
    for course in courses {
        rows.add(ctx, words, course);
    }
    let Rows {
        consultations,
        problems,
        cases,
        persons,
        roles,
        grounds,
        assessments,
        plans,
        goals,
        contacts,
        monitorings,
        facts,
        links,
    } = rows;
    work.bulk("consultation", CONSULTATION, consultations).await?;
    work.bulk("consultation_problem", &["tenant", "consultation_id", "problem"], problems).await?;
    work.bulk("support_case", CASE, cases).await?;
    work.bulk("case_person", &["tenant", "case_id", "person_id", "main"], persons).await?;
    work.bulk("case_role", ROLE, roles).await?;
    work.bulk("ground", GROUND, grounds).await?;
    work.bulk("case_assessment", ASSESSMENT, assessments).await?;
    work.bulk("case_plan", PLAN, plans).await?;
    work.bulk("case_goal", GOAL, goals).await?;
    work.bulk("case_contact", CONTACT, contacts).await?;
    work.bulk("case_monitoring", MONITORING, monitorings).await?;
    work.bulk("fact", FACT, facts).await?;
    work.bulk("thread_link", LINK, links).await?;
    Ok(())
}

const CONSULTATION: &[&str] = &[
    "tenant",
    "id",
    "received_on",
    "received_at",
    "channel",
    "area_id",
    "household_id",
    "person_id",
    "from_whom",
    "from_name",
    "from_contact",
    "what",
    "wish",
    "wish_words",
    "urgency",
    "worst",
    "language",
    "communication",
    "extra",
    "taken_by",
    "outcome",
    "outcome_note",
    "outcome_at",
    "held_by",
    "held_in",
    "revision",
];
const CASE: &[&str] = &[
    "tenant",
    "id",
    "number",
    "fiscal_year",
    "serial",
    "title",
    "area_id",
    "household_id",
    "consultation_id",
    "state",
    "intake_at",
    "opened_on",
    "opened_at",
    "opened_by",
    "lead_staff",
    "agreed_at",
    "review_on",
    "closed_on",
    "closed_at",
    "closed_by",
    "outcome",
    "outcome_note",
    "revision",
];
const ROLE: &[&str] =
    &["tenant", "id", "case_id", "staff_id", "role", "task", "state", "due_on", "valid_from", "valid_to", "revision"];
const GROUND: &[&str] =
    &["tenant", "record_id", "holder_id", "reason", "source_id", "record_kind", "valid_from", "valid_to"];
const ASSESSMENT: &[&str] = &[
    "tenant",
    "id",
    "case_id",
    "assessed_on",
    "situation",
    "strengths",
    "risks",
    "needs",
    "extra",
    "staff_id",
    "created_at",
    "revision",
];
const PLAN: &[&str] =
    &["tenant", "id", "case_id", "aim", "wish", "agreed_on", "review_on", "staff_id", "created_at", "revision"];
const GOAL: &[&str] =
    &["tenant", "id", "case_id", "plan_id", "position", "goal", "step", "who", "due_on", "state", "revision"];
const CONTACT: &[&str] = &[
    "tenant",
    "id",
    "case_id",
    "person_id",
    "contact_on",
    "kind",
    "method",
    "body",
    "next_on",
    "next_what",
    "next_done_on",
    "staff_id",
    "created_at",
    "revision",
];
const MONITORING: &[&str] = &[
    "tenant",
    "id",
    "case_id",
    "monitored_on",
    "findings",
    "verdict",
    "review_on",
    "staff_id",
    "created_at",
    "revision",
];
const FACT: &[&str] = &[
    "tenant",
    "id",
    "kind",
    "occurred_on",
    "fiscal_year",
    "month",
    "area_id",
    "staff_id",
    "person_id",
    "household_id",
    "record_kind",
    "record_id",
    "subject_id",
    "about",
    "method",
    "quantity",
    "people",
    "recorded_at",
];
const LINK: &[&str] = &["tenant", "from_kind", "from_id", "to_kind", "to_id", "relation", "linked_at", "linked_by"];

#[derive(Default)]
struct Rows {
    consultations: Vec<Row>,
    problems: Vec<Row>,
    cases: Vec<Row>,
    persons: Vec<Row>,
    roles: Vec<Row>,
    grounds: Vec<Row>,
    assessments: Vec<Row>,
    plans: Vec<Row>,
    goals: Vec<Row>,
    contacts: Vec<Row>,
    monitorings: Vec<Row>,
    facts: Vec<Row>,
    links: Vec<Row>,
}

/// Values of a row, one after the other.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$(Value::from($value)),+] };
}

fn text(value: &str) -> String {
    value.to_owned()
}

/// Nine in the morning of a day, in microseconds.
fn morning(day: Date) -> i64 {
    sasae_core::clock::micros(sasae_core::clock::from_tokyo(day.at(9, 0, 0, 0)))
}

impl Rows {
    fn add(&mut self, ctx: &Ctx, words: &Words, course: &Course) {
        let tenant = || text(ctx.tenant());
        let (lead, colleague) = course.team;
        let Head { person, household, area } = course.head;
        let (intake, case, plan) = (ctx.new_id(), ctx.new_id(), ctx.new_id());
        let start = course.start;
        let at = morning(start);
        let year = FiscalYear::of(start);
        let count = words.problems.len().max(1) as i64;
        let problem = |step: i64| {
            let place = usize::try_from((course.chance + step) % count).unwrap_or(0);
            words.problems.get(place).cloned().unwrap_or_default()
        };
        let what = format!("{}のことで、窓口に来た。{}日後に訪ねる約束をした。", problem(0), course.chance % 7 + 1);
        self.consultations.push(row![
            tenant(),
            intake,
            start,
            at,
            text(&words.channel),
            area,
            household,
            person,
            text(&words.from_whom),
            text(""),
            text(""),
            what,
            text(&words.wish),
            text(""),
            text(&words.urgency),
            problem(0),
            text(""),
            text(""),
            text("{}"),
            lead,
            text("case"),
            text(""),
            at,
            lead,
            area,
            1_i64,
        ]);
        for step in 0..2 {
            self.problems.push(row![tenant(), intake, problem(step * 3)]);
        }
        let number = format!("B{}-{:06}", year.0, course.serial);
        let state = if course.end.is_some() { "closed" } else { "open" };
        let closing = course.end.map(|_| words.closing_outcome.clone());
        self.cases.push(row![
            tenant(),
            case,
            number,
            i64::from(year.0),
            course.serial,
            format!("{}の支援", problem(0)),
            area,
            household,
            intake,
            text(state),
            at,
            start,
            at,
            lead,
            lead,
            at,
            course.next.map(|(_, review)| review),
            course.end,
            course.end.map(morning),
            course.end.map(|_| lead),
            closing,
            text(""),
            1_i64,
        ]);
        self.persons.push(row![tenant(), case, person, true]);
        let until = course.end.unwrap_or(sasae_app::tenancy::FOREVER);
        for (staff, role) in [(lead, "lead"), (colleague, words.case_role.as_str())] {
            let role_id = ctx.new_id();
            for (kind, record) in [("case", case), ("person", person), ("consultation", intake)] {
                self.grounds.push(row![tenant(), record, staff, text("team"), role_id, text(kind), start, until,]);
            }
            self.roles.push(row![
                tenant(),
                role_id,
                case,
                staff,
                text(role),
                text(""),
                text("accepted"),
                Value::Null,
                start,
                until,
                1_i64,
            ]);
        }
        let assessment = ctx.new_id();
        self.assessments.push(row![
            tenant(),
            assessment,
            case,
            start,
            text("一人で暮らし、外に出ることが減っている。"),
            text("近所に話せる人がいる。"),
            text("食事がかたよる。"),
            text("見守りと、行き先。"),
            text("{}"),
            lead,
            at,
            1_i64,
        ]);
        let review =
            course.next.map_or(until.min(start.saturating_add(jiff::Span::new().days(180))), |(_, review)| review);
        self.plans.push(row![
            tenant(),
            plan,
            case,
            text("週に一度は人と話す"),
            text("家で暮らし続けたい"),
            start,
            review,
            lead,
            at,
            1_i64,
        ]);
        for position in 1..=2_i64 {
            let state = if course.end.is_some() { "reached" } else { "open" };
            self.goals.push(row![
                tenant(),
                ctx.new_id(),
                case,
                plan,
                position,
                text("サロンに行く"),
                text("はじめは一緒に行く"),
                text("担当者"),
                review,
                text(state),
                1_i64,
            ]);
        }
        for (place, day) in course.contacts.iter().enumerate() {
            let id = ctx.new_id();
            let last = place + 1 == course.contacts.len();
            let next = if last { course.next.map(|(next, _)| next) } else { course.contacts.get(place + 1).copied() };
            let kept = if last { None } else { next };
            self.contacts.push(row![
                tenant(),
                id,
                case,
                person,
                *day,
                text(&words.contact_kind),
                text(&words.contact_method),
                text("顔色はよい。買い物はまだつらいとのこと。"),
                next,
                text("ようすをきく"),
                kept,
                lead,
                morning(*day),
                1_i64,
            ]);
            self.fact(ctx, course, "contact", *day, ("case", case, id), &words.contact_kind);
        }
        let monitoring = ctx.new_id();
        self.monitorings.push(row![
            tenant(),
            monitoring,
            case,
            start,
            text("予定どおり。"),
            text("continue"),
            review,
            lead,
            at,
            1_i64,
        ]);
        self.links.push(row![tenant(), text("consultation"), intake, text("case"), case, text("became"), at, lead,]);
        self.fact(ctx, course, "consultation_taken", start, ("consultation", intake, intake), &words.channel);
        self.fact(ctx, course, "case_opened", start, ("case", case, case), "consultation");
        self.fact(ctx, course, "roles_agreed", start, ("case", case, case), "");
        self.fact(ctx, course, "assessed", start, ("case", case, assessment), "");
        self.fact(ctx, course, "plan_made", start, ("case", case, plan), "");
        if let Some(end) = course.end {
            self.fact(ctx, course, "case_closed", end, ("case", case, case), &words.closing_outcome);
        }
    }

    fn fact(
        &mut self,
        ctx: &Ctx,
        course: &Course,
        kind: &str,
        on: Date,
        (kind_of, record, subject): (&str, Id, Id),
        about: &str,
    ) {
        let Head { person, household, area } = course.head;
        self.facts.push(row![
            text(ctx.tenant()),
            ctx.new_id(),
            text(kind),
            on,
            i64::from(FiscalYear::of(on).0),
            i64::from(on.month()),
            area,
            course.team.0,
            person,
            household,
            text(kind_of),
            record,
            subject,
            text(about),
            text(""),
            1_i64,
            0_i64,
            morning(on),
        ]);
    }
}
