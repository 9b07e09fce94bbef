//! What is granted in UCP is what the organisation has approved.
//!
//! How this could pass without evidence: grants that were not read to the last page, or by an account
//! that sees only some; a grant matched by a name that is another's; a grant of which one part was not
//! looked at. The first two are no fact at all; subject, role and object must each match by id or by
//! name, the name of a role only where no other role has it ([`Grants::role_names`]); and a grant that no
//! approval matches is open. A pattern approves what it says and nothing by default; `{subject}` in it is
//! the very subject of the grant.

use std::collections::{BTreeSet, HashMap};

use super::{Card, Deciding, Met, Probe, counted};
use crate::facts::access::{Grant, Grants};
use crate::facts::accounts::Accounts;
use crate::facts::config::Setting;
use crate::facts::kubernetes::{Binding, Bindings, Subject};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{AllowedGrant, Policy, UCP_GRANTS};
use crate::xccdf::Verdict;

/// How many grants UCP gives to whoever does not ask for more.
const FIRST_PAGE: usize = 10;
const EXPECTED: &str = "a grant that the policy names ([ucp] grants)";

/// 001170: UCP's own grants.
pub struct ApprovedGrants;

static CARD: Card = Card {
    name: "ucp-approved-grants",
    asks: "every grant in UCP is one that the organisation has approved",
    needs: &[Need::UcpGrants],
    decides_with: Deciding::Policy,
    parameters: &[UCP_GRANTS],
    by_hand: "Read the grants with an administrator's client bundle, with the address in quotes:\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem \\\n    \
        'https://UCP/collectionGrants?subjectType=all&showPaths=true&limit=1000'\n\
        and go on with start= and the nextPageStart of the answer as long as that is not empty. Names of \
        roles, collections and teams are at https://UCP/roles, /collections and /accounts/ORG/teams.",
    met: Met::LabOnly,
};

impl Probe for ApprovedGrants {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let grants = parts.look_at_part(&facts.ucp.grants);
        let allowed = parts.take(policy.ucp_grants.as_ref().ok_or_else(|| UCP_GRANTS.absent()));
        let Some((grants, allowed)) = grants.zip(allowed) else {
            return Ok(parts.fold(|_| String::new()));
        };
        let judged = Judged::of(&grants.seen.value, allowed);
        parts.extend(judged.observations(grants.seen));
        parts.extend(grants.whole().and_then(|grants| judged.missing(grants, allowed)));
        let letter =
            if judged.surplus.iter().any(|(place, _)| *place < FIRST_PAGE) { Verdict::Fail } else { Verdict::Pass };
        Ok(parts.fold(|verdict| judged.summary(verdict)).beside_letter(
            letter,
            "the check's command shows the first ten grants only, which are all approved: its address \
             is not in quotes, and it does not ask for the next page",
        ))
    }
}

/// CNTR-MK-000140: the same, and the role bindings of Kubernetes.
pub struct ApprovedAccess;

static ACCESS: Card = Card {
    name: "mke-approved-access",
    asks: "every grant and every role binding in MKE is one that the organisation has approved",
    needs: &[Need::UcpGrants, Need::UcpConfig, Need::UcpAccounts, Need::KubeBindings],
    decides_with: Deciding::Policy,
    parameters: &[UCP_GRANTS],
    by_hand: "Read the grants as for UCP (curl with a client bundle, \
        'https://MKE/collectionGrants?subjectType=all&limit=1000', page by page), and with the same bundle:\n  \
        kubectl get rolebindings,clusterrolebindings --all-namespaces -o wide",
    met: Met::LabOnly,
};

impl Probe for ApprovedAccess {
    fn card(&self) -> &'static Card {
        &ACCESS
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let grants = parts.look_at_part(&facts.ucp.grants).map(|part| part.seen);
        let config = parts.look(&facts.ucp.config);
        let allowed = parts.take(policy.ucp_grants.as_ref().ok_or_else(|| UCP_GRANTS.absent()));
        let judged = grants.zip(allowed).map(|(grants, allowed)| (grants, Judged::of(&grants.value, allowed)));
        parts.extend(judged.iter().flat_map(|(grants, judged)| judged.observations(grants)));
        // Without Kubernetes there is nothing that could be bound; MKE says so itself.
        let swarm_only = config.filter(|config| config.value.stands(Setting::SwarmOnly, None).flag() == Some(true));
        parts.extend(swarm_only.map(|config| {
            Observation::seen(
                &config.origin,
                Setting::SwarmOnly.shown(),
                "true, or role bindings that the policy names",
                "true: there is no Kubernetes",
                true,
            )
        }));
        let mut open = 0;
        if swarm_only.is_none() {
            let bindings = parts.look_at_part(&facts.kubernetes.bindings).map(|part| part.seen);
            // Kubernetes knows users and teams by their ids. Evidence that was collected without accounts has
            // no names for them: approvals by name then match less, never more.
            let names = match facts.ucp.accounts.read() {
                Err(Absent::NotCollected) => Names { known: HashMap::new(), are_all: true },
                _ => match parts.look_at_part(&facts.ucp.accounts) {
                    Some(accounts) => Names::of(&accounts.seen.value, accounts.whole().is_some()),
                    None => Names { known: HashMap::new(), are_all: false },
                },
            };
            if let Some((bindings, allowed)) = bindings.zip(allowed) {
                let bound = bound(bindings, &names, allowed);
                open = bound.iter().filter(|o| o.verdict() == Verdict::Fail).count();
                parts.extend(bound);
            }
        }
        let surplus = judged.as_ref().is_some_and(|(_, judged)| !judged.surplus.is_empty());
        let of_grants = |verdict| judged.as_ref().map_or(String::new(), |(_, judged)| judged.summary(verdict));
        Ok(parts.fold(|verdict| match verdict {
            Verdict::Fail if open > 0 => format!(
                "{} {}",
                of_grants(if surplus { Verdict::Fail } else { Verdict::Pass }),
                counted(
                    open as u64,
                    "role binding of Kubernetes is not approved.",
                    "role bindings of Kubernetes are not approved."
                ),
            ),
            verdict => of_grants(verdict),
        }))
    }
}

