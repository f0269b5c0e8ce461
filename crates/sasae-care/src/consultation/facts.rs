//! What is counted of this room.

use crate::fact::FactKind;
use crate::lang::Words;

/// Consultations taken.
pub static TAKEN: FactKind =
    FactKind::about("consultation_taken", Words("相談の受付", "Consultations taken"), "channel");
