//! Where somebody lives: the area follows from the town in the address, unless
//! somebody chose another.

use sasae_core::fold::fold_address;
use sasae_db::Conn;

use super::model::PersonForm;
use super::store::Person;
use crate::access;
use crate::area;
use crate::area::AREA;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::REGISTER;

/// The form with its area. Where none was chosen it is that of the town in the
/// address; where the address of a record was changed and the area left as it
/// stood, likewise. A town that is not known, or in which the writer may not
/// register anyone, changes nothing.
pub async fn settled(ctx: &Ctx, conn: &mut Conn, form: &PersonForm, record: Option<&Person>) -> Result<PersonForm> {
    let mut form = form.clone();
    // Where the writer may not see the address, nothing follows from it.
    if record.is_some_and(|record| !record.address_shown) {
        return Ok(form);
    }
    let open = form.area.trim().is_empty();
    let left_behind = record.is_some_and(|record| {
        form.area.trim() == record.area_id.to_string() && fold_address(&form.address) != fold_address(&record.address)
    });
    if form.address.trim().is_empty() || !(open || left_behind) {
        return Ok(form);
    }
    if let Some(area) = area::of_address(ctx, conn, &form.address).await?
        && access::allowed(ctx, conn, &AREA, area, REGISTER).await?
    {
        form.area = area.to_string();
    }
    Ok(form)
}
