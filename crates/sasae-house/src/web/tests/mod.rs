//! The shell as a browser sees it, most of all when something goes wrong.

mod around;
mod full;
mod kept;
mod twins;