/// Grants held against those that are approved.
struct Judged<'a> {
    total: usize,
    /// Those that are not approved, with their places in UCP's list.
    surplus: Vec<(usize, &'a Grant)>,
    /// The approvals that some grant is.
    used: BTreeSet<usize>,
}

impl<'a> Judged<'a> {
    fn of(grants: &'a Grants, allowed: &[AllowedGrant]) -> Self {
        let mut used = BTreeSet::new();
        let mut surplus = Vec::new();
        for (place, grant) in grants.list().iter().enumerate() {
            let mut approved = false;
            for (at, approval) in allowed.iter().enumerate() {
                if is_approved(grants, grant, approval) {
                    approved = true;
                    used.insert(at);
                }
            }
            if !approved {
                surplus.push((place, grant));
            }
        }
        Judged { total: grants.list().len(), surplus, used }
    }

    fn observations(&self, grants: &Read<Grants>) -> Vec<Observation> {
        let surplus = self.surplus.iter().map(|(_, grant)| {
            let role = grants.value.role(grant).map_or(grant.role.as_str(), |r| &r.name);
            Observation::seen(
                &grants.origin,
                format!("grant to {} on {}", grant.subject.shown(), grant.object.shown()),
                EXPECTED,
                format!(
                    "the role {role}, not approved (ids {} / {} / {})",
                    grant.subject.id, grant.object.id, grant.role
                ),
                false,
            )
        });
        let approved = self.total - self.surplus.len();
        let count = Observation::seen(
            &grants.origin,
            "all grants",
            "approved ([ucp] grants)",
            format!("{approved} of {} are", self.total),
            true,
        );
        surplus.chain([count]).collect()
    }

    /// Approvals that no grant uses: worth knowing, and no finding.
    fn missing(&self, grants: &Read<Grants>, allowed: &[AllowedGrant]) -> Option<Observation> {
        let unused = allowed.len() - self.used.len();
        let first = allowed.iter().enumerate().find(|(at, _)| !self.used.contains(at))?.1;
        Some(Observation::seen(
            &grants.origin,
            "approvals in the policy",
            "nothing: an approval need not be used",
            format!(
                "{unused} of {} are no grant in UCP, first {} / {} / {}",
                allowed.len(),
                first.subject,
                first.role,
                first.object
            ),
            true,
        ))
    }

    fn summary(&self, verdict: Verdict) -> String {
        match verdict {
            Verdict::Pass => format!("All of {} are approved.", counted(self.total as u64, "grant", "grants")),
            _ => format!(
                "{} of {} not approved.",
                self.surplus.len(),
                counted(self.total as u64, "grant is", "grants are")
            ),
        }
    }
}

/// Whether this approval names this grant, in all three parts.
fn is_approved(grants: &Grants, grant: &Grant, approval: &AllowedGrant) -> bool {
    let (subject, object) = (&grant.subject, &grant.object);
    let called = std::iter::once(subject.id.as_str()).chain(subject.name.as_deref());
    let place = object.path.as_deref().map(without_slash);
    // A path may be written with a slash at its end.
    let approval = AllowedGrant { object: without_slash(&approval.object).to_owned(), ..approval.clone() };
    let holders = approval.holders(called, grants.role_names(grant));
    let is_there = |holder: &str| {
        approval.is_object(holder, &object.id) || place.is_some_and(|path| approval.is_object(holder, path))
    };
    holders.into_iter().any(is_there)
}

fn without_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.starts_with('/') => "/",
        path => path,
    }
}

/// By what names the accounts go that Kubernetes knows by their ids.
struct Names<'a> {
    known: HashMap<(&'static str, &'a str), String>,
    /// What is not among them has no name.
    are_all: bool,
}

