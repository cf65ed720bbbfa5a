//! From TOML to entries, with every check that needs no knowledge of Rust types.

use crate::template::Template;
use crate::{CatalogueError, LANGUAGES};
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One text in every language, in the order of [`LANGUAGES`]: head and detail. Texts without a bar have no detail.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) head: Vec<Template>,
    pub(crate) detail: Vec<Template>,
}

/// An entry: its key as it stands in the file, its line, its texts.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) texts: Texts,
}

/// A whole file. Entries keep the order of the file, since the order of patterns matters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    pub(crate) title: Option<Texts>,
    pub(crate) summary: Option<Texts>,
    pub(crate) events: Vec<Entry>,
    /// By type.
    pub(crate) values: Vec<(String, Vec<Entry>)>,
    pub(crate) verbs: Vec<Entry>,
    pub(crate) rules: Vec<Entry>,
    pub(crate) invariants: Vec<Entry>,
    pub(crate) fields: Vec<Entry>,
    pub(crate) areas: Vec<Entry>,
    pub(crate) states: Vec<Entry>,
    pub(crate) view: Vec<Entry>,
    pub(crate) view_lists: Vec<List>,
}

impl Catalogue {
    /// Adds the entries of another file behind those of this one.
    pub(crate) fn extend(&mut self, more: Self) {
        self.title = self.title.take().or(more.title);
        self.summary = self.summary.take().or(more.summary);
        for (kind, entries) in more.values {
            match self.values.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => known.extend(entries),
                None => self.values.push((kind, entries)),
            }
        }
        self.events.extend(more.events);
        self.verbs.extend(more.verbs);
        self.rules.extend(more.rules);
        self.invariants.extend(more.invariants);
        self.fields.extend(more.fields);
        self.areas.extend(more.areas);
        self.states.extend(more.states);
        self.view.extend(more.view);
        self.view_lists.extend(more.view_lists);
    }
}

/// Several texts under one key, as many in every language.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) key: String,
    /// In the order of [`LANGUAGES`].
    pub(crate) texts: Vec<Vec<String>>,
}

/// How many bars the texts of a table have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bar {
    Never,
    Maybe,
    Once,
}

type Outcome<T> = Result<T, CatalogueError>;

/// Reads a file.
pub(crate) fn catalogue(text: &str) -> Outcome<Catalogue> {
    let reader = Reader { text };
    let root = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| reader.line(span.start));
        CatalogueError::new(line, error.message())
    })?;
    let mut catalogue = Catalogue::default();
    for (name, value) in in_order(root.get_ref()) {
        let line = reader.line(name.span().start);
        let table = reader.table(value)?;
        match name.get_ref().as_ref() {
            "title" => catalogue.title = Some(reader.texts(table, line, Bar::Never)?),
            "summary" => catalogue.summary = Some(reader.texts(table, line, Bar::Never)?),
            "event" => catalogue.events = reader.patterns(table, Bar::Maybe, &["who"])?,
            "value" => {
                for (name, value) in in_order(table) {
                    let entries = reader.patterns(reader.table(value)?, Bar::Never, &["self"])?;
                    catalogue.values.push((name.get_ref().to_string(), entries));
                }
            }
            "verb" => catalogue.verbs = reader.patterns(table, Bar::Never, &[])?,
            "rule" => catalogue.rules = reader.plain(table, Bar::Once)?,
            "invariant" => catalogue.invariants = reader.plain(table, Bar::Once)?,
            "field" => catalogue.fields = reader.plain(table, Bar::Once)?,
            "area" => catalogue.areas = reader.plain(table, Bar::Never)?,
            "state" => catalogue.states = reader.plain(table, Bar::Never)?,
            "view" => (catalogue.view, catalogue.view_lists) = reader.view(table)?,
            other => {
                let known = "title, summary, event, value, verb, rule, invariant, field, area, state or view";
                return Err(CatalogueError::new(line, format!("found the table “{other}”, expected {known}")));
            }
        }
    }
    Ok(catalogue)
}

