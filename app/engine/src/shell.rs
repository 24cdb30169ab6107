//! Commands that people copy: untrusted text never gets out of its word.

/// A word of a POSIX shell command that stands for exactly `text`.
///
/// Control characters become visible escapes: no name of an object has any, and none should reach a terminal.
pub fn quote(text: &str) -> String {
    let text = crate::sentence::visible(text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:=@%+,-".contains(&byte);
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// True if a name can stand in a command as an argument: a DNS subdomain, as all names of objects are.
///
/// Quoting does not help against a name that the command would read as an option.
pub fn is_object_name(name: &str) -> bool {
    let is_edge = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    name.len() <= 253
        && bytes.first().is_some_and(is_edge)
        && bytes.last().is_some_and(is_edge)
        && bytes
            .iter()
            .all(|byte| is_edge(byte) || b"-.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_stays_one_word() {
        let check = |text: &str, word: &str| assert_eq!(quote(text), word);
        check("hr", "hr");
        check("a.b/c=true", "a.b/c=true");
        check("", "''");
        check("a b; rm -rf ~", "'a b; rm -rf ~'");
        check("it's", r"'it'\''s'");
        check("$(id)`id`", "'$(id)`id`'");
        check("-n", "'-n'");
        check("a\nb", r"'a\u{a}b'");
    }
    #[test]
    fn options_are_no_names() {
        let check = |name: &str, is_name: bool| assert_eq!(is_object_name(name), is_name, "{name}");
        check("hr", true);
        check("shared-gateway.v2", true);
        check("--kubeconfig=evil", false);
        check("", false);
        check("A", false);
    }
}