impl<'a> Names<'a> {
    /// Users, and organisations and teams as groups, each by its id.
    fn of(accounts: &'a Accounts, are_all: bool) -> Self {
        let mut names = HashMap::new();
        for user in accounts.users() {
            names.insert(("User", user.id.as_str()), user.name.clone());
        }
        for organisation in accounts.organisations() {
            names.insert(("Group", organisation.id.as_str()), organisation.name.clone());
            for team in &organisation.teams {
                names.insert(("Group", team.id.as_str()), format!("{}/{}", organisation.name, team.name));
            }
        }
        Names { known: names, are_all }
    }

    /// The name of a subject that is called by an id.
    fn get(&self, subject: &'a Subject) -> Option<&str> {
        let kind = ["User", "Group"].into_iter().find(|kind| *kind == subject.kind)?;
        self.known.get(&(kind, subject.name.as_str())).map(String::as_str)
    }
}

/// Every subject of every binding, held against the approvals. Kubernetes' own are left apart.
/// Where not all names could be read, only a service account, or one whose name was, is certainly none of the approved.
fn bound<'a>(bindings: &'a Read<Bindings>, names: &Names<'a>, allowed: &[AllowedGrant]) -> Vec<Observation> {
    let name = |subject: &'a Subject| names.get(subject);
    let mut observations = Vec::new();
    let (mut approved, mut own) = (0_u64, 0_u64);
    for binding in bindings.value.items() {
        for subject in &binding.subjects {
            if is_kubernetes_own(binding, subject) {
                own += 1;
            } else if allowed.iter().any(|a| binds(binding, subject, name(subject), a)) {
                approved += 1;
            } else if names.are_all || subject.kind == "ServiceAccount" || name(subject).is_some() {
                observations.push(not_approved(&bindings.origin, binding, subject, name(subject)));
            } else {
                let subject = format!("binding {} to {} {}", binding.name, subject.kind, spelled(subject));
                let actual = "not approved by this id, and its name is not known";
                observations.push(Observation::undecided(&bindings.origin, subject, EXPECTED, actual));
            }
        }
    }
    let total = approved + observations.len() as u64;
    observations.push(Observation::seen(
        &bindings.origin,
        "all role bindings of Kubernetes, by subject",
        "approved ([ucp] grants)",
        format!("{approved} of {total} are"),
        true,
    ));
    if own > 0 {
        observations.push(Observation::seen(
            &bindings.origin,
            "bindings that Kubernetes makes for its own parts",
            "left apart",
            format!("{own} of system subjects only"),
            true,
        ));
    }
    observations
}

/// As UCP writes a subject: a user or group by its name, a service account with its namespace.
fn spelled(subject: &Subject) -> String {
    match (subject.kind.as_str(), &subject.namespace) {
        ("ServiceAccount", Some(namespace)) => {
            format!("system:serviceaccount:{namespace}:{}", subject.name)
        }
        _ => subject.name.clone(),
    }
}

fn binds(binding: &Binding, subject: &Subject, name: Option<&str>, approval: &AllowedGrant) -> bool {
    let spelled = spelled(subject);
    let called = std::iter::once(spelled.as_str()).chain(name);
    let holders = approval.holders(called, std::iter::once(binding.role.as_str()));
    let is_there = |holder: &str| match &binding.namespace {
        Some(namespace) => approval.is_object(holder, namespace),
        // What holds in all namespaces is approved as that, not by a pattern that is some of them.
        None => approval.object == "*",
    };
    holders.into_iter().any(is_there)
}

/// Whether Kubernetes makes this binding itself, for parts of its own. Its label alone says nothing, as
/// whoever makes bindings can give it: the subject must be one that no user can be, too.
fn is_kubernetes_own(binding: &Binding, subject: &Subject) -> bool {
    /// What everybody may: to read what the server is.
    const HARMLESS: [&str; 3] = ["system:basic-user", "system:discovery", "system:public-info-viewer"];
    if !binding.bootstrapping {
        return false;
    }
    let public = ["system:authenticated", "system:unauthenticated", "system:anonymous", "system:serviceaccounts"];
    match subject.kind.as_str() {
        "ServiceAccount" => subject.namespace.as_deref() == Some("kube-system"),
        "User" | "Group" if public.contains(&subject.name.as_str()) => HARMLESS.contains(&binding.role.as_str()),
        "User" | "Group" => subject.name.starts_with("system:") && !subject.name.starts_with("system:serviceaccount"),
        _ => false,
    }
}

fn not_approved(origin: &Origin, binding: &Binding, subject: &Subject, name: Option<&str>) -> Observation {
    let place = match &binding.namespace {
        Some(namespace) => format!("in {namespace}"),
        None => "in all namespaces (*)".to_owned(),
    };
    Observation::seen(
        origin,
        format!(
            "binding {} to {} {}{} {place}",
            binding.name,
            subject.kind,
            spelled(subject),
            name.map(|name| format!(" ({name})")).unwrap_or_default()
        ),
        EXPECTED,
        format!("the role {}, not approved", binding.role),
        false,
    )
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests;
