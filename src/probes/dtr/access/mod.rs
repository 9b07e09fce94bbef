//! In DTR, organisations, teams and users have the access that the organisation approved, and no more.
//!
//! How this could pass without evidence: a list of teams, members or rights that was cut off at its first
//! page; a team known by its id only; rights on a whole namespace, or in a user's own, that nobody looks
//! at. The fact is whole by its type and holds all of these, and each thing in it has to be on the
//! policy's list: what is not recognised there is open, never passed over.

use std::collections::BTreeSet;

use super::where_in_use;
use crate::facts::dtr::{Access as Rights, Granted, Organisation, Team};
use crate::facts::{Absent, Facts, Need, Origin};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{AllowedAccess, AllowedRepository, DTR_ACCESS, DTR_IN_USE, Policy};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// The organisation that UCP puts every user into. Being in it gives nothing.
const EVERYBODY: &str = "docker-datacenter";
/// Everything there is, in a value of the policy.
const EVERYTHING: &str = "*/*";
/// Levels of access, each with all that those before it may do.
const LEVELS: [&str; 3] = ["read-only", "read-write", "admin"];

/// See the module.
pub struct Access;

static CARD: Card = Card {
    name: "dtr-access",
    asks: "Organisations, teams and users have only the approved access to DTR's repositories",
    needs: &[Need::DtrAccess],
    decides_with: Deciding::Policy,
    parameters: &[DTR_ACCESS, DTR_IN_USE],
    by_hand: "In DTR: Organizations, each with its members and teams, and for each team its members and repositories; Users, each with the repositories of its own. Or, all pages of\n  \
        curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/enzi/v0/accounts/ORG/teams/TEAM/members\n  \
        curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/api/v0/accounts/ORG/teams/TEAM/repositoryAccess\n  \
        curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/api/v0/repositoryNamespaces/ORG/teamAccess",
    met: Met::LabOnly,
};

impl Probe for Access {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        where_in_use(facts, policy, || {
            let mut parts = Parts::default();
            let allowed = parts.take(policy.dtr_access.as_deref().ok_or_else(|| DTR_ACCESS.absent()));
            let rights = parts.look_at_part(&facts.dtr.access).map(|part| part.seen);
            let Some((allowed, rights)) = allowed.zip(rights) else {
                return Ok(parts.fold(|_| String::new()));
            };
            let mut judging = Judging { origin: &rights.origin, allowed: Allowed(allowed), open: Vec::new(), held: 0 };
            for organisation in rights.value.organisations() {
                judging.organisation(organisation);
            }
            for (user, repositories) in rights.value.owned() {
                judging.user(user, repositories);
            }
            judging.administrators(&rights.value);
            Ok(judging.finding(&rights.value, parts))
        })
    }
}

/// What the policy approves.
#[derive(Clone, Copy)]
struct Allowed<'a>(&'a [AllowedAccess]);

impl<'a> Allowed<'a> {
    fn org(self, org: &str) -> impl Iterator<Item = &'a AllowedAccess> {
        self.0.iter().filter(move |a| a.user.is_empty() && a.org == org)
    }

    /// What a user has alone: in a namespace of the user's own, as the owner of an organisation
    /// (`org/*`), as an administrator (`*/*`).
    fn user(self, user: &str) -> impl Iterator<Item = &'a AllowedRepository> {
        self.0.iter().filter(move |a| !a.user.is_empty() && a.user == user).flat_map(|a| &a.repos)
    }

    /// The user may do everything in this namespace.
    fn owns(self, user: &str, namespace: &str) -> bool {
        let all = Granted { on: format!("{namespace}/*"), level: "admin".into() };
        covers(self.user(user), &all) == Some(true)
    }
}

struct Judging<'a> {
    origin: &'a Origin,
    allowed: Allowed<'a>,
    /// What is not approved, or cannot be told.
    open: Vec<Observation>,
    /// How much was looked at and is approved.
    held: u64,
}

