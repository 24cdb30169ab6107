//! Where would this request go? Requests, the routing table and the decision.

mod decide;
mod decision;
pub mod describe;
pub mod filters;
mod listener;
pub mod matcher;
pub mod precedence;
mod request;
mod table;

pub use decide::{decide, gate_word, verdict_word};
pub use decision::*;
pub use request::*;
pub use table::RoutingTable;
