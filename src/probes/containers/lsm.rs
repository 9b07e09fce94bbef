//! `AppArmor` and `SELinux`: which nodes such a rule is about, and what it asks of containers there.
//!
//! How these could pass, or be not applicable, without evidence: a node whose system nobody asked for,
//! taken for one of another kind. Only the node's own engine says its system (through UCP there is none),
//! so a node without an engine of its own, and one that does not say its system, is missed and makes the
//! rule undecided. Not applicable is what every node was seen for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::engine_wide::lists;
use super::letter::{Command, Letter, has_word, list, prints};
use super::population::{Context, Placed, Population};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::{Absent, Facts, Need, Origin};
use crate::finding::{Finding, Observation};
use crate::probes::{Card, Deciding, Met};

/// Whether a rule is about a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Applies {
    /// It is.
    Yes,
    /// It is not, for what is seen there.
    No(String),
    /// Nobody can say.
    Unknown(&'static str),
}

/// The nodes that a rule is about, and those it is not.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    nodes: HashMap<&'a str, Applies>,
    others: BTreeMap<String, (&'a Origin, Vec<&'a str>)>,
}

impl<'a> Ground<'a> {
    /// Asks each node what it is. Those that cannot be told are missed.
    pub(super) fn survey(
        facts: &'a Facts,
        on: fn(&Info) -> Applies,
        population: &mut Population<'a>,
    ) -> Result<Self, Absent> {
        let infos = facts.every_engine(|engine| &engine.info)?;
        let mut nodes = HashMap::new();
        let mut others: BTreeMap<String, (&Origin, Vec<&str>)> = BTreeMap::new();
        for (node, read) in infos.seen() {
            let applies = on(&read.value);
            match &applies {
                Applies::Yes => {}
                Applies::No(what) => {
                    let (_, names) = others.entry(what.clone()).or_insert_with(|| (&read.origin, Vec::new()));
                    names.push(node);
                }
                Applies::Unknown(why) => population.everywhere.miss(node, *why),
            }
            nodes.insert(node, applies);
        }
        let known: BTreeSet<String> =
            population.everywhere.missed().iter().map(|missed| missed.place.clone()).collect();
        for missed in infos.missed().iter().filter(|m| !known.contains(&m.place)) {
            population.everywhere.miss(&missed.place, &missed.reason);
        }
        let strange: BTreeSet<&str> = population
            .all()
            .map(|placed| placed.node)
            .filter(|node| !nodes.contains_key(node) && !known.contains(*node))
            .collect();
        for node in strange {
            population.everywhere.miss(node, "which system this node runs is not known: add its engine with --engine");
        }
        Ok(Ground { nodes, others })
    }

    /// The rule is about this node.
    pub(super) fn holds(&self, node: &str) -> bool {
        self.nodes.get(node) == Some(&Applies::Yes)
    }

    /// The finding where every node was seen and the rule is about none of them.
    pub(super) fn elsewhere(&self, population: &Population<'_>) -> Option<Finding> {
        let none = self.nodes.values().all(|applies| matches!(applies, Applies::No(_)));
        let whole = population.everywhere.missed().is_empty();
        (none && whole && !self.nodes.is_empty()).then(|| {
            let what: Vec<&str> = self.others.keys().map(String::as_str).collect();
            let summary = format!("The rule is about no node: {}.", what.join("; "));
            Finding::not_applicable(self.lines(), summary).on(&population.everywhere)
        })
    }

    /// The nodes that the rule is not about, by what they are.
    pub(super) fn lines(&self) -> Vec<Observation> {
        const NAMED: usize = 30;
        let lines = self.others.iter().map(|(what, (origin, nodes))| {
            let mut names: Vec<&str> = nodes.iter().copied().take(NAMED).collect();
            let rest = format!("and {} more", nodes.len().saturating_sub(NAMED));
            if nodes.len() > NAMED {
                names.push(&rest);
            }
            let subject = format!("nodes: {}", names.join(", "));
            let at = origin.whole();
            Observation::seen(at, subject, "the rule is not about these", what, true)
        });
        lines.collect()
    }
}

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

/// The system of a node, where its own engine says it. UCP says `linux`.
fn system(info: &Info) -> Option<&str> {
    let name = info.operating_system.trim();
    (!name.is_empty() && !name.eq_ignore_ascii_case("linux") && !name.starts_with('<')).then_some(name)
}

