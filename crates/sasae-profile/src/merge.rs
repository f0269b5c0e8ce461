//! Completing a file from the base that it extends.

use super::Profile;
use super::file::ProfileFile;
use super::model::{Named, Setting};
use super::words::{Form, Vocabulary, Word};

/// The profile that a file describes; `None` without a head.
pub(super) fn merge(file: &ProfileFile, base: Option<&Profile>) -> Option<Profile> {
    let head = file.profile.clone()?;
    let Some(base) = base else {
        let mut profile = Profile {
            head,
            setting: file.setting.clone().unwrap_or_default(),
            tiers: file.tier.clone(),
            roles: file.role.clone(),
            organisation_kinds: file.organisation_kind.clone(),
            base_kinds: file.base_kind.clone(),
            body_levels: file.body_level.clone(),
            bodies: file.body.clone(),
            deadlines: file.deadline.clone(),
            vocabularies: file.vocabulary.clone(),
            forms: file.form.clone(),
            plans: file.plan.clone(),
            demo: file.demo.clone(),
        };
        profile.vocabularies.values_mut().for_each(fold_vocabulary);
        profile.forms.iter_mut().for_each(fold_form);
        return Some(profile);
    };
    let mut vocabularies = base.vocabularies.clone();
    for (name, own) in &file.vocabulary {
        let merged = match vocabularies.get(name) {
            Some(known) => vocabulary(known, own),
            None => vocabulary(&Vocabulary { ja: None, en: None, items: Vec::new(), add: Vec::new() }, own),
        };
        vocabularies.insert(name.clone(), merged);
    }
    Some(Profile {
        head,
        setting: setting(&base.setting, file.setting.as_ref()),
        tiers: overlay(&base.tiers, &file.tier),
        roles: overlay(&base.roles, &file.role),
        organisation_kinds: overlay(&base.organisation_kinds, &file.organisation_kind),
        base_kinds: overlay(&base.base_kinds, &file.base_kind),
        body_levels: overlay(&base.body_levels, &file.body_level),
        bodies: overlay(&base.bodies, &file.body),
        deadlines: overlay(&base.deadlines, &file.deadline),
        vocabularies,
        forms: forms(&base.forms, &file.form),
        plans: overlay(&base.plans, &file.plan),
        demo: file.demo.clone().or_else(|| base.demo.clone()),
    })
}

/// The base's rows with the file's rows of the same code in their place, then the file's others.
fn overlay<T: Named + Clone>(base: &[T], own: &[T]) -> Vec<T> {
    let mut merged: Vec<T> = Vec::with_capacity(base.len() + own.len());
    let mut placed: Vec<&str> = Vec::new();
    for row in base.iter().chain(own) {
        if placed.contains(&row.code()) {
            continue;
        }
        let mine: Vec<&T> = own.iter().filter(|mine| mine.code() == row.code()).collect();
        if mine.is_empty() {
            merged.push(row.clone());
        } else {
            merged.extend(mine.into_iter().cloned());
            placed.push(row.code());
        }
    }
    merged
}

fn vocabulary(base: &Vocabulary, own: &Vocabulary) -> Vocabulary {
    let kept: &[Word] = if own.items.is_empty() { &base.items } else { &own.items };
    Vocabulary {
        ja: own.ja.clone().or_else(|| base.ja.clone()),
        en: own.en.clone().or_else(|| base.en.clone()),
        items: overlay(kept, &own.add),
        add: Vec::new(),
    }
}

fn fold_vocabulary(own: &mut Vocabulary) {
    let add = std::mem::take(&mut own.add);
    own.items = overlay(&own.items, &add);
}

fn forms(base: &[Form], own: &[Form]) -> Vec<Form> {
    let mut merged = overlay(base, own);
    for form in &mut merged {
        if form.field.is_empty()
            && let Some(known) = base.iter().find(|known| known.code == form.code)
        {
            form.field.clone_from(&known.field);
        }
        fold_form(form);
    }
    merged
}

fn fold_form(form: &mut Form) {
    let add = std::mem::take(&mut form.add);
    form.field = overlay(&form.field, &add);
}

fn setting(base: &Setting, own: Option<&Setting>) -> Setting {
    let Some(own) = own else { return base.clone() };
    Setting {
        suppress_below: own.suppress_below.or(base.suppress_below),
        evacuation_policy: own.evacuation_policy.or(base.evacuation_policy),
        resource_verify_months: own.resource_verify_months.or(base.resource_verify_months),
    }
}
