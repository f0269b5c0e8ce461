//! The house that the rooms of Sasae stand in. It knows what a room is, and none of them but its own:
//! areas, staff, accounts, drafts, and the primitives that every room uses — facts, links, grounds,
//! hand-overs, attachments.
//!
//! `Ctx` says who acts; nothing reaches the database without it. A room says what it offers as one
//! value ([`room::Room`]), and the shell mounts its routes.

#[macro_use]
pub mod closed;

#[macro_use]
pub mod access;

pub mod account;
pub mod app;
pub mod area;
pub mod attachment;
pub mod audit;
pub mod correction;
pub mod ctx;
pub mod draft;
pub mod error;
pub mod fact;
pub mod ground;
pub mod handover;
pub mod input;
pub mod link;
pub mod listing;
pub mod message;
pub mod meter;
pub mod network;
pub mod own;
pub mod room;
pub mod route;
pub mod staff;
pub mod tenancy;
pub mod web;

pub use sasae_core::lang;
pub use sasae_profile as profile;
