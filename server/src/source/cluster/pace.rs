//! How long things may take between us and an API server, in one place; tests live faster.

use std::time::Duration;

/// Times and waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long a watch lasts, from and to, before the server ends it and it is asked for anew. Two seconds before the
    /// end the server sends a bookmark, so that there is proof of life once a minute, and the next watch begins at a
    /// moment that the server still knows.
    pub watch: (Duration, Duration),
    /// A watch that says nothing for so long is taken for dead; servers end it before.
    pub silence: Duration,
    /// A streaming list that says nothing for so long is asked for in pages instead.
    pub silent_list: Duration,
    /// What may not be watched is listed this often.
    pub poll: Duration,
    /// A cluster is asked this often what it has.
    pub rediscover: Duration,
    /// The longest wait after a failure of a server that does not answer: whoever looks at the page waits with us.
    pub retry: Duration,
    /// The longest wait where only a person can change the answer.
    pub retry_refused: Duration,
    /// What was not proved for so long is not live.
    pub proof: Duration,
    /// A failure that lasts so long makes what is held old; shorter ones nobody needs to hear of.
    pub grace: Duration,
    /// What was readable and is denied for so long is no longer shown: rights are taken away on purpose, while a server
    /// that starts denies everything for a moment.
    pub revoked: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            watch: (seconds(42), seconds(50)),
            silence: seconds(55),
            silent_list: seconds(8),
            poll: seconds(15),
            rediscover: seconds(20),
            retry: seconds(4),
            retry_refused: seconds(20),
            proof: seconds(60),
            grace: seconds(5),
            revoked: seconds(30),
        }
    }
}

impl Pace {
    /// Everything so many times faster.
    pub fn faster(by: u32) -> Self {
        let usual = Self::default();
        Self {
            watch: (usual.watch.0 / by, usual.watch.1 / by),
            silence: usual.silence / by,
            silent_list: usual.silent_list / by,
            poll: usual.poll / by,
            rediscover: usual.rediscover / by,
            retry: usual.retry / by,
            retry_refused: usual.retry_refused / by,
            proof: usual.proof / by,
            grace: usual.grace / by,
            revoked: usual.revoked / by,
        }
    }
}
