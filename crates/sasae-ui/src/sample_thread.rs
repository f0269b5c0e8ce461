//! Two threads for the samples: one that fits into one band, and one that went
//! all the way up and came back.

use jiff::civil::{Date, date};

use super::svg_thread::{Arrow, ArrowKind, End, Lane, Node, ThreadPicture};
use sasae_core::lang::Lang;

fn lanes(lang: Lang) -> Vec<Lane> {
    let words = [
        ("住民", "Residents"),
        ("小地域", "District"),
        ("圏域", "Area"),
        ("区", "Ward"),
        ("市", "City"),
        ("県", "Pref."),
    ];
    let lane = |(ja, en)| Lane { label: lang.t(ja, en).into() };
    words.into_iter().map(lane).collect()
}

struct Made(ThreadPicture);

impl Made {
    fn node(&mut self, id: &str, lane: usize, at: Date, kind: &str, title: &str, state: &str) {
        self.0.nodes.push(Node {
            id: id.into(),
            lane,
            at,
            kind: kind.into(),
            title: title.into(),
            href: Some(format!("/thread/{id}")),
            restricted: false,
            state: (!state.is_empty()).then(|| state.into()),
        });
    }

    fn arrow(&mut self, from: &str, to: &str, kind: ArrowKind, label: &str) {
        self.0.arrows.push(Arrow { from: from.into(), to: End::Node(to.into()), kind, label: label.into() });
    }

    fn open(&mut self, from: &str, lane: usize, whose_turn: &str, label: &str) {
        self.0.arrows.push(Arrow {
            from: from.into(),
            to: End::Open { lane, whose_turn: whose_turn.into() },
            kind: ArrowKind::HandOver,
            label: label.into(),
        });
    }
}

/// Notice, intake, case, a referral that waits.
pub(super) fn thread(lang: Lang) -> ThreadPicture {
    let mut made = Made(ThreadPicture {
        lang,
        title: lang.t("新聞がたまっているという気づき", "A notice of papers piling up").into(),
        lanes: lanes(lang),
        nodes: Vec::new(),
        arrows: Vec::new(),
    });
    let t = |ja, en| lang.t(ja, en);
    made.node(
        "notice",
        0,
        date(2025, 3, 28),
        t("気づき", "Notice"),
        t("隣の家の新聞が3日分たまっている", "Three days of newspapers at the neighbour's door"),
        t("受付済み", "Taken up"),
    );
    made.node(
        "intake",
        1,
        date(2025, 3, 30),
        t("相談受付", "Intake"),
        t("民生委員が訪ね、足を痛めて外に出られないとわかった", "Visited: hurt a leg, cannot go out"),
        "",
    );
    made.node(
        "case",
        2,
        date(2025, 4, 1),
        t("支援", "Case"),
        t("高橋さんの買い物と通院", "Shopping and doctor for Ms Takahashi"),
        t("支援中", "Open"),
    );
    made.arrow("notice", "intake", ArrowKind::HandOver, t("2日", "2 days"));
    made.arrow("intake", "case", ArrowKind::HandOver, t("2日", "2 days"));
    made.arrow("intake", "notice", ArrowKind::Answer, t("翌日", "next day"));
    made.open("case", 3, t("門前地域包括支援センター", "Monzen support centre"), t("4日待ち", "4 days"));
    made.0
}

/// The same thread a year on: up to the city and back to the street.
pub(super) fn long_thread(lang: Lang) -> ThreadPicture {
    let t = |ja, en| lang.t(ja, en);
    let mut made = Made(thread(lang));
    made.node(
        "contact",
        2,
        date(2025, 4, 9),
        t("訪問", "Visit"),
        t("買い物の手だてがない", "No way to go shopping"),
        "",
    );
    made.node(
        "matching",
        1,
        date(2025, 4, 9),
        t("助け合い", "Neighbours"),
        t("おたすけ隊が週1回つきそう", "Helpers come along once a week"),
        t("継続中", "Going on"),
    );
    made.node(
        "meeting",
        2,
        date(2025, 5, 20),
        t("個別会議", "Case meeting"),
        t("同じ悩みの人が4人いる", "Four people have the same trouble"),
        "",
    );
    made.node("closed", 2, date(2025, 5, 20), t("支援会議", "Closed meeting"), "-", "");
    made.node(
        "issue",
        3,
        date(2025, 7, 15),
        t("地域課題", "Issue"),
        t("坂の上の買い物の足", "Getting to shops from the hill"),
        t("検討中", "In hand"),
    );
    made.node(
        "proposal",
        4,
        date(2025, 10, 2),
        t("提案", "Proposal"),
        t("お出かけ交通を試す", "Try a community taxi"),
        t("採択", "Adopted"),
    );
    made.node(
        "measure",
        4,
        date(2026, 2, 1),
        t("施策", "Measure"),
        t("東門前お出かけ交通", "East Monzen community taxi"),
        t("実施中", "Running"),
    );
    made.node(
        "told",
        0,
        date(2026, 2, 10),
        t("お知らせ", "Answer"),
        t("気づきを寄せた人と自治会に伝えた", "Told whoever gave the notice"),
        "",
    );
    for node in &mut made.0.nodes {
        node.restricted = node.id == "closed";
    }
    made.arrow("contact", "case", ArrowKind::Belongs, "");
    made.arrow("contact", "matching", ArrowKind::HandOver, t("当日", "same day"));
    made.arrow("case", "meeting", ArrowKind::HandOver, t("49日", "49 days"));
    made.arrow("case", "closed", ArrowKind::Belongs, "");
    made.arrow("meeting", "issue", ArrowKind::HandOver, t("56日", "56 days"));
    made.arrow("issue", "proposal", ArrowKind::HandOver, t("79日", "79 days"));
    made.arrow("proposal", "measure", ArrowKind::HandOver, t("122日", "122 days"));
    made.arrow("proposal", "issue", ArrowKind::Answer, t("採択の回答", "adopted"));
    made.arrow("issue", "meeting", ArrowKind::Answer, t("課題にした", "made an issue"));
    made.arrow("measure", "told", ArrowKind::Answer, t("9日", "9 days"));
    made.arrow("told", "notice", ArrowKind::Answer, "");
    made.open("measure", 5, t("県 地域福祉課", "Prefecture, welfare division"), t("30日待ち", "30 days"));
    made.0
}
