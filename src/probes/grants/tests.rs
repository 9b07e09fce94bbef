use super::*;
use crate::facts::Fact;
use crate::facts::access::{Object, Role, Subject as Holder};
use crate::facts::accounts::{Organisation, Team, User};
use crate::facts::kubernetes::Whole;
use crate::probes::cases::{Case, Kind, broken, configured, read};

fn grant(subject: (&str, Option<&str>), role: &str, object: (&str, Option<&str>)) -> Grant {
    Grant {
        subject: Holder { id: subject.0.into(), kind: String::new(), name: subject.1.map(str::to_owned) },
        role: role.into(),
        object: Object { id: object.0.into(), path: object.1.map(str::to_owned) },
    }
}

fn ops_view() -> Grant {
    grant(("t1", Some("eng/ops")), "viewonly", ("c1", Some("/Shared/eng")))
}

fn grants(list: Vec<Grant>) -> Grants {
    let role = |name: &str| Role { name: name.into(), ..Role::default() };
    let roles = [
        ("viewonly".to_owned(), role("View Only")),
        ("u1".to_owned(), role("viewonly")),
        ("u2".to_owned(), role("deployer")),
        ("u3".to_owned(), role("twice")),
        ("u4".to_owned(), role("twice")),
    ];
    Grants::new(list, roles.into())
}

fn facts(list: Vec<Grant>) -> Facts {
    let mut facts = configured("[auth]\n");
    facts.ucp.grants = read(Need::UcpGrants, grants(list));
    facts.kubernetes.bindings = read(Need::KubeBindings, Whole::new("1".into(), vec![cluster_admin()]));
    facts
}

/// These bindings, and the one that every cluster has.
fn bindings(mut list: Vec<Binding>) -> Facts {
    let mut facts = facts(vec![ops_view()]);
    list.push(cluster_admin());
    facts.kubernetes.bindings = read(Need::KubeBindings, Whole::new("1".into(), list));
    facts
}

fn accounts() -> Accounts {
    let user = |name: &str, id: &str| User { name: name.into(), id: id.into(), admin: false, active: true };
    let team = Team { name: "ops".into(), id: "t-1".into(), members: Vec::new() };
    let org = Organisation { name: "eng".into(), id: "o-1".into(), teams: vec![team] };
    let asker = User { admin: true, ..user("admin", "u-0") };
    Accounts::new(vec![asker, user("alice", "u-1"), user("bob", "u-2"), user("o-1", "u-3")], vec![org])
}

fn cluster_admin() -> Binding {
    let name = "cluster-admin".to_owned();
    Binding { name, ..binding("Group", "system:masters", "cluster-admin", None, true) }
}

fn binding(kind: &str, name: &str, role: &str, namespace: Option<&str>, bootstrapping: bool) -> Binding {
    Binding {
        namespace: namespace.map(str::to_owned),
        name: "b".into(),
        role_kind: "ClusterRole".into(),
        role: role.into(),
        subjects: vec![Subject {
            kind: kind.into(),
            namespace: (kind == "ServiceAccount").then(|| "shop".into()),
            name: name.into(),
        }],
        bootstrapping,
    }
}

fn policy(allowed: &[(&str, &str, &str)]) -> Policy {
    let approved = |(subject, role, object): &(&str, &str, &str)| AllowedGrant {
        subject: (*subject).into(),
        role: (*role).into(),
        object: (*object).into(),
    };
    Policy { ucp_grants: Some(allowed.iter().map(approved).collect()), ..Policy::default() }
}

