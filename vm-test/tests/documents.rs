// SPDX-License-Identifier: BSD-2-Clause
//! The documents name only tests and files that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use syn::visit::{self, Visit};
use walkdir::WalkDir;

const DOCUMENTS: &[&str] = &[
    "README.md",
    "SECURITY.md",
    "docs/design.md",
    "docs/proof.md",
    "docs/testing.md",
    "docs/tools.md",
    "sim/README.md",
];

/// What is made or fetched, and is not in a fresh clone.
const MADE: &[&str] = &["target", ".tools", ".git"];

/// What is in a FreeBSD's root, and is named from there.
const OF_A_ROOT: &[&str] = &["boot"];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files and folders of the project, from its top.
fn files() -> BTreeSet<String> {
    let project = project();
    let entries = WalkDir::new(&project).min_depth(1).into_iter();
    entries
        .filter_entry(|entry| !MADE.iter().any(|made| entry.file_name() == *made))
        .map(|entry| {
            let entry = entry.expect("the project can be read");
            let path = entry.path().strip_prefix(&project).expect("it is below");
            path.to_str().expect("text").to_owned()
        })
        .collect()
}

/// What a document has in `code` and to what it links; its blocks of code, line by line.
#[derive(Default)]
struct Document {
    spans: Vec<String>,
    links: Vec<String>,
    code: Vec<String>,
    /// Its blocks that name a language, each with the link before it.
    snippets: Vec<(String, String)>,
}

impl Document {
    fn parse(text: &str) -> Document {
        let mut document = Document::default();
        let (mut in_block, mut in_snippet) = (false, false);
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Code(span) => document.spans.push(span.to_string()),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    document.links.push(dest_url.to_string());
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    in_block = true;
                    in_snippet =
                        matches!(kind, CodeBlockKind::Fenced(language) if !language.is_empty());
                    if in_snippet {
                        let link = document.links.last().cloned().unwrap_or_default();
                        document.snippets.push((link, String::new()));
                    }
                }
                Event::End(TagEnd::CodeBlock) => (in_block, in_snippet) = (false, false),
                Event::Text(text) if in_block => {
                    if in_snippet && let Some((_, snippet)) = document.snippets.last_mut() {
                        snippet.push_str(&text);
                    }
                    document.code.extend(text.lines().map(str::to_owned));
                }
                _ => {}
            }
        }
        document
    }
}

/// The names of the guest's tests by group: what stands first in `Case::…(…)`, and in `case(…)` of `cases/`. A group is
/// a file or folder of the guest's tests/.
fn tests() -> BTreeMap<String, Vec<String>> {
    let constants = constants();
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (below, file) in sources("vm-test/guest/src/tests") {
        let first = below.iter().next().and_then(|name| name.to_str());
        let group = first.expect("a name").trim_end_matches(".rs");
        tests
            .entry(group.to_owned())
            .or_default()
            .extend(names(&file, &constants));
    }
    let shared = sources("cases/src");
    let shared = shared.iter().flat_map(|(_, file)| names(file, &constants));
    tests.entry("cases".to_owned()).or_default().extend(shared);
    tests
}

/// The Rust files of a folder, by their path in it.
fn sources(folder: &str) -> Vec<(PathBuf, syn::File)> {
    let folder = project().join(folder);
    let entries = WalkDir::new(&folder).into_iter();
    let paths = entries.map(|entry| entry.expect("the sources can be read").into_path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let file = syn::parse_file(&read(&path));
            let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let below = path.strip_prefix(&folder).expect("it is below");
            (below.to_owned(), file)
        })
        .collect()
}

/// The constant strings of the guest: `const NAME: &str = "text"`.
fn constants() -> Vec<(String, String)> {
    let files = sources("vm-test/guest/src");
    let items = files.iter().flat_map(|(_, file)| &file.items);
    items
        .filter_map(|item| match item {
            syn::Item::Const(item) => Some((item.ident.to_string(), text(&item.expr)?)),
            _ => None,
        })
        .collect()
}

fn text(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn names(file: &syn::File, constants: &[(String, String)]) -> Vec<String> {
    let mut names = Names {
        constants,
        found: Vec::new(),
    };
    names.visit_file(file);
    names.found
}

struct Names<'a> {
    constants: &'a [(String, String)],
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && let Some(first) = function.path.segments.first()
            && (first.ident == "Case" || first.ident == "case")
        {
            match call.args.first() {
                Some(syn::Expr::Path(constant)) => {
                    let name = constant.path.segments.last();
                    let all = self.constants.iter();
                    let of_name = all.filter(|(one, _)| name.is_some_and(|name| name.ident == one));
                    self.found.extend(of_name.map(|(_, text)| text.clone()));
                }
                Some(other) => self.found.extend(text(other)),
                None => {}
            }
        }
        visit::visit_expr_call(self, call);
    }
}

/// `GROUP: NAME` of a span, if it is the name of a test. NAME may have `…` for any text.
fn named_test(span: &str) -> Option<(&str, &str)> {
    let (group, name) = span.split_once(": ")?;
    let is_group = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!group.is_empty() && group.chars().all(is_group) && !name.is_empty()).then_some((group, name))
}

fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('…');
    let Some(mut rest) = name.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut is_open = false;
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        is_open = piece.is_empty();
    }
    is_open || rest.is_empty()
}

