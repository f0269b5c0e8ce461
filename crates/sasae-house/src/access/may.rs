//! What a role may do whatever the room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Watch over the progress of others' work and reassign it.
pub static SUPERVISE: Function = Function {
    code: "supervise",
    name: Words(
        "ほかの人の支援の進み具合を見て、担当を決め直す",
        "Watch over the progress of others' work and reassign it",
    ),
    shows_persons: true,
    required: true,
};

/// See and set restrictions.
pub static PROTECT: Function = Function {
    code: "protect",
    name: Words("閲覧の制限をかけ、制限された記録を見る", "See and set restrictions"),
    shows_persons: true,
    required: true,
};

/// Import files: several rooms let those write who may.
pub static IMPORT: Function = Function {
    code: "import",
    name: Words("ファイルを取り込む", "Import files"),
    shows_persons: false,
    required: false,
};
