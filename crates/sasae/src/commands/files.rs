//! The files of attachments, for the commands that copy them or look at them.

use anyhow::Result;
use sasae_app::attachment::examine::{self, Copied};
use sasae_app::attachment::{self, Folder};
use sasae_db::Db;

use crate::say::Say;
use crate::stop::failed;

/// Most names of files that a message lists.
const NAMED: usize = 10;

/// Copies what the rows of these municipalities name from one folder to another. Gives how many
/// files the copy has, and says which are lost; `None` when some are.
pub async fn copy(db: &Db, codes: &[String], from: &Folder, to: &Folder, say: &Say) -> Result<Option<usize>> {
    let mut all = Copied::default();
    for code in codes {
        let mut read = db.read(code).await?;
        let mut one = examine::copy(&mut read, code, from, to).await.map_err(|error| {
            failed(
                format!("書類・写真を {} へ写せません：{error}", to.path().display()),
                format!("files cannot be copied to {}: {error}", to.path().display()),
            )
        })?;
        if !one.lost.is_empty() {
            // What was erased while this copied is not lost.
            let now = attachment::list_content(&mut read, code).await?;
            one.lost.retain(|sha256| now.iter().any(|content| content.sha256 == *sha256));
        }
        all.copied += one.copied;
        all.kept += one.kept;
        all.lost.extend(one.lost);
    }
    if all.lost.is_empty() {
        return Ok(Some(all.copied + all.kept));
    }
    let lost = all.lost.len();
    say.line(
        &format!(
            "× {} にないか、中身の変わった書類・写真が{lost}件あります：{}",
            from.path().display(),
            named(&all.lost)
        ),
        &format!("× {lost} files are missing or changed in {}: {}", from.path().display(), named(&all.lost)),
    );
    Ok(None)
}

/// The first names of a list.
pub fn named(names: &[String]) -> String {
    let more = if names.len() > NAMED { " …" } else { "" };
    format!("{}{more}", names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(" "))
}
