//! What is counted of this room.

use crate::fact::FactKind;
use crate::lang::Words;

/// Persons entrusted.
pub static ENTRUSTED: FactKind = FactKind::new("entrusted", Words("見守りの依頼", "Persons entrusted"));
