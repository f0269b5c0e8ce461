//! What is counted of this room.

use crate::fact::FactKind;
use crate::lang::Words;

/// Cases opened.
pub static OPENED: FactKind = FactKind::new("case_opened", Words("支援の開始", "Cases opened"));

/// Lead and roles agreed.
pub static ROLES_AGREED: FactKind = FactKind {
    days: Some(Words(
        "相談の受付から、主担当と役割が決まるまで（中央値）：",
        "From intake to agreed lead and roles (median): ",
    )),
    ..FactKind::new("roles_agreed", Words("主担当と役割の合意", "Lead and roles agreed"))
};

/// Assessments.
pub static ASSESSED: FactKind = FactKind::new("assessed", Words("アセスメント", "Assessments"));

/// Plans made or changed.
pub static PLAN_MADE: FactKind = FactKind::new("plan_made", Words("支援計画の作成・変更", "Plans made or changed"));

/// Contacts.
pub static CONTACT: FactKind = FactKind::about("contact", Words("訪問・連絡などの支援", "Contacts"), "contact_kind");

/// Monitoring.
pub static MONITORED: FactKind = FactKind::new("monitored", Words("モニタリング", "Monitoring"));

/// Cases closed.
pub static CLOSED: FactKind = FactKind::about("case_closed", Words("支援の終了", "Cases closed"), "closing_outcome");
