//! Workbooks: what a cell becomes, which sheet is read, and what is refused.

mod book;

use book::{ods, t, xlsx, zipped};
use sasae_sheet::{Encoding, Lang, Limits, ReadError, ReadOptions, Sheet, Table, aliases, read};

fn open(bytes: &[u8]) -> Result<Sheet, ReadError> {
    read("book", bytes, &ReadOptions::default())
}

fn lines(sheet: &Sheet) -> Vec<(usize, Vec<&str>)> {
    sheet.rows.iter().map(|r| (r.line, r.cells.iter().map(String::as_str).collect())).collect()
}

#[test]
fn cells_of_an_xlsx_become_what_people_see() {
    let row = format!(
        r#"<sheetData><row r="3">{}{}</row><row r="5"><c r="A5" t="s"><v>0</v></c><c r="B5" s="1"><v>45383</v></c><c r="C5" s="2"><v>18354</v></c><c r="D5" s="3"><v>11002</v></c><c r="E5" s="4"><v>0.375</v></c><c r="F5"><v>34.338950000000004</v></c><c r="G5"><f>SUM(1,2)</f><v>3</v></c><c r="H5" t="b"><v>1</v></c><c r="I5" t="e"><v>#N/A</v></c></row></sheetData>"#,
        t("A3", "名称"),
        t("C3", "備考")
    );

    let sheet = open(&xlsx(&[("一覧", false, &row)])).unwrap();

    assert_eq!(sheet.encoding, Encoding::Workbook);
    assert_eq!(sheet.worksheet.as_deref(), Some("一覧"));
    assert_eq!(
        lines(&sheet),
        [
            (3, vec!["名称", "", "備考"]),
            (5, vec!["東京", "2024-04-01", "1950-04-01", "011002", "09:00", "34.33895", "3", "TRUE", "#N/A"]),
        ]
    );
}

#[test]
fn hidden_and_struck_out_rows_and_formulas_without_a_result_are_named() {
    let data = format!(
        r#"<sheetData><row r="1">{}</row><row r="2" hidden="1">{}</row><row r="3"><c r="A3" s="5" t="inlineStr"><is><t>消した人</t></is></c></row><row r="4">{}<c r="B4"><f>A1&amp;"x"</f></c></row></sheetData>"#,
        t("A1", "名称"),
        t("A2", "隠れた人"),
        t("A4", "いる人"),
    );

    let sheet = open(&xlsx(&[("一覧", false, &data)])).unwrap();

    let said = |line: usize, word: &str| sheet.warnings.iter().any(|w| w.line == Some(line) && w.ja.contains(word));
    assert!(said(2, "非表示") && said(3, "取り消し線") && said(4, "B4"), "{:?}", sheet.warnings);
    assert_eq!(sheet.warnings.len(), 3);
    assert_eq!(sheet.rows.len(), 4, "all of them are read");
}

#[test]
fn the_first_visible_sheet_with_cells_is_read_and_the_others_are_named() {
    let data = format!("<sheetData><row>{}</row></sheetData>", t("A1", "名称"));
    let book = xlsx(&[("隠し", true, &data), ("表紙", false, "<sheetData/>"), ("一覧", false, &data)]);

    let sheet = open(&book).unwrap();

    assert_eq!(sheet.worksheet.as_deref(), Some("一覧"));
    assert!(sheet.warnings.iter().any(|w| w.ja.contains("隠し") && w.ja.contains("表紙")));
}

#[test]
fn a_named_sheet_is_read_and_an_unknown_name_lists_those_that_exist() {
    let data = |text| format!("<sheetData><row>{}</row></sheetData>", t("A1", text));
    let book = xlsx(&[("A", false, &data("a")), ("B", false, &data("b"))]);
    let wanted = |name: &str| {
        let options = ReadOptions { sheet: Some(name.to_owned()), ..ReadOptions::default() };
        read("book.xlsx", &book, &options)
    };

    assert_eq!(wanted("B").unwrap().rows[0].cells, ["b"]);
    assert_eq!(
        wanted("C").unwrap_err(),
        ReadError::NoSuchWorksheet { name: "C".into(), found: vec!["A".into(), "B".into()] }
    );
}

#[test]
fn cells_merged_downwards_give_their_value_to_each_row() {
    let data = format!(
        r#"<sheetData><row r="1">{}{}</row><row r="2">{}{}</row><row r="3">{}</row></sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>"#,
        t("A1", "地区"),
        t("B1", "名称"),
        t("A2", "清水"),
        t("B2", "会館"),
        t("B3", "公民館"),
    );

    let sheet = open(&xlsx(&[("一覧", false, &data)])).unwrap();

    assert_eq!(sheet.rows[2].cells, ["清水", "公民館"]);
    assert!(sheet.warnings.iter().any(|w| w.en.contains("merged")));
}

