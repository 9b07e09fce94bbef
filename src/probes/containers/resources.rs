//! What a container may use up: memory, processors, processes, ulimits, cgroups, restarts; and whether
//! anybody would notice that it is not well.
//!
//! How these could pass without evidence: a limit that the engine writes as null (`PidsLimit` of 0 and -1
//! since API 1.40), which looks like none asked for; a number that is not there taken for a good one. A
//! limit holds only where a positive number stands.

use super::engine_wide::enforced;
use super::letter::{Command, Letter, prints};
use super::population::{Context, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::container::Ulimit;
use crate::facts::field::Field;
use crate::facts::swarm::Service;
use crate::facts::{Absent, Need};
use crate::policy::{CON_CGROUP_PARENT, CON_ULIMITS, Policy};
use crate::probes::{Card, Deciding, Met};

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

fn memory<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match &c.container.memory {
        Field::Is(bytes) if *bytes > 0 => enforced(c, context, "MemoryLimit", |limits| &limits.memory),
        Field::Is(bytes) => Seen::Offends(format!("{bytes}: no limit")),
        other => Seen::Unsaid(unsaid("Memory", other)),
    }
}

/// The weight of a container that asks for none.
const DEFAULT_SHARES: i64 = 1024;

fn cpu_shares<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match &c.container.cpu_shares {
        Field::Is(DEFAULT_SHARES) => Seen::Offends("1024: the default".into()),
        Field::Is(shares) if *shares > 0 => enforced(c, context, "CPUShares", |limits| &limits.cpu_shares),
        Field::Is(shares) => Seen::Offends(format!("{shares}: the default")),
        other => Seen::Unsaid(unsaid("CpuShares", other)),
    }
}

fn pids_limit<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match &c.container.pids_limit {
        Field::Is(limit) if *limit > 0 => enforced(c, context, "PidsLimit", |limits| &limits.pids),
        Field::Is(limit) => Seen::Offends(format!("{limit}: no limit")),
        Field::Null | Field::Absent => Seen::Offends("no limit".into()),
        other @ Field::Odd(_) => Seen::Unsaid(unsaid("PidsLimit", other)),
    }
}

/// The most that a container may be restarted after failures.
const RETRIES: i64 = 5;

fn restart<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    let name = match &c.container.restart {
        Field::Is(name) => name.as_str(),
        other => return Seen::Unsaid(unsaid("RestartPolicy", other)),
    };
    match (name, &c.container.restart_retries) {
        ("" | "no", _) | ("on-failure", Field::Is(1..=RETRIES)) => Seen::Holds,
        ("on-failure", Field::Is(retries)) if *retries <= 0 => Seen::Offends("on-failure without a bound".into()),
        ("on-failure", Field::Is(retries)) => Seen::Offends(format!("on-failure:{retries}")),
        ("on-failure", other) => Seen::Unsaid(unsaid("MaximumRetryCount", other)),
        ("always" | "unless-stopped", _) => Seen::Offends(name.into()),
        _ => Seen::Unsaid(format!("{name}, which nothing is known about")),
    }
}

/// The same of a service's tasks: swarm restarts them, and their containers do not show it.
fn service_restart(service: &Service, _: &Placed<'_>, _: &Context<'_>) -> Seen {
    let restart = match service.restart.read("when services restart") {
        Ok(restart) => restart,
        Err(absent) => return Seen::Lacking(absent),
    };
    let attempts = match &restart.max_attempts {
        Field::Is(attempts) => *attempts,
        Field::Absent | Field::Null => 0,
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("MaxAttempts", other)),
    };
    let window = match &restart.window {
        Field::Is(window) => *window,
        Field::Absent | Field::Null => 0,
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("Window", other)),
    };
    match restart.condition.get().map(String::as_str) {
        Some("none") => Seen::Holds,
        Some("on-failure") if attempts == 0 => Seen::Offends("on-failure without a bound".into()),
        Some("on-failure") if window > 0 => {
            Seen::Offends(format!("on-failure, {attempts} times within each {} s", window / 1_000_000_000))
        }
        Some("on-failure") if attempts <= RETRIES.unsigned_abs() => Seen::Holds,
        Some("on-failure") => Seen::Offends(format!("on-failure, {attempts} times")),
        Some("any" | "") => Seen::Offends("any: its tasks are started again whenever they end".into()),
        None if !restart.condition.is_odd() => Seen::Offends("not said, which is any".into()),
        Some(other) => Seen::Unsaid(format!("{other}, which nothing is known about")),
        None => Seen::Unsaid(unsaid("RestartPolicy.Condition", &restart.condition)),
    }
}

