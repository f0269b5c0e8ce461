//! The rooms of care, in the order in which a concern flows: a person, a notice about one, a
//! consultation, a case. Each says what it offers as one value; `sasae-app` lists them.

#[macro_use]
extern crate sasae_house;

#[macro_use]
pub mod person;
#[macro_use]
pub mod notice;
#[macro_use]
pub mod consultation;
#[macro_use]
pub mod case;

pub(crate) use sasae_house::{
    access, area, attachment, audit, correction, ctx, draft, error, fact, ground, handover, input, lang, link, listing,
    message, own, profile, room, route, staff, tenancy, web,
};
