//! Neither administrators nor users can place containers on UCP's managers and DTR's nodes.
//!
//! How this could pass without evidence: grants that were not read to the last page, or by an account
//! that sees only some; ids that nobody looked up; a role of another name that lets its holder schedule;
//! a role whose operations UCP does not say; another collection that holds the managers (`/System`); another
//! subject that is everybody (`authenticated`, `anonymous`). The first three are no fact at all
//! ([`crate::facts::access::Grants`]); the fourth is found by its operations, the fifth is undecided; of
//! subjects, objects and roles every combination is judged, and a test has them in a table.

use super::{Card, Deciding, Met, Probe, counted};
use crate::facts::access::{Grant, Grants, Schedules};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::Policy;
use crate::xccdf::Verdict;

/// How many grants UCP gives to whoever does not ask for more.
const FIRST_PAGE: usize = 10;

/// See the module.
pub struct Scheduling {
    card: &'static Card,
    letter: Letter,
}

/// What the check's own steps look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    /// The key in the file, and the first page of the grants.
    Commands,
    /// Two boxes in the web console.
    Console,
}

const NEEDS: &[Need] = &[Need::UcpConfig, Need::UcpGrants];

const BY_HAND: &str = concat!(
    config_by_hand!("enable_admin_ucp_scheduling under [scheduling_configuration]"),
    "\nThen read the grants, page by page, with the address in quotes:\n  \
     curl --cacert ca.pem --cert cert.pem --key key.pem \\\n    \
     'https://UCP/collectionGrants?subjectType=all&limit=1000'\n\
     with start= and nextPageStart as long as that is not empty, and look for a grant on the object swarm (/) \
     or system (/System) to the organisation docker-datacenter or to the subject authenticated or anonymous, \
     whose role is scheduler or fullcontrol, or holds Node Schedule (https://UCP/roles)."
);

/// 001890.
pub static SCHEDULING: Scheduling = Scheduling {
    card: &Card {
        name: "ucp-scheduling",
        asks: "neither administrators nor users can place containers on UCP's managers and DTR's nodes",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    letter: Letter::Commands,
};

/// CNTR-MK-000490: the same, as the console has it.
pub static SCHEDULING_MKE: Scheduling = Scheduling {
    card: &Card {
        name: "mke-scheduling",
        asks: "neither administrators nor users can place containers on MKE's managers and MSR's nodes",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    letter: Letter::Console,
};

impl Probe for Scheduling {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let config = parts.look(&facts.ucp.config);
        let grants = parts.look_at_part(&facts.ucp.grants).map(|part| part.seen);
        parts.extend(config.into_iter().flat_map(switches));
        let switched = parts.open() > 0;
        let everybodys = grants.map_or(Vec::new(), |grants| everybodys(&grants.value));
        let total = grants.map_or(0, |grants| grants.value.list().len());
        if let Some(grants) = grants {
            parts.extend(everybodys.iter().map(|(grant, why)| observe(grants, grant, *why)));
            parts.see(Observation::seen(
                &grants.origin,
                "all grants",
                "none lets everybody schedule on the collections / and /System",
                format!("{} of {total} do not", total - everybodys.len()),
                true,
            ));
        }
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!(
                "Both switches are off, and none of {} lets everybody schedule on managers and DTR's nodes.",
                counted(total as u64, "grant", "grants")
            ),
            Verdict::Fail if switched => {
                "A switch lets administrators or users place containers on managers and DTR's nodes.".into()
            }
            Verdict::Fail => "A grant lets everybody place containers on managers and DTR's nodes.".into(),
            _ => "A grant on / or /System is everybody's, and UCP does not say whether its role lets them schedule."
                .into(),
        });
        Ok(match config.zip(grants) {
            Some((config, grants)) => {
                let (letter, why) = self.letter.of(&config.value, &grants.value, &everybodys);
                finding.beside_letter(letter, why)
            }
            None => finding,
        })
    }
}

/// The switches. UCP from 3.1 on has no switch for users, but a grant.
fn switches(config: &Read<Config>) -> Vec<Observation> {
    let observe = |setting: Setting| {
        let stands = config.value.stands(setting, None);
        Observation::seen(&config.origin, setting.shown(), "false", stands.shown(), stands.flag() == Some(false))
    };
    let mut switches = vec![observe(Setting::AdminScheduling)];
    if config.value.get(Setting::UserScheduling).is_some() {
        switches.push(observe(Setting::UserScheduling));
    }
    switches
}

