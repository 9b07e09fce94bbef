//! What a container may do: privileges, capabilities, system calls, users.
//!
//! How these could pass without evidence: a privileged container, to which the engine gives all
//! capabilities and no seccomp profile whatever its other fields say; an option in another spelling, or
//! given twice; `no-new-privileges=false`; a user that is 0 in another spelling. Each is looked at here.

use super::engine_wide::{default_seccomp, lists, major, maps_users};
use super::letter::{Command, Letter, list};
use super::population::{Context, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::container::{Container, SeccompProfile};
use crate::facts::field::Field;
use crate::facts::{Absent, Need};
use crate::policy::{CON_CAPS, Policy};
use crate::probes::{Card, Deciding, Met};

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

fn privileged<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    match &c.container.privileged {
        Field::Is(false) => Seen::Holds,
        Field::Is(true) => Seen::Offends("true".into()),
        other => Seen::Unsaid(unsaid("Privileged", other)),
    }
}

/// The value of a security option, `true` for one without: the last one counts. Engines split it at the
/// first `=`, and at the first `:` where there is none.
fn option<'c>(options: &'c [String], key: &str) -> Option<&'c str> {
    options
        .iter()
        .filter_map(|option| {
            let separator = if option.contains('=') { '=' } else { ':' };
            let (k, value) = option.split_once(separator).unwrap_or((option, "true"));
            (k == key).then_some(value)
        })
        .next_back()
}

fn security_options(container: &Container) -> Result<&[String], Seen> {
    match &container.security_opt {
        Field::Is(options) => Ok(options),
        Field::Null => Ok(&[]),
        other => Err(Seen::Unsaid(unsaid("SecurityOpt", other))),
    }
}

/// A privileged container's own profile is not applied by engines up to 25
/// (<https://github.com/moby/moby/issues/47499>).
const KEEPS_PROFILE: u32 = 26;

fn seccomp<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let options = match security_options(c.container) {
        Ok(options) => options,
        Err(unsaid) => return unsaid,
    };
    let profile = option(options, "seccomp");
    if profile == Some("unconfined") {
        return Seen::Offends("seccomp=unconfined".into());
    }
    match &c.container.privileged {
        Field::Is(false) => {}
        Field::Is(true) if profile.is_none() => {
            return Seen::Offends("privileged, which runs without a profile".into());
        }
        Field::Is(true) => {
            let why = "privileged: engines up to 25 do not apply its own profile";
            return match context.engine(c.node).and_then(major) {
                Some(major) if major < KEEPS_PROFILE => Seen::Offends(why.into()),
                _ => Seen::Unsaid(why.into()),
            };
        }
        other => return Seen::Unsaid(unsaid("Privileged", other)),
    }
    match profile {
        None | Some("") => default_seccomp(c, context),
        Some(_) if context.engine(c.node).and_then(|info| lists(info, "seccomp")) == Some(false) => {
            Seen::Offends("the engine of this node applies no seccomp profiles".into())
        }
        Some("builtin") => Seen::Holds,
        Some(text) if text.trim_start().starts_with('{') => own_seccomp(c.container),
        Some(other) => Seen::Unsaid(format!("seccomp={other}, which nothing is known about")),
    }
}

/// A profile that blocks nothing of what the engine's own blocks is none by another name.
fn own_seccomp(container: &Container) -> Seen {
    match container.seccomp.read("what its own seccomp profile blocks") {
        Ok(SeccompProfile::Blocks(calls)) if calls.is_empty() => {
            Seen::Offends("its own profile blocks none of the system calls that the engine's blocks".into())
        }
        Ok(SeccompProfile::Blocks(_)) => Seen::Holds,
        Ok(SeccompProfile::Unreadable(why)) => Seen::Unsaid(format!("its own seccomp profile: {why}")),
        Ok(SeccompProfile::NotGiven) => Seen::Unsaid("the text of its own seccomp profile was not found".into()),
        Err(absent) => Seen::Lacking(absent),
    }
}

/// `seccomp:=unconfined`, as the texts write it, in either spelling that engines read.
fn prints_unconfined(c: &Placed<'_>, _: &Context<'_>) -> Option<bool> {
    let options = list(&c.container.security_opt)?;
    let unconfined = ["seccomp=unconfined", "seccomp:unconfined"];
    Some(options.iter().any(|option| unconfined.contains(&option.as_str())))
}

fn no_new_privileges<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let options = match security_options(c.container) {
        Ok(options) => options,
        Err(unsaid) => return unsaid,
    };
    match option(options, "no-new-privileges") {
        // The words that engines read as true.
        Some("true" | "True" | "TRUE" | "t" | "T" | "1") => Seen::Holds,
        Some(value) => Seen::Offends(format!("no-new-privileges={value}")),
        None if context.engine(c.node).and_then(|info| lists(info, "no-new-privileges")) == Some(true) => Seen::Unsaid(
            "the engine restricts what it makes now by default; whether this container was made since, it \
             does not say"
                .into(),
        ),
        None => Seen::Offends("no-new-privileges is not set".into()),
    }
}

