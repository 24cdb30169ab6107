//! Touches the outside: files, sockets, signals, the command line. Decides nothing about the Gateway API.
//!
//! Reading order: [`cli`] (which flags), [`source`] (where objects come from), [`store`] (the one owner of mutable
//! state), [`http`] (pages, JSON, events, assets), [`command`] (the verbs).
#![recursion_limit = "512"]

pub mod cli;
pub mod command;
pub mod http;
pub mod source;
pub mod store;
