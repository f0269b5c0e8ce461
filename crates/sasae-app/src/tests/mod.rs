//! Tests of the house as a whole, over HTTP and on both engines: one concern
//! through a city that was built from real files, every page of the table of
//! routes, looked at, and a fictional room in every view over all rooms.

mod browser;
mod city;
mod closed;
mod look;
mod lost_and_found;
mod of_rooms;
mod pages;
mod plans;
mod samples;
mod statements;
mod steps;
mod telling;
mod walls;
mod words;
