//! What goes in comes out.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use sasae_db::{Cell, Conn, Error, Sql, ToValue, Value, args, record, sql};
use sasae_test::{Engine, TestDb, both_engines};
use uuid::Uuid;

use crate::{MIGRATIONS, id};

record! {
    /// One column of each kind.
    #[derive(Debug, Clone, PartialEq, Default)]
    struct Every {
        id: i64,
        small: Option<i32>,
        flag: Option<bool>,
        ratio: Option<f64>,
        words: Option<String>,
        raw: Option<Vec<u8>>,
        uid: Option<Uuid>,
        day: Option<Date>,
        moment: Option<Timestamp>,
        doc: Option<String>,
    }
}

record! {
    /// Two columns.
    #[derive(Debug)]
    struct Named {
        id: i64,
        name: String,
    }
}

const INSERT: Sql = sql!(
    "INSERT INTO every_type (id, small, flag, ratio, words, raw, uid, day, moment, doc)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
);

macro_rules! every_column {
    () => {
        "id, small, flag, ratio, words, raw, uid, day, moment, doc"
    };
}

const LIST: Sql = sql!("SELECT ", every_column!(), " FROM every_type ORDER BY id");

fn samples() -> Vec<Every> {
    let nothing = |id| Every { id, ..Every::default() };
    vec![
        nothing(i64::MIN),
        Every {
            small: Some(i32::MIN),
            flag: Some(false),
            ratio: Some(-0.1),
            words: Some(String::new()),
            raw: Some(Vec::new()),
            uid: Some(Uuid::nil()),
            day: Some(date(1, 1, 1)),
            moment: Some(Timestamp::UNIX_EPOCH),
            doc: Some("{}".to_owned()),
            ..nothing(0)
        },
        Every {
            small: Some(i32::MAX),
            flag: Some(true),
            ratio: Some(f64::MAX),
            words: Some("渡邉󠄂 髙﨑 〜 '?1' $1 \u{1F3E0}".to_owned()),
            raw: Some((0..=255).collect()),
            uid: Some(Uuid::max()),
            day: Some(date(9999, 12, 31)),
            moment: Some("2026-04-01T00:00:00.123456+09:00".parse().unwrap()),
            doc: Some(r#"{"支え": [1, null, true]}"#.to_owned()),
            ..nothing(i64::MAX)
        },
    ]
}

async fn list(conn: &mut Conn) -> Vec<Every> {
    conn.query(LIST, &[]).await.unwrap()
}

async fn one<T: Cell>(conn: &mut Conn, text: &str, args: &[Value<'_>]) -> Result<T, Error> {
    let rows = conn.query_text::<(T,)>(text, args).await?;
    Ok(rows.into_iter().next().ok_or(Error::NotFound)?.0)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_type_comes_back_as_it_went_in(test: TestDb) {
        let mut tx = test.db.begin("").await.unwrap();

        for row in samples() {
            let Every { id, small, flag, ratio, words, raw, uid, day, moment, doc } = &row;
            let args = args![id, small, flag, ratio, words, raw, uid, day, moment, doc];
            assert_eq!(tx.execute(INSERT, args).await.unwrap(), 1);
        }

        assert_eq!(list(&mut tx).await, samples());
    }

    async fn ten_thousand_rows_in_bulk_equal_as_many_single_ones(test: TestDb) {
        let rows = (0..10_000).map(|n| {
            let mut row = samples()[n as usize % 3].clone();
            row.id = n;
            row
        });
        let rows = rows.collect::<Vec<_>>();
        let values = |row: &Every| -> Vec<Value<'static>> {
            let Every { id, small, flag, ratio, words, raw, uid, day, moment, doc } = row;
            args![id, small, flag, ratio, words, raw, uid, day, moment, doc]
                .iter()
                .map(|value| value.clone().into_owned())
                .collect()
        };
        let columns = &["id", "small", "flag", "ratio", "words", "raw", "uid", "day", "moment", "doc"];
        let mut tx = test.db.begin("").await.unwrap();

        let count = tx.bulk("every_type", columns, rows.iter().map(values).collect()).await.unwrap();
        let in_bulk = list(&mut tx).await;
        drop(tx);
        let mut tx = test.db.begin("").await.unwrap();
        for row in &rows {
            tx.execute(INSERT, &values(row)).await.unwrap();
        }
        let one_by_one = list(&mut tx).await;

        assert_eq!(count, 10_000);
        assert!(in_bulk == rows);
        assert!(one_by_one == rows);
    }

    async fn bulk_refuses_a_row_of_another_width_and_takes_none(test: TestDb) {
        let mut tx = test.db.begin("").await.unwrap();

        assert_eq!(tx.bulk("every_type", &["id"], vec![]).await.unwrap(), 0);
        let wide = vec![vec![Value::from(1)], vec![Value::from(2), Value::Null]];
        let refused = tx.bulk("every_type", &["id"], wide).await;

        assert!(refused.unwrap_err().to_string().contains("has 2 values, not 1"));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    }

    async fn a_parameter_may_be_used_twice_and_in_any_order(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();

        let row = read
            .query_one::<(i64, String, i64)>(
                sql!(
                    "SELECT CAST(?2 AS BIGINT), '?1 ' || CAST(?1 AS TEXT), CAST(?2 AS BIGINT) + 1
                     -- ?3 is only said here
                     WHERE CAST(?1 AS TEXT) = 'a'"
                ),
                args!["a", 7],
            )
            .await
            .unwrap();

        assert_eq!(row, (7, "?1 a".to_owned(), 8));
    }

    async fn a_wrong_number_of_arguments_is_an_error(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();

        for args in [args![], args![1, 2]] {
            let answer = one::<i64>(&mut read, "SELECT CAST(?1 AS BIGINT)", args).await;

            assert!(matches!(answer, Err(Error::Other(_))), "{answer:?}");
        }
    }

    async fn sums_and_averages_are_numbers_on_both_engines(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();
        let from = "FROM (SELECT CAST(40000 AS BIGINT) AS n UNION ALL SELECT -1) AS numbers";

        let sum = one::<i64>(&mut read, &format!("SELECT sum(n) {from}"), &[]).await.unwrap();
        let average = one::<f64>(&mut read, &format!("SELECT avg(n) {from}"), &[]).await.unwrap();
        let whole = one::<f64>(&mut read, &format!("SELECT max(n) {from}"), &[]).await.unwrap();
        let none = one::<Option<i64>>(&mut read, &format!("SELECT sum(n) {from} WHERE n > ?1"),
            args![50_000]).await.unwrap();
        let above = one::<i64>(&mut read, &format!("SELECT count(*) {from} HAVING sum(n) > ?1"),
            args![39_998]).await.unwrap();

        assert_eq!((sum, whole, none, above), (39_999, 40_000.0, None, 2));
        assert!((average - 19_999.5).abs() < 1e-9);
    }

    async fn a_truth_of_the_statement_decodes(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();

        let yes = one::<bool>(&mut read, "SELECT EXISTS (SELECT 1)", &[]).await.unwrap();
        let no = one::<bool>(&mut read, "SELECT 1 = 2", &[]).await.unwrap();

        assert!(yes && !no);
    }

    async fn a_column_of_another_kind_is_named_in_the_error(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();

        let text = one::<i64>(&mut read, "SELECT CAST('x' AS TEXT) AS word", &[]).await;
        let null = one::<String>(&mut read, "SELECT CAST(NULL AS TEXT) AS word", &[]).await;
        let large = one::<u32>(&mut read, "SELECT -1 AS word", &[]).await;
        let narrow = read.query_text::<(i64,)>("SELECT 1, 2", &[]).await;

        for error in [text.unwrap_err(), null.unwrap_err(), large.unwrap_err()] {
            assert!(matches!(&error, Error::Decode { column, .. } if column == "word"), "{error:?}");
        }
        assert!(matches!(narrow, Err(Error::Columns(_))));
    }

    async fn columns_in_another_order_fill_the_fields_of_their_names(test: TestDb) {
        let mut tx = test.db.begin("").await.unwrap();
        for row in samples() {
            let Every { id, small, flag, ratio, words, raw, uid, day, moment, doc } = &row;
            tx.execute(INSERT, args![id, small, flag, ratio, words, raw, uid, day, moment, doc]).await.unwrap();
        }

        let turned = "SELECT doc, moment, day, uid, raw, words, flag, ratio, e.id, 0 + small AS small
                      FROM every_type e ORDER BY e.id";
        let found: Vec<Every> = tx.query_text(turned, &[]).await.unwrap();

        assert_eq!(found, samples());
    }

    async fn a_statement_that_does_not_fit_the_record_is_not_run(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();
        let wrong = [
            ("SELECT 1 AS id", "there is no column `name` (the statement has id)"),
            ("SELECT 1 AS id, 'x' AS nam", "there is no column `name` (the statement has id, nam)"),
            ("SELECT 1 AS id, 'x' AS name, 'y' AS name", "there are two columns `name` (the statement has id, name, name)"),
            ("SELECT 1 AS id, 'x' AS name, 2 AS age", "the record has no field for the column `age` (the statement has id, name, age)"),
            // None of them has a row that could show it.
            ("SELECT id, words AS title FROM every_type", "there is no column `name` (the statement has id, title)"),
        ];

        for (text, told) in wrong {
            let answer = read.query_text::<Named>(text, &[]).await;

            assert!(matches!(&answer, Err(Error::Columns(found)) if found == told), "{answer:?}");
        }
        let mut tx = test.db.begin("").await.unwrap();
        let inserted: Result<Option<Named>, Error> = tx
            .query_opt(sql!("INSERT INTO every_type (id, words) VALUES (1, 'x') RETURNING id, words"), &[])
            .await;
        drop(tx);

        assert!(matches!(inserted, Err(Error::Columns(_))));
        assert!(list(&mut read).await.is_empty());
    }

    async fn what_one_engine_could_not_keep_is_refused_by_both(test: TestDb) {
        let insert = |args: Vec<Value<'static>>| {
            let db = test.db.clone();
            async move {
                let mut tx = db.begin("").await.unwrap();
                let text = "INSERT INTO every_type (id, words, ratio) VALUES (1, ?1, ?2)";
                tx.execute_text(text, &args).await
            }
        };

        let zero = insert(vec![Value::from("a\0b"), Value::Null]).await;
        let no_number = insert(vec![Value::Null, Value::from(f64::NAN)]).await;
        let other_kind = insert(vec![Value::from(id(1)), Value::Null]).await;

        assert!(zero.is_err() && no_number.is_err() && other_kind.is_err());
    }

    async fn rows_are_handed_over_one_by_one_until_an_error(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();
        let numbers = sql!(
            "WITH RECURSIVE numbers (n) AS (
                 SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1
             )
             SELECT n FROM numbers"
        );
        let (mut sum, mut seen) = (0, 0);

        read.for_each::<(i64,)>(numbers, args![10_000], |(n,)| { sum += n; Ok(()) }).await.unwrap();
        let stopped = read
            .for_each::<(i64,)>(numbers, args![10_000], |(n,)| {
                seen = n;
                if n < 5 { Ok(()) } else { Err(Error::NotFound) }
            })
            .await;

        assert_eq!((sum, seen), (50_005_000, 5));
        assert!(matches!(stopped, Err(Error::NotFound)));
        assert_eq!(one::<i64>(&mut read, "SELECT 1", &[]).await.unwrap(), 1);
    }
}