#[test]
fn two_cells_at_opposite_corners_cost_no_memory() {
    let data = format!(
        r#"<sheetData><row r="1">{}</row><row r="1048576">{}</row></sheetData>"#,
        t("A1", "a"),
        t("XFD1048576", "b")
    );

    let error = open(&xlsx(&[("x", false, &data)])).unwrap_err();

    assert_eq!(error, ReadError::TooManyColumns { line: 1_048_576, limit: 1_000 });
}

#[test]
fn an_archive_that_unpacks_too_large_is_refused() {
    let zeros = vec![b' '; 3_000_000];
    let bomb = zipped(&[("xl/workbook.xml", &zeros)]);
    let options =
        ReadOptions { limits: Limits { max_unpacked_bytes: 1_000_000, ..Limits::default() }, ..ReadOptions::default() };

    assert!(bomb.len() < 20_000);
    assert_eq!(read("bomb.xlsx", &bomb, &options).unwrap_err(), ReadError::UnpacksTooLarge { limit: 1_000_000 });
}

#[test]
fn an_ods_gives_dates_times_and_text() {
    let rows = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>名称</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>開始日</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>サロン</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-04-01"><text:p>R6.4.1</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT09H30M00S"><text:p>9:30</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;

    let sheet = open(&ods(rows)).unwrap();

    assert_eq!(lines(&sheet), [(1, vec!["名称", "開始日"]), (2, vec!["サロン", "2024-04-01", "09:30", "12"]),]);
}

#[test]
fn other_archives_say_what_they_are() {
    let word = zipped(&[("word/document.xml", b"<x/>")]);
    let other = zipped(&[("readme.txt", b"x")]);

    assert_eq!(open(&word).unwrap_err(), ReadError::NotATable { kind: "Word" });
    assert_eq!(open(&other).unwrap_err(), ReadError::NotATable { kind: "ZIP" });
    assert!(matches!(open(&word[..40]), Err(ReadError::BadWorkbook { .. })));
}

#[test]
fn a_workbook_with_a_password_says_so() {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(600, 0);
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));

    let error = open(&bytes).unwrap_err();

    assert_eq!(error, ReadError::Password);
    assert!(error.message(Lang::Ja).contains("パスワード"));
}

#[test]
fn two_heading_rows_of_a_worksheet_are_joined() {
    let data = format!(
        r#"<sheetData><row r="1">{}</row><row r="2">{}{}{}</row><row r="3">{}{}</row><row r="4">{}{}{}</row></sheetData><mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>"#,
        t("A1", "要援護者台帳（令和6年度）"),
        t("A2", "氏名"),
        t("B2", "緊急連絡先"),
        t("D2", "備考"),
        t("B3", "氏名"),
        t("C3", "電話番号"),
        t("A4", "山田　花子"),
        t("B4", "山田　一郎"),
        t("C4", "093-111-2222"),
    );
    let sheet = open(&xlsx(&[("台帳", false, &data)])).unwrap();

    let table = Table::locate(&sheet, aliases::PERSON).unwrap();

    let row = table.rows().next().unwrap();
    assert_eq!(table.header_line(), 2);
    assert_eq!(row.line(), 4);
    assert_eq!(row.get("name"), Some("山田　花子"));
    assert_eq!(row.get("emergency_name"), Some("山田　一郎"));
    assert_eq!(row.get("emergency_phone"), Some("093-111-2222"));
    assert_eq!(row.column_name("emergency_phone"), "緊急連絡先／電話番号");
}

#[test]
fn an_xls_gives_dates_times_and_numbers() {
    let sheet = open(include_bytes!("fixtures/facilities.xls")).unwrap();

    assert_eq!(
        lines(&sheet),
        [
            (1, vec!["施設名", "住所", "開始日", "定員", "開始時間"]),
            (2, vec!["ふれあい会館", "小倉北区１－２", "2024-04-01", "24", "09:00"]),
            (3, vec!["みらい会館"]),
        ]
    );
}

#[test]
fn an_ods_that_was_cut_in_the_middle_is_refused_and_never_waited_for() {
    let row = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>名称</text:p></table:table-cell></table:table-row>"#;

    let whole = open(&ods(row));

    assert!(whole.is_ok());
    for at in [1, 17, 40, 80, 90, 110] {
        let cut = open(&ods(&row[..at]));
        assert!(matches!(cut, Err(ReadError::BadWorkbook { .. })), "{}: {cut:?}", &row[..at]);
    }
    for cut in [r#"<row r="1"><c r="A1""#, r#"<row r="1"><c r="A1" t="inlineStr"><is><t>"#] {
        assert!(open(&xlsx(&[("一覧", false, &format!("<sheetData>{cut}"))])).is_err(), "{cut}");
    }
}
