//! The people who act, their organisations, windows and posts. Access follows
//! from posts: role × area × period (#5–#8).

pub mod store;
