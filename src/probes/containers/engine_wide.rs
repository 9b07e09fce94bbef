//! What the engine of a node makes of what its containers ask for. A container's own settings do not tell.
//!
//! How a rule could pass without this: a limit that the engine does not enforce, a default that was switched off
//! for all containers at once. Which field of `/info` qualifies which rule:
//!
//! | field of `/info` | rules | what it means |
//! |---|---|---|
//! | `MemoryLimit` | 002010 | false: `Memory` counts for nothing |
//! | `CPUShares` | 002020 | false: `CpuShares` counts for nothing |
//! | `PidsLimit` | 002780 | false: `PidsLimit` counts for nothing; engines before API 1.40 do not say it |
//! | `CgroupDriver` | 002010, 002020, 002780 | none: no limit counts (rootless without systemd) |
//! | `CgroupVersion` | none by itself | 2: the three above say what was delegated; 1 and rootless: they are false |
//! | `CpuCfsQuota`, `CpuCfsPeriod`, `SwapLimit`, `OomKillDisable`, `CPUSet` | none | no rule asks for a quota, swap, or a set of processors |
//! | `OSType` | 002010, 002020, 002780 | windows: the fields above are not filled in |
//! | `SecurityOptions` seccomp | 002070, CNTR-MK-001170 | missing: no profile is applied; `profile=`: the one for containers without their own |
//! | `SecurityOptions` apparmor, rootless | 001930, CNTR-MK-000520 | a rootless engine cannot load profiles, whatever the node has |
//! | `SecurityOptions` selinux | 001940 | missing: labels are not applied |
//! | `SecurityOptions` userns, rootless | 003200 | users have other numbers on the host: only 0 says something |
//! | `SecurityOptions` no-new-privileges | 002110, CNTR-MK-001010 | the default for what is made since |
//! | `ServerVersion` | 002070, CNTR-MK-001170 | up to 25: a privileged container's own profile is not applied |
//!
//! The other rules ask for what an inspection shows as it is in force: namespaces, capabilities, devices, mounts,
//! ports, ulimits, health and restarts have no switch of the engine that `/info` shows.

use super::Seen;
use super::population::{Context, Placed, unsaid};
use crate::facts::engine::{Info, Limits};
use crate::facts::field::Field;

/// The first engines whose `/info` has `PidsLimit`.
const SAYS_PIDS: u32 = 19;

/// What a limit is worth that a container has.
pub(super) fn enforced<'a>(
    c: &Placed<'a>,
    context: &Context<'a>,
    name: &str,
    pick: fn(&Limits) -> &Field<bool>,
) -> Seen {
    let Some(info) = context.engine(c.node) else {
        return Seen::Noted("seen through UCP, which does not say what the engine of a node enforces".into());
    };
    let limits = match info.limits.read("what the engine enforces") {
        Ok(limits) => limits,
        Err(absent) => return Seen::Lacking(absent),
    };
    if limits.os_type == Field::Is("windows".into()) {
        return Seen::Holds;
    }
    if limits.cgroup_driver == Field::Is("none".into()) {
        return Seen::Offends("set, and the engine of this node enforces no limits (CgroupDriver is none)".into());
    }
    match pick(limits) {
        Field::Is(true) => Seen::Holds,
        Field::Is(false) => Seen::Offends(format!("set, and the engine of this node enforces none ({name} is false)")),
        Field::Absent if name == "PidsLimit" && major(info).is_some_and(|major| major < SAYS_PIDS) => Seen::Holds,
        other => Seen::Unsaid(format!("whether the engine of this node enforces it: {}", unsaid(name, other))),
    }
}

/// The first number of an engine's version.
pub(super) fn major(info: &Info) -> Option<u32> {
    info.server_version.split('.').next()?.parse().ok()
}

/// Whether an engine lists this under its security options, where it says them.
pub(super) fn lists(info: &Info, name: &str) -> Option<bool> {
    info.security_option(name).map(|option| option.is_some())
}

/// Whether the numbers of users in containers are others on the host; unknown through UCP.
pub(super) fn maps_users(info: &Info) -> bool {
    ["userns", "rootless"].iter().any(|name| lists(info, name) != Some(false))
}

