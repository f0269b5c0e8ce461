//! What may be added, and under which name.

use axum::http::StatusCode;
use proptest::prelude::*;
use sasae_core::text::{count_chars, is_hidden};
use sasae_test::{TestDb, both_engines};

use super::{Town, picture};
use crate::attachment::model::{ACCEPT, LARGEST, MediaType, NAME, NotTaken, clean_name, media_type, size_words};
use crate::migrations::MIGRATIONS;
use crate::testing::PNG;

fn ftyp(major: &[u8; 4], compatible: &[&[u8; 4]]) -> Vec<u8> {
    let size = 16 + 4 * compatible.len() as u32;
    let mut bytes = [&size.to_be_bytes()[..], b"ftyp", major, &[0; 4]].concat();
    for brand in compatible {
        bytes.extend_from_slice(*brand);
    }
    bytes.extend_from_slice(b"\0\0\0\x08mdat");
    bytes
}

#[test]
fn a_file_is_told_by_its_content_alone() {
    let (cp932, utf8) = (b"\x8E\x81\x96\xBC,\x8FZ\x8F\x8A\r\n".as_slice(), "氏名,住所\r\n".as_bytes());
    for (bytes, expected) in [
        (b"%PDF-1.7\n".as_slice(), Ok(MediaType::Pdf)),
        (PNG, Ok(MediaType::Png)),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Ok(MediaType::Jpeg)),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Ok(MediaType::WebP)),
        (&ftyp(b"heic", &[b"mif1", b"heic"]), Ok(MediaType::Heic)),
        (&ftyp(b"mif1", &[b"mif1", b"heic"]), Ok(MediaType::Heic)),
        (&ftyp(b"avif", &[b"mif1", b"avif"]), Err(NotTaken::Other)),
        (&ftyp(b"mif1", &[b"avif"]), Err(NotTaken::Other)),
        (&ftyp(b"isom", &[b"mp41"]), Err(NotTaken::Other)),
        (utf8, Ok(MediaType::Text)),
        (cp932, Ok(MediaType::Text)),
        (b"\xEF\xBB\xBFa,b", Ok(MediaType::Text)),
        (b"<!DOCTYPE html><p>", Err(NotTaken::Page)),
        (b"\xEF\xBB\xBF \n<HTML>", Err(NotTaken::Page)),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", Err(NotTaken::Page)),
        (b"<svg onload=alert(1)>", Err(NotTaken::Page)),
        (b"<p>x</p>\n<script>alert(1)</script>", Err(NotTaken::Page)),
        (b"MZ\x90\0\x03\0", Err(NotTaken::Other)),
        (b"GIF89a\x01\0\x01\0\0", Err(NotTaken::Other)),
        (b"PK\x03\x04 and nothing more", Err(NotTaken::Other)),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", Err(NotTaken::OldOffice)),
        (b"text with \0 in it", Err(NotTaken::Other)),
        (b"\xFF\xFEa\0b\0", Err(NotTaken::Other)),
        (&PNG[..10], Err(NotTaken::Other)),
    ] {
        assert_eq!(media_type(bytes, false), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(media_type(utf8, true), Ok(MediaType::Csv));
    assert_eq!(media_type("<ねこ>の会 の記録".as_bytes(), false), Ok(MediaType::Text), "words in brackets are words");
}

#[test]
fn every_type_has_its_code_and_the_form_offers_its_endings() {
    for media in MediaType::ALL {
        assert_eq!(MediaType::of_code(media.code()), Some(media));
        assert!(ACCEPT.split(',').any(|ending| ending == format!(".{}", media.endings()[0])), "{media:?}");
    }
    assert!(MediaType::ALL.iter().filter(|media| media.is_shown()).all(|media| media.code().starts_with("image/")));
    assert_eq!(MediaType::of_code("image/svg+xml"), None);
}

#[test]
fn a_name_is_kept_without_what_deceives() {
    for (sent, kept) in [
        ("同意書.pdf", "同意書.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\利用者\\診断書.pdf", "診断書.pdf"),
        ("..／..／秘密.pdf", "秘密.pdf"),
        ("写真\u{202e}gnp.exe.png", "写真gnp.exe.png"),
        ("a\u{200b}b\u{feff}\u{0}\n\r\tc.txt", "abc.txt"),
        ("が\u{3099}", "が\u{3099}"),
        ("か\u{3099}くせい.pdf", "がくせい.pdf"),
        ("葛\u{e0100}城﨑\u{fa19}.pdf", "葛\u{e0100}城﨑\u{fa19}.pdf"),
        ("a<b>:\"|?*'`%.csv", "a_b________%.csv"),
        ("達成率100%22.csv", "達成率100_.csv"),
        ("  . 記録 . ", "記録"),
        ("...", ""),
        ("", ""),
        (".pdf", "pdf"),
    ] {
        assert_eq!(clean_name(sent), kept, "{sent:?}");
    }
    let long = clean_name(&format!("{}.pdf", "とても長い名前".repeat(40)));
    assert_eq!(long.chars().count(), NAME);
    assert!(long.ends_with(".pdf"));
    assert_eq!(clean_name(&long), long);
}

proptest! {
    #[test]
    fn a_cleaned_name_has_no_folder_nothing_hidden_and_is_clean_again(sent: String) {
        let name = clean_name(&sent);

        prop_assert!(count_chars(&name) <= NAME && name.chars().count() <= NAME);
        prop_assert!(!name.contains(['/', '\\']) && !name.starts_with('.') && !name.ends_with('.'));
        prop_assert!(!name.chars().any(|c| c.is_control() || is_hidden(c)));
        prop_assert_eq!(clean_name(&name), name);
    }

    #[test]
    fn whatever_is_sent_is_told_without_a_panic(bytes: Vec<u8>, csv: bool) {
        let packed = [b"PK\x03\x04".as_slice(), &bytes].concat();

        let _told = (media_type(&bytes, csv), media_type(&packed, csv));
    }
}

#[test]
fn sizes_are_said_as_people_say_them() {
    for (bytes, words) in [
        (0, "0 B"),
        (900, "900 B"),
        (1024, "1 KB"),
        (1500, "2 KB"),
        (20 << 20, "20 MB"),
        ((20 << 20) + 1, "20.1 MB"),
        (5_452_595, "5.2 MB"),
    ] {
        assert_eq!(size_words(bytes), words);
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn what_may_not_be_added_is_refused_beside_the_field_with_the_note_kept(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let large = vec![b'a'; LARGEST + 1];
        let html = b"<!doctype html><script>alert(1)</script>".as_slice();

        for (name, content, words) in [
            ("ページ.png", html, "ウェブページや SVG は添えられません"),
            ("絵.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ウェブページや SVG は添えられません"),
            ("写真.pdf", PNG, "名前は「.pdf」ですが、中身は写真・画像です"),
            ("動かす.bat", b"@echo off", "名前は「.bat」ですが"),
            ("ページ.html", "ただの文章".as_bytes(), "名前は「.html」ですが"),
            ("表.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "古い形式"),
            ("まとめ.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "添えられるのは、PDF"),
            ("空.pdf", b"", "中身のないファイルです"),
            ("", b"", "ファイルを選んでください"),
            ("大きい.txt", &large, "20 MBまでのファイルを選んでください（いま20.1 MB）"),
        ] {
            let answer = town.send("lead", "case", (name, content)).await;

            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.body);
            assert!(answer.body.contains(words), "{name}: {}", answer.body);
            assert!(answer.body.contains("href=\"#f-file\""), "the summary leads to the field");
            assert!(answer.body.contains("value=\"試験の書類\""), "the note is kept");
        }
        let page = "あ".repeat(201);
        let fields = [("note", page.as_str())];
        let long = town.test.post_file(&town.files_of("case"), town.token("lead"), &fields, ("a.png", PNG)).await;
        assert!(long.body.contains("200文字までで書いてください"), "{}", long.body);
        assert!(town.list("lead", "case").await.is_empty());
        assert_eq!(town.on_disk(), 0);
    }

    async fn far_too_much_is_refused_with_a_page_and_not_with_a_broken_connection(db: TestDb) {
        let town = Town::new(db.db.clone()).await;

        let answer = town.send("lead", "case", ("巨大.pdf", &vec![b'a'; LARGEST * 2])).await;

        assert!(answer.status.is_client_error() && answer.body.contains("大きすぎます"), "{}", answer.body);
    }

    async fn names_arrive_as_they_may_be_kept(db: TestDb) {
        let town = Town::new(db.db.clone()).await;

        for (number, (sent, kept)) in [
            ("../../x.png", "x.png"),
            ("C:\\fakepath\\玄関.PNG", "玄関.PNG"),
            ("写真\u{202e}fdp.png", "写真fdp.png"),
            ("IMG_0001", "IMG_0001.png"),
            ("議事録 2025.06.10", "議事録 2025.06.10.png"),
            ("...", "file.png"),
        ]
        .into_iter()
        .enumerate()
        {
            town.add("lead", "case", (sent, &picture(number as u8))).await;

            assert!(town.list("lead", "case").await.iter().any(|(_, name)| name == kept), "{sent:?}");
        }
        let long = format!("{}.png", "支援".repeat(300));
        town.add("lead", "case", (&long, &picture(99))).await;
        assert!(town.list("lead", "case").await.iter().any(|(_, name)| name.chars().count() == NAME));
    }
}
