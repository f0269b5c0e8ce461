//! Headings, rows and reports on small files of the shapes that exist.

use sasae_sheet::{
    Column, Encoding, HeaderError, Lang, NoteKind, ReadError, ReadOptions, Report, Restored, Serial, Sheet, Table,
    aliases, fold_heading, read,
};

fn sheet(text: &str) -> Sheet {
    read("test.csv", text.as_bytes(), &ReadOptions::default()).expect("a table")
}

const NAME_AND_PHONE: &[Column] = &[Column::required("name", &["氏名"]), Column::optional("phone", &["電話番号"])];

#[test]
fn the_form_of_a_heading_does_not_count() {
    for (a, b) in [
        ("所在地_連結表記", "所在地（連結表記）"),
        ("氏名（漢字）", "氏名 (漢字)"),
        ("ﾌﾘｶﾞﾅ", "ふりがな"),
        ("ＴＥＬ", "Tel."),
        ("大字・町名", "大字町名"),
        ("大字・\n町名", "大字・町名"),
        ("telephoneNumber", "TELEPHONE_NUMBER"),
        ("〒", "郵便番号"),
    ] {
        assert_eq!(fold_heading(a), fold_heading(b));
    }
    assert_ne!(fold_heading("氏名（カナ）"), fold_heading("氏名"));
}

#[test]
fn a_title_blank_rows_and_notes_may_stand_above_the_headings() {
    let sheet = sheet("令和6年度 名簿,,\n,,\n※太字は必須,,\n\n氏 名（必須）,電話番号,備考\n山田,093-111-2222,\n");

    let table = Table::locate(&sheet, NAME_AND_PHONE).unwrap();

    assert_eq!(table.header_line(), 5);
    assert_eq!(table.ignored(), ["備考"]);
    let row = table.rows().next().unwrap();
    assert_eq!((row.line(), row.get("name")), (6, Some("山田")));
    assert_eq!(row.column_name("name"), "氏 名（必須）");
}

#[test]
fn a_kana_column_is_never_taken_for_the_name() {
    let sheet = sheet("氏名（カナ）,電話番号\nヤマダ,093-111-2222\n");

    let error = Table::locate(&sheet, NAME_AND_PHONE).unwrap_err();

    let HeaderError::Missing { missing, found, line } = error else {
        panic!("{error}");
    };
    assert_eq!((line, missing[0].key), (1, "name"));
    assert_eq!(missing[0].nearest, ["氏名（カナ）"]);
    assert_eq!(found, ["氏名（カナ）", "電話番号"]);
}

#[test]
fn the_same_heading_twice_is_refused_with_both_columns() {
    let sheet = sheet("氏名,電話番号,電話 番号\n山田,1,2\n");

    let error = Table::locate(&sheet, NAME_AND_PHONE).unwrap_err();

    assert_eq!(
        error,
        HeaderError::Duplicate { line: 1, first: (2, "電話番号".into()), second: (3, "電話 番号".into()) }
    );
    assert!(error.message(Lang::Ja).contains("2列目「電話番号」と3列目「電話 番号」"));
}

#[test]
fn two_headings_of_one_meaning_give_the_preferred_one_and_a_warning() {
    let sheet = sheet("ID,施設名,名称,住所\n1,a,b,c\n");

    let table = Table::locate(&sheet, aliases::ORGANISATION).unwrap();

    assert_eq!(table.rows().next().unwrap().get("name"), Some("b"));
    assert!(table.warnings().iter().any(|w| w.ja.contains("施設名")));
}

#[test]
fn a_file_without_headings_says_what_was_seen() {
    let sheet = sheet("山田,093-111-2222\n鈴木,093-111-3333\n");

    let error = Table::locate(&sheet, NAME_AND_PHONE).unwrap_err();

    let message = error.message(Lang::Ja);
    assert!(matches!(error, HeaderError::NotFound { .. }));
    assert!(message.contains("山田") && message.contains("氏名"), "{message}");
}

