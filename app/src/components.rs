//! Building blocks of pages: plain props, no API, no router.

pub mod attachments;
pub mod copy;
pub mod frame;
pub mod gates;
pub mod graph;
pub mod loaded;
pub mod name;
pub mod pager;
pub mod sentence;
pub mod try_form;
pub mod verdict;