/// The rows of a table in the order of the file.
fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<(&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> {
    let mut rows: Vec<_> = table.iter().collect();
    rows.sort_by_key(|(name, _)| name.span().start);
    rows
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text[..at.min(self.text.len())].matches('\n').count()
    }

    fn table<'a, 'i>(&self, value: &'a Spanned<DeValue<'i>>) -> Outcome<&'a DeTable<'i>> {
        let wrong = || CatalogueError::new(self.line(value.span().start), "expected a table");
        value.get_ref().as_table().ok_or_else(wrong)
    }

    fn entries(&self, table: &DeTable<'_>, bar: Bar) -> Outcome<Vec<Entry>> {
        let entry = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, _)| {
            let line = self.line(name.span().start);
            let texts = self.texts(self.table(value)?, line, bar)?;
            Ok(Entry { key: name.get_ref().to_string(), line, texts })
        };
        in_order(table).into_iter().map(entry).collect()
    }

    /// The entries of a view with their arguments, and its lists.
    fn view(&self, table: &DeTable<'_>) -> Outcome<(Vec<Entry>, Vec<List>)> {
        let (mut entries, mut lists) = (Vec::new(), Vec::new());
        for (name, value) in in_order(table) {
            let (key, line) = (name.get_ref().to_string(), self.line(name.span().start));
            let texts = self.table(value)?;
            if texts.values().any(|text| text.get_ref().is_array()) {
                lists.push(List { texts: self.list(texts, line)?, key });
                continue;
            }
            let texts = self.texts(texts, line, Bar::Never)?;
            let arguments = arguments(key.split_once('(').map_or("", |(_, list)| list));
            let unknown = texts.expressions().into_iter().flat_map(variables).find(|name| !arguments.contains(name));
            if let Some(unknown) = unknown {
                return Err(CatalogueError::new(line, format!("“{unknown}” is no argument of “{key}”")));
            }
            entries.push(Entry { key, line, texts });
        }
        Ok((entries, lists))
    }

    fn list(&self, table: &DeTable<'_>, line: usize) -> Outcome<Vec<Vec<String>>> {
        let list = |language: &str| {
            let texts = table.get(language)?.get_ref().as_array()?;
            texts.iter().map(|text| Some(text.get_ref().as_str()?.to_owned())).collect::<Option<Vec<String>>>()
        };
        let wrong = |problem: String| CatalogueError::new(line, problem);
        let read =
            |language: &&str| list(language).ok_or_else(|| wrong(format!("expected a list of texts in “{language}”")));
        let lists: Vec<Vec<String>> = LANGUAGES.iter().map(read).collect::<Outcome<_>>()?;
        if lists.windows(2).any(|pair| pair[0].len() != pair[1].len()) || table.len() != LANGUAGES.len() {
            return Err(wrong("expected as many texts in every language, and no other key".into()));
        }
        Ok(lists)
    }

    /// Entries whose texts have no placeholders.
    fn plain(&self, table: &DeTable<'_>, bar: Bar) -> Outcome<Vec<Entry>> {
        let entries = self.entries(table, bar)?;
        match entries.iter().find_map(|entry| Some((entry.line, entry.texts.expressions().into_iter().next()?))) {
            Some((line, found)) => Err(CatalogueError::new(line, format!("“{{{found}}}” has no value here"))),
            None => Ok(entries),
        }
    }

    /// Entries whose keys are patterns: no catch-all, nothing bound in vain, nothing used that is not bound.
    fn patterns(&self, table: &DeTable<'_>, bar: Bar, given: &[&str]) -> Outcome<Vec<Entry>> {
        let entries = self.entries(table, bar)?;
        for Entry { key, line, texts } in &entries {
            let wrong = |problem: String| Err(CatalogueError::new(*line, problem));
            if !key.starts_with(|letter: char| letter.is_ascii_uppercase()) {
                return wrong(format!("expected the name of a variant, found “{key}”: a catalogue has no catch-all"));
            }
            let (pattern, guard) = key.split_once(" if ").unwrap_or((key, ""));
            let bound = bound(pattern);
            let used: BTreeSet<&str> = texts.expressions().into_iter().flat_map(names).chain(names(guard)).collect();
            if let Some(idle) = bound.iter().find(|name| !used.contains(**name)) {
                return wrong(format!("“{idle}” is bound and in no text: leave it to `..` or `_`"));
            }
            let known = |name: &&str| bound.contains(name) || given.contains(name) || *name == "speaker";
            if let Some(unknown) = texts.expressions().into_iter().flat_map(variables).find(|name| !known(name)) {
                return wrong(format!("“{unknown}” is not bound by “{key}”"));
            }
        }
        Ok(entries)
    }

    fn texts(&self, table: &DeTable<'_>, line: usize, bar: Bar) -> Outcome<Texts> {
        let (mut head, mut detail) = (Vec::new(), Vec::new());
        for language in LANGUAGES {
            let missing = || CatalogueError::new(line, format!("the text in “{language}” is missing"));
            let value = table.get(language).ok_or_else(missing)?;
            let line = self.line(value.span().start);
            let wrong = |problem: String| CatalogueError::new(line, problem);
            let text = value.get_ref().as_str().ok_or_else(|| wrong("expected a text".into()))?;
            let (first, second) = match (bar, text.matches('|').count()) {
                (Bar::Never, 0) | (Bar::Maybe, 0) => (text, ""),
                (Bar::Maybe | Bar::Once, 1) => text.split_once('|').unwrap_or((text, "")),
                (Bar::Never, _) => return Err(wrong(format!("a bar has no meaning in “{text}”"))),
                (Bar::Maybe, _) => return Err(wrong(format!("expected at most one bar in “{text}”"))),
                (Bar::Once, _) => return Err(wrong(format!("expected a name, a bar and an explanation in “{text}”"))),
            };
            head.push(Template::read(first).map_err(wrong)?);
            detail.push(Template::read(second).map_err(wrong)?);
        }
        if let Some(unknown) = table.keys().find(|key| !LANGUAGES.contains(&key.get_ref().as_ref())) {
            let found = unknown.get_ref();
            return Err(CatalogueError::new(self.line(unknown.span().start), format!("“{found}” is no language")));
        }
        let texts = Texts { head, detail };
        texts.same_placeholders().map_err(|problem| CatalogueError::new(line, problem))?;
        Ok(texts)
    }
}