#[test]
fn both_generations_of_headings_and_english_ones_are_understood() {
    let older = sheet(
        "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,方書,緯度,経度,電話番号,利用可能曜日,開始時間,終了時間,URL,備考\n\
         11002,1,北海道,札幌市,会館,カイカン,中央区１,2階,43.06,141.35,011-111-2222,月火水木金,9:00,17:00,,\n",
    );
    let newer = sheet(
        "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,所在地_全国地方公共団体コード,町字ID,所在地_連結表記,所在地_都道府県,所在地_市区町村,所在地_町字,所在地_番地以下,建物名等(方書),緯度,経度,電話番号,備考\n\
         011002,1,札幌市,会館,カイカン,011011,0001001,北海道札幌市中央区１,北海道,札幌市,中央区,１,2階,43.06,141.35,011-111-2222,\n",
    );
    let english = sheet(
        "\"#property\",\"latitude\",\"longitude\",\"name\",\"address\",\"telephoneNumber\",\"availableDate\",\"startTime\",\"endTime\"\n\
         \"1\",\"43.06\",\"141.35\",\"会館\",\"中央区１\",\"011-111-2222\",\"月火水木金\",\"09:00\",\"17:00\"\n",
    );

    for sheet in [&older, &newer, &english] {
        let table = Table::locate(sheet, aliases::ORGANISATION).unwrap();
        let row = table.rows().next().unwrap();
        assert_eq!(row.required_text("name", 100).as_deref(), Ok("会館"));
        assert!(row.text("address", 100).unwrap().unwrap().ends_with("中央区１"));
        assert_eq!(row.phone("phone").unwrap().unwrap().number, "011-111-2222");
        let place = row.coordinates("latitude", "longitude").unwrap().unwrap();
        assert_eq!((place.latitude, place.longitude), (43.06, 141.35));
        assert_eq!(table.ignored(), Vec::<&str>::new());
    }
    let table = Table::locate(&older, aliases::ORGANISATION).unwrap();
    let code = table.rows().next().unwrap().code("municipality_code");
    let code = code.unwrap().unwrap();
    assert_eq!((code.code.to_string().as_str(), code.restored), ("011002", Restored::LeadingZero));
}

#[test]
fn lists_of_people_are_understood() {
    let persons = sheet(
        "宛名番号\t世帯番号\t氏名\tフリガナ\t生年月日\t性別\t続柄\t行政区\t町名\t住所\t方書\t電話番号\t要介護度\n\
         0001\t10\t山田　花子\tヤマダ　ハナコ\tS25.4.1\t女\t世帯主\t小倉北区\t青葉一丁目\t青葉1-2\t101号\t093-111-2222\t要介護1\n",
    );
    let staff = sheet(
        "委員名,カナ,役職,担当地区,任期開始,任期終了,所属\n鈴木一郎,スズキイチロウ,民生委員,清水,R4.12.1,R7.11.30,清水民児協\n",
    );

    let table = Table::locate(&persons, aliases::PERSON).unwrap();
    let row = table.rows().next().unwrap();
    assert_eq!(table.recognised().len(), 13);
    assert_eq!(row.date("birth_date", Serial::Refused).unwrap().unwrap().to_string(), "1950-04-01");
    assert_eq!(row.identifier("person_number", 20).unwrap().as_deref(), Some("0001"));
    let table = Table::locate(&staff, aliases::STAFF).unwrap();
    assert_eq!(table.recognised().len(), 7);
}

#[test]
fn a_dash_is_nothing_and_the_raw_cell_keeps_it() {
    let dashes = ["-", "－", "−", "ー", "―", "…", "", "　", "該当なし", "---"];
    let body: String = dashes.iter().map(|d| format!("{d},x\n")).collect();
    let sheet = sheet(&format!("氏名,電話番号\n{body}"));

    let table = Table::locate(&sheet, NAME_AND_PHONE).unwrap();

    for (row, dash) in table.rows().zip(dashes) {
        assert_eq!((row.get("name"), row.raw("name")), (None, Some(dash)));
        assert!(row.required_text("name", 10).is_err());
    }
}

#[test]
fn rows_that_are_no_records_are_told_apart() {
    let sheet = sheet(
        "地区,氏名,人数\n\
         （例）清水,山田花子,1\n\
         清水,計 太郎,3\n\
         清水,小計,3\n\
         計,村上,2\n\
         地区,氏名,人数\n\
         合　計,,3\n\
         ※令和6年4月1日現在,,\n\
         注1）未確定を含む,,\n\
         1/3ページ,,\n\
         注連寺会館,管理人,\n\
         以上,,\n",
    );
    let columns = [
        Column::optional("area", &["地区"]),
        Column::required("name", &["氏名"]),
        Column::optional("count", &["人数"]),
    ];

    let table = Table::locate(&sheet, &columns).unwrap();

    let kinds: Vec<(usize, Option<NoteKind>)> = table.rows().map(|r| (r.line(), r.note())).collect();
    assert_eq!(
        kinds,
        [
            (2, Some(NoteKind::Example)),
            (3, None),
            (4, Some(NoteKind::Total)),
            (5, None),
            (6, Some(NoteKind::RepeatedHeading)),
            (7, Some(NoteKind::Total)),
            (8, Some(NoteKind::Comment)),
            (9, Some(NoteKind::Comment)),
            (10, Some(NoteKind::Comment)),
            (11, None),
            (12, Some(NoteKind::Comment)),
        ]
    );
}