#[test]
fn references_and_options_are_arguments_too() {
    let name = String::from("支");
    let nobody: Option<&String> = None;

    let text = Value::from("支");
    let bytes = Value::from(&b"x"[..]);
    let expected = [&text, &text, &Value::Int(3), &Value::Bool(true), &Value::Null, &bytes, &Value::Null];
    let given = |values: &[Value<'_>]| assert!(values.iter().eq(expected));
    given(args![&name, name.as_str(), &&3u32, Some(&true), nobody, b"x", None::<Uuid>]);
    assert_eq!(text.to_value(), text);
}

#[test]
fn an_error_about_a_value_does_not_quote_it() {
    sasae_test::run(Engine::Postgres, &[], |test: TestDb| async move {
        let mut read = test.db.read("").await.unwrap();
        for text in
            ["SELECT CAST('山田 花子' AS BIGINT)", "SELECT CAST('山田 花子' AS UUID)", "SELECT DATE '山田 花子'"]
        {
            let told = read.query_text::<(i64,)>(text, &[]).await.unwrap_err().to_string();

            assert!(told.contains("SQLSTATE 22") && !told.contains("山田"), "{told}");
        }
        let told = read.query_text::<(i64,)>("SELECT n FROM nowhere", &[]).await.unwrap_err().to_string();
        assert!(told.contains("nowhere"), "what is no value is named: {told}");
    });
}
