//! What the specification leaves to implementations, as named switches; and the implementations whose behaviour is known.
//!
//! [`Profile::SPEC`] is the strict reading. The others are data: what was observed or is documented of an implementation,
//! chosen by the controller of the Gateway's class. An answer says for each switch whether turning it changes the answer.

use serde::{Deserialize, Serialize};

/// A point that the specification leaves open, or that an implementation is known to do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// A request is matched to the most specific listener alone (`GatewayHTTPListenerIsolation`).
    Isolation,
    /// All HTTP listeners of a Gateway share one table, whatever their ports.
    SharedPorts,
    /// A connection whose SNI and Host belong to different HTTPS listeners is answered 421.
    Misdirected,
    /// A request that no rule of the most specific hostname takes is offered to less specific ones.
    FallThrough,
    /// Hostnames are ranked as the route has them, not as they intersect with the listener's.
    OriginalHostnames,
    /// A path by regular expression ranks before prefixes.
    RegexFirst,
    /// A regular expression has to cover the whole path.
    RegexWhole,
    /// The older of two equal routes wins.
    Age,
    /// Equal routes are ordered by namespace, then by name, not by `namespace/name` as one text.
    NamesApart,
    /// Dot segments are resolved and doubled slashes merged before paths are compared.
    NormalPath,
    /// Doubled slashes are merged after dot segments are resolved, not before, as Envoy has it.
    MergeLast,
    /// A trailing dot of the host is ignored.
    TrailingDot,
    /// A header that is sent several times is compared as one value, joined by commas.
    JoinedHeaders,
    /// A header that is sent several times matches if one of its values does.
    EachHeader,
    /// A GRPCRoute takes only requests of gRPC.
    OnlyGrpc,
    /// Requests for a backend that is broken are answered 500, not given to the others.
    BrokenShare,
}

impl Switch {
    /// All switches in order.
    pub const ALL: [Self; 16] = [
        Self::Isolation,
        Self::SharedPorts,
        Self::Misdirected,
        Self::FallThrough,
        Self::OriginalHostnames,
        Self::RegexFirst,
        Self::RegexWhole,
        Self::Age,
        Self::NamesApart,
        Self::NormalPath,
        Self::MergeLast,
        Self::TrailingDot,
        Self::JoinedHeaders,
        Self::EachHeader,
        Self::OnlyGrpc,
        Self::BrokenShare,
    ];

    /// Its name for people and its two values: off, on.
    pub fn words(self) -> (&'static str, [&'static str; 2]) {
        match self {
            Self::Isolation => ("listener isolation", ["off", "on"]),
            Self::SharedPorts => ("listeners of several ports", ["apart", "one table"]),
            Self::Misdirected => ("SNI and Host of different listeners", ["routed", "421"]),
            Self::FallThrough => (
                "no rule of the most specific hostname matches",
                ["404", "less specific hostnames are asked"],
            ),
            Self::OriginalHostnames => (
                "hostnames are ranked",
                [
                    "as they intersect with the listener's",
                    "as the route has them",
                ],
            ),
            Self::RegexFirst => (
                "paths by regular expression",
                ["after prefixes", "before prefixes"],
            ),
            Self::RegexWhole => (
                "regular expressions",
                ["match anywhere in the path", "match the whole path"],
            ),
            Self::Age => ("of equal routes the older wins", ["no", "yes"]),
            Self::NamesApart => (
                "equal routes are ordered by",
                ["namespace/name as one text", "namespace, then name"],
            ),
            Self::NormalPath => (
                "dots and doubled slashes in paths",
                ["left as they are", "resolved first"],
            ),
            Self::MergeLast => (
                "doubled slashes that are merged",
                ["before dots are resolved", "after dots are resolved"],
            ),
            Self::TrailingDot => ("a trailing dot of the host", ["counts", "is ignored"]),
            Self::JoinedHeaders => (
                "a header that is sent several times",
                ["its first value counts", "its values are joined"],
            ),
            Self::EachHeader => (
                "values of a header that is sent several times",
                ["are compared as one", "match one by one"],
            ),
            Self::OnlyGrpc => (
                "GRPCRoutes take",
                ["any request to their paths", "only requests of gRPC"],
            ),
            Self::BrokenShare => (
                "requests for a broken backend",
                ["go to the others", "are answered 500"],
            ),
        }
    }
}