fn health<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    match &c.container.health {
        Field::Is(status) if status == "healthy" => Seen::Holds,
        Field::Is(status) => Seen::Offends(status.clone()),
        Field::Absent | Field::Null => Seen::Offends("no health check".into()),
        other @ Field::Odd(_) => Seen::Unsaid(unsaid("Health.Status", other)),
    }
}

fn cgroup_parent<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match &c.container.cgroup_parent {
        Field::Is(parent) if parent.is_empty() => Seen::Holds,
        Field::Is(parent) => {
            let mut rules = context.policy.con_cgroup_parent.iter().flatten();
            let approved = rules.any(|r| r.value == *parent && r.selector.selects(c.container));
            if approved { Seen::Holds } else { Seen::Offends(parent.clone()) }
        }
        other => Seen::Unsaid(unsaid("CgroupParent", other)),
    }
}

/// The limits of its own that the policy does not list for the container.
fn unlisted<'a>(c: &Placed<'a>, context: &Context<'a>) -> Option<impl Iterator<Item = &'a Ulimit>> {
    let list = match &c.container.ulimits {
        Field::Is(list) => list.as_slice(),
        Field::Null | Field::Absent => &[],
        Field::Odd(_) => return None,
    };
    let container = c.container;
    let rules = context.policy.con_ulimits.as_deref().unwrap_or_default();
    Some(list.iter().filter(move |limit| {
        !rules.iter().any(|rule| {
            rule.name == limit.name
                && (rule.soft, rule.hard) == (limit.soft, limit.hard)
                && rule.selector.selects(container)
        })
    }))
}

fn ulimits<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let Some(unlisted) = unlisted(c, context) else {
        return Seen::Unsaid(unsaid("Ulimits", &c.container.ulimits));
    };
    let shown: Vec<String> = unlisted.map(|limit| format!("{}={}:{}", limit.name, limit.soft, limit.hard)).collect();
    if shown.is_empty() { Seen::Holds } else { Seen::Offends(shown.join(", ")) }
}

fn requires_cgroups(policy: &Policy) -> Result<(), Absent> {
    let listed = policy.con_cgroup_parent.as_ref();
    listed.map(|_| ()).ok_or_else(|| CON_CGROUP_PARENT.absent())
}

fn requires_ulimits(policy: &Policy) -> Result<(), Absent> {
    policy.con_ulimits.as_ref().map(|_| ()).ok_or_else(|| CON_ULIMITS.absent())
}

/// DKER-EE-002010.
pub static MEMORY: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-memory",
        asks: "Every container has a memory limit",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(all "{{.HostConfig.Memory}}", "A line that ends in 0 is a finding."),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002010"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "Memory above 0",
    fault: "their memory has no limit",
    look: memory,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter { command: Command::All, finds: |c, _| Some(c.container.memory.get().copied()? == 0), words: "" },
};

/// DKER-EE-002020.
pub static CPU_SHARES: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-cpu-shares",
        asks: "Every container has a CPU weight chosen for it",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(all "{{.HostConfig.CpuShares}}", "A line that ends in 0 or 1024 is a finding."),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002020"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "CpuShares neither 0 nor 1024",
    fault: "their CPU weight is the default",
    look: cpu_shares,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| Some(matches!(c.container.cpu_shares.get().copied()?, 0 | DEFAULT_SHARES)),
        words: "",
    },
};