const NO_SYSTEM: &str = "its engine does not say which system it runs on";

fn ubuntu(info: &Info) -> Applies {
    match system(info) {
        None => Applies::Unknown(NO_SYSTEM),
        Some(name) if has_word(name, &["ubuntu"]) => Applies::Yes,
        Some(name) => Applies::No(format!("{name} is not Ubuntu")),
    }
}

fn ubuntu_with_app_armor(info: &Info) -> Applies {
    match (ubuntu(info), lists(info, "apparmor")) {
        (Applies::Yes, Some(true)) => Applies::Yes,
        // One without root cannot load profiles: that does not say that the node does without.
        (Applies::Yes, Some(false)) if lists(info, "rootless") == Some(true) => Applies::Yes,
        (Applies::Yes, Some(false)) => Applies::No(format!("{} without AppArmor", info.operating_system)),
        (Applies::Yes, None) => Applies::Unknown("its engine does not say whether it uses AppArmor"),
        (other, _) => other,
    }
}

fn red_hat_with_selinux(info: &Info) -> Applies {
    match (system(info), lists(info, "selinux")) {
        (None, _) => Applies::Unknown(NO_SYSTEM),
        (Some(name), _) if !has_word(name, &["red hat", "rhel", "centos"]) => {
            Applies::No(format!("{name} is neither Red Hat Enterprise Linux nor CentOS"))
        }
        (_, Some(true)) => Applies::Yes,
        // That the engine leaves SELinux out does not say that the node does without.
        (_, Some(false)) => Applies::Unknown(
            "its engine does not use SELinux (selinux-enabled in daemon.json); whether the node does, it does not say",
        ),
        (_, None) => Applies::Unknown("its engine does not say whether it uses SELinux"),
    }
}

/// A profile other than none. A container that never ran has none yet: the engine gives it its default
/// when it starts, unless it is privileged.
fn confined<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let profile = &c.container.app_armor_profile;
    match profile.get().map(String::as_str) {
        Some("") => {
            let never_ran = c.container.status == Field::Is("created".into());
            let privileged = c.container.privileged != Field::Is(false);
            let engine = context.engine(c.node).and_then(|info| lists(info, "apparmor"));
            if never_ran && !privileged && engine == Some(true) {
                Seen::Noted("it has not run yet and gets the engine's default profile then".into())
            } else {
                Seen::Offends("no profile".into())
            }
        }
        Some("unconfined") => Seen::Offends("unconfined".into()),
        Some(_) => Seen::Holds,
        None => Seen::Unsaid(unsaid("AppArmorProfile", profile)),
    }
}

fn confined_unless_privileged<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match &c.container.privileged {
        Field::Is(true) => Seen::Holds,
        Field::Is(false) => confined(c, context),
        other => Seen::Unsaid(unsaid("Privileged", other)),
    }
}

/// DKER-EE-001930.
pub static APPARMOR: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-apparmor",
        asks: "On Ubuntu, an AppArmor profile confines every container",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.AppArmorProfile}}",
            "On Ubuntu nodes, a line that ends in nothing or in unconfined is a finding; docker info shows the \
             node's system and, under Security Options, AppArmor."
        ),
        met: Met::LabOnly,
    },
    rules: &["DKER-EE-001930"],
    requires: nothing,
    whose: Whose::All,
    on: Some(ubuntu),
    expected: "AppArmorProfile is neither empty nor unconfined",
    fault: "no AppArmor profile confines them",
    look: confined,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| {
            let profile = c.container.app_armor_profile.get()?;
            Some(matches!(profile.as_str(), "" | "unconfined"))
        },
        words: "an empty profile is no valid one, whether or not the container ever ran",
    },
};

/// CNTR-MK-000520.
pub static APPARMOR_UNPRIVILEGED: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-apparmor-unprivileged",
        asks: "On Ubuntu with AppArmor, a profile confines every container that is not privileged",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.AppArmorProfile}} {{.HostConfig.Privileged}}",
            "On Ubuntu nodes with AppArmor, false after nothing or after unconfined is a finding."
        ),
        met: Met::LabOnly,
    },
    rules: &["CNTR-MK-000520"],
    requires: nothing,
    whose: Whose::All,
    on: Some(ubuntu_with_app_armor),
    expected: "AppArmorProfile is neither empty nor unconfined, unless Privileged",
    fault: "no AppArmor profile confines them",
    look: confined_unless_privileged,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| {
            let unconfined = prints(&c.container.app_armor_profile, "unconfined")?;
            Some(unconfined && !c.container.privileged.get().copied()?)
        },
        words: "it greps for unconfined and does not see an empty profile",
    },
};

