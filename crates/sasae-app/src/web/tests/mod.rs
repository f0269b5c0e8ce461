//! The shell when something goes wrong, as a browser sees it.

mod full;
mod kept;