#[test]
fn a_row_with_shifted_columns_is_refused_and_a_short_one_is_warned_about() {
    let sheet = sheet("氏名,電話番号\n山田,小倉北区,093-111-2222\n鈴木\n佐藤,093-111-3333,\n");
    let table = Table::locate(&sheet, NAME_AND_PHONE).unwrap();
    let mut report = Report::new(&table);

    let records: Vec<usize> = table.rows().filter(|row| report.begin(row)).map(|row| row.line()).collect();

    assert_eq!(records, [3, 4]);
    assert_eq!((report.refused.len(), report.refused[0].line), (1, 2));
    assert!(report.warnings.iter().any(|w| w.line == Some(3)));
}

#[test]
fn a_report_names_line_column_value_and_reason() {
    let sheet = sheet("氏名,電話番号\n山田,839-2811\n,093-111-2222\n佐藤,093-111-3333\n合計,3\n");
    let table = Table::locate(&sheet, NAME_AND_PHONE).unwrap();
    let mut report = Report::new(&table);

    for row in table.rows() {
        if report.begin(&row) {
            report.take(row.required_text("name", 100));
            report.take(row.phone("phone"));
            report.accepted += usize::from(!report.is_refused(row.line()));
        }
    }

    assert_eq!((report.rows_read, report.accepted, report.refused_rows()), (4, 1, 2));
    assert_eq!(report.notes[0].kind, NoteKind::Total);
    let ja = report.to_text(Lang::Ja);
    assert!(ja.contains("2行目「電話番号」：「839-2811」 市外局番がありません"), "{ja}");
    assert!(ja.contains("3行目「氏名」"), "{ja}");
    let en = report.to_text(Lang::En);
    assert!(en.contains("line 2, 電話番号: \"839-2811\": the area code is missing"), "{en}");
}

#[test]
fn files_that_are_no_tables_say_what_they_are() {
    for (bytes, kind) in [
        (b"%PDF-1.7 x".as_slice(), "PDF"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"{\"type\": \"FeatureCollection\"}", "JSON"),
        (b"[{\"town\":1}]", "JSON"),
    ] {
        let error = read("x.csv", bytes, &ReadOptions::default()).unwrap_err();

        assert_eq!(error, ReadError::NotATable { kind });
    }
    for empty in [b"".as_slice(), b"\xEF\xBB\xBF", b"\r\n\r\n"] {
        let error = read("x.csv", empty, &ReadOptions::default()).unwrap_err();

        assert_eq!(error, ReadError::Empty);
    }
}

#[test]
fn a_tab_separated_unicode_text_of_excel_is_read() {
    let text = "氏名\t電話番号\r\n山田\t093-111-2222\r\n";
    let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();

    let sheet = read("x.txt", &bytes, &ReadOptions::default()).unwrap();

    assert_eq!((sheet.encoding, sheet.delimiter), (Encoding::Utf16Le, Some('\t')));
    assert!(Table::locate(&sheet, NAME_AND_PHONE).is_ok());
}

#[test]
fn a_file_without_any_way_to_name_people_is_refused() {
    let ways: &[&[&str]] = &[&["name"], &["family_name", "given_name"]];
    let facilities = sheet("NO,住所,電話番号,備考\n1,小倉,093-111-2222,\n");
    let split = sheet("姓,名,住所\n山田,花子,小倉\n");

    let table = Table::locate(&facilities, aliases::PERSON).unwrap();
    let error = table.require_one_of(ways).unwrap_err();

    assert!(error.message(Lang::Ja).contains("氏名"), "{error}");
    let table = Table::locate(&split, aliases::PERSON).unwrap();
    assert_eq!(table.require_one_of(ways), Ok(()));
}
