//! The acceptance graph: what it shows, that nothing overlaps, that it is bounded and stable.
#![cfg(feature = "ssr")]
#![expect(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use app::api::gateways::at;
use app::api::graph::{Graph, Item, Line, of_gateway, of_route};
use engine::report::{Attachment, Report, Verdict};
use serde_json::{Value, json};
use support::{ACME, class, gateway, listener, namespace, objects, report, route};

/// The graph of the first Gateway.
fn first(report: &Report, listener: Option<&str>) -> Graph {
    let gateway = &report.gateways[0];
    of_gateway(report, gateway, listener, &at(report, gateway, listener))
}

/// The graph of a route.
fn of(report: &Report, namespace: &str, name: &str) -> Graph {
    let found =
        |route: &engine::report::RouteId| route.namespace == namespace && route.name == name;
    let route = report
        .routes
        .iter()
        .find(|route| found(&route.route))
        .expect("the route is there");
    let attachments: Vec<&Attachment> = report
        .attachments
        .iter()
        .filter(|one| found(&one.route))
        .collect();
    of_route(report, route, &attachments)
}

fn words(graph: &Graph) -> Vec<Line> {
    let lines = |item: &Item| match item {
        Item::Words { line } => vec![line.clone()],
        Item::Box { lines, .. } => lines.clone(),
        Item::Edge { .. } | Item::Gate { .. } | Item::Sign { .. } => Vec::new(),
    };
    graph.items.iter().flat_map(lines).collect()
}

fn says(graph: &Graph, text: &str) -> bool {
    words(graph).iter().any(|line| line.text == text)
}

fn shapes(graph: &Graph) -> Vec<&str> {
    let mut all = Vec::new();
    for item in &graph.items {
        if let Item::Sign { shape, .. } = item {
            all.push(shape.as_str());
        }
    }
    all
}

#[test]
fn the_first_story_is_drawn_as_it_is_told() {
    let graph = first(&report(&objects(ACME)), None);
    assert_eq!(
        graph.label,
        "Acceptance graph of infra-ns/shared-gateway: 2 attached, 1 refused"
    );
    for text in [
        "Namespace gate",
        "admits namespaces with",
        "shared-gateway-access=true",
        "✗ no label shared-gateway-access",
        "✓ shared-gateway-access=true",
        "refused at the namespace gate",
        "the selector wants shared-gateway-access=true",
        "HTTPRoute · any host · 1 rule",
        "/hr",
        "echo-hr",
        "Service :9080",
        "2 attached · 1 refused",
        "counted 2 ✓",
        "172.18.255.201",
    ] {
        assert!(says(&graph, text), "{text}");
    }
    assert_eq!(shapes(&graph), ["stop", "arrow", "arrow"]);
    let verdicts: Vec<(&str, Verdict)> = graph
        .rows
        .iter()
        .map(|row| (row.route.as_str(), row.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("hr/cross-namespace", Verdict::Refused),
            ("careers/cross-namespace", Verdict::Attached),
            ("product/cross-namespace", Verdict::Attached),
        ]
    );
    check_geometry(&graph);
}

#[test]
fn every_way_to_end_has_its_sign_and_words() {
    let to = |name: &str| json!([{"name": "web", "namespace": "infra", "sectionName": name}]);
    let world = report(&[
        class(),
        namespace("infra", json!({})),
        namespace("in", json!({"open": "true"})),
        namespace("out", json!({"opne": "true"})),
        gateway("web", json!([listener("a", 80), listener("b", 81)])),
        route("in", "attached", to("a")),
        route("out", "refused", to("a")),
        route("in", "no-section", to("c")),
        route(
            "in",
            "no-parent",
            json!([{"name": "wbe", "namespace": "infra"}]),
        ),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "hidden", "labels": ["no map"]}}),
        route("hidden", "unknown", to("a")),
    ]);
    let graph = first(&world, None);
    check_geometry(&graph);
    assert!(
        says(&graph, "refused at the namespace gate of a"),
        "{:?}",
        words(&graph)
    );
    assert!(says(&graph, "no listener c"));
    let alone = of(&world, "in", "no-parent");
    assert!(says(&alone, "no Gateway infra/wbe"));
    assert!(says(&alone, "existing: infra/web"), "{:?}", words(&alone));
    assert_eq!(shapes(&alone), ["loose"]);
    for row in &graph.rows {
        let sign = match row.verdict {
            Verdict::Refused => shapes(&graph).iter().any(|shape| shape.starts_with("stop")),
            Verdict::Orphan => shapes(&graph).contains(&"loose"),
            Verdict::Unknown => shapes(&graph).contains(&"question"),
            Verdict::Attached => shapes(&graph).contains(&"arrow"),
        };
        assert!(sign, "{row:?}");
    }
    check_geometry(&alone);
}