/// The grants that everybody has where managers and DTR's nodes are, and that let them schedule, or of which that
/// is not known.
fn everybodys(grants: &Grants) -> Vec<(&Grant, Schedules)> {
    let all = grants.list().iter();
    all.filter(|g| g.subject.is_everybody() && g.object.holds_managers())
        .map(|g| (g, grants.lets_schedule(g)))
        .filter(|(_, schedules)| *schedules != Schedules::No)
        .collect()
}

fn observe(grants: &Read<Grants>, grant: &Grant, why: Schedules) -> Observation {
    let role = match grants.value.role(grant) {
        Some(role) if role.name != grant.role => format!("{} ({})", role.name, grant.role),
        _ => grant.role.clone(),
    };
    let subject = format!("grant to {} on {}", grant.subject.shown(), grant.object.shown());
    let expected = "no role that lets its holder schedule";
    match why {
        Schedules::Unknown => Observation::undecided(
            &grants.origin,
            subject,
            expected,
            format!("the role {role}, of which UCP does not say what it lets its holder do"),
        ),
        Schedules::ByOperation => Observation::seen(
            &grants.origin,
            subject,
            expected,
            format!("the role {role}, which holds Node Schedule"),
            false,
        ),
        Schedules::FullControl => Observation::seen(
            &grants.origin,
            subject,
            expected,
            format!("the role {role}, which holds every operation"),
            false,
        ),
        _ => Observation::seen(&grants.origin, subject, expected, format!("the role {role}"), false),
    }
}

impl Letter {
    fn of(self, config: &Config, grants: &Grants, everybodys: &[(&Grant, Schedules)]) -> (Verdict, &'static str) {
        let written = config.get(Setting::AdminScheduling);
        let is_scheduler = |(_, why): &(&Grant, Schedules)| *why == Schedules::Scheduler;
        let open = match self {
            Letter::Commands => {
                let page = grants.list().iter().take(FIRST_PAGE);
                let shown = page.filter(|g| g.object.is_root() && g.subject.is_docker_datacenter());
                let mut shown = shown.map(|g| (g, grants.lets_schedule(g)));
                written != Some(&Written::Boolean(false)) || shown.any(|s| is_scheduler(&s))
            }
            Letter::Console => {
                let off = matches!(written, None | Some(Written::Boolean(false)));
                // The box stands for a grant on / to all who are logged in.
                let box_of = |(grant, _): &(&Grant, Schedules)| grant.object.is_root() && !grant.subject.is_anonymous();
                !off || everybodys.iter().any(|it| box_of(it) && is_scheduler(it))
            }
        };
        let why = match self {
            Letter::Commands if open => {
                "the check's command wants the key to be in the file and false, where it may also be absent"
            }
            Letter::Commands => {
                "the check's commands read the first ten grants, and look for the role Scheduler, for the \
                 organisation docker-datacenter, for the collection /, and for administrators' switch only"
            }
            Letter::Console => {
                "the check looks at the two boxes of the web console only, which stand for one switch and \
                 for grants of the role Scheduler on the collection /"
            }
        };
        (if open { Verdict::Fail } else { Verdict::Pass }, why)
    }
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::access::{Object, Role, Subject};
    use crate::facts::field::Field;
    use crate::probes::cases::{Case, Kind, broken, configured, read};

    fn grant(subject: &str, role: &str, object: &str) -> Grant {
        let named = matches!(subject, "authenticated" | "docker-datacenter");
        Grant {
            subject: Subject {
                id: if named { subject.into() } else { format!("id-{subject}") },
                kind: String::new(),
                name: Some(subject.into()),
            },
            role: role.into(),
            object: Object { id: format!("id-{object}"), path: Some(object.into()) },
        }
    }

    fn roles() -> std::collections::BTreeMap<String, Role> {
        let role = |name: &str, operations| Role { name: name.into(), operations };
        let is = |names: &[&str]| Field::Is(names.iter().map(|n| (*n).to_owned()).collect());
        [
            ("viewonly".to_owned(), role("View Only", is(&["Node View"]))),
            ("u1".to_owned(), role("deployer", is(&["node schedule "]))),
            ("u2".to_owned(), role("Scheduler", Field::Absent)),
            ("u3".to_owned(), role("odd", Field::Odd("a string".into()))),
        ]
        .into()
    }

