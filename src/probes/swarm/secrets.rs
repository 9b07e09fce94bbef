//! The applications that the organisation names keep what is secret in secrets.
//!
//! How this could pass without evidence: a secret that lies there and that nothing uses; a list of the
//! organisation's that leaves out what it should name. The first is looked up in the services, the
//! second is for a person to say, which is why a pass here is half the answer.

use super::said;
use crate::facts::swarm::{Secrets, Services};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{Policy, SECRETS_APPS, SecretOwner};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub struct SecretsInUse;

/// See the module.
pub static SECRETS: SecretsInUse = SecretsInUse;

static CARD: Card = Card {
    name: "swarm-secrets",
    asks: "every secret that the organisation names for an application exists and is attached to it",
    needs: &[Need::EngineSecrets, Need::EngineServices],
    decides_with: Deciding::Policy,
    parameters: &[SECRETS_APPS],
    by_hand: "With an administrator's client bundle:\n  \
        docker secret ls\n  \
        docker service inspect SERVICE --format '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}} {{end}}'\n\
        Each application that the security plan names has its secrets there. What they hold is not shown.",
    met: Met::LabOnly,
};

impl Probe for SecretsInUse {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let apps = policy.secrets_apps.as_ref().ok_or_else(|| SECRETS_APPS.absent())?;
        // Any manager lists them all, and each that was asked has to agree.
        let mut parts = Parts::default();
        let secrets = parts.take(said(facts, |engine| &engine.secrets)).unwrap_or_default();
        let services = parts.take(said(facts, |engine| &engine.services)).unwrap_or_default();
        for (engine, list) in &secrets {
            let own = services.iter().find(|(other, _)| other.address == engine.address);
            let uses = own.or(services.first()).map(|(_, uses)| *uses);
            parts.extend(judge(apps, Some(list), uses));
        }
        if let (true, Some((_, uses))) = (secrets.is_empty(), services.first()) {
            parts.extend(judge(apps, None, Some(uses)));
        }
        Ok(parts.fold(|verdict| {
            match verdict {
            Verdict::Pass => "Every secret that the policy names exists and is attached to its application; that the policy names all that should be one, it cannot show.".into(),
            _ => "Applications of the policy are without their secrets.".into(),
        }
        }))
    }
}

/// What is missing of the secrets of the policy, as far as the lists are there that show it.
fn judge(apps: &[SecretOwner], list: Option<&Read<Secrets>>, uses: Option<&Read<Services>>) -> Vec<Observation> {
    let mut observations = Vec::new();
    let mut fine = 0;
    let named: Vec<_> = apps.iter().flat_map(|a| a.secrets.iter().map(move |s| (a, s))).collect();
    for (app, secret) in &named {
        let subject = format!("secret {secret} of {}", app.app);
        if let Some(list) = list.filter(|list| !list.value.names.contains(secret)) {
            let expected = "exists";
            observations.push(Observation::seen(&list.origin, subject, expected, "absent", false));
        } else if let Some((uses, Err(actual))) = uses.map(|uses| (uses, attached(&app.app, secret, &uses.value))) {
            let expected = "attached to the application";
            observations.push(Observation::seen(&uses.origin, subject, expected, actual, false));
        } else {
            fine += 1;
        }
    }
    let Some(uses) = uses.filter(|_| list.is_some()) else { return observations };
    let all = counted(named.len() as u64, "secret", "secrets");
    observations.push(Observation::seen(
        &uses.origin,
        "secrets of applications",
        format!("exist and are attached (policy, {})", SECRETS_APPS.shown()),
        format!("{fine} of {all}, of {}", counted(apps.len() as u64, "application", "applications")),
        true,
    ));
    observations
}

/// Whether the secret is attached to a service of the application: one of its name, or of a stack of its
/// name (`app_web`, `app-web`). Where no service is named so, the application goes by another name
/// there, and any service that uses its secret will be it.
fn attached(app: &str, secret: &str, services: &Services) -> Result<(), &'static str> {
    let is_its = |name: &str| {
        let rest = name.strip_prefix(app);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-', '.']))
    };
    let known = services.list.iter().any(|s| is_its(&s.name));
    let mut users = services.list.iter().filter(|s| s.secrets.iter().any(|own| own == secret)).peekable();
    match (users.peek().is_some(), known) {
        (false, _) => Err("attached to no service"),
        (true, false) => Ok(()),
        (true, true) if users.any(|s| is_its(&s.name)) => Ok(()),
        (true, true) => Err("attached to services of other names only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::swarm::Service;
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::swarm::tests::{member, of};

    fn with(secrets: &[&str], services: &[(&str, &[&str])]) -> Facts {
        let strings = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let mut manager = member("m1", true);
        manager.secrets = read(Need::EngineSecrets, Secrets { names: strings(secrets) });
        let list = services
            .iter()
            .map(|(name, secrets)| Service { name: (*name).into(), secrets: strings(secrets), ..Service::default() })
            .collect();
        manager.services = read(Need::EngineServices, Services { list });
        of(vec![manager])
    }

    fn shop(secrets: &[&str]) -> Policy {
        let app = SecretOwner { app: "shop".into(), secrets: secrets.iter().map(|s| (*s).to_owned()).collect() };
        Policy { secrets_apps: Some(vec![app]), ..Policy::default() }
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut down = with(&["db"], &[]);
        down.engines[0].services = broken();
        let case =
            |kind, what, facts, verdict| Case::new(&SecretsInUse, kind, what, facts, verdict).with(shop(&["db"]));
        vec![
            case(Kind::Passes, "attached", with(&["db"], &[("shop_web", &["db"])]), Verdict::Pass),
            case(Kind::Fails, "not attached", with(&["db"], &[("shop_web", &[])]), Verdict::Fail),
            case(Kind::Absent, "not there", with(&[], &[("shop_web", &[])]), Verdict::Fail),
            case(Kind::Broken, "no answer", down, Verdict::Error),
        ]
    }

    #[test]
    fn a_secret_belongs_to_the_application_that_bears_its_name() {
        let verdict = |services: &[(&str, &[&str])]| {
            let finding = SecretsInUse.decide(&with(&["db"], services), &shop(&["db"]));
            finding.map(|f| f.verdict()).expect("a finding")
        };
        assert_eq!(verdict(&[("shop", &["db"])]), Verdict::Pass);
        assert_eq!(verdict(&[("checkout", &["db"])]), Verdict::Pass, "under another name");
        assert_eq!(verdict(&[("checkout", &["db"]), ("shop-web", &[])]), Verdict::Fail);
        assert_eq!(verdict(&[("shopping", &["db"]), ("shop", &[])]), Verdict::Fail);
    }

    #[test]
    fn no_applications_are_a_statement_of_the_policy() {
        let none = Policy { secrets_apps: Some(vec![]), ..Policy::default() };
        let finding = SecretsInUse.decide(&with(&[], &[]), &none).expect("a finding");
        assert_eq!((finding.verdict(), finding.observations().len()), (Verdict::Pass, 1));
    }
}
