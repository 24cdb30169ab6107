//! The shapes of the Gateway API's kinds.

mod routes;

use super::format::Format;
use super::shape::{Field, List, Shape, Text, Unique};
use crate::object::Kind;
use routes::{GRPC_ROUTE, HTTP_ROUTE, L4_ROUTE, TLS_ROUTE};

const fn must(name: &'static str, shape: &'static Shape) -> Field {
    Field {
        name,
        required: true,
        shape,
    }
}

const fn may(name: &'static str, shape: &'static Shape) -> Field {
    Field {
        name,
        required: false,
        shape,
    }
}

const fn text(least: usize, most: usize, format: Option<Format>) -> Shape {
    Shape::Text(Text {
        least,
        most,
        format,
    })
}

const fn list(least: usize, most: usize, item: &'static Shape) -> Shape {
    Shape::List(List {
        least,
        most,
        item,
        unique: Unique::No,
    })
}

const fn list_by(least: usize, most: usize, item: &'static Shape, key: &'static str) -> Shape {
    Shape::List(List {
        least,
        most,
        item,
        unique: Unique::By(key),
    })
}

const fn set(most: usize, item: &'static Shape) -> Shape {
    Shape::List(List {
        least: 0,
        most,
        item,
        unique: Unique::Items,
    })
}

static GROUP: Shape = text(0, 253, Some(Format::Group));
static KIND: Shape = text(1, 63, Some(Format::Kind));
static NAME: Shape = text(1, 253, None);
static NAMESPACE: Shape = text(1, 63, Some(Format::Label));
static SECTION: Shape = text(1, 253, Some(Format::Subdomain));
static PORT: Shape = Shape::Number(1, 65_535);
static HOSTNAME: Shape = text(1, 253, Some(Format::Hostname));
static PRECISE: Shape = text(1, 253, Some(Format::Subdomain));
static TOKEN: Shape = text(1, 256, Some(Format::Token));
static LONG: Shape = text(0, 1024, None);
static DURATION: Shape = text(0, usize::MAX, Some(Format::Duration));
static ALL_OR_NONE: Shape = Shape::Word(&["All", "None"]);
static EXACT_OR_REGEX: Shape = Shape::Word(&["Exact", "RegularExpression"]);
static METHOD: Shape = Shape::Word(&[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
]);
static OPTIONS: Shape = Shape::Map {
    most: 16,
    value: &text(0, 4096, None),
};

