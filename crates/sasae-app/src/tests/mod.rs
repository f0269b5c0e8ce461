//! Tests of the house as a whole, over HTTP and on both engines: one concern
//! through a city that was built from real files, and every page of the table
//! of routes, looked at.

mod browser;
mod city;
mod look;
mod pages;
mod plans;
mod samples;
mod steps;
mod words;
