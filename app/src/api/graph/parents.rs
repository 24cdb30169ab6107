//! The right side of a graph: Gateways with their listeners.

use super::model::{ListenerBox, Parent, Places};
use super::words;
use crate::paths;
use engine::report::{GatewayReport, ListenerReport, Tally};
use engine::sentence::visible;

/// How many listeners of a Gateway are drawn at most; the rest folds.
const LISTENERS: usize = 16;

/// The rule of all listeners, if they have the same.
pub(super) fn common_rule<'a>(
    mut listeners: impl Iterator<Item = &'a ListenerReport>,
) -> Option<(String, String)> {
    let first = words::rule_lines(listeners.next()?);
    listeners
        .all(|listener| words::rule_lines(listener) == first)
        .then_some(first)
}

/// The boxes of a Gateway. Of many listeners those with routes are drawn, in their order.
pub(super) fn parent<'a>(
    gateway: &'a GatewayReport,
    listeners: &[&'a ListenerReport],
    own_rules: bool,
    (places, next): (&mut Places<'a>, usize),
) -> Parent {
    let mut order: Vec<usize> = (0..listeners.len()).collect();
    if listeners.len() > LISTENERS {
        let idle = |index: &usize| {
            listeners
                .get(*index)
                .is_none_or(|one| one.tally == Tally::default())
        };
        order.sort_by_key(|index| (idle(index), *index));
        order.truncate(LISTENERS - 1);
        order.sort_unstable();
    }
    let mut boxes: Vec<ListenerBox> = Vec::new();
    for listener in order.iter().filter_map(|index| listeners.get(*index)) {
        places.insert(
            (&gateway.namespace, &gateway.name, listener.key()),
            next + boxes.len(),
        );
        boxes.push(listener_box(gateway, listener, own_rules));
    }
    let page = paths::gateway(&gateway.namespace, &gateway.name);
    if boxes.len() < listeners.len() {
        for listener in listeners {
            places
                .entry((&gateway.namespace, &gateway.name, listener.key()))
                .or_insert(next + boxes.len());
        }
        let words = format!("+ {} listeners", listeners.len() - boxes.len());
        boxes.push(ListenerBox {
            lines: vec![("soft", words)],
            href: page.clone(),
            label: "folded".to_owned(),
        });
    }
    let full = format!("{}/{}", visible(&gateway.namespace), visible(&gateway.name));
    let class = format!(
        "{} · class {}",
        visible(&gateway.namespace),
        visible(&gateway.class)
    );
    let address = gateway
        .addresses
        .first()
        .map_or("no address".into(), |address| visible(address));
    Parent {
        lines: vec![
            ("mono strong", visible(&gateway.name).into_owned()),
            ("soft", class),
            ("soft", address.into_owned()),
        ],
        href: page,
        label: format!("Gateway {full}: {}", words::tally_line(gateway.tally)),
        boxes,
    }
}

fn listener_box(gateway: &GatewayReport, listener: &ListenerReport, own_rule: bool) -> ListenerBox {
    let mut lines = vec![
        ("mono strong", visible(&listener.name).into_owned()),
        ("soft", words::listener_line(listener)),
        ("", words::tally_line(listener.tally)),
        words::counted_line(listener),
    ];
    if own_rule {
        let (words, names) = words::rule_lines(listener);
        lines.push(if names.is_empty() {
            ("soft", words)
        } else {
            ("soft mono", names)
        });
    }
    ListenerBox {
        label: format!(
            "Listener {} of {}/{}",
            visible(&listener.name),
            visible(&gateway.namespace),
            visible(&gateway.name)
        ),
        href: paths::gateway_listener(&gateway.namespace, &gateway.name, &listener.key()),
        lines,
    }
}