impl Judging<'_> {
    fn see(&mut self, subject: String, expected: &str, actual: &str, holds: bool) {
        if holds {
            self.held += 1;
        } else {
            self.open.push(Observation::seen(self.origin, subject, expected, actual, false));
        }
    }

    fn organisation(&mut self, organisation: &Organisation) {
        let Organisation { name, members, teams } = organisation;
        let allowed = self.allowed;
        // Whoever may be in one of its teams may be in the organisation.
        let known: BTreeSet<&str> = allowed.org(name).flat_map(|a| a.members.iter().map(String::as_str)).collect();
        let is_known = allowed.org(name).next().is_some();
        if !is_known && name != EVERYBODY {
            let actual = format!(
                "has {} and {}",
                counted(members.len() as u64, "member", "members"),
                counted(teams.len() as u64, "team", "teams")
            );
            self.see(format!("organisation {name}"), "an organisation that the policy names", &actual, false);
        }
        for member in members {
            let subject = || format!("{} in organisation {name}", member.name);
            let owns = allowed.owns(&member.name, name);
            if member.admin {
                let expected = "no owner but those who may do everything in it by the policy";
                self.see(subject(), expected, "an owner of the organisation", owns);
            } else if name != EVERYBODY && is_known {
                let holds = owns || known.contains(member.name.as_str());
                let expected = "a member of a team that the policy lets be one";
                self.see(subject(), expected, "a member of the organisation", holds);
            }
        }
        for team in teams {
            self.team(name, team);
        }
    }

    fn team(&mut self, org: &str, team: &Team) {
        let shown = format!("team {org}/{}", team.name);
        let entries: Vec<&AllowedAccess> = self.allowed.org(org).filter(|a| a.team == team.name).collect();
        let is_known = !entries.is_empty();
        let actual = format!(
            "has {} and {} of access",
            counted(team.members.len() as u64, "member", "members"),
            counted(team.access.len() as u64, "right", "rights")
        );
        self.see(shown.clone(), "a team that the policy names", &actual, is_known);
        for member in team.members.iter().filter(|_| is_known) {
            let holds = entries.iter().any(|a| a.members.contains(&member.name));
            let subject = format!("{} in {shown}", member.name);
            self.see(subject, "a member that the policy names", "a member", holds);
        }
        for granted in &team.access {
            let repos = entries.iter().flat_map(|a| &a.repos);
            self.right(&shown, granted, repos);
        }
    }

    fn user(&mut self, user: &str, repositories: &[String]) {
        for repository in repositories {
            // Users may do everything in their own namespace.
            let granted = Granted { on: repository.clone(), level: "admin".into() };
            let repos = self.allowed.user(user);
            self.right(&format!("user {user}"), &granted, repos);
        }
    }

    fn right<'r>(&mut self, who: &str, granted: &Granted, allowed: impl Iterator<Item = &'r AllowedRepository>) {
        let subject = format!("{who} on {}", granted.on);
        let expected = "a repository and a level that the policy gives";
        match covers(allowed, granted) {
            Some(holds) => self.see(subject, expected, &granted.level, holds),
            None => self.open.push(Observation::undecided(
                self.origin,
                subject,
                expected,
                "a level that nothing is known about",
            )),
        }
    }

    /// Administrators may do everything. The policy may name them, as users who may; where it names
    /// none, they are shown and not judged.
    fn administrators(&mut self, rights: &Rights) {
        let named = self.allowed.0.iter().any(|a| !a.user.is_empty() && a.repos.iter().any(|r| r.name == EVERYTHING));
        for user in rights.administrators().iter().filter(|_| named) {
            let holds = self.allowed.user(user).any(|r| r.name == EVERYTHING);
            self.see(
                format!("user {user}"),
                "an administrator that the policy names",
                "an administrator of DTR",
                holds,
            );
        }
    }

    fn finding(self, rights: &Rights, mut parts: Parts) -> Finding {
        let organisations = rights.organisations();
        let teams = organisations.iter().flat_map(|o| &o.teams);
        let (mut count, mut members, mut granted) = (0, 0, 0);
        for team in teams {
            count += 1;
            members += team.members.len() as u64;
            granted += team.access.len() as u64;
        }
        let own: usize = rights.owned().values().map(Vec::len).sum();
        let looked = format!(
            "{}, {}, {} in teams, {} of teams, {} of users' own",
            counted(organisations.len() as u64, "organisation", "organisations"),
            counted(count, "team", "teams"),
            counted(members, "place", "places"),
            counted(granted, "right", "rights"),
            counted(own as u64, "repository", "repositories"),
        );
        let open = self.open.iter().filter(|o| o.verdict() == Verdict::Fail).count();
        let mut observations = self.open;
        observations.push(Observation::seen(
            self.origin,
            "everything else in DTR",
            "as the policy approves it",
            format!("{} things are ({looked})", self.held),
            true,
        ));
        let everybody = organisations.iter().find(|o| o.name == EVERYBODY);
        if let Some(organisation) = everybody {
            let plain = organisation.members.iter().filter(|m| !m.admin).count();
            observations.push(Observation::seen(
                self.origin,
                format!("organisation {EVERYBODY}"),
                "left apart: UCP puts every user into it, which gives nothing in DTR",
                counted(plain as u64, "plain member", "plain members"),
                true,
            ));
        }
        let administrators: Vec<&str> = rights.administrators().iter().map(String::as_str).collect();
        observations.push(Observation::seen(
            self.origin,
            "administrators of DTR, who may do everything",
            "shown; judged where the policy names some, as users with admin on */*",
            administrators.join(", "),
            true,
        ));
        parts.extend(observations);
        parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("Access to DTR is as the policy approves it: {looked}."),
            Verdict::Fail => format!(
                "{} beyond what the policy approves in DTR ({looked}).",
                counted(open as u64, "thing is", "things are")
            ),
            _ => "DTR speaks of levels of access that nothing is known about.".into(),
        })
    }
}

/// Whether one of these gives what was granted; none where the level is not known.
fn covers<'r>(mut allowed: impl Iterator<Item = &'r AllowedRepository>, granted: &Granted) -> Option<bool> {
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
    let wanted = rank(&granted.level)?;
    Some(allowed.any(|entry| {
        // A level of the policy that is not known gives nothing.
        let enough = rank(&entry.level).is_some_and(|given| given >= wanted);
        let inside = entry
            .name
            .strip_suffix("/*")
            .and_then(|namespace| granted.on.strip_prefix(namespace)?.strip_prefix('/'))
            .is_some_and(|rest| !rest.is_empty());
        enough && (inside || entry.name == granted.on || entry.name == EVERYTHING)
    }))
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