/// A user id of 0 in any spelling, or the name root; nothing is root as well. Which number another name has stands
/// in the image: what runs shows it.
fn user<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let user = match &c.container.user {
        Field::Is(user) => user.as_str(),
        Field::Absent | Field::Null => "",
        other @ Field::Odd(_) => return Seen::Unsaid(unsaid("User", other)),
    };
    let name = user.split(':').next().unwrap_or_default().trim();
    if name.is_empty() {
        return Seen::Offends("no user, which is root".into());
    }
    let digits = name.strip_prefix(['+', '-']).unwrap_or(name);
    let is_zero = !digits.is_empty() && digits.chars().all(|c| c == '0');
    if name == "root" || is_zero {
        return Seen::Offends(user.into());
    }
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return Seen::Holds;
    }
    by_what_runs(name, c, context)
}

/// The least number that hosts set aside for the users of containers: below it, a number is the host's own.
const SUBORDINATE: u32 = 65_536;

fn by_what_runs<'a>(name: &str, c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let unknown = |why: &str| Seen::Unsaid(format!("{name}: {why}"));
    let Some(running) = context.running(c.container) else {
        return unknown("which number this user has is seen only while it runs, and what runs in it was not seen");
    };
    let mapped = match context.engine(c.node) {
        Some(info) => maps_users(info) && c.container.userns_mode != Field::Is("host".into()),
        None => false,
    };
    match running.user.read("as whom the programs of containers run") {
        Ok(Field::Is(0)) => Seen::Offends(format!("{name}, whose number is 0: it runs as root")),
        Ok(Field::Is(number)) if mapped || (context.engine(c.node).is_none() && *number >= SUBORDINATE) => {
            unknown("the engine gives users other numbers on the host, where its programs are seen")
        }
        Ok(Field::Is(_)) => Seen::Holds,
        Ok(_) => unknown("the list of its programs does not say as which number it runs"),
        Err(absent) => Seen::Lacking(absent),
    }
}

/// Engines before 20.10 keep the spelling that was given: in any case, with `CAP_` or without.
fn is_same_capability(a: &str, b: &str) -> bool {
    bare(a).eq_ignore_ascii_case(bare(b))
}

fn bare(name: &str) -> &str {
    match name.split_at_checked(4) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("CAP_") => rest,
        _ => name,
    }
}

fn names(list: &[String], capability: &str) -> bool {
    list.iter().any(|name| is_same_capability(name, capability))
}

/// A list of capabilities; engines send null for an empty one.
fn capabilities<'c>(name: &str, field: &'c Field<Vec<String>>) -> Result<&'c [String], Seen> {
    match field {
        Field::Is(list) => Ok(list),
        Field::Null => Ok(&[]),
        other => Err(Seen::Unsaid(unsaid(name, other))),
    }
}

/// Nothing is added that the policy does not allow for the container, and all is dropped that it demands.
fn within_caps<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let (added, dropped, privileged) = {
        let added = capabilities("CapAdd", &c.container.cap_add);
        let dropped = capabilities("CapDrop", &c.container.cap_drop);
        match (added, dropped, &c.container.privileged) {
            (Err(unsaid), ..) | (_, Err(unsaid), _) => return unsaid,
            (Ok(added), Ok(dropped), Field::Is(privileged)) => (added, dropped, *privileged),
            (.., other) => return Seen::Unsaid(unsaid("Privileged", other)),
        }
    };
    let rules = context.policy.con_caps.iter().flatten();
    let about = || rules.clone().filter(|rule| rule.selector.selects(c.container));
    let allowed = |capability: &str| about().any(|rule| names(&rule.allow_add, capability));
    let allows_all = allowed("ALL");

    let mut wrong = Vec::new();
    if privileged && !allows_all {
        wrong.push("privileged, which has every capability".to_owned());
    }
    let surplus = added.iter().filter(|name| !allows_all && !allowed(name));
    wrong.extend(surplus.map(|name| format!("{name} is added")));
    let adds_all = names(added, "ALL");
    for demanded in about().flat_map(|rule| &rule.require_drop) {
        // What is dropped by name stays dropped where all is added, and what is added by name stays where
        // all is dropped.
        let by_name = names(dropped, demanded) && !names(added, demanded);
        let with_all = names(dropped, "ALL") && !adds_all && !names(added, demanded);
        if privileged || !(by_name || with_all) {
            wrong.push(format!("{demanded} is not dropped"));
        }
    }
    if wrong.is_empty() { Seen::Holds } else { Seen::Offends(wrong.join(", ")) }
}