impl Texts {
    fn templates(&self, language: usize) -> [&Template; 2] {
        [&self.head[language], &self.detail[language]]
    }

    /// The expressions in any language.
    fn expressions(&self) -> BTreeSet<&str> {
        (0..LANGUAGES.len()).flat_map(|at| self.templates(at)).flat_map(Template::expressions).collect()
    }

    /// A value that one language says and another leaves out is a mistake of translation.
    fn same_placeholders(&self) -> Result<(), String> {
        let said = |at: usize| self.templates(at).into_iter().flat_map(Template::said).collect::<BTreeSet<&str>>();
        for language in 1..LANGUAGES.len() {
            if let Some(odd) = said(0).symmetric_difference(&said(language)).next() {
                return Err(format!("“{{{odd}}}” is not in every language"));
            }
        }
        Ok(())
    }
}

/// The words of code: identifiers, with the letter that follows each.
fn identifiers(code: &str) -> impl Iterator<Item = (&str, Option<char>, Option<char>)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let starts = code
        .char_indices()
        .filter(move |(at, letter)| is_part(*letter) && !code[..*at].chars().next_back().is_some_and(is_part));
    starts.map(move |(at, _)| {
        let length = code[at..].find(|letter| !is_part(letter)).unwrap_or(code.len() - at);
        let after = code[at + length..].trim_start().chars().next();
        (&code[at..at + length], code[..at].trim_end().chars().next_back(), after)
    })
}

fn starts_small(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
}

/// What a pattern binds: `txn` and `total` in `Committed { txn, read: Some(total), .. }`.
fn bound(pattern: &str) -> Vec<&str> {
    let is_bound = |(name, _, after): &(&str, _, Option<char>)| {
        starts_small(name) && *after != Some(':') && !matches!(*name, "true" | "false" | "ref")
    };
    identifiers(pattern).filter(is_bound).map(|(name, ..)| name).collect()
}

/// The names of arguments, each before the colon of its type.
fn arguments(list: &str) -> Vec<&str> {
    identifiers(list).filter(|(_, _, after)| *after == Some(':')).map(|(name, ..)| name).collect()
}