#[test]
fn worse_rows_stand_above_better_ones() {
    let to = json!([{"name": "web", "namespace": "infra"}]);
    let world = report(&[
        class(),
        namespace("a", json!({"open": "true"})),
        namespace("b", json!({})),
        namespace("c", json!({})),
        gateway("web", json!([listener("l", 80)])),
        route("a", "z", to.clone()),
        route("a", "y", to.clone()),
        route("c", "x", to.clone()),
        route("b", "x", to),
    ]);
    let graph = first(&world, None);
    let rows: Vec<&str> = graph.rows.iter().map(|row| row.route.as_str()).collect();
    assert_eq!(rows, ["b/x", "c/x", "a/y", "a/z"]);
}

/// A large world: every seventh Namespace has no label, every eleventh route asks for a listener that is not there.
fn large(routes: usize, namespaces: usize, listeners: u16) -> Vec<Value> {
    let names: Vec<Value> = (0..listeners)
        .map(|index| listener(&format!("l{index}"), 8000 + index))
        .collect();
    let mut all = vec![class(), gateway("web", json!(names))];
    for index in 0..namespaces {
        let labels = if index % 7 == 0 {
            json!({})
        } else {
            json!({"open": "true"})
        };
        all.push(namespace(&format!("team-{index}"), labels));
    }
    for index in 0..routes {
        let section = if index % 11 == 0 {
            "none".to_owned()
        } else {
            format!("l{}", index % usize::from(listeners))
        };
        let parents = json!([{"name": "web", "namespace": "infra", "sectionName": section}]);
        all.push(route(
            &format!("team-{}", index % namespaces),
            &format!("r{index}"),
            parents,
        ));
    }
    all
}

#[test]
fn ten_thousand_routes_stay_a_drawing() {
    let world = report(&large(10_000, 1_000, 64));
    let graph = first(&world, None);
    let bytes = serde_json::to_string(&graph).expect("serialises").len();
    assert!(bytes < 200_000, "{bytes} bytes");
    assert!(graph.items.len() < 600, "{} items", graph.items.len());
    assert!(graph.height < 8_000, "{} high", graph.height);
    check_geometry(&graph);
    let folded: usize = graph
        .rows
        .iter()
        .filter_map(|row| row.route.strip_prefix("+ "))
        .filter_map(|text| text.split(' ').next()?.parse::<usize>().ok())
        .sum();
    let drawn: std::collections::BTreeSet<&str> = graph
        .rows
        .iter()
        .map(|row| row.route.as_str())
        .filter(|text| !text.starts_with('+'))
        .collect();
    assert_eq!(folded + drawn.len(), 10_000, "nothing is lost");
    assert_eq!(drawn.len(), 60);
    assert!(
        graph
            .rows
            .iter()
            .any(|row| row.href.contains("verdict%3Aattached")),
        "folds lead to the table"
    );
}

#[test]
fn many_listeners_stack() {
    for (listeners, routes) in [(1, 3), (3, 30), (5, 12), (16, 13), (17, 60), (64, 200)] {
        let world = report(&large(routes, 9, listeners));
        let graph = first(&world, None);
        check_geometry(&graph);
        let one = first(&world, Some("l0"));
        check_geometry(&one);
        assert!(one.label.contains("listener l0"), "{}", one.label);
    }
    let everywhere = json!([{"name": "web", "namespace": "infra"}]);
    let mut objects = large(20, 9, 64);
    objects.push(route("team-1", "everywhere", everywhere));
    let world = report(&objects);
    check_geometry(&first(&world, None));
    let alone = of(&world, "team-1", "everywhere");
    check_geometry(&alone);
    assert!(alone.items.len() < 120, "{}", alone.items.len());
}

#[test]
fn a_route_with_many_parents_shows_each() {
    let parents: Vec<Value> = (0..32)
        .map(|index| json!({"name": format!("g{index}"), "namespace": "infra"}))
        .collect();
    let mut objects = vec![
        class(),
        namespace("team", json!({"open": "true"})),
        route("team", "r", json!(parents)),
    ];
    objects.extend((0..12).map(|index| gateway(&format!("g{index}"), json!([listener("l", 80)]))));
    let graph = of(&report(&objects), "team", "r");
    check_geometry(&graph);
    assert!(
        graph.label.contains("12 attached, 20 orphan"),
        "{}",
        graph.label
    );
}

