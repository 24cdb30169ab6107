//! One file a URL.
