//! The tests of rooms and of the house that need all rooms. They stand in the folder of what they
//! test and are compiled here, where the list of rooms is known.

#[path = "../../../sasae-house/src/access/tests/mod.rs"]
pub mod access;

#[path = "../../../sasae-house/src/account/tests/mod.rs"]
mod account;

#[path = "../../../sasae-house/src/area/tests.rs"]
mod area;

#[path = "../../../sasae-house/src/attachment/tests/mod.rs"]
mod attachment;

#[path = "../../../sasae-house/src/audit/tests.rs"]
mod audit;

#[path = "../../../sasae-house/src/draft/tests.rs"]
mod draft;

#[path = "../../../sasae-house/src/staff/tests/mod.rs"]
mod staff;

#[path = "../../../sasae-house/src/web/tests/mod.rs"]
mod web;

#[path = "../../../sasae-care/src/person/tests/mod.rs"]
mod person;

#[path = "../../../sasae-care/src/notice/tests/mod.rs"]
pub mod notice;

#[path = "../../../sasae-care/src/consultation/tests/mod.rs"]
pub mod consultation;

#[path = "../../../sasae-care/src/case/tests/mod.rs"]
pub mod case;

#[path = "../../../sasae-profile/src/tests/mod.rs"]
mod profile;

#[path = "../../../sasae-house/src/listing/tests.rs"]
mod listing;

#[path = "../../../sasae-house/src/message/tests/mod.rs"]
mod message;
