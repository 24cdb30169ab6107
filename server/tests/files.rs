//! Objects from files: documents, lists, directories, what is broken, and how changes are read.

use engine::snapshot::Problem;
use server::source::Reading;
use server::source::document::parse;
use server::source::files::{Files, Reader};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const A: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
const B: &str = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}}"#;

/// Parses a text and compares the names of its objects and the places of its problems.
fn check(case: &str, text: &str, names: &[&str], problems: &[&str]) {
    let parsed = parse("f.yaml", text);
    let found: Vec<String> = parsed
        .documents
        .iter()
        .map(|one| {
            one.id
                .as_ref()
                .map_or_else(|| "-".to_owned(), |id| id.name.clone())
        })
        .collect();
    assert_eq!(found, names, "{case}: {:?}", parsed.problems);
    let places: Vec<&str> = parsed
        .problems
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(
        places.len(),
        problems.len(),
        "{case}: {:?}",
        parsed.problems
    );
    for (place, expected) in places.iter().zip(problems) {
        assert!(
            place.starts_with(expected),
            "{case}: {place} for {expected}"
        );
    }
}

#[test]
fn documents_of_a_text() {
    let list = |items: &str| format!("apiVersion: v1\nkind: List\nitems:\n{items}");
    check("one", A, &["a"], &[]);
    check(
        "several",
        &format!("---\n{A}---\n# nothing\n---\n{A}..."),
        &["a", "a"],
        &[],
    );
    check(
        "JSON beside YAML",
        &format!("{A}---\n{B}\n"),
        &["a", "b"],
        &[],
    );
    check(
        "JSON values one after the other",
        &format!("{B}\n{B}"),
        &["b", "b"],
        &[],
    );
    check(
        "a list",
        &list(
            "- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n",
        ),
        &["a", "b"],
        &[],
    );
    check(
        "a typed list gives its items their kind",
        r#"{"apiVersion":"v1","kind":"NamespaceList","items":[{"metadata":{"name":"a"}}]}"#,
        &["a"],
        &[],
    );
    check(
        "a list in a list",
        &list(
            "- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]}\n",
        ),
        &["a"],
        &[],
    );
    check("a mark of byte order", &format!("\u{feff}{A}"), &["a"], &[]);
    check("Windows' line ends", &A.replace('\n', "\r\n"), &["a"], &[]);
    check("nothing", "", &[], &[]);
    check("comments alone", "# a\n---\n# b\n", &[], &[]);
    check(
        "kinds of others",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n",
        &["-"],
        &[],
    );
    check(
        "the broken one takes no other",
        &format!("{A}---\nkind: [\n---\n{B}"),
        &["a", "b"],
        &["f.yaml, document 2"],
    );
    check(
        "places count from the start of the file",
        &format!("{A}---\n\n\nkind: [\n"),
        &["a"],
        &["f.yaml, document 2, line "],
    );
    check("broken JSON", "{\"kind\": ", &[], &["f.yaml, document 1"]);
    check("no object", "- a\n- b\n", &[], &["f.yaml, document 1"]);
    check(
        "a template",
        "{{ if .Values.x }}\nkind: Namespace\n{{ end }}\n",
        &[],
        &["f.yaml, document 1"],
    );
    check(
        "a key twice",
        "kind: Namespace\nkind: Service\n",
        &[],
        &["f.yaml, document 1"],
    );
    let bomb = format!(
        "a: &a [x, x, x, x, x, x, x, x, x]\n{}",
        (b'b'..b'k')
            .map(|c| format!(
                "{0}: &{0} [*{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}]\n",
                c as char,
                (c - 1) as char
            ))
            .collect::<String>()
    );
    check("aliases that multiply", &bomb, &[], &["f.yaml, document 1"]);
    check(
        "deep nesting",
        &"[".repeat(10_000),
        &[],
        &["f.yaml, document 1"],
    );
}

#[test]
fn what_an_api_server_would_refuse_is_told_with_its_place() {
    let text = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: a}\nspec:\n  hostnames: [A.com]\n  rules:\n  - matches: [{path: {value: a}}]\n";
    for text in [text.to_owned(), format!("---\n{text}")] {
        let parsed = parse("f.yaml", &text);
        let told: Vec<String> = parsed
            .problems
            .iter()
            .map(|one| {
                one.path
                    .split_once(", spec")
                    .map_or("", |(_, path)| path)
                    .to_owned()
            })
            .collect();
        assert_eq!(
            told,
            [".hostnames[0]", ".rules[0].matches[0].path"],
            "{:?}",
            parsed.problems
        );
        assert!(says(
            &parsed.problems,
            "f.yaml, document",
            "An API server would refuse this"
        ));
        assert_eq!(parsed.documents.len(), 1, "it is judged all the same");
        assert!(!parsed.broken, "nothing is lost");
    }
}

#[test]
fn what_a_secret_holds_does_not_pass_the_door() {
    for text in [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {a: hunter2}}\nstringData: {p: hunter2}\n",
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"p":"hunter2"}}"#,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {p: hunter2, ca.crt: hunter2}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: hunter2\nworth: {tls.crt: hunter2}\n",
        r#"{"apiVersion":"v1","kind":"SecretList","items":[{"metadata":{"name":"s"},"data":{"p":"hunter2"}}]}"#,
    ] {
        let parsed = parse("f.yaml", text);
        assert_eq!(parsed.documents.len(), 1, "{text}");
        assert!(
            parsed
                .documents
                .iter()
                .all(|one| !one.raw.json.contains("hunter2")),
            "{text}"
        );
    }
}

struct Folder {
    folder: TempDir,
    reader: Reader,
}

