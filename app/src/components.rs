//! Plain props, no API, no router.
