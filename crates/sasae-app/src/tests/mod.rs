//! Tests of the house as a whole, over HTTP and on both engines: one concern
//! through a city that was built from real files, every page of the table of
//! routes, looked at, and a fictional room in every view over all rooms.

pub(crate) mod browser;
mod city;
mod closed;
mod look;
mod lost_and_found;
pub(crate) mod of_rooms;
pub(crate) mod pages;
pub(crate) mod plans;
pub(crate) mod samples;
mod statements;
pub(crate) mod steps;
pub(crate) mod telling;
pub(crate) mod walls;
mod words;