/// What of a span or a word is the path of a file of the project. What begins elsewhere (`/dev`, `~`), is made by a build,
/// or is no path at all is not.
fn named_path(word: &str) -> Option<&str> {
    const NAMED: &[&str] = &[".rs", ".c", ".h", ".sh", ".txt", ".md", ".yml"];
    let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let first = word.split('/').next()?;
    let is_elsewhere = first.is_empty() || MADE.contains(&first) || OF_A_ROOT.contains(&first);
    let is_ours = !is_elsewhere && word.chars().all(is_path);
    let is_named = |end: &str| word.len() > end.len() && word.ends_with(end);
    (is_ours && (word.contains('/') || NAMED.iter().any(|end| is_named(end)))).then_some(word)
}

/// Whether `path` is there, seen from the top of the project, from the document's folder or from src/ there. A name
/// without a folder may be anywhere, for its context says where.
fn exists(files: &BTreeSet<String>, document: &str, path: &str) -> bool {
    // From the document's folder up.
    let path = path.strip_prefix("../").unwrap_or(path);
    let (path, is_bare) = (path.trim_end_matches('/'), !path.contains('/'));
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let seen_from = [PathBuf::new(), folder.into(), folder.join("src")];
    let is_at = |from: &PathBuf| files.contains(from.join(path).to_str().unwrap_or_default());
    let is_somewhere = || files.iter().any(|file| file.ends_with(&format!("/{path}")));
    seen_from.iter().any(is_at) || (is_bare && is_somewhere())
}

fn check(what: &str, wrong: Vec<String>, checked: usize, at_least: usize) {
    assert!(
        wrong.is_empty(),
        "{what} that do not exist:\n{}",
        wrong.join("\n")
    );
    assert!(checked >= at_least, "only {checked} {what} were looked for");
}

#[test]
fn every_test_that_a_document_names_exists() {
    let tests = tests();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for document in DOCUMENTS {
        let parsed = Document::parse(&read(&project().join(document)));
        for (group, name) in parsed.spans.iter().filter_map(|span| named_test(span)) {
            checked += 1;
            let names = tests.get(group).map(Vec::as_slice).unwrap_or_default();
            if !names.iter().any(|one| matches(name, one)) {
                wrong.push(format!("{document}: `{group}: {name}`"));
            }
        }
    }
    check("tests", wrong, checked, 40);
}

#[test]
fn every_file_that_a_document_names_exists() {
    let files = files();
    let tops: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.split('/').next())
        .collect();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for document in DOCUMENTS {
        let parsed = Document::parse(&read(&project().join(document)));
        // A span is a file, or a command that begins with one. In a block anything else may stand, too: of that, what begins
        // in a folder of the project is a file.
        let spans = parsed
            .spans
            .iter()
            .filter_map(|span| span.split(' ').next());
        let links = parsed.links.iter().filter(|link| !link.contains(':'));
        let words = parsed.code.iter().flat_map(|line| line.split_whitespace());
        let words = words.filter(|word| {
            word.split_once('/')
                .is_some_and(|(first, _)| tops.contains(first))
        });
        let named = spans.chain(links.map(String::as_str)).chain(words);
        for path in named.filter_map(named_path) {
            checked += 1;
            if !exists(&files, document, path) {
                wrong.push(format!("{document}: {path}"));
            }
        }
    }
    check("files", wrong, checked, 60);
}

#[test]
fn every_snippet_for_tools_is_a_part_of_a_program() {
    let document = Path::new("docs/tools.md");
    let parsed = Document::parse(&read(&project().join(document)));
    let mut wrong = Vec::new();
    for (link, snippet) in &parsed.snippets {
        let program = project().join("docs").join(link);
        if !program.is_file() || !read(&program).contains(snippet.as_str()) {
            wrong.push(format!("{link} does not have:\n{snippet}"));
        }
    }
    check("snippets", wrong, parsed.snippets.len(), 3);
}

#[test]
fn the_looking_itself_finds_what_is_wrong() {
    let text = "See `a: b …`, [this](docs/x.md) and `scripts/no.sh`\n\n    sh module/no.rs --x\n";
    let document = Document::parse(text);
    assert_eq!(document.spans, ["a: b …", "scripts/no.sh"]);
    assert_eq!(document.links, ["docs/x.md"]);
    assert_eq!(document.code, ["sh module/no.rs --x"]);

    assert_eq!(named_test("a: b …"), Some(("a", "b …")));
    for span in [
        "panic: ",
        "scripts/vm-test.sh test --only 'privilege: '",
        "ok - NAME",
        "x",
    ] {
        assert_eq!(named_test(span), None, "{span}");
    }
    for (pattern, name, is) in [
        ("a …", "a user", true),
        ("a … c", "a b c", true),
        ("a … c", "a b", false),
        ("a", "a user", false),
        ("a user", "a user", true),
        ("…", "anything", true),
    ] {
        assert_eq!(matches(pattern, name), is, "{pattern} {name}");
    }

    for path in [
        "scripts/no.sh",
        "fuzz/",
        "device.rs",
        ".github/workflows/linux.yml",
    ] {
        assert_eq!(named_path(path), Some(path));
    }
    for other in [
        "/dev/rwmem",
        "~/.cache/x",
        "target/ko/x.ko",
        "boot/kernel",
        "ptrace(2)",
        "loader.conf",
        "a=b/c",
    ] {
        assert_eq!(named_path(other), None, "{other}");
    }

    let files = ["sim/src/fuzz", "module/device.rs", "docs/x.md"].map(String::from);
    let files = BTreeSet::from(files);
    let there = |document: &str, path: &str| exists(&files, document, path);
    assert!(there("sim/README.md", "fuzz/") && there("docs/design.md", "device.rs"));
    assert!(there("README.md", "docs/x.md") && there("docs/design.md", "x.md"));
    assert!(!there("README.md", "fuzz/") && !there("README.md", "docs/device.rs"));
}
