//! Reads a pasted curl command as a request: its URL, `-X`, `-H`, `-I`; harmless options are passed over.

use engine::Request;

/// True if the text is a curl command rather than a URL.
pub fn is_curl(text: &str) -> bool {
    text.trim_start()
        .strip_prefix("curl")
        .is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// Options with a value that say nothing about where a request goes.
const WITH_VALUE: [&str; 12] = [
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--cacert",
    "-u",
    "--user",
    "--retry",
    "-A",
];

/// Reads the command.
pub fn parse(text: &str) -> Result<Request, String> {
    let mut words = words(text)?.into_iter().skip(1);
    let (mut url, mut method, mut headers, mut body) = (None, None, Vec::new(), false);
    while let Some(word) = words.next() {
        let mut value = |option: &str| {
            words
                .next()
                .ok_or_else(|| format!("The curl option {option} has no value."))
        };
        match word.as_str() {
            "-X" | "--request" => method = Some(value(&word)?),
            "-H" | "--header" => headers.push(header(&value(&word)?)?),
            "-I" | "--head" => method = Some("HEAD".to_owned()),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--json" => {
                value(&word)?;
                body = true;
            }
            "--url" => url = Some(value(&word)?),
            option if WITH_VALUE.contains(&option) => {
                value(option)?;
            }
            "--resolve" | "--connect-to" | "-x" | "--proxy" => {
                return Err(format!(
                    "The curl option {word} sends the request elsewhere; choose the Gateway in the form instead."
                ));
            }
            option if option.starts_with("-X") && !option.starts_with("--") => {
                method = option.get(2..).map(str::to_owned);
            }
            option if option.starts_with('-') => {}
            _ if url.is_none() => url = Some(word),
            other => {
                return Err(format!(
                    "The curl command has two URLs; the second is {}.",
                    engine::sentence::visible(other)
                ));
            }
        }
    }
    let url = url.ok_or_else(|| "The curl command has no URL.".to_owned())?;
    let mut request = Request::parse(&url).map_err(|error| error.message)?;
    request.method = method.unwrap_or_else(|| if body { "POST" } else { "GET" }.to_owned());
    request.headers = headers;
    Ok(request)
}

/// Reads `name: value`.
pub fn header(line: &str) -> Result<(String, String), String> {
    let shown = engine::sentence::visible(line);
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| format!("The header line {shown} has no colon; write name: value."))?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.trim().bytes().all(is_token) {
        return Err(format!(
            "The header line {shown} has no legal name before the colon."
        ));
    }
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// Splits into words as a shell would: quotes, backslashes, line continuations; nothing is expanded.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), other) => word.get_or_insert_default().push(other),
            (None | Some(_), '\\') => match letters.next() {
                Some('\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            (Some(_), other) => word.get_or_insert_default().push(other),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (None, other) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        return Err("A quote in the curl command is not closed.".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_command_is_a_request() {
        let check = |command: &str, method: &str, url: &str, headers: &[(&str, &str)]| {
            let request = parse(command).expect("this command is legal");
            let got: Vec<(&str, &str)> = request
                .headers
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(
                (
                    request.method.as_str(),
                    request.url().as_str(),
                    got.as_slice()
                ),
                (method, url, headers),
                "{command}"
            );
        };
        check("curl http://a/x", "GET", "http://a/x", &[]);
        check(
            "curl -s -o /dev/null -w \"%{http_code}\" http://172.18.255.201/hr",
            "GET",
            "http://172.18.255.201/hr",
            &[],
        );
        check("curl -XPUT 'http://a/x?y=1 '", "PUT", "http://a/x?y=1", &[]);
        check(
            "curl \\\n -H 'X-A: b c' -H \"Host: d\" http://a/",
            "GET",
            "http://a/",
            &[("X-A", "b c"), ("Host", "d")],
        );
        check("curl -d x http://a/", "POST", "http://a/", &[]);
        check("curl -I http://a/", "HEAD", "http://a/", &[]);
    }

    #[test]
    fn what_is_wrong_with_a_curl_command_is_told() {
        let check = |command: &str, words: &str| {
            let message = parse(command).expect_err("this command is not legal");
            assert!(message.contains(words), "{command}: {message}");
        };
        check("curl -H", "no value");
        check("curl 'http://a", "not closed");
        check("curl -s", "no URL");
        check("curl http://a http://b", "two URLs");
        check("curl -H nonsense http://a", "no colon");
        check("curl --resolve a:80:1.2.3.4 http://a", "choose the Gateway");
    }
}
