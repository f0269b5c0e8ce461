//! The seeds of the fuzz targets through the importers themselves.

use std::path::Path;

use sasae_test::{TestDb, both_engines};

use crate::error::Error;
use crate::import::{ImportKind, Options, run};
use crate::migrations::MIGRATIONS;
use crate::testing::{TENANT, TestApp};

const EVERYTHING: [ImportKind; 5] =
    [ImportKind::Areas, ImportKind::Towns, ImportKind::Organisations, ImportKind::Staff, ImportKind::Persons];
const REGISTER: &[u8] =
    "氏名,フリガナ,生年月日,性別,住所,電話番号,携帯電話,世帯番号,続柄,要介護度,死亡日,備考\n".as_bytes();

/// Every seed as a file: the rows of a register also behind its heading.
fn files() -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut files = Vec::new();
    for target in ["sheet_csv", "import_rows"] {
        for entry in std::fs::read_dir(corpus.join(target)).unwrap() {
            let seed = std::fs::read(entry.unwrap().path()).unwrap();
            if target == "import_rows" {
                files.push([REGISTER, &seed].concat());
            }
            files.push(seed);
        }
    }
    files
}

async fn rows(db: &TestDb) -> i64 {
    let mut read = db.db.read(TENANT).await.unwrap();
    let text = "SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM area) + (SELECT count(*) FROM town) \
                + (SELECT count(*) FROM organisation) + (SELECT count(*) FROM staff) + (SELECT count(*) FROM audit)";
    read.query_text::<(i64,)>(text, &[]).await.unwrap()[0].0
}

both_engines! {
    migrations = MIGRATIONS;

    async fn whatever_a_file_holds_a_dry_run_of_any_import_answers_and_leaves_nothing(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let before = rows(&db).await;
        let options = Options { dry_run: true, ..Options::default() };
        let mut taken = 0;

        for file in files() {
            for what in EVERYTHING {
                let ctx = test.system().await;
                match run(&ctx, what, "list", &file, &options).await {
                    Ok(outcome) => {
                        assert!(!outcome.written);
                        taken += outcome.report.accepted;
                    }
                    Err(Error::Invalid(fields)) => assert!(!fields.is_empty()),
                    Err(other) => panic!("{}: {other:?} from {:?}", what.word(), String::from_utf8_lossy(&file)),
                }
            }
        }

        assert!(taken > 0, "some rows are good");
        assert_eq!(rows(&db).await, before);
    }
}
