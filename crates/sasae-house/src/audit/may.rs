//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Read the audit trail.
pub static READ: Function = Function {
    code: "audit_read",
    name: Words("だれが見たかの記録を読む", "Read the audit trail"),
    shows_persons: false,
    required: true,
};
