//! The rooms of Sasae and the web shell around them.
//!
//! A concern flows `notice → consultation → case`, is drawn by `thread`, is due
//! in `task`, is counted by `activity`, is guarded by `access` and recorded by
//! `audit`. `Ctx` says who acts; nothing reaches the database without it.

#[macro_use]
pub mod access;

pub mod account;
pub mod app;
pub mod area;
pub mod attachment;
pub mod audit;
pub mod case;
pub mod consultation;
pub mod ctx;
pub mod draft;
pub mod error;
pub mod fact;
pub mod figures;
pub mod ground;
pub mod handover;
pub mod import;
pub mod input;
pub mod lang;
pub mod link;
pub mod meter;
pub mod migrations;
pub mod network;
pub mod notice;
pub mod openapi;
pub mod own;
pub mod person;
pub mod profile;
pub mod record;
pub mod room;
pub mod rooms;
pub mod route;
pub mod search;
pub mod staff;
pub mod task;
pub mod tenancy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod thread;
pub mod web;
