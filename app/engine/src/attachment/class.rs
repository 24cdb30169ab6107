//! The class gate: the Gateway's class exists, so that a controller looks after it (`Gateway.spec.gatewayClassName`).

use super::finding::{Finding, cannot_see};
use crate::nearest::nearest;
use crate::object::Kind;
use crate::report::{Gate, Owner};
use crate::resource::gateway::Gateway;
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// Judges the class of a Gateway.
pub fn judge(world: &Snapshot, gateway: &Gateway) -> Finding {
    let name = &gateway.spec.gateway_class_name;
    let class = Sentence::new().text("GatewayClass ").name(name);
    if let Some(found) = world.gateway_class(name) {
        let sentence = class
            .text(" exists; its controller is ")
            .name(&found.spec.controller_name)
            .text(".");
        return Finding::passed(Gate::Class, "exists", sentence)
            .summary(Sentence::new().name(name).text(" exists"));
    }
    if world.is_unreadable(&Kind::GatewayClass.id("", name)) {
        let sentence =
            class.text(" is there but cannot be read; see the problems under Visibility.");
        return Finding::unknown(Gate::Class, "unreadable", sentence);
    }
    match world.state(Kind::GatewayClass) {
        KindState::Complete => {
            let taken = Sentence::new()
                .text("class ")
                .name(name)
                .text(" is not in these files and is taken as accepted");
            let sentence = class.text(" is not in these files; it is taken as accepted.");
            Finding::passed(Gate::Class, "taken as accepted", sentence).assuming(taken)
        }
        KindState::Live | KindState::Absent => missing(world, class, name),
        KindState::Waiting
        | KindState::Listing
        | KindState::Degraded
        | KindState::Denied
        | KindState::Stale => {
            let sentence = Sentence::new()
                .text("Gatewatch cannot see whether GatewayClass ")
                .name(name)
                .text(" exists.")
                .then(&cannot_see(world, Kind::GatewayClass));
            Finding::unknown(Gate::Class, "cannot be seen", sentence)
        }
    }
}

fn missing(world: &Snapshot, class: Sentence, name: &str) -> Finding {
    let mut sentence = class.text(" does not exist, so no controller looks at this Gateway");
    let mut remedy = Sentence::new().text(
        "A platform engineer can create the GatewayClass of an installed controller, or name another in the Gateway",
    );
    let near = nearest(name, world.gateway_class_names(), 1);
    if let Some(near) = near.first() {
        sentence = sentence.text("; the nearest name is ").name(near);
        remedy = remedy.text(": ").name(near);
    }
    // No reason word: where no controller looks, no controller writes.
    Finding::failed(Gate::Class, "does not exist", sentence.text("."), "").remedy(
        Owner::Platform,
        remedy.text("."),
        None,
    )
}