/// A set of switches that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches(u32);

impl Switches {
    /// All switches on.
    pub const ALL_ON: Self = Self(u32::MAX);

    const fn of(on: &[Switch]) -> Self {
        let mut bits = 0;
        let mut rest = on;
        while let [first, others @ ..] = rest {
            bits |= 1 << (*first as u32);
            rest = others;
        }
        Self(bits)
    }

    /// True if a switch is on.
    pub const fn is_on(self, switch: Switch) -> bool {
        self.0 & (1 << (switch as u32)) != 0
    }

    /// The same with one switch turned.
    pub const fn turned(self, switch: Switch) -> Self {
        Self(self.0 ^ (1 << (switch as u32)))
    }

    const fn with(self, on: &[Switch]) -> Self {
        Self(self.0 | Self::of(on).0)
    }

    const fn without(self, off: &[Switch]) -> Self {
        Self(self.0 & !Self::of(off).0)
    }
}

/// An implementation, or the specification itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Name to ask for it: `cilium-1.20`.
    pub name: &'static str,
    /// Name for people: `Cilium 1.20`.
    pub title: &'static str,
    /// `controllerName`s of its GatewayClasses.
    pub controllers: &'static [&'static str],
    /// How it routes.
    pub routing: Switches,
    /// How it attaches, where that is known to differ.
    pub attachment: Attaching,
    /// Where this is known from.
    pub evidence: &'static str,
}

/// How an implementation is known to attach routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attaching {
    /// As the specification has it, as far as is known.
    Specified,
    /// Cilium: each check runs over all listeners on its own.
    EachCheckApart,
    /// Traefik: a listener that is not healthy refuses its routes; one hostname serves one kind of route.
    HealthyListeners,
    /// Envoy Gateway: TCPRoutes attach to terminating TLS listeners; a refused Gateway gives no entries.
    EnvoyGateway,
}

/// The strict reading of the specification; where it is silent, what most implementations do.
const STRICT: Switches = Switches::of(&[
    Switch::Isolation,
    Switch::Misdirected,
    Switch::FallThrough,
    Switch::RegexFirst,
    Switch::RegexWhole,
    Switch::Age,
    Switch::JoinedHeaders,
    Switch::OnlyGrpc,
    Switch::BrokenShare,
]);

impl Profile {
    /// The specification.
    pub const SPEC: Self = Self {
        name: "spec",
        title: "the specification",
        controllers: &[],
        routing: STRICT,
        attachment: Attaching::Specified,
        evidence: "Gateway API 1.6, read strictly",
    };

