//! Namespaces that a container may share with its host: processes, IPC, network, host name, users.
//!
//! How these could pass without evidence: a mode that is another container's (`container:<id>`) and leads
//! to the host. It is followed to the container that it names; one that is not there, or leads back, is
//! undecided.

use super::engine_wide::lists;
use super::letter::{Command, Letter, prints};
use super::population::{Context, Led, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::Need;
use crate::facts::container::Container;
use crate::facts::field::Field;
use crate::probes::kubernetes::HOST_PID;
use crate::probes::{Card, Deciding, Met};

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

/// Whether a mode leads to the host; `own` says which words do not, and what there is to report of them.
fn shares<'a>(
    c: &Placed<'a>,
    context: &Context<'a>,
    name: &str,
    mode: fn(&Container) -> &Field<String>,
    own: fn(&str) -> Option<Seen>,
) -> Seen {
    match context.lead(c, name, mode) {
        Led::Lost(why) => Seen::Unsaid(why),
        Led::To("host", None) => Seen::Offends("host".into()),
        Led::To("host", Some(through)) => Seen::Offends(format!("host, by way of container {through}")),
        Led::To(word, through) => match own(word) {
            // What another container's mode has to report is reported of that one.
            Some(Seen::Noted(_)) if through.is_some() => Seen::Holds,
            Some(seen) => seen,
            None => Seen::Unsaid(format!("{name} is {word}, which nothing is known about")),
        },
    }
}

fn pid_mode<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let own = |word: &str| matches!(word, "" | "private").then_some(Seen::Holds);
    shares(c, context, "PidMode", |c| &c.pid_mode, own)
}

fn ipc_mode<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let own = |word: &str| match word {
        "" | "none" | "private" => Some(Seen::Holds),
        "shareable" => Some(Seen::Noted("shareable: other containers may join, the host does not".into())),
        _ => None,
    };
    shares(c, context, "IpcMode", |c| &c.ipc_mode, own)
}

fn network_mode<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    // Any other word is the name of a network.
    let own = |_: &str| Some(Seen::Holds);
    shares(c, context, "NetworkMode", |c| &c.network_mode, own)
}

fn uts_mode<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    own_or_host("UTSMode", &c.container.uts_mode)
}

fn userns_mode<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    own_or_host("UsernsMode", &c.container.userns_mode)
}

fn own_or_host(name: &str, mode: &Field<String>) -> Seen {
    match mode.get().map(String::as_str) {
        Some("" | "private") => Seen::Holds,
        Some("host") => Seen::Offends("host".into()),
        _ => Seen::Unsaid(unsaid(name, mode)),
    }
}

/// Whether engines map users at all: without that, an empty mode separates nothing.
fn remapping(context: &Context<'_>) -> Option<String> {
    let engines = context.engines();
    let mapping = engines.iter().filter(|(_, info)| lists(info, "userns") == Some(true));
    (!engines.is_empty()).then(|| format!("userns-remap is on for {} of {}", mapping.count(), engines.len()))
}

/// DKER-EE-001240.
pub static PID_MODE: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-pid-namespace",
        asks: "No container shares the process namespace of its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.PidMode}}",
            "A line that ends in host is a finding; so is one that ends in container:<id> of such a container."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001240"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "PidMode does not lead to host",
    fault: "they share the process namespace of the host",
    look: pid_mode,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: |c, _| prints(&c.container.pid_mode, "host"),
        words: "it does not follow container:<id>",
    },
};

/// CNTR-MK-000680.
pub static PID_MODE_LABELLED: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-pid-namespace-mke",
        asks: "No container shares the process namespace of its host",
        needs: &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes, Need::KubePods],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.PidMode}}",
            "A line that ends in host is a finding; so is one that ends in container:<id> of such a container."
        ),
        met: Met::RealProduct,
    },
    rules: &["CNTR-MK-000680"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "PidMode does not lead to host",
    fault: "they share the process namespace of the host",
    look: pid_mode,
    services: None,
    pods: Some(&HOST_PID),
    notes: no_notes,
    letter: Letter {
        command: Command::LabelledRunning,
        finds: |c, _| prints(&c.container.pid_mode, "host"),
        words: "it does not follow container:<id>",
    },
};

/// DKER-EE-001250.
pub static IPC_MODE: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-ipc-namespace",
        asks: "No container shares the IPC namespace of its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.IpcMode}}",
            "A line that ends in host is a finding; so is one that ends in container:<id> of such a container. \
             shareable is none: the host does not join."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001250"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "IpcMode does not lead to host",
    fault: "they share the IPC namespace of the host",
    look: ipc_mode,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: |c, _| prints(&c.container.ipc_mode, "shareable"),
        words: "the text calls IpcMode=shareable a finding and does not name host",
    },
};

/// DKER-EE-002000.
pub static NETWORK_MODE: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-network-namespace",
        asks: "No container shares the network namespace of its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.NetworkMode}}",
            "A line that ends in host is a finding; so is one that ends in container:<id> of such a container."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002000"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "NetworkMode does not lead to host",
    fault: "they share the network namespace of the host",
    look: network_mode,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: |c, _| prints(&c.container.network_mode, "host"),
        words: "it does not follow container:<id>",
    },
};

/// DKER-EE-002060.
pub static UTS_MODE: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-uts-namespace",
        asks: "No container shares the UTS namespace of its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(all "{{.HostConfig.UTSMode}}", "A line that ends in host is a finding."),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002060"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "UTSMode is not host",
    fault: "they share the UTS namespace of the host",
    look: uts_mode,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter { command: Command::All, finds: |c, _| prints(&c.container.uts_mode, "host"), words: "" },
};

/// DKER-EE-002120 and CNTR-MK-001200.
pub static USER_NAMESPACE: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-user-namespace",
        asks: "No container asks for the user namespace of its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.UsernsMode}}",
            "A line that ends in host is a finding. userns under Security Options of docker info says whether \
             the engine maps users at all."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002120", "CNTR-MK-001200"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "UsernsMode is not host",
    fault: "they ask for the user namespace of the host",
    look: userns_mode,
    services: None,
    pods: None,
    notes: remapping,
    letter: Letter {
        command: Command::All,
        finds: |c, _| {
            prints(&c.container.userns_mode, "").map(|empty| !empty && c.container.userns_mode.get().is_some())
        },
        words: "it wants no value at all",
    },
};