fn label_kept<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    match &c.container.security_opt {
        Field::Null => Seen::Holds,
        Field::Is(options) => {
            // A bare `disable` is an old spelling that engines still read.
            let off = ["label=disable", "label:disable", "disable"];
            match options.iter().find(|option| off.contains(&option.as_str())) {
                Some(option) => Seen::Offends(option.clone()),
                None => Seen::Holds,
            }
        }
        other => Seen::Unsaid(unsaid("SecurityOpt", other)),
    }
}

/// `{{ .Name }}: SecurityOpt={{ … }}`, filtered for words of the product. Through UCP the name holds the
/// node.
fn kept_line(c: &Placed<'_>) -> bool {
    const WORDS: &[&str] = &["ucp", "kube", "dtr"];
    let container = c.container;
    let node = container.node.as_deref().unwrap_or_default();
    let options = list(&container.security_opt).unwrap_or_default();
    let line = [node, &container.name].into_iter().chain(options.iter().map(String::as_str));
    !line.into_iter().any(|text| has_word(text, WORDS))
}

/// DKER-EE-001940.
pub static SELINUX: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-selinux-label",
        asks: "On Red Hat and CentOS hosts with SELinux, no container runs with its label disabled",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.HostConfig.SecurityOpt}}",
            "On Red Hat Enterprise Linux and CentOS with SELinux, label=disable or label:disable anywhere in \
             the list is a finding."
        ),
        met: Met::LabOnly,
    },
    rules: &["DKER-EE-001940"],
    requires: nothing,
    whose: Whose::All,
    on: Some(red_hat_with_selinux),
    expected: "SecurityOpt without label=disable",
    fault: "their SELinux label is disabled",
    look: label_kept,
    services: None,
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Lines(kept_line),
        finds: |c, _| Some(list(&c.container.security_opt)? == ["label=disable"]),
        words: "it compares the whole list with [label=disable]",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    fn info(system: &str, options: &[&str]) -> Info {
        Info {
            operating_system: system.into(),
            security_options: Field::Is(options.iter().map(|o| (*o).to_owned()).collect()),
            ..Info::default()
        }
    }

    #[test]
    fn a_node_is_what_its_engine_says() {
        let no = |applies| matches!(applies, Applies::No(_));
        let unknown = |applies| matches!(applies, Applies::Unknown(_));
        assert_eq!(ubuntu(&info("Ubuntu 20.04.6 LTS", &[])), Applies::Yes);
        assert!(no(ubuntu(&info("Debian GNU/Linux 12 (bookworm)", &["name=apparmor"]))));
        for nobody_knows in ["", "linux", "<unknown>"] {
            assert!(unknown(ubuntu(&info(nobody_knows, &[]))));
            assert!(unknown(red_hat_with_selinux(&info(nobody_knows, &["name=selinux"]))));
        }
        assert!(no(ubuntu_with_app_armor(&info("Ubuntu 20.04", &["name=seccomp,profile=default"]))));
        let with = info("Ubuntu 20.04", &["name=apparmor", "name=seccomp,profile=default"]);
        assert_eq!(ubuntu_with_app_armor(&with), Applies::Yes);
        assert_eq!(ubuntu_with_app_armor(&info("Ubuntu 20.04", &["name=rootless"])), Applies::Yes);
        let silent = Info { security_options: Field::Absent, ..with };
        assert!(unknown(ubuntu_with_app_armor(&silent)));
        let red_hat = "Red Hat Enterprise Linux 8.6 (Ootpa)";
        assert_eq!(red_hat_with_selinux(&info(red_hat, &["name=selinux"])), Applies::Yes);
        assert_eq!(red_hat_with_selinux(&info("CentOS Linux 7 (Core)", &["selinux"])), Applies::Yes);
        assert!(unknown(red_hat_with_selinux(&info(red_hat, &["name=fips"]))));
        assert!(no(red_hat_with_selinux(&info("Ubuntu 20.04", &["name=selinux"]))));
    }
}