    /// All profiles, the specification first.
    pub const ALL: [Self; 7] = [
        Self::SPEC,
        Self {
            name: "envoy-gateway-1.9",
            title: "Envoy Gateway 1.9",
            controllers: &["gateway.envoyproxy.io/gatewayclass-controller"],
            routing: STRICT
                .with(&[Switch::NormalPath, Switch::MergeLast, Switch::EachHeader])
                .without(&[Switch::Misdirected, Switch::FallThrough, Switch::OnlyGrpc]),
            attachment: Attaching::EnvoyGateway,
            evidence: "observed with 1.9.1, values of headers and slashes with Envoy 1.40; envoyproxy/gateway#5500 for hostnames",
        },
        Self {
            name: "cilium-1.20",
            title: "Cilium 1.20",
            controllers: &["io.cilium/gateway-controller"],
            routing: STRICT.with(&[Switch::SharedPorts]).without(&[
                Switch::Misdirected,
                Switch::BrokenShare,
                Switch::OnlyGrpc,
            ]),
            attachment: Attaching::EachCheckApart,
            evidence: "observed with 1.20.2: its controller and the Envoy configuration that it writes",
        },
        Self {
            name: "traefik-3.7",
            title: "Traefik 3.7",
            controllers: &["traefik.io/gateway-controller"],
            routing: STRICT.with(&[Switch::NormalPath]).without(&[
                Switch::Isolation,
                Switch::Misdirected,
                Switch::RegexWhole,
                Switch::Age,
            ]),
            attachment: Attaching::HealthyListeners,
            evidence: "observed with 3.7.15; traefik/traefik#12795 for ties, #12666 for paths",
        },
        Self {
            name: "istio-1.30",
            title: "Istio 1.30",
            controllers: &["istio.io/gateway-controller"],
            routing: STRICT.with(&[Switch::NormalPath]).without(&[
                Switch::Misdirected,
                Switch::RegexFirst,
                Switch::OnlyGrpc,
            ]),
            attachment: Attaching::Specified,
            evidence: "conformance report of 1.30.1 and its source (rank of paths)",
        },
        Self {
            name: "nginx-gateway-fabric-2.7",
            title: "NGINX Gateway Fabric 2.7",
            controllers: &["gateway.nginx.org/nginx-gateway-controller"],
            routing: STRICT.with(&[Switch::NormalPath]),
            attachment: Attaching::Specified,
            evidence: "conformance report of 2.7 and nginx/nginx-gateway-fabric#4734, #4761",
        },
        Self {
            name: "kgateway-2.4",
            title: "kgateway 2.4",
            controllers: &["kgateway.dev/kgateway"],
            routing: STRICT.without(&[Switch::Misdirected, Switch::OnlyGrpc]),
            attachment: Attaching::Specified,
            evidence: "conformance report of 2.4.0 and kgateway-dev/kgateway#9473",
        },
    ];

    /// The profile of a name, with or without its version: `cilium`, `cilium-1.20`.
    pub fn named(name: &str) -> Option<Self> {
        let wanted = name.to_ascii_lowercase();
        Self::ALL.into_iter().find(|profile| {
            let base = profile
                .name
                .rsplit_once('-')
                .map_or(profile.name, |(base, _)| base);
            profile.name == wanted || base == wanted
        })
    }

    /// The profile of a controller; the specification for one that is not known.
    pub fn of_controller(controller: Option<&str>) -> Self {
        let is_its = |profile: &Self| {
            controller.is_some_and(|controller| profile.controllers.contains(&controller))
        };
        Self::ALL.into_iter().find(is_its).unwrap_or(Self::SPEC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_name_and_by_controller() {
        let check = |name: &str, found: Option<&str>| {
            assert_eq!(Profile::named(name).map(|one| one.name), found, "{name}");
        };
        check("spec", Some("spec"));
        check("cilium", Some("cilium-1.20"));
        check("Envoy-Gateway", Some("envoy-gateway-1.9"));
        check("nginx-gateway-fabric-2.7", Some("nginx-gateway-fabric-2.7"));
        check("apache", None);
        for profile in Profile::ALL {
            assert_eq!(Profile::named(profile.name), Some(profile));
            for controller in profile.controllers {
                assert_eq!(Profile::of_controller(Some(controller)), profile);
            }
        }
        assert_eq!(Profile::of_controller(Some("example.com/x")), Profile::SPEC);
        assert_eq!(Profile::of_controller(None), Profile::SPEC);
    }

    #[test]
    fn switches_turn_one_by_one() {
        for switch in Switch::ALL {
            let turned = STRICT.turned(switch);
            assert_ne!(turned.is_on(switch), STRICT.is_on(switch));
            assert_eq!(turned.turned(switch), STRICT);
            let others = Switch::ALL.into_iter().filter(|other| *other != switch);
            others.for_each(|other| assert_eq!(turned.is_on(other), STRICT.is_on(other)));
        }
    }
}
