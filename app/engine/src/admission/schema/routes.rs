//! The shapes of routes.

use super::super::format::Format;
use super::super::shape::Shape;
use super::{
    ALL_OR_NONE, BACKEND_OBJECT, DURATION, EXACT_OR_REGEX, GROUP, HOSTNAME, KIND, LONG, METHOD,
    NAME, NAMESPACE, PARENT_REFS, PORT, PRECISE, SECTION, TOKEN, list, list_by, may, must, set,
    text,
};

static HEADER_VALUE: Shape = text(1, 4096, Some(Format::HeaderValue));
static NAME_AND_VALUE: Shape = Shape::Object(&[must("name", &TOKEN), must("value", &HEADER_VALUE)]);
static MODIFIER: Shape = Shape::Object(&[
    may("set", &list_by(0, 16, &NAME_AND_VALUE, "name")),
    may("add", &list_by(0, 16, &NAME_AND_VALUE, "name")),
    may("remove", &set(16, &Shape::Any)),
]);
static PATH_MODIFIER: Shape = Shape::Object(&[
    must(
        "type",
        &Shape::Word(&["ReplaceFullPath", "ReplacePrefixMatch"]),
    ),
    may("replaceFullPath", &LONG),
    may("replacePrefixMatch", &LONG),
]);
static MIRROR: Shape = Shape::Object(&[
    must("backendRef", &BACKEND_OBJECT),
    may("percent", &Shape::Number(0, 100)),
    may(
        "fraction",
        &Shape::Object(&[
            must("numerator", &Shape::Number(0, i64::MAX)),
            may("denominator", &Shape::Number(1, i64::MAX)),
        ]),
    ),
]);
static LOCAL_REF: Shape = Shape::Object(&[
    must("group", &GROUP),
    must("kind", &KIND),
    must("name", &NAME),
]);
static GRPC_FILTER: Shape = Shape::Object(&[
    must(
        "type",
        &Shape::Word(&[
            "RequestHeaderModifier",
            "ResponseHeaderModifier",
            "RequestMirror",
            "ExtensionRef",
        ]),
    ),
    may("requestHeaderModifier", &MODIFIER),
    may("responseHeaderModifier", &MODIFIER),
    may("requestMirror", &MIRROR),
    may("extensionRef", &LOCAL_REF),
]);
static GRPC_FILTERS: Shape = list(0, 16, &GRPC_FILTER);
static GRPC_BACKEND: Shape = Shape::Object(&[
    may("group", &GROUP),
    may("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
    may("port", &PORT),
    may("weight", &WEIGHT),
    may("filters", &GRPC_FILTERS),
]);
static HEADER_NAMES: Shape = set(64, &TOKEN);
static FILTER: Shape = Shape::Object(&[
    must(
        "type",
        &Shape::Word(&[
            "RequestHeaderModifier",
            "ResponseHeaderModifier",
            "RequestMirror",
            "RequestRedirect",
            "URLRewrite",
            "ExtensionRef",
            "CORS",
            "ExternalAuth",
        ]),
    ),
    may("requestHeaderModifier", &MODIFIER),
    may("responseHeaderModifier", &MODIFIER),
    may("requestMirror", &MIRROR),
    may(
        "requestRedirect",
        &Shape::Object(&[
            may("scheme", &Shape::Word(&["http", "https"])),
            may("hostname", &PRECISE),
            may("path", &PATH_MODIFIER),
            may("port", &PORT),
            may("statusCode", &Shape::Code(&[301, 302, 303, 307, 308])),
        ]),
    ),
    may(
        "urlRewrite",
        &Shape::Object(&[may("hostname", &PRECISE), may("path", &PATH_MODIFIER)]),
    ),
    may("extensionRef", &LOCAL_REF),
    may(
        "cors",
        &Shape::Object(&[
            may(
                "allowOrigins",
                &set(64, &text(1, 253, Some(Format::Origin))),
            ),
            may(
                "allowMethods",
                &set(
                    9,
                    &Shape::Word(&[
                        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE",
                        "PATCH", "*",
                    ]),
                ),
            ),
            may("allowHeaders", &HEADER_NAMES),
            may("exposeHeaders", &HEADER_NAMES),
            may("maxAge", &Shape::Number(1, i64::MAX)),
        ]),
    ),
    may(
        "externalAuth",
        &Shape::Object(&[
            must("protocol", &Shape::Word(&["HTTP", "GRPC"])),
            must("backendRef", &BACKEND_OBJECT),
            may(
                "grpc",
                &Shape::Object(&[may("allowedHeaders", &set(64, &Shape::Any))]),
            ),
            may(
                "http",
                &Shape::Object(&[
                    may("path", &text(0, 1024, Some(Format::Path))),
                    may("allowedHeaders", &set(64, &Shape::Any)),
                    may("allowedResponseHeaders", &set(64, &Shape::Any)),
                ]),
            ),
            may(
                "forwardBody",
                &Shape::Object(&[may("maxSize", &Shape::Number(0, i64::MAX))]),
            ),
        ]),
    ),
]);
static FILTERS: Shape = list(0, 16, &FILTER);
static WEIGHT: Shape = Shape::Number(0, 1_000_000);
static BACKEND: Shape = Shape::Object(&[
    may("group", &GROUP),
    may("kind", &KIND),
    may("namespace", &NAMESPACE),
    must("name", &NAME),
    may("port", &PORT),
    may("weight", &WEIGHT),
    may("filters", &FILTERS),
]);
static SESSION: Shape = Shape::Object(&[
    may("type", &Shape::Word(&["Cookie", "Header"])),
    may("absoluteTimeout", &DURATION),
    may(
        "cookie",
        &Shape::Object(&[
            may("name", &TOKEN),
            may("path", &LONG),
            may("lifetimeType", &Shape::Word(&["Permanent", "Session"])),
        ]),
    ),
    may("header", &Shape::Object(&[must("name", &TOKEN)])),
]);
static HTTP_MATCH: Shape = Shape::Object(&[
    may(
        "path",
        &Shape::Object(&[
            may(
                "type",
                &Shape::Word(&["Exact", "PathPrefix", "RegularExpression"]),
            ),
            may("value", &LONG),
        ]),
    ),
    may("method", &METHOD),
    may(
        "headers",
        &list_by(
            0,
            16,
            &Shape::Object(&[
                may("type", &EXACT_OR_REGEX),
                must("name", &TOKEN),
                must("value", &HEADER_VALUE),
            ]),
            "name",
        ),
    ),
    may(
        "queryParams",
        &list_by(
            0,
            16,
            &Shape::Object(&[
                may("type", &EXACT_OR_REGEX),
                must("name", &TOKEN),
                must("value", &text(1, 1024, None)),
            ]),
            "name",
        ),
    ),
]);
static HTTP_RULE: Shape = Shape::Object(&[
    may("name", &SECTION),
    may("matches", &list(0, 64, &HTTP_MATCH)),
    may("filters", &FILTERS),
    may("backendRefs", &list(0, 16, &BACKEND)),
    may(
        "timeouts",
        &Shape::Object(&[may("request", &DURATION), may("backendRequest", &DURATION)]),
    ),
    may(
        "retry",
        &Shape::Object(&[
            may("attempts", &Shape::Number(1, i64::MAX)),
            may("backoff", &DURATION),
            may("codes", &set(usize::MAX, &Shape::Number(400, 599))),
        ]),
    ),
    may("sessionPersistence", &SESSION),
]);
static HOSTNAMES: Shape = list(0, 16, &HOSTNAME);
pub(super) static HTTP_ROUTE: Shape = Shape::Object(&[
    may("parentRefs", &PARENT_REFS),
    may("hostnames", &HOSTNAMES),
    may("rules", &list(1, 16, &HTTP_RULE)),
    may("useDefaultGateways", &ALL_OR_NONE),
]);
static GRPC_MATCH: Shape = Shape::Object(&[
    may(
        "method",
        &Shape::Object(&[
            may("type", &EXACT_OR_REGEX),
            may("service", &LONG),
            may("method", &LONG),
        ]),
    ),
    may(
        "headers",
        &list_by(
            0,
            16,
            &Shape::Object(&[
                may("type", &EXACT_OR_REGEX),
                must("name", &TOKEN),
                must("value", &text(1, 4096, None)),
            ]),
            "name",
        ),
    ),
]);
static GRPC_RULE: Shape = Shape::Object(&[
    may("name", &SECTION),
    may("matches", &list(0, 64, &GRPC_MATCH)),
    may("filters", &GRPC_FILTERS),
    may("backendRefs", &list(0, 16, &GRPC_BACKEND)),
    may("sessionPersistence", &SESSION),
]);
pub(super) static GRPC_ROUTE: Shape = Shape::Object(&[
    may("parentRefs", &PARENT_REFS),
    may("hostnames", &HOSTNAMES),
    may("rules", &list(0, 16, &GRPC_RULE)),
    may("useDefaultGateways", &ALL_OR_NONE),
]);
static PLAIN_RULES: Shape = list(
    1,
    1,
    &Shape::Object(&[
        may("name", &SECTION),
        must("backendRefs", &list(1, 16, &BACKEND)),
    ]),
);
pub(super) static TLS_ROUTE: Shape = Shape::Object(&[
    may("parentRefs", &PARENT_REFS),
    must("hostnames", &list(1, 1024, &HOSTNAME)),
    must("rules", &PLAIN_RULES),
    may("useDefaultGateways", &ALL_OR_NONE),
]);
pub(super) static L4_ROUTE: Shape = Shape::Object(&[
    may("parentRefs", &PARENT_REFS),
    must("rules", &PLAIN_RULES),
    may("useDefaultGateways", &ALL_OR_NONE),
]);
