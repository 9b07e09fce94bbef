use std::collections::BTreeMap;

use super::*;
use crate::facts::dtr::Member;
use crate::probes::cases::{Case, Kind, broken, read};

fn member(name: &str, admin: bool) -> Member {
    Member { name: name.into(), admin }
}

fn granted(on: &str, level: &str) -> Granted {
    Granted { on: on.into(), level: level.into() }
}

fn organisation() -> Organisation {
    Organisation {
        name: "eng".into(),
        members: vec![member("ann", false), member("olga", true)],
        teams: vec![Team {
            name: "ci".into(),
            members: vec![member("ann", true)],
            access: vec![granted("eng/app", "read-write")],
        }],
    }
}

fn policy() -> Policy {
    let repo = |name: &str, level: &str| AllowedRepository { name: name.into(), level: level.into() };
    let user = |user: &str, repos| AllowedAccess { user: user.into(), repos, ..AllowedAccess::default() };
    Policy {
        dtr_access: Some(vec![
            AllowedAccess {
                org: "eng".into(),
                team: "ci".into(),
                members: vec!["ann".into()],
                repos: vec![repo("eng/app", "read-write")],
                ..AllowedAccess::default()
            },
            user("olga", vec![repo("eng/*", "admin")]),
            user("j.doe", vec![repo("j.doe/*", "admin")]),
        ]),
        ..Policy::default()
    }
}

fn facts(organisations: Vec<Organisation>, owned: &[(&str, &str)]) -> Facts {
    let mut by_user: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (user, repository) in owned {
        let of_user = by_user.entry((*user).to_owned()).or_default();
        of_user.push((*repository).to_owned());
    }
    let admins = BTreeSet::from(["admin".to_owned()]);
    let mut facts = Facts::default();
    facts.dtr.access = read(Need::DtrAccess, Rights::new(organisations, by_user, admins));
    facts
}

fn changed(change: impl FnOnce(&mut Organisation)) -> Facts {
    let mut organisation = organisation();
    change(&mut organisation);
    facts(vec![organisation], &[])
}

pub(crate) fn cases() -> Vec<Case> {
    let case = |kind, what: &str, facts, verdict| Case::new(&Access, kind, what, facts, verdict).with(policy());
    let mut down = Facts::default();
    down.dtr.access = broken();
    let everybody = Organisation { name: EVERYBODY.into(), members: vec![member("zoe", false)], teams: Vec::new() };
    let nobody_knows = Organisation { name: "shadow".into(), ..Organisation::default() };
    vec![
        case(
            Kind::Passes,
            "as approved",
            facts(vec![everybody, organisation()], &[("j.doe", "j.doe/tool")]),
            Verdict::Pass,
        ),
        case(Kind::Passes, "nothing at all", facts(vec![], &[]), Verdict::Pass),
        case(
            Kind::Fails,
            "another member of a team",
            changed(|o| o.teams[0].members.push(member("eve", false))),
            Verdict::Fail,
        ),
        case(Kind::Fails, "a higher level", changed(|o| o.teams[0].access[0].level = "admin".into()), Verdict::Fail),
        case(
            Kind::Fails,
            "another repository",
            changed(|o| o.teams[0].access.push(granted("eng/other", "read-only"))),
            Verdict::Fail,
        ),
        case(
            Kind::Fails,
            "a whole namespace",
            changed(|o| o.teams[0].access.push(granted("eng/*", "read-only"))),
            Verdict::Fail,
        ),
        case(
            Kind::Fails,
            "another team, empty",
            changed(|o| {
                o.teams.push(Team { name: "new".into(), ..Team::default() });
            }),
            Verdict::Fail,
        ),
        case(Kind::Fails, "another owner, who may be a member", changed(|o| o.members[0].admin = true), Verdict::Fail),
        case(
            Kind::Fails,
            "another member of the organisation, in no team",
            changed(|o| o.members.push(member("eve", false))),
            Verdict::Fail,
        ),
        case(Kind::Fails, "another organisation", facts(vec![nobody_knows], &[]), Verdict::Fail),
        case(
            Kind::Fails,
            "a repository of a user whom the policy does not name",
            facts(vec![], &[("eve", "eve/tool")]),
            Verdict::Fail,
        ),
        case(
            Kind::Absent,
            "a level that is not known",
            changed(|o| o.teams[0].access[0].level = "owner".into()),
            Verdict::Error,
        ),
        Case::new(&Access, Kind::Absent, "no policy", changed(|_| {}), Verdict::NotChecked),
        case(Kind::Broken, "down", down, Verdict::Error),
    ]
}

#[test]
fn each_thing_beyond_the_policy_is_named() {
    let facts = changed(|o| {
        o.teams[0].members.push(member("eve", false));
        o.teams[0].access.push(granted("eng/other", "read-only"));
    });
    let finding = Access.decide(&facts, &policy()).expect("a finding");
    let open: Vec<&str> =
        finding.observations().iter().filter(|o| o.verdict() == Verdict::Fail).map(Observation::subject).collect();
    assert_eq!(open, ["eve in team eng/ci", "team eng/ci on eng/other"]);
    assert!(finding.summary().starts_with("2 things"), "{}", finding.summary());
}

#[test]
fn administrators_are_judged_where_the_policy_names_some() {
    let mut policy = policy();
    let named = |user: &str| AllowedAccess {
        user: user.into(),
        repos: vec![AllowedRepository { name: EVERYTHING.into(), level: "admin".into() }],
        ..AllowedAccess::default()
    };
    let decide = |policy: &Policy| {
        let finding = Access.decide(&changed(|_| {}), policy).expect("a finding");
        finding.verdict()
    };
    assert_eq!(decide(&policy), Verdict::Pass);
    policy.dtr_access.get_or_insert_default().push(named("root"));
    assert_eq!(decide(&policy), Verdict::Fail);
    policy.dtr_access.get_or_insert_default().push(named("admin"));
    assert_eq!(decide(&policy), Verdict::Pass);
}

#[test]
fn what_covers_a_right() {
    let allows = |name: &str, level: &str, on: &str, wanted: &str| {
        let entry = [AllowedRepository { name: name.into(), level: level.into() }];
        covers(entry.iter(), &granted(on, wanted))
    };
    assert_eq!(allows("eng/app", "admin", "eng/app", "read-only"), Some(true));
    assert_eq!(allows("eng/app", "read-only", "eng/app", "read-write"), Some(false));
    assert_eq!(allows("eng/*", "read-only", "eng/app", "read-only"), Some(true));
    assert_eq!(allows("eng/*", "read-only", "eng/*", "read-only"), Some(true));
    assert_eq!(allows("eng/app", "admin", "eng/*", "read-only"), Some(false));
    assert_eq!(allows("eng/*", "admin", "engineering/app", "read-only"), Some(false));
    assert_eq!(allows("eng/app", "everything", "eng/app", "read-only"), Some(false));
    assert_eq!(allows("eng/app", "admin", "eng/app", "everything"), None);
}
