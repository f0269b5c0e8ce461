//! What `doctor` looks at so that nobody gets in, nothing is damaged, and nothing is changed unseen.

use anyhow::Result;

use super::audit::{self, Outcome};
use super::doctor::Findings;
use crate::config::Config;
use crate::database::Opened;

/// Whether the file of the database is whole.
pub async fn look_at_damage(findings: &mut Findings<'_>, opened: &Opened) -> Result<()> {
    let damage = opened.db.examine().await?;
    for line in &damage {
        findings.bad(
            &format!("データベースが傷んでいます。控えから戻してください：{line}"),
            &format!("the database is damaged; bring it back from a backup: {line}"),
        );
    }
    if damage.is_empty() {
        findings.good("データベースに傷みはありません", "the database is not damaged");
    }
    Ok(())
}

/// Whether the audit trail has its key, and whether it is whole.
pub async fn look_at_trail(
    findings: &mut Findings<'_>,
    config: &Config,
    opened: &Opened,
    codes: &[String],
) -> Result<()> {
    let key = config.audit_key()?;
    let place = config.audit_key_file().map(|path| path.display().to_string());
    let unkeyed: Vec<&String> =
        codes.iter().filter(|code| key.as_ref().is_none_or(|key| key.start(code).is_none())).collect();
    match (&place, unkeyed.is_empty()) {
        (None, _) => findings.bad(
            "記録の鍵の置き場所が決まっていません。設定の [audit] key に、データベースとは別のファイルを指定し、sasae init をもう一度実行してください",
            "there is no place for the key of the audit trail; name a file by key in [audit] and run sasae init again",
        ),
        (Some(place), false) => findings.bad(
            &format!("記録の鍵 {place} がないか、この自治体の鍵ではありません。控えから戻すか、はじめてなら sasae init をもう一度実行してください"),
            &format!("the key of the audit trail {place} is missing or not of this municipality; bring it back from a copy, or run sasae init again"),
        ),
        (Some(place), true) => findings
            .good(&format!("記録の鍵は {place} にあります"), &format!("the key of the audit trail is {place}")),
    }
    match audit::verify(&opened.db, codes, key.as_ref(), &[], findings.say).await? {
        Outcome::Whole => {}
        Outcome::Unproven => findings.bad(
            "鍵がないため、閲覧と操作の記録が書きかえられていないことを確かめられません",
            "without its key nobody can say that the audit trail was not tampered with",
        ),
        Outcome::Broken => findings.bad(
            "閲覧と操作の記録が書きかえられています。控えと見くらべてください",
            "the audit trail was tampered with; compare it with your backups",
        ),
    }
    Ok(())
}

/// How others reach the server: what is allowed, and what is probably not meant.
pub fn look_at_ways_in(findings: &mut Findings<'_>, config: &Config) {
    let server = &config.server;
    let host = server.listen.rsplit_once(':').map_or(server.listen.as_str(), |(host, _)| host);
    let alone = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    if alone && server.trusted_proxies.is_empty() {
        findings.mind(
            "このコンピューターだけで待ち受けています。前に TLS の中継を置くときは、そのアドレスを設定の [server] trusted_proxies に書いてください。書かないと、住民のお知らせの上限が、みなで1人分になります",
            "it listens on this machine alone. Where a TLS proxy stands in front, name its address in trusted_proxies of [server]; without it all residents share one limit on notices",
        );
    }
    if !server.secure_cookies && !alone {
        findings.mind(
            "暗号化されない接続（http）でもサインインできます（secure_cookies = false）。庁内の閉じた網の中だけで使ってください",
            "people can sign in over connections without encryption (secure_cookies = false); use it only inside a closed network",
        );
    }
}
