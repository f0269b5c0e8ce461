//! What every page must hold, what the colours must hold, and that nothing in
//! the picture of a thread covers anything else.

mod colours;
mod fields;
mod pages;
mod picture;
mod words;
