//! Decides how Gateway API routes attach to listeners and where requests go.
//!
//! Input: a [`Snapshot`], all objects at one moment. Output: a [`Report`] (every attachment with the gates
//! that led to its verdict) and a [`Decision`] per [`Request`]. Invariants: never fails, never panics, does
//! no input or output, reads no clock; equal input gives equal output, whatever its order.

pub mod admission;
pub mod attachment;
pub mod evaluate;
pub mod findings;
pub mod nearest;
pub mod object;
pub mod profile;
pub mod references;
pub mod report;
pub mod resource;
pub mod routing;
pub mod sentence;
pub mod shell;
pub mod snapshot;
pub mod status;

pub use evaluate::evaluate;
pub use object::{Kind, ObjectId, RawObject, RouteKind};
pub use report::Report;
pub use routing::{Decision, Request, RoutingTable, decide};
pub use sentence::Sentence;
pub use snapshot::Snapshot;
