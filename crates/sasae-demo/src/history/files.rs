//! Papers and pictures that people add on their way.

use anyhow::Result;
use sasae_app::access::Kind;
use sasae_app::attachment::{self, AttachmentForm};
use sasae_app::ctx::Ctx;
use sasae_app::web::SentFile;
use sasae_core::id::Id;

use super::Player;
use crate::papers::Paper;

/// Most files of the city: enough to find some wherever one looks.
const MOST: usize = 80;

impl Player<'_> {
    /// In so many of a hundred times whoever acts adds a paper or picture to the record.
    pub(super) async fn sometimes_add(
        &mut self,
        ctx: &Ctx,
        (kind, record): (Kind, Id),
        papers: &[Paper],
        percent: usize,
    ) -> Result<()> {
        if self.city.app.attachments().is_none() || self.added == MOST || !self.papers.chance(percent) {
            return Ok(());
        }
        let Some(paper) = self.papers.pick(papers) else { return Ok(()) };
        let content = paper.content(&mut self.papers);
        let sent = SentFile { field: "file".to_owned(), name: paper.name.to_owned(), bytes: content.into() };
        let form = AttachmentForm { note: paper.note.to_owned() };
        let ready = attachment::ready(ctx, kind, record, Some(&sent), &form).await?;
        let mut work = ctx.begin().await?;
        attachment::add(ctx, &mut work, kind, record, ready).await?;
        work.commit("").await?;
        self.added += 1;
        Ok(())
    }
}