impl Folder {
    fn new(files: &[(&str, &str)], recursive: bool) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let reader = Reader::new(Files {
            paths: vec![folder.path().to_owned()],
            recursive,
        });
        let own = Self { folder, reader };
        for (name, text) in files {
            own.write(name, text);
        }
        own
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a directory");
        // As editors do: another file takes the name, so that a change shows whatever the clock's grain is.
        let aside = path.with_extension("aside");
        fs::write(&aside, text).expect("a file");
        fs::rename(aside, path).expect("a name");
    }

    fn read(&mut self) -> Option<Reading> {
        self.reader.read()
    }
}

/// Numbers of objects in the texts of a reading.
fn names(reading: &Reading) -> Vec<String> {
    let name = |json: &str| -> String {
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        value
            .pointer("/metadata/name")
            .and_then(|name| name.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    reading.objects.iter().map(|one| name(&one.json)).collect()
}

fn says(problems: &[Problem], place: &str, words: &str) -> bool {
    problems
        .iter()
        .any(|one| one.path.contains(place) && one.message.contains(words))
}

#[test]
fn directories_are_read_by_their_manifests() {
    let files = [
        ("b.json", B),
        ("a.yaml", A),
        ("notes.txt", "kind: ["),
        (".hidden.yaml", "kind: ["),
        ("below/c.yml", A),
    ];
    let mut flat = Folder::new(&files, false);
    assert_eq!(names(&flat.read().expect("a first reading")), ["a", "b"]);
    let mut deep = Folder::new(&files[..3], true);
    deep.write("below/c.yml", &A.replace("name: a", "name: c"));
    let reading = deep.read().expect("a first reading");
    assert_eq!(names(&reading), ["a", "b", "c"]);
    assert!(
        reading.problems.is_empty() && reading.lost.is_none(),
        "{:?}",
        reading.problems
    );
    let empty = Folder::new(&[], false).read().expect("a first reading");
    assert!(
        says(&empty.problems, "", "No .yaml, .yml or .json file"),
        "{:?}",
        empty.problems
    );
}

#[test]
fn an_object_that_stands_twice_counts_once_and_is_told() {
    let mut folder = Folder::new(&[("1.yaml", A), ("2.yaml", A)], false);
    let reading = folder.read().expect("a first reading");
    assert_eq!(names(&reading), ["a"]);
    assert!(
        says(&reading.problems, "2.yaml", "1.yaml"),
        "{:?}",
        reading.problems
    );
}

#[test]
fn nothing_new_is_nothing() {
    let mut folder = Folder::new(&[("a.yaml", A)], false);
    assert!(folder.read().is_some());
    assert!(folder.read().is_none());
    folder.write("a.yaml", &A.replace("name: a", "name: z"));
    assert_eq!(names(&folder.read().expect("it changed")), ["z"]);
    assert!(folder.read().is_none());
}

#[test]
fn a_file_that_breaks_keeps_its_last_good_state_and_says_so() {
    let mut folder = Folder::new(&[("a.yaml", A), ("b.json", B)], false);
    folder.read().expect("a first reading");
    folder.write("a.yaml", "kind: [");
    let broken = folder.read().expect("it changed");
    assert_eq!(names(&broken), ["a", "b"]);
    assert!(broken.lost.is_none(), "nothing is missing");
    assert!(
        says(&broken.problems, "a.yaml, document 1", "last good state"),
        "{:?}",
        broken.problems
    );
    assert!(
        broken
            .source
            .problem
            .is_some_and(|words| words.contains("a.yaml"))
    );
    folder.write("a.yaml", &A.replace("name: a", "name: z"));
    let mended = folder.read().expect("it changed");
    assert_eq!(names(&mended), ["z", "b"]);
    assert!(mended.problems.is_empty() && mended.source.problem.is_none());
}

#[test]
fn a_file_that_never_was_good_is_lost_and_hides_nothing_else() {
    let mut folder = Folder::new(
        &[
            ("a.yaml", &format!("{A}---\nkind: [\n")),
            ("b.json", B),
            ("c.yaml", "\u{0}\u{1}"),
        ],
        false,
    );
    fs::write(folder.path("d.yaml"), [0xff, 0xfe, 0x00]).expect("a file");
    let reading = folder.read().expect("a first reading");
    assert_eq!(names(&reading), ["a", "b"]);
    assert!(
        reading
            .lost
            .is_some_and(|lost| lost.contains("a.yaml") && lost.contains("d.yaml"))
    );
    assert!(
        says(&reading.problems, "d.yaml", "UTF-8"),
        "{:?}",
        reading.problems
    );
}

#[test]
fn what_is_removed_is_gone() {
    let mut folder = Folder::new(&[("a.yaml", A), ("b.json", B)], false);
    folder.read().expect("a first reading");
    fs::remove_file(folder.path("a.yaml")).expect("removed");
    assert_eq!(names(&folder.read().expect("it changed")), ["b"]);
    folder.write("a.yaml", A);
    assert_eq!(names(&folder.read().expect("it changed")), ["a", "b"]);
}

#[test]
fn a_path_that_is_not_there_is_lost_until_it_is() {
    let folder = TempDir::new().expect("a temporary directory");
    let path = folder.path().join("later.yaml");
    let mut reader = Reader::new(Files {
        paths: vec![path.clone()],
        recursive: false,
    });
    let first = reader.read().expect("a first reading");
    assert!(first.lost.is_some() && first.objects.is_empty());
    fs::write(&path, A).expect("a file");
    assert_eq!(names(&reader.read().expect("it changed")), ["a"]);
}
