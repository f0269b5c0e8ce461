//! Vocabularies and forms.

use super::super::words::{Field, FieldKind, Word};
use super::Check;

impl Check<'_, '_> {
    pub(super) fn vocabularies(&mut self) {
        let (file, whole) = (self.file, self.whole);
        for (name, own) in &file.vocabulary {
            let path = format!("vocabulary.{name}");
            self.code(&path, name);
            match whole.vocabularies.get(name) {
                Some(merged) if merged.ja.is_some() && merged.en.is_some() => {
                    self.label(
                        &path,
                        merged.ja.as_deref().unwrap_or_default(),
                        merged.en.as_deref().unwrap_or_default(),
                    );
                }
                _ => self.error(
                    &path,
                    "新しい語彙には名前（ja と en）が要ります",
                    "a new vocabulary needs a name (ja and en)",
                ),
            }
            if own.items.is_empty() && own.add.is_empty() && whole.words(name).is_empty() {
                self.error(&path, "語が1つもありません", "there is no word in it");
            }
            self.words(&format!("{path}.items"), &own.items);
            self.words(&format!("{path}.add"), &own.add);
        }
        if self.is_base() || !self.extends {
            for (name, _) in self.catalogue.vocabularies() {
                if whole.vocabulary(name).is_none() {
                    self.error(
                        "profile",
                        format!("語彙「{name}」がありません"),
                        format!("the vocabulary `{name}` is missing"),
                    );
                }
            }
        }
        for (name, needed) in self.catalogue.vocabularies() {
            // Only a list that this file writes can lack a word here; the base is checked by itself.
            if !file.vocabulary.contains_key(*name) {
                continue;
            }
            for code in needed {
                if whole.word(name, code).is_none() {
                    self.error(
                        &format!("vocabulary.{name}.items"),
                        format!("プログラムが使う語「{code}」がありません"),
                        format!("the word `{code}`, which the program uses, is missing"),
                    );
                }
            }
        }
    }

    fn words(&mut self, path: &str, words: &[Word]) {
        self.distinct_rows(path, words);
        for (index, word) in words.iter().enumerate() {
            let path = format!("{path}[{index}]");
            self.named(&path, word);
            if let Some(easy) = &word.easy {
                self.filled(&format!("{path}.easy"), easy);
            }
            if let (Some(first), Some(last)) = (word.valid_from, word.valid_to)
                && last < first
            {
                self.ends_before(&format!("{path}.valid_to"));
            }
        }
    }

    pub(super) fn forms(&mut self) {
        let file = self.file;
        self.distinct_rows("form", &file.form);
        for (index, form) in file.form.iter().enumerate() {
            let path = format!("form[{index}]");
            self.named(&path, form);
            let whole = self.whole.form(&form.code).map_or(0, |whole| whole.field.len());
            if whole == 0 {
                self.error(&path, "項目が1つもありません", "the form has no field");
            }
            for (key, fields) in [("field", &form.field), ("add", &form.add)] {
                self.distinct_rows(&format!("{path}.{key}"), fields);
                for (place, field) in fields.iter().enumerate() {
                    self.field(&format!("{path}.{key}[{place}]"), field);
                }
            }
        }
    }

    fn field(&mut self, path: &str, field: &Field) {
        self.named(path, field);
        match (&field.vocabulary, field.kind) {
            (Some(name), FieldKind::Choice) => {
                let known: Vec<&str> = self.whole.vocabularies.keys().map(String::as_str).collect();
                self.refers(&format!("{path}.vocabulary"), name, known, "語彙", "vocabulary");
            }
            (None, FieldKind::Choice) => {
                self.error(path, "選択の項目には語彙（vocabulary）が要ります", "a choice needs a vocabulary")
            }
            (Some(_), _) => self.error(
                &format!("{path}.vocabulary"),
                "語彙は選択（choice）の項目でだけ使えます",
                "only a choice has a vocabulary",
            ),
            (None, _) => {}
        }
        if field.several && field.kind != FieldKind::Choice {
            self.error(
                &format!("{path}.several"),
                "複数選べるのは選択の項目だけです",
                "only a choice can take several",
            );
        }
        if field.max_length.is_some() && !matches!(field.kind, FieldKind::Text | FieldKind::LongText) {
            self.error(&format!("{path}.max_length"), "長さは文字の項目でだけ決められます", "only a text has a length");
        }
        if field.max_length == Some(0) {
            self.error(&format!("{path}.max_length"), "1以上にしてください", "this must be at least 1");
        }
        for (key, label) in [("help", &field.help), ("section", &field.section)] {
            if let Some(label) = label {
                self.label(&format!("{path}.{key}"), &label.ja, &label.en);
            }
        }
    }
}
