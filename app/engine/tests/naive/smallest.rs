//! Makes a world smaller as long as what is wrong with it stays.

use serde_json::Value;

/// The smallest world found by leaving out objects and items of lists, one at a time.
pub(crate) fn smallest(world: &[Value], is_wrong: &dyn Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut world = Value::from(world.to_vec());
    let wrong = |world: &Value| world.as_array().is_some_and(|world| is_wrong(world));
    while let Some(smaller) = smaller(&world).into_iter().find(|one| wrong(one)) {
        world = smaller;
    }
    world.as_array().cloned().unwrap_or_default()
}

/// The value without one thing: an item of a list (never a Namespace) or an optional field, at any depth.
fn smaller(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => without_one_item(items),
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, field) in fields {
                if OPTIONAL.contains(&name.as_str()) {
                    let mut fields = fields.clone();
                    fields.remove(name);
                    all.push(Value::Object(fields));
                }
                for field in smaller(field) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), field);
                    all.push(Value::Object(fields));
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

const OPTIONAL: [&str; 14] = [
    "allowedListeners",
    "allowedRoutes",
    "creationTimestamp",
    "filters",
    "group",
    "hostname",
    "hostnames",
    "kinds",
    "labels",
    "matchExpressions",
    "matchLabels",
    "rules",
    "sectionName",
    "selector",
];

fn without_one_item(items: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if item["kind"] != "Namespace" {
            let mut items = items.to_vec();
            items.remove(index);
            all.push(Value::Array(items));
        }
        for item in smaller(item) {
            let mut items = items.to_vec();
            items[index] = item;
            all.push(Value::Array(items));
        }
    }
    all
}