/// The names that an expression or a guard begins paths with, functions among them.
fn names(code: &str) -> Vec<&str> {
    identifiers(code)
        .filter(|(name, before, _)| starts_small(name) && *before != Some('.'))
        .map(|(name, ..)| name)
        .collect()
}

/// The same without the functions.
fn variables(code: &str) -> Vec<&str> {
    let variable = |(name, before, after): &(&str, Option<char>, Option<char>)| {
        starts_small(name) && *before != Some('.') && !matches!(after, Some('(' | '!'))
    };
    identifiers(code).filter(variable).map(|(name, ..)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        catalogue(text).expect_err(text).to_string()
    }

    #[test]
    fn patterns_bind_names() {
        assert_eq!(bound("Committed { txn, read: Some(total), ready: true, .. }"), ["txn", "total"]);
        assert_eq!(bound("NodeId(0)"), [""; 0]);
        assert_eq!(arguments("count: u32, of: &str)"), ["count", "of"]);
        assert_eq!(variables("range(prev.index, entries)"), ["prev", "entries"]);
    }

    #[test]
    fn entries_keep_their_order() {
        let read = catalogue(
            "[event.\"B { n: 1 }\"]\nen = \"one|.\"\nzh = \"一|。\"\n[event.\"B { n }\"]\nen = \"{n}|.\"\nzh = \"{n}|。\"\n\
             [event.A]\nen = \"{who}\"\nzh = \"{who}\"",
        );
        let keys: Vec<String> = read.expect("is well formed").events.into_iter().map(|entry| entry.key).collect();
        assert_eq!(keys, ["B { n: 1 }", "B { n }", "A"]);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let pair = |en: &str, zh: &str| format!("[event.\"A {{ n }}\"]\nen = \"{en}\"\nzh = \"{zh}\"");
        assert_eq!(problem("\n[event.A]\nen = \"a\""), "line 2: the text in “zh” is missing");
        assert_eq!(problem("[event.A]\nen = \"a\"\nzh = \"a\"\nfr = \"a\""), "line 4: “fr” is no language");
        assert_eq!(problem(&pair("{n}", "a")), "line 1: “{n}” is not in every language");
        assert_eq!(problem(&pair("{on(R::A); {n}; {n}}", "{n}")), "line 1: “{on(R::A)}” is not in every language");
        assert_eq!(problem(&pair("{n; 1 key; # keys}", "keys")), "line 1: “{n}” is not in every language");
        assert!(catalogue(&pair("{n} {n.len(); has; have}", "{n}")).is_ok(), "grammar is each language's own");
        assert_eq!(problem(&pair("a", "a")), "line 1: “n” is bound and in no text: leave it to `..` or `_`");
        assert_eq!(problem(&pair("{n} {m}", "{n} {m}")), "line 1: “m” is not bound by “A { n }”");
        assert_eq!(problem(&pair("{n", "{n}}")), "line 2: a `{` without its `}` in “{n”");
        assert!(problem("[event._]\nen = \"a\"\nzh = \"a\"").contains("no catch-all"));
        assert!(problem("[evnt.A]\nen = \"a\"\nzh = \"a\"").contains("expected title, summary"));
        assert!(problem("[rule.a]\nen = \"a\"\nzh = \"a\"").contains("a name, a bar and an explanation"));
        assert!(problem("[title]\nen = \"a|b\"\nzh = \"a\"").contains("a bar has no meaning"));
        assert_eq!(problem("[area.log]\nen = \"{a}\"\nzh = \"{a}\""), "line 1: “{a}” has no value here");
        let view = |en: &str, zh: &str| problem(&format!("[view.\"a(n: u32)\"]\nen = {en}\nzh = {zh}"));
        assert_eq!(view("\"{m}\"", "\"{m}\""), "line 1: “m” is no argument of “a(n: u32)”");
        assert!(view("[\"a\"]", "[\"a\", \"b\"]").contains("as many texts in every language"));
        assert!(view("[\"a\"]", "\"a\"").contains("a list of texts in “zh”"));
        assert!(problem("title = 3").contains("expected a table"));
        assert!(problem("[title").starts_with("line 1: "));
    }
}
