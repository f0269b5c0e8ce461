//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Import files.
pub static IMPORT: Function = Function {
    code: "import",
    name: Words("ファイルを取り込む", "Import files"),
    shows_persons: false,
    required: false,
};
