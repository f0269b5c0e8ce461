//! What stands at the head of a case is put right: what it is about, where it belongs, whose it is.

use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::correct::{get_correctable, write};
use super::correct_case::record_facts;
use super::grounds;
use super::model::TITLE;
use super::store::{self, Case};
use crate::correction::{self, CorrectionStep, Outlook};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::input::Check;
use crate::lang::{Text, Words};
use crate::person::PERSON;
use crate::{access, area};

/// The head of a case as it should be.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CaseCorrection {
    /// What it is about, without names; at most 100 characters.
    pub title: String,
    /// The area's id; empty where it stays.
    pub area: String,
    /// Who is at its centre: one of those whom it names, or anybody whom the writer knows, who is named
    /// then. Empty where that stays.
    pub main: String,
    /// `today` for the household in which the one at the centre lives today; empty where it stays. It
    /// follows by itself where somebody else comes to the centre.
    pub household: String,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

impl CaseCorrection {
    /// The form before anything is put right.
    pub fn of(case: &Case) -> CaseCorrection {
        CaseCorrection {
            title: case.title.clone(),
            area: case.shown_area().map(|id| id.to_string()).unwrap_or_default(),
            ..CaseCorrection::default()
        }
    }
}

/// Corrects the head of a case, open or closed. Figures, and who sees it, follow.
pub async fn correct(ctx: &Ctx, work: &mut Work, case: Id, form: &CaseCorrection, seen: i64) -> Result<Outlook> {
    let before = get_correctable(ctx, work, case).await?;
    let named = store::list_person_ids(ctx, work, case).await?;
    let centre = named.iter().find(|(_, main)| *main).map(|(id, _)| *id);
    let mut check = Check::new(ctx);
    let title = check.required("title", &form.title, TITLE);
    let area = check.id("area", &form.area).filter(|said| *said != before.area_id);
    let main = check.id("main", &form.main).filter(|chosen| Some(*chosen) != centre);
    let today = match form.household.trim() {
        "" => false,
        "today" => true,
        _ => {
            check.put("household", "選べる中から選んでください。", "Choose one of those offered.");
            false
        }
    };
    let reason = check.required("reason", &form.reason, correction::REASON);
    if let Some(main) = main
        && !access::can_see(ctx, work, &PERSON, main).await?
    {
        check.put("main", "選び直してください。", "Please choose again.");
    }
    if area.is_some() && before.area_name.is_empty() {
        check.put(
            "area",
            "住所を出していない人の支援です。区域は、住所を見られる人が直します。",
            "The address of the person is hidden. The area is put right by those who may see it.",
        );
    }
    check.done()?;
    if let Some(area) = area {
        area::get_today(ctx, work, "area", area).await?;
    }
    store::set_head(ctx, work, case, (&title, area.unwrap_or(before.area_id)), seen).await?;
    if let Some(main) = main {
        store::insert_person(ctx, work, case, main, false).await?;
    }
    if let Some(main) = main.or(centre.filter(|_| today)) {
        let home = store::find_household(ctx, work, main).await?;
        store::set_main(ctx, work, case, main, home).await?;
    }
    let after = store::get(ctx, work, case).await?;
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    changes.text("title", Words("何の支援か", "About"), &before.title, &after.title);
    if before.area_id != after.area_id {
        changes.text("area", Words("区域", "Area"), &before.area_name, &after.area_name);
    }
    changes.record("main", Words("中心になる人", "At its centre"), &PERSON, centre, main.or(centre));
    if before.household_id != after.household_id {
        let (old, new) = (
            Text::new("これまでの世帯", "As it was"),
            Text::new("中心になる人の、いまの世帯", "Where the person at its centre lives today"),
        );
        changes.words("household", Words("世帯", "Household"), &old, &new);
    }
    follow(ctx, work, &before, &after, &mut outlook).await?;
    grounds::follow_case(ctx, work, case).await?;
    record_facts(ctx, work, &after).await?;
    let moved = outlook.changes.has("main");
    let step = if moved { CorrectionStep::Moved } else { CorrectionStep::Corrected };
    write(ctx, work, case, step, &reason, &outlook.changes).await?;
    if let Some(main) = main {
        ctx.wrote(&PERSON, main);
    }
    Ok(outlook)
}

async fn follow(ctx: &Ctx, work: &mut Work, before: &Case, after: &Case, outlook: &mut Outlook) -> Result<()> {
    if outlook.changes.has("area") {
        let (old, new) = (&before.area_name, &after.area_name);
        outlook.follow(
            format!("「{old}」の担当は、ほかに理由がなければ、すぐに見られなくなります。「{new}」の担当が見られるようになります。チームの人は変わりません。"),
            format!("Those in charge of {old} can no longer see it unless they have another reason; those in charge of {new} can. The team stays."),
        );
        if before.is_open() && !store::holders::may_lead(ctx, work, after.id, after.lead_staff).await? {
            outlook.follow(
                format!("いまの主担当は、「{new}」では主担当になれない人です。直したあとで、主担当を替えてください。"),
                format!("The present lead may not lead a case in {new}. Change the lead afterwards."),
            );
        }
    }
    if outlook.changes.has("main") {
        outlook.follow(
            "新しく中心になる人の記録に、この支援が出ます。チームの人は、その人の記録も見られるようになります。前に中心だった人は、支援する人に残ります。まちがいだったときは、このあと「外す」で外してください。",
            "The case stands in the record of the one who comes to the centre, and the team can see that record. Whoever was at the centre stays named; take the person out afterwards where that was a mistake.",
        );
    }
    if after.consultation_id.is_some() && ["area", "main"].iter().any(|field| outlook.changes.has(field)) {
        outlook.follow(
            "もとになった相談の区域と人は変わりません。まちがっていたら、相談の画面で直してください。",
            "Area and person of the consultation that it came from stay. Put them right there, if they are wrong.",
        );
    }
    if ["area", "main", "household"].iter().any(|field| outlook.changes.has(field)) {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
    Ok(())
}