    const OFF: &str = "[scheduling_configuration]\nenable_admin_ucp_scheduling = false\n";

    fn facts(toml: &str, list: Vec<Grant>) -> Facts {
        let mut facts = configured(toml);
        facts.ucp.grants = read(Need::UcpGrants, Grants::new(list, roles()));
        facts
    }

    fn decide(toml: &str, list: Vec<Grant>) -> Finding {
        SCHEDULING.decide(&facts(toml, list), &Policy::default()).expect("a finding")
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for rule in [&SCHEDULING, &SCHEDULING_MKE] {
            let mut case = |kind, what: &str, facts, verdict| {
                cases.push(Case::new(rule, kind, what, facts, verdict));
            };
            case(Kind::Passes, "no grant at all", facts(OFF, vec![]), Verdict::Pass);
            let harmless = vec![
                grant("docker-datacenter", "scheduler", "/Shared"),
                grant("docker-datacenter", "viewonly", "/"),
                grant("docker-datacenter", "none", "/"),
                grant("ops", "scheduler", "/"),
            ];
            case(Kind::Passes, "grants that are others", facts(OFF, harmless), Verdict::Pass);
            case(Kind::Absent, "no switch in the file", facts("[auth]\n", vec![]), Verdict::Pass);
            let on = "[scheduling_configuration]\nenable_admin_ucp_scheduling = true\n";
            case(Kind::Fails, "administrators", facts(on, vec![]), Verdict::Fail);
            let users = "[scheduling_configuration]\nenable_user_ucp_scheduling = true\n";
            case(Kind::Fails, "users, on UCP 3.0", facts(users, vec![]), Verdict::Fail);
            let odd = "[scheduling_configuration]\nenable_admin_ucp_scheduling = 'false'\n";
            case(Kind::Fails, "a text", facts(odd, vec![]), Verdict::Fail);
            for subject in ["docker-datacenter", "authenticated"] {
                for role in ["scheduler", "u1", "u2"] {
                    let list = vec![grant(subject, role, "/")];
                    case(Kind::Fails, role, facts(OFF, list), Verdict::Fail);
                }
                for role in ["u3", "nobody-knows"] {
                    let list = vec![grant(subject, role, "/")];
                    case(Kind::Absent, role, facts(OFF, list), Verdict::Error);
                }
            }
            let mut down = facts(OFF, vec![]);
            down.ucp.grants = broken();
            case(Kind::Broken, "no grants", down, Verdict::Error);
        }
        cases
    }

    /// What a grant's part is to the rule.
    const YES: Option<bool> = Some(true);
    const NO: Option<bool> = Some(false);
    const UNSAID: Option<bool> = None;

    /// Id, kind, name, and whether it is everybody.
    const SUBJECTS: [(&str, &str, Option<&str>, Option<bool>); 12] = [
        ("authenticated", "", Some("authenticated"), YES),
        ("a1", "authenticated", None, YES),
        ("o1", "org", Some("docker-datacenter"), YES),
        ("docker-datacenter", "", None, YES),
        ("anonymous", "", Some("anonymous"), YES),
        ("a2", "anonymous", None, YES),
        ("o2", "org", Some("engineering"), NO),
        ("t1", "team", Some("docker-datacenter/ops"), NO),
        ("t2", "team", Some("engineering/authenticated"), NO),
        ("u1", "user", Some("alice"), NO),
        ("x1", "", None, NO),
        ("agent", "agent", Some("agent"), NO),
    ];

    /// Id, path, and whether it holds managers and DTR's nodes.
    const OBJECTS: [(&str, Option<&str>, Option<bool>); 13] = [
        ("swarm", Some("/"), YES),
        ("swarm", None, YES),
        ("c1", Some("/"), YES),
        ("system", Some("/System"), YES),
        ("system", None, YES),
        ("c2", Some("/System"), YES),
        ("c3", Some("/System/"), YES),
        ("c4", Some("/System/managers"), YES),
        ("shared", Some("/Shared"), NO),
        ("c5", Some("/Systems"), NO),
        ("c6", Some("/Shared/System"), NO),
        ("kubernetesnamespaces", None, NO),
        ("kube-system", None, NO),
    ];

