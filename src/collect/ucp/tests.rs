//! What is read of the lab's UCP, and what becomes of it when a list breaks.

use std::collections::BTreeSet;
use std::path::Path;

use crate::collect::{Progress, Targets, UcpTarget, base_url, collect};
use crate::facts::tls::{Answer, certificates_from_pem};
use crate::facts::{Absent, Fact, Need, Ucp};
use crate::lab::{Lab, Options};
use crate::target::Login;
use crate::target::credentials::UcpIdentity;

struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str, _: u64, _: u64) {}
}

/// What these needs bring from a lab in this scenario.
async fn read(scenario: &str, needs: &[Need]) -> Ucp {
    let options = Options { scenario: scenario.parse().expect("a scenario"), ..Options::default() };
    let lab = Lab::start(options).await.expect("a lab");
    let login = Login { username: lab.username().to_owned(), password: lab.password().clone() };
    let targets = Targets {
        ucp: Some(UcpTarget {
            url: base_url(lab.ucp_url()).expect("URL"),
            identity: Some(UcpIdentity::Login(login)),
            pin: None,
        }),
        roots: certificates_from_pem(lab.ca_pem().as_bytes()).expect("PEM"),
        ..Targets::default()
    };
    let needs: BTreeSet<Need> = needs.iter().copied().collect();
    let never = std::future::pending();
    let collected = Box::pin(collect(&needs, &targets, Path::new("."), &Silent, never)).await;
    lab.stop().await;
    collected.expect("facts").facts.ucp
}

#[tokio::test]
async fn accounts_are_read_over_many_pages() {
    let accounts = read("hardened", &[Need::UcpAccounts]).await.accounts;
    let accounts = &accounts.read().expect("accounts").value;
    assert_eq!((accounts.users().len(), accounts.organisations().len()), (61, 5));
    assert_eq!(accounts.users().iter().filter(|u| u.admin).count(), 1);
    assert!(accounts.user("j.doe").is_some_and(|u| u.active));
    let teams = |org: &str| accounts.organisation(org).map(|o| o.teams.len());
    assert_eq!([teams("engineering"), teams("ops"), teams("docker-datacenter")], [Some(28), Some(10), Some(0)]);
    let engineering = accounts.organisation("engineering").expect("engineering");
    let members = |team: &str| engineering.team(team).map(|t| t.members.len());
    assert_eq!([members("operators"), members("ci"), members("idle")], [Some(28), Some(10), Some(0)]);
}

#[tokio::test]
async fn grants_have_names_over_many_pages() {
    let grants = read("hardened,scheduler-by-role", &[Need::UcpGrants]).await.grants;
    let grants = &grants.read().expect("grants").value;
    assert_eq!(grants.list().len(), 65);
    assert!(grants.list().iter().all(|g| g.subject.name.is_some() && g.object.path.is_some()));
    let operators = grants.list().iter().find(|g| g.subject.name.as_deref() == Some("engineering/operators"));
    assert_eq!(operators.and_then(|g| g.object.path.as_deref()), Some("/Shared/engineering"));
    // This collection is in no list.
    let ci = grants.list().iter().find(|g| g.subject.name.as_deref() == Some("engineering/ci"));
    assert_eq!(ci.and_then(|g| g.object.path.as_deref()), Some("/Shared/engineering/build"));
    let last = grants.list().last().expect("a grant");
    assert!(last.subject.is_docker_datacenter() && last.object.is_root());
    assert!(grants.role_names(last).any(|name| name == "deployer"));
}

#[tokio::test]
async fn a_list_that_breaks_is_no_fact() {
    const LISTS: [(&str, Need); 4] = [
        ("accounts", Need::UcpAccounts),
        ("teams", Need::UcpAccounts),
        ("members", Need::UcpAccounts),
        ("grants", Need::UcpGrants),
    ];
    for (list, need) in LISTS {
        for fault in ["403", "truncated", "repeated-marker", "count-short"] {
            let fault = format!("{list}-{fault}");
            let ucp = read(&fault, &[need]).await;
            let absent = ucp.each().find(|(n, _)| *n == need).and_then(|(_, f)| f.absent().cloned());
            assert!(matches!(absent, Some(Absent::Failed { .. })), "{fault}: {absent:?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_no_administrator_sees_a_part_which_is_no_fact() {
    let needs = [Need::UcpGrants, Need::UcpAccounts, Need::UcpKeys];
    let ucp = read("not-admin", &needs).await;
    for (need, fact) in ucp.each().filter(|(n, _)| needs.contains(n)) {
        let Some(Absent::Failed { reason, .. }) = fact.absent() else {
            panic!("{need}");
        };
        assert!(reason.contains("no administrator"), "{need}: {reason}");
    }
}

#[tokio::test]
async fn keys_are_those_of_every_user_page_by_page() {
    let keys = read("hardened", &[Need::UcpKeys]).await.keys;
    let keys = &keys.read().expect("keys").value;
    assert_eq!(keys.users(), 61);
    let of = |name: &str| keys.keys().iter().filter(|k| k.account == name).count();
    assert_eq!((of("c.clark"), of("f.frank"), of("a.adams")), (27, 1, 0));
    let none = read("no-keys", &[Need::UcpKeys]).await.keys;
    assert_eq!(none.read().expect("keys").value.keys(), []);
}

#[tokio::test]
async fn versions_of_tls_are_told_apart() {
    let tried = async |scenario: &str| {
        let Fact::Read(read) = read(scenario, &[Need::UcpTlsVersions]).await.tls_versions else {
            panic!("{scenario}");
        };
        read.value
    };
    let sound = tried("hardened").await;
    for old in [&sound.tls10, &sound.tls11] {
        assert!(matches!(old, Answer::Refused(_)), "{old:?}");
    }
    assert_eq!([sound.tls12, sound.tls13], [Answer::Accepted, Answer::Accepted]);
    assert_eq!(tried("tls-1.0").await.tls10, Answer::Accepted);
    assert_eq!(tried("tls-1.1").await.tls11, Answer::Accepted);
    let hung_up = tried("tls-hangs-up").await;
    assert_eq!([hung_up.tls10, hung_up.tls12], [Answer::Closed, Answer::Accepted]);
}
