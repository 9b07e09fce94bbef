//! The labels that an engine puts under its security options: FIPS mode, `SELinux`.
//!
//! How this could pass without evidence: a label found in the middle of another word, or a list that is
//! empty because UCP gives none. Only the name of an option counts, and only in an engine's own answer.

use super::{Answer, EveryEngine, Look, Seen, is_ucp, ucp_speaks};
use crate::facts::Need;
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::probes::{Card, Deciding, Met};

#[cfg(test)]
pub(super) use tests::cases;

const NEEDS: &[Need] = &[Need::EngineInfo, Need::EngineNodes];

/// Every engine runs in FIPS mode.
pub static FIPS: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-fips",
        asks: "the engine runs in FIPS mode",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "On each node, as somebody who may use the engine's socket:\n  \
            docker info --format '{{json .SecurityOptions}}'\n\
            The list holds name=fips. Through UCP the list is empty and says nothing.",
        met: Met::LabOnly,
    },
    subject: "SecurityOptions",
    expected: "name=fips",
    look: Look::Info(|info| labelled(info, "fips").into()),
    letter: "",
};

/// The same, where the letter of the check asks the controllers only.
pub static CONTROLLER_FIPS: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-fips-mke",
        asks: "the engine runs in FIPS mode",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "On each node, as somebody who may use the engine's socket:\n  \
            docker info --format '{{json .SecurityOptions}}'\n\
            The list holds name=fips. Through a client bundle of MKE the list is empty and says nothing.",
        met: Met::LabOnly,
    },
    subject: "SecurityOptions",
    expected: "name=fips",
    look: Look::Info(|info| {
        let seen = labelled(info, "fips");
        // An engine outside a swarm is the only one there is.
        let is_worker = info.swarm.manager == Field::Is(false) && info.swarm.state == Field::Is("active".into());
        let by_letter = is_worker || !matches!(seen, Seen::Open(_));
        Answer { seen, by_letter }
    }),
    letter: "the check looks at the MKE controllers only; the requirement is about the cluster, and workers lack FIPS mode",
};

/// Every engine on Red Hat Enterprise Linux or `CentOS` has `SELinux` switched on.
pub static SELINUX: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-selinux",
        asks: "the engine uses SELinux, if it runs on Red Hat Enterprise Linux or CentOS",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "On each node that runs Red Hat Enterprise Linux or CentOS:\n  \
            docker info --format '{{.OperatingSystem}} {{json .SecurityOptions}}'\n\
            The list holds name=selinux. Through a client bundle of MKE the list is empty and says nothing.",
        met: Met::LabOnly,
    },
    subject: "SecurityOptions",
    expected: "name=selinux",
    look: Look::Info(|info| selinux(info).into()),
    letter: "",
};

fn labelled(info: &Info, name: &str) -> Seen {
    if is_ucp(&info.server_version) {
        return ucp_speaks();
    }
    match &info.security_options {
        Field::Is(options) if options.iter().any(|option| named(option) == name) => Seen::Holds,
        Field::Is(options) if !options.is_empty() => Seen::Open(options.join(", ")),
        // An engine writes null where it has none.
        Field::Is(_) | Field::Null => Seen::Open("no security options at all".into()),
        Field::Absent => Seen::Undecided("absent from the answer".into()),
        Field::Odd(kind) => Seen::Undecided(format!("{kind}, not a list of strings")),
    }
}

/// The name of an option: `name=seccomp,profile=default` since API 1.25, `seccomp` before.
fn named(option: &str) -> &str {
    let name = option.split(',').next().unwrap_or_default().trim();
    name.strip_prefix("name=").unwrap_or(name)
}

