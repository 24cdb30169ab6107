//! Where would this request go? Requests, the routing table and the decision.

mod cors;
mod decide;
mod decision;
pub mod describe;
mod example;
pub mod filters;
mod find;
mod ladder;
mod listener;
pub mod matcher;
mod mesh;
mod near;
pub mod pattern;
pub mod precedence;
mod redirects;
mod request;
mod result;
mod seen;
mod stream;
pub mod table;
mod whatif;
mod words;

pub use decide::decide;
pub use decision::*;
pub use example::{Example, by_profiles, examples};
pub use redirects::follow;
pub use request::*;
pub use seen::Seen;
pub use table::RoutingTable;
pub use words::{gate_word, verdict_word};