    /// Id, the role that UCP has of it, and whether it lets its holder schedule.
    fn every_role() -> Vec<(&'static str, Option<Role>, Option<bool>)> {
        let role = |name: &str, operations| Some(Role { name: name.into(), operations });
        let is = |names: &[&str]| Field::Is(names.iter().map(|n| (*n).to_owned()).collect());
        vec![
            ("scheduler", role("Scheduler", is(&["Node Schedule"])), YES),
            ("scheduler", None, YES),
            ("r1", role("Scheduler", Field::Absent), YES),
            ("fullcontrol", role("Full Control", is(&["Node Schedule", "Node View"])), YES),
            ("fullcontrol", role("Full Control", Field::Absent), YES),
            ("fullcontrol", None, YES),
            ("r2", role("Full Control", Field::Absent), YES),
            ("admin", None, YES),
            ("r3", role("deployer", is(&["Service Create", "node schedule "])), YES),
            ("none", role("None", is(&[])), NO),
            ("viewonly", role("View Only", is(&["Node View"])), NO),
            ("restrictedcontrol", role("Restricted Control", is(&["Container Create"])), NO),
            ("r4", role("node schedule", is(&["Node View"])), NO),
            ("r5", role("odd", Field::Odd("a string".into())), UNSAID),
            ("r6", role("unsaid", Field::Absent), UNSAID),
            ("restrictedcontrol", None, UNSAID),
            ("r7", None, UNSAID),
        ]
    }

    #[test]
    fn every_subject_with_every_role_on_every_object() {
        for rule in [&SCHEDULING, &SCHEDULING_MKE] {
            for (id, kind, name, everybody) in SUBJECTS {
                for (object, path, managers) in OBJECTS {
                    for (role, known, schedules) in every_role() {
                        let subject = Subject { id: id.into(), kind: kind.into(), name: name.map(str::to_owned) };
                        let object = Object { id: object.into(), path: path.map(str::to_owned) };
                        let roles = known.into_iter().map(|known| (role.to_owned(), known)).collect();
                        let what = format!("{subject:?} {role} {object:?}");
                        let list = vec![Grant { subject, role: role.into(), object }];
                        let mut facts = configured(OFF);
                        facts.ucp.grants = read(Need::UcpGrants, Grants::new(list, roles));
                        let finding = rule.decide(&facts, &Policy::default()).expect("a finding");
                        let wanted = match (everybody, managers, schedules) {
                            (YES, YES, YES) => Verdict::Fail,
                            (YES, YES, UNSAID) => Verdict::Error,
                            _ => Verdict::Pass,
                        };
                        assert_eq!(finding.verdict(), wanted, "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_letter_sees_ten_grants_one_role_and_one_organisation() {
        let letter = |toml: &str, list| decide(toml, list).literal().map(|l| l.verdict);
        let bad = || grant("docker-datacenter", "scheduler", "/");
        let filler = || (0..10).map(|n| grant(&format!("u{n}"), "viewonly", "/Shared"));
        assert_eq!(letter(OFF, vec![bad()]), None);
        assert_eq!(letter(OFF, filler().chain([bad()]).collect()), Some(Verdict::Pass));
        assert_eq!(letter(OFF, filler().take(9).chain([bad()]).collect()), None);
        for other in [grant("authenticated", "scheduler", "/"), grant("docker-datacenter", "u1", "/")] {
            assert_eq!(letter(OFF, vec![other]), Some(Verdict::Pass));
        }
        // The letter wants the key to be there.
        assert_eq!(letter("[auth]\n", vec![]), Some(Verdict::Fail));
        assert_eq!(letter("[auth]\n", vec![bad()]), None);
    }

    #[test]
    fn the_console_shows_an_absent_key_as_off() {
        let decide =
            |toml: &str, list| SCHEDULING_MKE.decide(&facts(toml, list), &Policy::default()).expect("a finding");
        assert_eq!(decide("[auth]\n", vec![]).literal(), None);
        assert_eq!(decide(OFF, vec![grant("authenticated", "scheduler", "/")]).literal(), None);
        for unseen in [
            grant("authenticated", "u1", "/"),
            grant("authenticated", "scheduler", "/System"),
            grant("authenticated", "fullcontrol", "/"),
        ] {
            let finding = decide(OFF, vec![unseen]);
            assert_eq!(finding.verdict(), Verdict::Fail);
            assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
        }
    }
}