/// Group, kind, namespace and name; only the name must be there.
static SECRET_REF: Shape = Shape::Object(&[
    may("group", &GROUP),
    may("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
]);
static OBJECT_REF: Shape = Shape::Object(&[
    must("group", &GROUP),
    must("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
]);
static PARENT_REF: Shape = Shape::Object(&[
    may("group", &GROUP),
    may("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
    may("sectionName", &SECTION),
    may("port", &PORT),
]);
static PARENT_REFS: Shape = list(0, 32, &PARENT_REF);
static BACKEND_OBJECT: Shape = Shape::Object(&[
    may("group", &GROUP),
    may("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
    may("port", &PORT),
]);

static SELECTOR: Shape = Shape::Object(&[may(
    "matchExpressions",
    &list(
        0,
        usize::MAX,
        &Shape::Object(&[must("key", &Shape::Any), must("operator", &Shape::Any)]),
    ),
)]);
static ROUTE_NAMESPACES: Shape = Shape::Object(&[
    may("from", &Shape::Word(&["All", "Selector", "Same"])),
    may("selector", &SELECTOR),
]);
static LISTENER: Shape = Shape::Object(&[
    must("name", &SECTION),
    may("hostname", &HOSTNAME),
    must("port", &PORT),
    must("protocol", &text(1, 255, Some(Format::Protocol))),
    may(
        "tls",
        &Shape::Object(&[
            may("mode", &Shape::Word(&["Terminate", "Passthrough"])),
            may("certificateRefs", &list(0, 64, &SECRET_REF)),
            may("options", &OPTIONS),
        ]),
    ),
    may(
        "allowedRoutes",
        &Shape::Object(&[
            may("namespaces", &ROUTE_NAMESPACES),
            may(
                "kinds",
                &list(
                    0,
                    8,
                    &Shape::Object(&[may("group", &GROUP), must("kind", &KIND)]),
                ),
            ),
        ]),
    ),
]);
static LISTENERS: Shape = list_by(1, 64, &LISTENER, "name");
static FRONTEND: Shape = Shape::Object(&[may(
    "validation",
    &Shape::Object(&[
        must("caCertificateRefs", &list(1, 16, &OBJECT_REF)),
        may(
            "mode",
            &Shape::Word(&["AllowValidOnly", "AllowInsecureFallback"]),
        ),
    ]),
)]);
static GATEWAY: Shape = Shape::Object(&[
    must("gatewayClassName", &NAME),
    must("listeners", &LISTENERS),
    may(
        "addresses",
        &list(
            0,
            16,
            &Shape::Object(&[
                may("type", &text(1, 253, Some(Format::AddressType))),
                may("value", &text(0, 253, None)),
            ]),
        ),
    ),
    may("defaultScope", &ALL_OR_NONE),
    may(
        "infrastructure",
        &Shape::Object(&[
            may(
                "labels",
                &Shape::Map {
                    most: 8,
                    value: &text(0, 63, Some(Format::LabelValue)),
                },
            ),
            may("annotations", &OPTIONS),
            may("parametersRef", &OBJECT_REF),
        ]),
    ),
    may(
        "allowedListeners",
        &Shape::Object(&[may(
            "namespaces",
            &Shape::Object(&[
                may("from", &Shape::Word(&["All", "Selector", "Same", "None"])),
                may("selector", &SELECTOR),
            ]),
        )]),
    ),
    may(
        "tls",
        &Shape::Object(&[
            may(
                "backend",
                &Shape::Object(&[may("clientCertificateRef", &SECRET_REF)]),
            ),
            may(
                "frontend",
                &Shape::Object(&[
                    must("default", &FRONTEND),
                    may(
                        "perPort",
                        &list_by(
                            0,
                            64,
                            &Shape::Object(&[must("port", &PORT), must("tls", &FRONTEND)]),
                            "port",
                        ),
                    ),
                ]),
            ),
        ]),
    ),
]);

static CLASS: Shape = Shape::Object(&[
    must("controllerName", &text(1, 253, Some(Format::Controller))),
    may("description", &text(0, 64, None)),
    may("parametersRef", &OBJECT_REF),
]);
static LISTENER_SET: Shape = Shape::Object(&[
    must(
        "parentRef",
        &Shape::Object(&[
            may("group", &GROUP),
            may("kind", &KIND),
            may("namespace", &NAMESPACE),
            must("name", &NAME),
        ]),
    ),
    must("listeners", &LISTENERS),
]);
static GRANT: Shape = Shape::Object(&[
    must(
        "from",
        &list(
            1,
            16,
            &Shape::Object(&[
                must("group", &GROUP),
                must("kind", &KIND),
                must("namespace", &NAMESPACE),
            ]),
        ),
    ),
    must(
        "to",
        &list(
            1,
            16,
            &Shape::Object(&[
                must("group", &GROUP),
                must("kind", &KIND),
                may("name", &NAME),
            ]),
        ),
    ),
]);
static POLICY: Shape = Shape::Object(&[
    must(
        "targetRefs",
        &list(
            1,
            16,
            &Shape::Object(&[
                must("group", &GROUP),
                must("kind", &KIND),
                must("name", &NAME),
                may("sectionName", &SECTION),
            ]),
        ),
    ),
    must(
        "validation",
        &Shape::Object(&[
            may(
                "caCertificateRefs",
                &list(
                    0,
                    8,
                    &Shape::Object(&[
                        must("group", &GROUP),
                        must("kind", &KIND),
                        must("name", &NAME),
                    ]),
                ),
            ),
            may(
                "wellKnownCACertificates",
                &text(1, 253, Some(Format::WellKnown)),
            ),
            must("hostname", &PRECISE),
            may(
                "subjectAltNames",
                &list(
                    0,
                    5,
                    &Shape::Object(&[
                        must("type", &Shape::Word(&["Hostname", "URI"])),
                        may("hostname", &HOSTNAME),
                        may("uri", &text(1, 253, Some(Format::Uri))),
                    ]),
                ),
            ),
        ]),
    ),
    may("options", &OPTIONS),
]);

/// The shape of a kind's objects; `None` for kinds that are not the Gateway API's.
pub(super) fn of(kind: Kind) -> Option<&'static Shape> {
    macro_rules! whole {
        ($spec:expr) => {{
            static WHOLE: Shape = Shape::Object(&[must("spec", &$spec)]);
            Some(&WHOLE)
        }};
    }
    match kind {
        Kind::GatewayClass => whole!(CLASS),
        Kind::Gateway => whole!(GATEWAY),
        Kind::ListenerSet => whole!(LISTENER_SET),
        Kind::HTTPRoute => whole!(HTTP_ROUTE),
        Kind::GRPCRoute => whole!(GRPC_ROUTE),
        Kind::TLSRoute => whole!(TLS_ROUTE),
        Kind::TCPRoute | Kind::UDPRoute => whole!(L4_ROUTE),
        Kind::ReferenceGrant => whole!(GRANT),
        Kind::BackendTLSPolicy => whole!(POLICY),
        Kind::Namespace | Kind::Service | Kind::Secret | Kind::ConfigMap => None,
    }
}