/// The same without `Privileged`, which the check's command does not print.
fn prints_surplus<'a>(c: &Placed<'a>, context: &Context<'a>) -> Option<bool> {
    let added = list(&c.container.cap_add)?;
    let rules = context.policy.con_caps.iter().flatten();
    let about = || rules.clone().filter(|rule| rule.selector.selects(c.container));
    let allowed = |capability: &str| about().any(|rule| names(&rule.allow_add, capability));
    let dropped = list(&c.container.cap_drop)?;
    let is_dropped =
        |name: &str| (names(dropped, name) || names(dropped, "ALL") && !names(added, "ALL")) && !names(added, name);
    let surplus = added.iter().any(|name| !allowed("ALL") && !allowed(name));
    let kept = about().flat_map(|rule| &rule.require_drop).any(|name| !is_dropped(name));
    Some(surplus || kept)
}

fn requires_caps(policy: &Policy) -> Result<(), Absent> {
    policy.con_caps.as_ref().map(|_| ()).ok_or_else(|| CON_CAPS.absent())
}

/// DKER-EE-001960 and CNTR-MK-001220.
pub static PRIVILEGED: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-privileged",
        asks: "No container runs privileged",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(all "{{.HostConfig.Privileged}}", "A line that ends in true is a finding."),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001960", "CNTR-MK-001220"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "Privileged is false",
    fault: "they are privileged",
    look: privileged,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter { command: Command::All, finds: |c, _| c.container.privileged.get().copied(), words: "" },
};

/// DKER-EE-002070.
pub static SECCOMP: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-seccomp",
        asks: "No container runs without a seccomp profile",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}",
            "seccomp=unconfined or seccomp:unconfined is a finding, and so is true at the end. docker info \
             names seccomp under Security Options where the engine applies profiles at all."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002070"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "a seccomp profile, the engine's default or one of its own",
    fault: "no seccomp profile filters their system calls",
    look: seccomp,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: prints_unconfined,
        words: "it does not look at Privileged, nor at what the engine applies",
    },
};

/// CNTR-MK-001170.
pub static SECCOMP_LABELLED: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-seccomp-mke",
        asks: "No container runs without a seccomp profile",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}",
            "seccomp=unconfined or seccomp:unconfined is a finding, and so is true at the end. docker info \
             names seccomp under Security Options where the engine applies profiles at all."
        ),
        met: Met::RealProduct,
    },
    rules: &["CNTR-MK-001170"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "a seccomp profile, the engine's default or one of its own",
    fault: "no seccomp profile filters their system calls",
    look: seccomp,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::LabelledRunning,
        finds: prints_unconfined,
        words: "it does not look at Privileged, nor at what the engine applies",
    },
};

/// DKER-EE-002110 and CNTR-MK-001010.
pub static NO_NEW_PRIVILEGES: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-no-new-privileges",
        asks: "No container can gain privileges through setuid or setgid programs",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.SecurityOpt}}",
            "A line without no-new-privileges, or with no-new-privileges=false, is a finding."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002110", "CNTR-MK-001010"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "SecurityOpt has no-new-privileges",
    fault: "they can gain privileges",
    look: no_new_privileges,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| {
            let options = list(&c.container.security_opt)?;
            Some(!options.iter().any(|option| option.contains("no-new-privileges")))
        },
        words: "any entry with the word no-new-privileges does, no-new-privileges=false among them",
    },
};

/// DKER-EE-003200.
pub static USER: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-user",
        asks: "No container runs as root",
        needs: &[Need::EngineContainers, Need::EngineProcesses, Need::EngineInfo, Need::EngineNodes],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.Config.User}}",
            "A line that ends in nothing, root, or the number 0 before a colon is a finding. For another name, \
             docker top CONTAINER -eo pid,uid,comm shows the number: 0 is root."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-003200"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "User is neither empty nor root nor 0",
    fault: "they run as root",
    look: user,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| match &c.container.user {
            Field::Is(user) => Some(matches!(user.as_str(), "" | "0" | "root")),
            Field::Absent | Field::Null => Some(true),
            Field::Odd(_) => None,
        },
        words: "it names 0, root and no user, and no other spelling of them such as 0:0",
    },
};

/// DKER-EE-001950 and CNTR-MK-000560.
pub static CAPABILITIES: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-capabilities",
        asks: "Containers have no kernel capabilities beyond those the organisation has listed",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[CON_CAPS],
        by_hand: by_hand!(
            all "{{.HostConfig.CapAdd}} {{.HostConfig.CapDrop}} {{.HostConfig.Privileged}}",
            "Hold each line against the plan; true at the end stands for every capability."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001950", "CNTR-MK-000560"],
    requires: requires_caps,
    whose: Whose::All,
    on: None,
    expected: "only the capabilities that the policy lists for it",
    fault: "they have capabilities that the policy does not list",
    look: within_caps,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter { command: Command::All, finds: prints_surplus, words: "it does not print Privileged" },
};
