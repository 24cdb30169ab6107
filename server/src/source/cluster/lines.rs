//! The lines of a watch, one at a time, each of bounded length.

use super::trouble::Trouble;
use http_body_util::BodyExt;
use kube::client::Body;

/// The longest line of a watch, in bytes; etcd takes no object that comes near it.
const LONGEST: usize = 16 << 20;

/// A body as lines.
pub struct Lines {
    body: Body,
    /// What has arrived and was not handed out yet.
    held: Vec<u8>,
    /// How much of it was handed out.
    start: usize,
    /// How far it was searched for the end of a line.
    searched: usize,
}

impl Lines {
    /// Lines of a body.
    pub fn new(body: Body) -> Self {
        Self {
            body,
            held: Vec::new(),
            start: 0,
            searched: 0,
        }
    }

    /// The next line without its end; `None` at the end of the body. Can be cancelled without loss.
    ///
    /// # Errors
    ///
    /// If the connection breaks, a line is too long, or the body ends within a line.
    pub async fn next(&mut self) -> Result<Option<String>, Trouble> {
        loop {
            if let Some(line) = self.ready()? {
                return Ok(Some(line));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.held.extend_from_slice(data);
                    }
                }
                Some(Err(error)) => return Err(Trouble::of_client(&error)),
                None if self.held.len() > self.start => {
                    let message = "it ends within a line".to_owned();
                    return Err(Trouble::Broken(message));
                }
                None => return Ok(None),
            }
        }
    }

    /// A line that has arrived already.
    ///
    /// # Errors
    ///
    /// If the line is too long.
    pub fn ready(&mut self) -> Result<Option<String>, Trouble> {
        loop {
            let unsearched = self.held.get(self.searched..).unwrap_or_default();
            let Some(end) = unsearched.iter().position(|byte| *byte == b'\n') else {
                self.searched = self.held.len();
                break;
            };
            let end = self.searched + end;
            let line = self.held.get(self.start..end).unwrap_or_default();
            let text = String::from_utf8_lossy(line).into_owned();
            self.start = end + 1;
            self.searched = self.start;
            if !text.trim().is_empty() {
                return Ok(Some(text));
            }
        }
        self.held.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        if self.held.is_empty() {
            // The room that one long line needed is not kept for ever.
            self.held.shrink_to(64 << 10);
        }
        if self.held.len() > LONGEST {
            let message = format!("a line is longer than {} MiB", LONGEST >> 20);
            return Err(Trouble::Broken(message));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &str) -> Vec<Result<String, Trouble>> {
        let mut lines = Lines::new(Body::from(text.as_bytes().to_vec()));
        let mut found = Vec::new();
        loop {
            match lines.next().await {
                Ok(Some(line)) => found.push(Ok(line)),
                Ok(None) => return found,
                Err(trouble) => {
                    found.push(Err(trouble));
                    return found;
                }
            }
        }
    }

    #[tokio::test]
    async fn lines_are_cut_at_their_ends() {
        let ok = |line: &str| Ok(line.to_owned());
        assert_eq!(lines("a\nbc\n").await, [ok("a"), ok("bc")]);
        assert_eq!(lines("\n\na\r\n").await, [ok("a\r")]);
        let cut = Err(Trouble::Broken("it ends within a line".to_owned()));
        assert_eq!(lines("a\nb").await, [ok("a"), cut]);
        let long = "x".repeat(LONGEST + 1);
        let too_long = Err(Trouble::Broken("a line is longer than 16 MiB".to_owned()));
        assert_eq!(lines(&long).await, [too_long]);
    }
}