fn selinux(info: &Info) -> Seen {
    if is_ucp(&info.server_version) {
        return ucp_speaks();
    }
    let system = info.operating_system.trim();
    let lower = system.to_ascii_lowercase();
    // An engine that cannot tell says so in angle brackets or not at all, UCP says `linux`, and one in
    // a container sees the container's files.
    let untold = ["", "linux", "<unknown>", "unknown", "unknown linux"];
    if untold.contains(&lower.as_str()) || lower.contains("(containerized)") {
        return Seen::Undecided(format!("the operating system is not known (says {system:?})"));
    }
    let is_meant = ["red hat", "redhat", "rhel", "centos"].iter().any(|family| lower.contains(family));
    if is_meant {
        labelled(info, "selinux")
    } else {
        Seen::Apart(format!("runs {system}: neither Red Hat Enterprise Linux nor CentOS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::finding::Finding;
    use crate::policy::Policy;
    use crate::probes::Probe as _;
    use crate::probes::cases::{Case, Kind};
    use crate::probes::engine::tests::{engine, silent, swarm_of};
    use crate::xccdf::Verdict;

    fn info(system: &str, options: &[&str]) -> Info {
        Info {
            operating_system: system.into(),
            security_options: Field::Is(options.iter().map(|o| (*o).to_owned()).collect()),
            ..Info::default()
        }
    }

    const RHEL: &str = "Red Hat Enterprise Linux Server 7.6 (Maipo)";
    const ALL: &[&str] = &["name=seccomp,profile=default", "name=selinux", "name=fips"];

    fn one(info: Info) -> Facts {
        swarm_of(vec![engine("m1", info)])
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for probe in [&FIPS, &CONTROLLER_FIPS, &SELINUX] {
            let silent_about_it = Info { security_options: Field::Absent, ..info(RHEL, &[]) };
            cases.extend([
                Case::new(probe, Kind::Passes, "the label is there", one(info(RHEL, ALL)), Verdict::Pass),
                Case::new(
                    probe,
                    Kind::Fails,
                    "another label is there",
                    one(info(RHEL, &["name=seccomp"])),
                    Verdict::Fail,
                ),
                Case::new(probe, Kind::Absent, "the list is not in the answer", one(silent_about_it), Verdict::Error),
                Case::new(probe, Kind::Broken, "no answer", silent(), Verdict::Error),
            ]);
        }
        cases
    }

    fn decide(probe: &EveryEngine, facts: &Facts) -> Finding {
        probe.decide(facts, &Policy::default()).expect("a finding")
    }

    #[test]
    fn only_the_whole_name_of_an_option_counts() {
        for (options, verdict) in [
            (&["name=fips"][..], Verdict::Pass),
            (&["fips"], Verdict::Pass),
            (&["name=seccomp,profile=fips"], Verdict::Fail),
            (&["name=nofips"], Verdict::Fail),
            (&[], Verdict::Fail),
        ] {
            assert_eq!(decide(&FIPS, &one(info(RHEL, options))).verdict(), verdict, "{options:?}");
        }
        let null = Info { security_options: Field::Null, ..info(RHEL, &[]) };
        assert_eq!(decide(&FIPS, &one(null)).verdict(), Verdict::Fail);
    }

    #[test]
    fn an_answer_of_ucp_at_an_engines_address_says_nothing() {
        for options in [Field::Null, Field::Is(vec![]), Field::Is(vec!["name=fips".into()])] {
            let ucp = Info { server_version: "ucp/3.2.5".into(), security_options: options, ..info(RHEL, &[]) };
            assert_eq!(decide(&FIPS, &one(ucp)).verdict(), Verdict::Error);
        }
    }

    #[test]
    fn selinux_is_for_red_hat_and_centos() {
        for (system, verdict) in [
            ("Ubuntu 18.04.3 LTS", Verdict::NotApplicable),
            ("SUSE Linux Enterprise Server 12 SP4", Verdict::NotApplicable),
            ("Windows Server 2019 Datacenter", Verdict::NotApplicable),
            ("CentOS Linux 7 (Core)", Verdict::Fail),
            (RHEL, Verdict::Fail),
            ("", Verdict::Error),
            ("linux", Verdict::Error),
            ("<unknown>", Verdict::Error),
            ("Alpine Linux v3.10 (containerized)", Verdict::Error),
        ] {
            let finding = decide(&SELINUX, &one(info(system, &["name=apparmor"])));
            assert_eq!(finding.verdict(), verdict, "{system}");
        }
        let mixed = |options: &[&str]| {
            swarm_of(vec![
                engine("m1", info(RHEL, options)),
                engine("w1", info("Ubuntu 18.04.3 LTS", &["name=apparmor"])),
            ])
        };
        assert_eq!(decide(&SELINUX, &mixed(ALL)).verdict(), Verdict::Pass);
        assert_eq!(decide(&SELINUX, &mixed(&[])).verdict(), Verdict::Fail);
    }

    #[test]
    fn it_is_applicable_while_a_node_was_not_asked() {
        let ubuntu = info("Ubuntu 18.04.3 LTS", &[]);
        let mut facts = swarm_of(vec![engine("m1", ubuntu.clone()), engine("w1", ubuntu)]);
        facts.engines.truncate(1);
        assert_eq!(decide(&SELINUX, &facts).verdict(), Verdict::Error);
    }

    #[test]
    fn the_letter_asks_the_controllers_only() {
        let in_swarm = |options, manager| {
            let mut info = info(RHEL, options);
            info.swarm.state = Field::Is("active".into());
            info.swarm.manager = Field::Is(manager);
            info
        };
        let worker_lacks = swarm_of(vec![engine("m1", in_swarm(ALL, true)), engine("w1", in_swarm(&[], false))]);
        let finding = decide(&CONTROLLER_FIPS, &worker_lacks);
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
        assert_eq!(decide(&FIPS, &worker_lacks).literal(), None);
        let manager_lacks = swarm_of(vec![engine("m1", in_swarm(&[], true)), engine("w1", in_swarm(ALL, false))]);
        assert_eq!(decide(&CONTROLLER_FIPS, &manager_lacks).literal(), None);
    }
}