const OPS: (&str, &str, &str) = ("eng/ops", "View Only", "/Shared/eng");

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let rules: [&'static dyn Probe; 2] = [&ApprovedGrants, &ApprovedAccess];
    for rule in rules {
        let mut case = |kind, what: &str, facts, allowed: &[_], verdict| {
            cases.push(Case::new(rule, kind, what, facts, verdict).with(policy(allowed)));
        };
        case(Kind::Passes, "approved", facts(vec![ops_view()]), &[OPS], Verdict::Pass);
        case(Kind::Passes, "none at all", facts(vec![]), &[OPS], Verdict::Pass);
        case(Kind::Fails, "nothing is approved", facts(vec![ops_view()]), &[], Verdict::Fail);
        for (what, other) in [
            ("another subject", ("eng/dev", "View Only", "/Shared/eng")),
            ("another role", ("eng/ops", "deployer", "/Shared/eng")),
            ("another object", ("eng/ops", "View Only", "/Shared")),
            ("a team without its organisation", ("ops", "View Only", "/Shared/eng")),
        ] {
            case(Kind::Fails, what, facts(vec![ops_view()]), &[other], Verdict::Fail);
        }
        let orphan = grant(("gone", None), "unheard-of", ("c9", None));
        let by_id = ("gone", "unheard-of", "c9");
        case(Kind::Absent, "ids that are nobody's", facts(vec![orphan.clone()]), &[OPS], Verdict::Fail);
        case(Kind::Absent, "and are approved", facts(vec![orphan]), &[by_id], Verdict::Pass);
        let mut down = facts(vec![]);
        down.ucp.grants = broken();
        case(Kind::Broken, "no grants", down, &[OPS], Verdict::Error);
    }
    let case = |kind, what: &str, facts, allowed: &[_], verdict| {
        Case::new(&ApprovedAccess, kind, what, facts, verdict).with(policy(allowed))
    };
    let mine = || bindings(vec![binding("User", "alice", "edit", Some("shop"), false)]);
    cases.push(case(Kind::Passes, "a binding", mine(), &[OPS, ("alice", "edit", "shop")], Verdict::Pass));
    for other in [("alice", "edit", "team-*"), ("alice", "admin", "shop"), ("bob", "edit", "shop")] {
        cases.push(case(Kind::Fails, "a binding", mine(), &[OPS, other], Verdict::Fail));
    }
    for (kind, what, id, allowed, verdict) in [
        (Kind::Passes, "a binding by a name", "u-1", "alice", Verdict::Pass),
        (Kind::Fails, "a binding by another name", "u-1", "bob", Verdict::Fail),
        (Kind::Fails, "a binding to nobody's id", "u-9", "bob", Verdict::Fail),
    ] {
        let mut facts = bindings(vec![binding("User", id, "edit", Some("shop"), false)]);
        facts.ucp.accounts = read(Need::UcpAccounts, accounts());
        cases.push(case(kind, what, facts, &[OPS, (allowed, "edit", "shop")], verdict));
    }
    let mut down = mine();
    down.kubernetes.bindings = broken();
    cases.push(case(Kind::Broken, "no bindings", down, &[OPS], Verdict::Error));
    cases
}

fn decide(list: Vec<Grant>, allowed: &[(&str, &str, &str)]) -> Finding {
    ApprovedGrants.decide(&facts(list), &policy(allowed)).expect("a finding")
}

#[test]
fn ids_names_and_paths_all_name_a_grant() {
    for allowed in [OPS, ("t1", "viewonly", "c1"), ("eng/ops", "viewonly", "/Shared/eng/")] {
        assert_eq!(decide(vec![ops_view()], &[allowed]).verdict(), Verdict::Pass, "{allowed:?}");
    }
    let root = grant(("t1", None), "viewonly", ("swarm", Some("/")));
    for (object, verdict) in [("/", Verdict::Pass), ("swarm", Verdict::Pass), ("", Verdict::Fail)] {
        let finding = decide(vec![root.clone()], &[("t1", "viewonly", object)]);
        assert_eq!(finding.verdict(), verdict, "{object:?}");
    }
}