/// What filters the system calls of a container that brings no profile of its own.
pub(super) fn default_seccomp<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let Some(info) = context.engine(c.node) else {
        return Seen::Noted("seen through UCP, which does not say what the engine of a node applies by default".into());
    };
    let Some(option) = info.security_option("seccomp") else {
        return Seen::Unsaid(unsaid("SecurityOptions", &info.security_options));
    };
    let Some(option) = option else {
        return Seen::Offends("the engine of this node applies no seccomp profiles".into());
    };
    match option.value("profile") {
        Some("default" | "builtin") => Seen::Holds,
        Some("unconfined") => {
            Seen::Offends("the engine of this node applies no profile by default (profile=unconfined)".into())
        }
        Some(own) => Seen::Unsaid(format!(
            "the engine of this node applies a profile of its own by default ({own}); what that blocks was not seen"
        )),
        None => Seen::Unsaid("the engine of this node does not say which profile it applies by default".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::{UBUNTU, exemplary, policy, texts, world};
    use super::super::{CPU_SHARES, ContainerRule, MEMORY, PIDS_LIMIT, SECCOMP, SECCOMP_LABELLED};
    use super::*;
    use crate::facts::container::SeccompProfile;
    use crate::facts::{Facts, Later, Need};
    use crate::finding::Finding;
    use crate::probes::Probe as _;
    use crate::probes::cases::read;
    use crate::xccdf::Verdict::{self, Error, Fail, NotChecked, Pass};

    /// The engine of the exemplary world after a change.
    fn with(change: impl Fn(&mut Info)) -> Facts {
        let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
        let mut info = facts.engines[0].info.read().expect("info").value.clone();
        change(&mut info);
        facts.engines[0].info = read(Need::EngineInfo, info);
        facts
    }

    fn decide(rule: &ContainerRule, facts: &Facts) -> Verdict {
        rule.decide(facts, &policy()).unwrap_or_else(Finding::from).verdict()
    }

    fn limits(info: &mut Info) -> &mut Limits {
        if matches!(info.limits, Later::Unknown) {
            info.limits = Limits::default().into();
        }
        match &mut info.limits {
            Later::Known(limits) => limits,
            Later::Unknown => unreachable!("it was set"),
        }
    }

    #[test]
    fn a_limit_counts_where_the_engine_enforces_it() {
        type Set = fn(&mut Limits, Field<bool>);
        let rules: [(&ContainerRule, Set); 3] = [
            (&MEMORY, |l, said| l.memory = said),
            (&CPU_SHARES, |l, said| l.cpu_shares = said),
            (&PIDS_LIMIT, |l, said| l.pids = said),
        ];
        for (rule, set) in rules {
            for (said, verdict) in [
                (Field::Is(true), Pass),
                (Field::Is(false), Fail),
                (Field::Absent, Error),
                (Field::Null, Error),
                (Field::Odd("a string".into()), Error),
            ] {
                let facts = with(|info| set(limits(info), said.clone()));
                assert_eq!(decide(rule, &facts), verdict, "{rule:?} {said:?}");
            }
            let rootless = with(|info| limits(info).cgroup_driver = Field::Is("none".into()));
            assert_eq!(decide(rule, &rootless), Fail);
            let windows = with(|info| {
                set(limits(info), Field::Is(false));
                limits(info).os_type = Field::Is("windows".into());
            });
            assert_eq!(decide(rule, &windows), Pass);
            // Cgroups of version 2 with everything delegated, as Engine 26.1 tells it.
            let two = with(|info| limits(info).cgroup_version = Field::Is("2".into()));
            assert_eq!(decide(rule, &two), Pass);
            let earlier = with(|info| info.limits = Later::Unknown);
            assert_eq!(decide(rule, &earlier), NotChecked);
        }
        let old = with(|info| {
            limits(info).pids = Field::Absent;
            info.server_version = "18.09.2".into();
        });
        assert_eq!(decide(&PIDS_LIMIT, &old), Pass, "it does not say it yet");
    }

    #[test]
    fn a_container_without_a_profile_has_that_of_the_engine() {
        for (options, verdict) in [
            (&["name=seccomp,profile=default"][..], Pass),
            (&["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"], Pass),
            (&["name=seccomp,profile=unconfined"], Fail),
            (&["name=seccomp,profile=/etc/docker/my,own.json"], Error),
            (&["name=seccomp"], Error),
            (&["name=apparmor"], Fail),
            (&[], Fail),
        ] {
            let facts = with(|info| info.security_options = Field::Is(texts(options)));
            for rule in [&SECCOMP, &SECCOMP_LABELLED] {
                assert_eq!(decide(rule, &facts), verdict, "{options:?}");
            }
        }
        for unclear in [Field::Absent, Field::Null, Field::Odd("a string".into())] {
            let facts = with(|info| info.security_options = unclear.clone());
            assert_eq!(decide(&SECCOMP, &facts), Error, "{unclear:?}");
        }
    }

    #[test]
    fn a_containers_own_profile_counts_whatever_the_engines_is() {
        let with_own = |profile: Later<SeccompProfile>, engine: &str| {
            let mut web = exemplary(1, "web");
            web.security_opt = Field::Is(texts(&["no-new-privileges", "seccomp={…}"]));
            web.seccomp = profile;
            let mut facts = world(UBUNTU, vec![web]);
            let mut info = facts.engines[0].info.read().expect("info").value.clone();
            info.security_options = Field::Is(texts(&[engine]));
            facts.engines[0].info = read(Need::EngineInfo, info);
            decide(&SECCOMP, &facts)
        };
        let blocks = |calls: &[&str]| Later::from(SeccompProfile::Blocks(texts(calls)));
        for engine in ["name=seccomp,profile=unconfined", "name=seccomp,profile=default"] {
            assert_eq!(with_own(blocks(&["mount"]), engine), Pass);
            assert_eq!(with_own(blocks(&[]), engine), Fail);
            assert_eq!(with_own(SeccompProfile::Unreadable("it is not JSON".into()).into(), engine), Error);
            assert_eq!(with_own(Later::Unknown, engine), NotChecked);
        }
        assert_eq!(with_own(blocks(&["mount"]), "name=apparmor"), Fail);
    }
}
