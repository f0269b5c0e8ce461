//! The parts that every page is put together from: the shell around it, form
//! fields, lists, the picture of a thread and the bodies of error pages.
//!
//! A component is a function, or a struct where it takes more than three
//! values; both give [`maud::Markup`]. All of them work without JavaScript;
//! `assets/app.js` only adds comfort. No component writes an inline style or
//! an inline script, because the content security policy refuses both, and
//! none reads a clock or a database.
//!
//! Every component in every state stands in `samples.rs`; the accessibility
//! tests run over those pages.

pub mod assets;
pub mod dates;
pub mod field;
pub mod form;
pub mod page_error;
pub mod parts;
pub mod records;
#[cfg(test)]
mod sample_thread;
#[cfg(test)]
mod samples;
pub mod shell;
mod svg_columns;
mod svg_layout;
mod svg_text;
pub mod svg_thread;
mod svg_ways;

#[cfg(test)]
mod tests;