/// DKER-EE-002780.
pub static PIDS_LIMIT: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-pids-limit",
        asks: "Every container has a limit on the number of its processes",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.PidsLimit}}",
            "A line that ends in 0, -1, <nil> or <no value> is a finding: none of them is a limit."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002780"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "PidsLimit above 0",
    fault: "the number of their processes has no limit",
    look: pids_limit,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| match &c.container.pids_limit {
            Field::Is(limit) => Some(matches!(limit, 0 | -1)),
            Field::Null | Field::Absent => Some(false),
            Field::Odd(_) => None,
        },
        words: "it looks for 0 and -1, where engines since API 1.40 print <nil> for no limit",
    },
};

/// DKER-EE-002100.
pub static CGROUP_PARENT: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-cgroup-parent",
        asks: "Containers run in the default cgroup or in the one the organisation has approved",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[CON_CGROUP_PARENT],
        by_hand: by_hand!(
            all "{{.HostConfig.CgroupParent}}",
            "A line that ends in anything but the image has to be in the plan with this value."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002100"],
    requires: requires_cgroups,
    whose: Whose::All,
    on: None,
    expected: "CgroupParent is empty or listed in the policy",
    fault: "their cgroup is neither the default nor approved",
    look: cgroup_parent,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, context| match cgroup_parent(c, context) {
            Seen::Offends(_) => Some(true),
            Seen::Unsaid(_) if c.container.cgroup_parent.is_odd() => None,
            _ => Some(false),
        },
        words: "",
    },
};

/// DKER-EE-004040.
pub static ULIMITS: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-ulimits",
        asks: "No container overrides the engine's default ulimits without approval",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[CON_ULIMITS],
        by_hand: by_hand!(
            all "{{json .HostConfig.Ulimits}}",
            "What stands in the list has to be in the plan with these values; [] and null are in order."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-004040"],
    requires: requires_ulimits,
    whose: Whose::All,
    on: None,
    expected: "no ulimits of its own but those of the policy",
    fault: "they have ulimits that the policy does not list",
    look: ulimits,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, context| Some(unlisted(c, context)?.next().is_some()),
        words: "",
    },
};

/// DKER-EE-004030.
pub static RESTART: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-restart",
        asks: "Containers restart after a failure at most five times, or not at all",
        needs: &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes, Need::EngineServices],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}",
            "always, unless-stopped, and on-failure with 0 or more than 5 are findings. Services, on a manager:\n  \
             docker service ls --quiet | xargs docker service inspect --format \
             '{{.Spec.Name}} {{json .Spec.TaskTemplate.RestartPolicy}}'\n\
             any, which is the default, is a finding."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-004030"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "no restarts, or on-failure with 1 to 5",
    fault: "they restart without a bound or more than five times",
    look: restart,
    services: Some(service_restart),
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: |c, _| {
            let always = prints(&c.container.restart, "always")?;
            let on_failure = prints(&c.container.restart, "on-failure")?;
            Some(always || on_failure && c.container.restart_retries.get().copied()? > RETRIES)
        },
        words: "the text says nothing of unless-stopped and calls on-failure with 0 retries, which has no bound, 5 or less",
    },
};

/// DKER-EE-002770.
pub static HEALTH: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-health",
        asks: "Every running container has a health check and reports healthy",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            running "{{if .State.Health}}{{.State.Health.Status}}{{else}}no health check{{end}}",
            "A line that does not end in healthy is a finding."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002770"],
    requires: nothing,
    whose: Whose::Running,
    on: None,
    expected: "Health.Status is healthy",
    fault: "nobody checks their health, or they are not healthy",
    look: health,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Running,
        finds: |c, _| match &c.container.health {
            Field::Is(status) => Some(status != "healthy"),
            Field::Absent | Field::Null => Some(true),
            Field::Odd(_) => None,
        },
        words: "",
    },
};