#[test]
fn a_pattern_approves_what_it_says_and_no_more() {
    let private = |user: &str, of: &str| {
        grant(
            (&format!("id-{user}"), Some(user)),
            "restrictedcontrol",
            (&format!("c-{of}"), Some(&format!("/Shared/Private/{of}"))),
        )
    };
    let own_of_each = ("*", "restrictedcontrol", "/Shared/Private/{subject}");
    let own = |list| decide(list, &[own_of_each]).verdict();
    assert_eq!(own(vec![private("alice", "alice"), private("bob", "bob")]), Verdict::Pass);
    assert_eq!(own(vec![private("alice", "alice"), private("bob", "alice")]), Verdict::Fail, "another's");
    assert_eq!(own(vec![private("*", "alice")]), Verdict::Fail, "a name that is a pattern");
    let by_id = grant(("id-1", None), "restrictedcontrol", ("c1", Some("/Shared/Private/id-1")));
    assert_eq!(own(vec![by_id]), Verdict::Pass);
    let more = Grant { role: "fullcontrol".into(), ..private("alice", "alice") };
    assert_eq!(own(vec![more]), Verdict::Fail, "another role");

    let view = |subject: &str, object: &str| grant(("t1", Some(subject)), "viewonly", ("c1", Some(object)));
    for (subject, object, pattern, verdict) in [
        ("eng/ops", "/Shared/eng", ("eng/*", "viewonly", "/Shared/*"), Verdict::Pass),
        ("eng/ops", "/Shared/eng", ("eng/o?s", "View*", "/Shared/*/"), Verdict::Pass),
        ("eng/ops", "/Shared", ("eng/*", "viewonly", "/Shared/*"), Verdict::Fail),
        ("engine/ops", "/Shared/eng", ("eng/*", "viewonly", "/Shared/*"), Verdict::Fail),
        ("eng/ops", "/", ("eng/*", "viewonly", "*"), Verdict::Pass),
        ("eng/ops", "/Shared/eng", ("eng/*", "full*", "*"), Verdict::Fail),
    ] {
        assert_eq!(
            decide(vec![view(subject, object)], &[pattern]).verdict(),
            verdict,
            "{subject} {object} {pattern:?}"
        );
    }
}

#[test]
fn kubernetes_subjects_go_by_their_ids_and_by_the_names_of_the_accounts() {
    let decide = |binding, approved, accounts| {
        let mut facts = bindings(vec![binding]);
        facts.ucp.accounts = accounts;
        ApprovedAccess.decide(&facts, &policy(&[OPS, approved])).map(|finding| finding.verdict())
    };
    let known = |binding, approved| decide(binding, approved, read(Need::UcpAccounts, accounts())).expect("a finding");
    let to = |kind, name| binding(kind, name, "edit", Some("shop"), false);
    for (kind, id, name, verdict) in [
        ("User", "u-1", "alice", Verdict::Pass),
        ("User", "u-1", "u-1", Verdict::Pass),
        ("User", "u-1", "al*", Verdict::Pass),
        ("User", "u-1", "bob", Verdict::Fail),
        ("User", "u-9", "alice", Verdict::Fail),
        ("Group", "t-1", "eng/ops", Verdict::Pass),
        ("Group", "o-1", "eng", Verdict::Pass),
        ("Group", "u-1", "alice", Verdict::Fail),
        ("User", "t-1", "eng/ops", Verdict::Fail),
    ] {
        assert_eq!(known(to(kind, id), (name, "edit", "shop")), verdict, "{kind} {id} {name}");
    }
    // A namespace by a pattern, and all of them.
    let alice = |namespace| binding("User", "u-1", "edit", namespace, false);
    assert_eq!(known(alice(Some("shop")), ("alice", "edit", "sh*")), Verdict::Pass);
    assert_eq!(known(alice(Some("alice")), ("*", "edit", "{subject}")), Verdict::Pass);
    assert_eq!(known(alice(None), ("alice", "edit", "sh*")), Verdict::Fail);
    assert_eq!(known(alice(None), ("alice", "edit", "*")), Verdict::Pass);
    // Without the accounts there are no names; that they failed to come decides nothing.
    let without = Fact::Absent(Absent::NotCollected);
    assert_eq!(decide(alice(Some("shop")), ("alice", "edit", "shop"), without).ok(), Some(Verdict::Fail));
    assert_eq!(decide(alice(Some("shop")), ("u-1", "edit", "shop"), broken()), Ok(Verdict::Error));
    assert_eq!(decide(alice(Some("shop")), ("bob", "edit", "shop"), broken()), Ok(Verdict::Error));
    let robot = || binding("ServiceAccount", "robot", "edit", Some("shop"), false);
    assert_eq!(decide(robot(), ("bob", "edit", "shop"), broken()), Ok(Verdict::Fail), "has no other name");
}