#[test]
fn the_same_objects_in_another_order_give_the_same_bytes() {
    let mut all = large(200, 30, 5);
    all.extend(objects(ACME));
    let bytes = |objects: &[Value]| {
        serde_json::to_string(&first(&report(objects), None)).expect("serialises")
    };
    let expected = bytes(&all);
    for step in [7, 31, 101] {
        let length = all.len();
        let shuffled: Vec<Value> = (0..length)
            .map(|index| all[index * step % length].clone())
            .collect();
        let mut sorted: Vec<String> = shuffled.iter().map(Value::to_string).collect();
        sorted.sort();
        sorted.dedup();
        assert_eq!(
            sorted.len(),
            length,
            "{step} and {length} have a common divisor"
        );
        assert_eq!(bytes(&shuffled), expected);
    }
}

#[test]
fn hostile_names_neither_overlap_nor_hide() {
    let long = "x".repeat(253);
    let names = [
        long.as_str(),
        "\u{202e}txt.exe",
        "a\u{0}b",
        "<script>alert(1)</script>",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "`tick`",
    ];
    let mut objects = vec![
        class(),
        gateway(
            "web",
            json!([{"name": long, "protocol": long, "port": 80, "hostname": long,
        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {(long.clone()): long, "b": "c"}}}}}, listener("l", 81)]),
        ),
    ];
    for name in names {
        objects.push(namespace(name, json!({})));
        objects.push(route(name, name, json!([{"name": "web", "namespace": "infra", "sectionName": "l"}, {"name": name, "namespace": name}])));
    }
    let world = report(&objects);
    let graph = first(&world, None);
    check_geometry(&graph);
    for name in names {
        check_geometry(&of(&world, name, name));
    }
    for line in words(&graph) {
        assert!(
            !line.text.chars().any(|c| c.is_control() || c == '\u{202e}'),
            "{:?}",
            line.text
        );
    }
}

#[test]
fn nothing_at_all_is_still_a_drawing() {
    let graph = first(&report(&[class(), gateway("web", json!([]))]), None);
    assert!(graph.label.contains("no routes"), "{}", graph.label);
    check_geometry(&graph);
    check_geometry(&first(
        &report(&[class(), gateway("web", json!([listener("l", 80)]))]),
        None,
    ));
}

/// A rectangle: left, top, right, bottom.
type Area = (i32, i32, i32, i32);

/// Width of words in a usual font, an independent and smaller estimate than that of the drawing.
fn area(line: &Line) -> Area {
    let (wide, size) = match line.class.as_str() {
        class if class.contains("mono") => (7.53, 12.5),
        class if class.contains("soft") || class == "lane" => (6.1, 12.0),
        class if class.contains("strong") => (7.4, 13.0),
        _ => (6.6, 13.0),
    };
    let letters = line.text.chars().fold(0.0, |sum, c| {
        sum + if c as u32 > 0x2fff { size } else { wide }
    });
    let width = letters as i32;
    let left = match line.anchor.as_str() {
        "end" => line.x - width,
        "middle" => line.x - width / 2,
        _ => line.x,
    };
    (left, line.y - 10, left + width, line.y + 3)
}

fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn inside(inner: Area, outer: Area) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

/// Boxes are apart or inside each other, words are inside their box and beside each other, all on the drawing.
fn check_geometry(graph: &Graph) {
    let page = (0, 0, graph.width, graph.height);
    let boxes: Vec<(Area, &str)> = graph
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Box {
                x,
                y,
                width,
                height,
                label,
                lines,
                ..
            } => {
                let area_of = (*x, *y, x + width, y + height);
                for line in lines {
                    assert!(
                        inside(area(line), area_of),
                        "{:?} leaves {label:?}",
                        line.text
                    );
                }
                Some((area_of, label.as_str()))
            }
            _ => None,
        })
        .collect();
    for (index, (one, label)) in boxes.iter().enumerate() {
        assert!(inside(*one, page), "{label}");
        for (other, name) in &boxes[index + 1..] {
            assert!(
                !overlap(*one, *other) || inside(*other, *one),
                "{label:?} and {name:?}"
            );
        }
    }
    let lines = words(graph);
    for (index, line) in lines.iter().enumerate() {
        assert!(inside(area(line), page), "{:?}", line.text);
        for other in &lines[index + 1..] {
            assert!(
                !overlap(area(line), area(other)),
                "{:?} and {:?}",
                line.text,
                other.text
            );
        }
    }
    let free = graph.items.iter().filter_map(|item| match item {
        Item::Words { line } => Some(line),
        _ => None,
    });
    for line in free {
        for (one, label) in &boxes {
            assert!(!overlap(area(line), *one), "{:?} and {label:?}", line.text);
        }
    }
}
