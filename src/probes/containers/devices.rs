//! Devices of the host in containers.
//!
//! How this could pass without evidence: an empty list of devices. A privileged container has all devices
//! and lists none; graphics cards and the like come by `DeviceRequests`, others by rules of the device
//! cgroup. All of them are looked at. Fields that engines before API 1.40 and 1.28 do not know may be absent.

use super::letter::{Command, Letter, list};
use super::population::{Context, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, unsaid};
use crate::facts::container::Device;
use crate::facts::field::Field;
use crate::facts::{Absent, Need};
use crate::policy::{CON_DEVICES, Policy};
use crate::probes::{Card, Deciding, Met, counted};

/// The policy lists this device for the container, with all that the container may do to it.
fn is_approved(device: &Device, c: &Placed<'_>, context: &Context<'_>) -> bool {
    let wanted = match device.cgroup_permissions.as_str() {
        "" => "rwm",
        given => given,
    };
    let mut rules = context.policy.con_devices.iter().flatten();
    rules.any(|rule| {
        rule.path_on_host == device.path_on_host
            && wanted.chars().all(|permission| rule.permissions.contains(permission))
            && rule.selector.selects(c.container)
    })
}

fn devices<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let container = c.container;
    let mut wrong = Vec::new();
    match &container.privileged {
        Field::Is(false) => {}
        Field::Is(true) => wrong.push("privileged, which has every device".to_owned()),
        other => return Seen::Unsaid(unsaid("Privileged", other)),
    }
    match &container.devices {
        Field::Is(devices) => wrong.extend(
            devices
                .iter()
                .filter(|device| !is_approved(device, c, context))
                .map(|d| format!("{} ({})", d.path_on_host, d.cgroup_permissions)),
        ),
        Field::Null | Field::Absent => {}
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("Devices", other)),
    }
    match &container.device_requests {
        Field::Is(0) | Field::Null | Field::Absent => {}
        Field::Is(n) => wrong.push(counted(*n, "device request", "device requests")),
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("DeviceRequests", other)),
    }
    match &container.device_cgroup_rules {
        Field::Is(rules) => wrong.extend(rules.iter().map(|rule| format!("cgroup rule {rule}"))),
        Field::Null | Field::Absent => {}
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("DeviceCgroupRules", other)),
    }
    if wrong.is_empty() { Seen::Holds } else { Seen::Offends(wrong.join(", ")) }
}

fn prints_unlisted<'a>(c: &Placed<'a>, context: &Context<'a>) -> Option<bool> {
    let mut devices = list(&c.container.devices)?.iter();
    Some(devices.any(|device| !is_approved(device, c, context)))
}

fn requires(policy: &Policy) -> Result<(), Absent> {
    policy.con_devices.as_ref().map(|_| ()).ok_or_else(|| CON_DEVICES.absent())
}

/// DKER-EE-002040.
pub static DEVICES: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-devices",
        asks: "Containers reach no host device that the organisation has not approved",
        needs: &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes],
        decides_with: Deciding::Policy,
        parameters: &[CON_DEVICES],
        by_hand: by_hand!(
            all "{{.HostConfig.Devices}} {{json .HostConfig.DeviceRequests}} \
                 {{.HostConfig.DeviceCgroupRules}} {{.HostConfig.Privileged}}",
            "What stands in a list has to be in the plan with these permissions; true at the end stands for \
             every device."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002040"],
    requires,
    whose: Whose::All,
    on: None,
    expected: "no device but those of the policy",
    fault: "they have devices that the policy does not list",
    look: devices,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: prints_unlisted,
        words: "it prints Devices only: no device requests, cgroup rules or Privileged",
    },
};
