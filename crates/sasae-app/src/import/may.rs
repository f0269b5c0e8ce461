//! What a role may do in this room; a profile grants it by the code.

pub use crate::access::may::IMPORT;