#[test]
fn a_role_that_goes_by_anothers_name_is_not_that_role() {
    let by = |role: &str, approved: &str| {
        let grant = grant(("t1", None), role, ("c1", None));
        decide(vec![grant], &[("t1", approved, "c1")]).verdict()
    };
    // Somebody made a role `viewonly`, which is the id of a built-in one.
    assert_eq!(by("u1", "viewonly"), Verdict::Fail);
    assert_eq!(by("u1", "u1"), Verdict::Pass);
    assert_eq!(by("u2", "deployer"), Verdict::Pass);
    assert_eq!(by("u3", "twice"), Verdict::Fail, "two roles have this name");
    assert_eq!(by("u3", "u3"), Verdict::Pass);
}

#[test]
fn the_letter_sees_the_first_ten() {
    let eleven = |surplus: usize| {
        let mut list = vec![ops_view(); 11];
        list[surplus] = grant(("x", None), "viewonly", ("c1", None));
        decide(list, &[OPS])
    };
    assert_eq!(eleven(9).literal(), None);
    let hidden = eleven(10);
    assert_eq!(hidden.verdict(), Verdict::Fail);
    assert_eq!(hidden.literal().map(|l| l.verdict), Some(Verdict::Pass));
}

#[test]
fn approvals_that_nobody_uses_are_told_and_no_finding() {
    let finding = decide(vec![ops_view()], &[OPS, ("x", "y", "z")]);
    assert_eq!(finding.verdict(), Verdict::Pass);
    assert!(finding.observations().iter().any(|o| o.actual().contains("x / y / z")));
}

#[test]
fn kubernetes_own_bindings_need_more_than_their_label() {
    let decide = |binding| {
        let facts = bindings(vec![binding]);
        ApprovedAccess.decide(&facts, &policy(&[OPS])).expect("a finding").verdict()
    };
    let own = |kind, name, role| decide(binding(kind, name, role, None, true));
    assert_eq!(own("Group", "system:masters", "cluster-admin"), Verdict::Pass);
    assert_eq!(own("Group", "system:authenticated", "system:discovery"), Verdict::Pass);
    for (kind, name, role) in [
        ("User", "alice", "cluster-admin"),
        ("Group", "system:authenticated", "cluster-admin"),
        ("Group", "system:serviceaccounts:shop", "cluster-admin"),
        ("User", "system:serviceaccount:shop:x", "cluster-admin"),
        ("ServiceAccount", "x", "cluster-admin"),
    ] {
        assert_eq!(own(kind, name, role), Verdict::Fail, "{name}");
    }
    let unlabelled = binding("Group", "system:masters", "cluster-admin", None, false);
    assert_eq!(decide(unlabelled), Verdict::Fail);
}

#[test]
fn without_kubernetes_there_is_nothing_to_bind() {
    let mut facts = facts(vec![ops_view()]);
    facts.kubernetes.bindings = broken();
    facts.ucp.config = configured("[cluster_config]\nswarm_only = true\n").ucp.config;
    let finding = ApprovedAccess.decide(&facts, &policy(&[OPS])).expect("a finding");
    assert_eq!(finding.verdict(), Verdict::Pass);
}
