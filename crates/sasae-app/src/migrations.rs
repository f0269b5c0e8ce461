//! The schema, in the order in which it grew. A migration that has shipped is
//! never edited; the database refuses one whose text has changed.

use sasae_db::Migration;

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            common: include_str!(concat!("../migrations/", $name, ".sql")),
            sqlite: "",
            postgres: "",
        }
    };
    ($name:literal, both) => {
        Migration {
            name: $name,
            common: include_str!(concat!("../migrations/", $name, ".sql")),
            sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".postgres.sql")),
        }
    };
}

/// Every migration.
pub const MIGRATIONS: &[Migration] = &[
    migration!("0001_area"),
    migration!("0002_staff"),
    migration!("0003_account"),
    migration!("0004_audit", both),
    migration!("0005_flow"),
    migration!("0006_person", both),
    migration!("0007_notice"),
    migration!("0008_consultation"),
    migration!("0009_case"),
    migration!("0010_import"),
    migration!("0011_speed"),
    migration!("0012_look"),
    migration!("0013_due"),
    migration!("0014_page", both),
    migration!("0015_lists", both),
    migration!("0016_attachment"),
    migration!("0017_message"),
    migration!("0018_listing"),
    migration!("0019_correction"),
    migration!("0020_ground"),
    migration!("0021_person_list", both),
];
