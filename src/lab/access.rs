//! What is granted at the simulated UCP: roles, collections, and who has which role on which collection.

use serde_json::{Value, json};

use super::{fault::Fault, people::People, population::uuid, scenario::Scenario};

/// A role that the organisation made for its pipelines.
const DEPLOYER: &str = "deployer";
/// Which of the custom roles it is.
const DEPLOYER_AT: usize = 3;
const CUSTOM_ROLES: usize = 12;

/// The roles and collections that UCP brings along: id, and name or path.
const BUILT_IN_ROLES: [(&str, &str); 5] = [
    ("none", "None"),
    ("viewonly", "View Only"),
    ("restrictedcontrol", "Restricted Control"),
    ("scheduler", "Scheduler"),
    ("fullcontrol", "Full Control"),
];
const BUILT_IN_COLLECTIONS: [(&str, &str); 5] = [
    ("swarm", "/"),
    ("system", "/System"),
    ("shared", "/Shared"),
    ("private", "/Shared/Private"),
    ("legacy", "/Shared/Legacy"),
];
/// A collection that is in no list, only to be had by its id: one further down.
const HIDDEN: (usize, &str) = (900, "/Shared/engineering/build");

/// Who has which role where, as ids; with the names that a policy uses.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) subject: String,
    pub(super) kind: &'static str,
    pub(super) subject_name: String,
    pub(super) role: String,
    pub(super) role_name: String,
    pub(super) object: String,
    pub(super) path: String,
}

/// Everything that is granted, and what grants are made of.
pub(super) struct Access {
    pub(super) grants: Vec<Grant>,
    /// Those that the organisation has approved.
    approved: Vec<Grant>,
    odd_role: bool,
    node_role: bool,
}

impl Access {
    pub(super) fn new(scenario: &Scenario, people: &People) -> Self {
        let approved = approved(people);
        let mut grants = approved.clone();
        if scenario.has(Fault::NoGrants) {
            grants.clear();
        }
        let everybody = &people.organisation("docker-datacenter");
        let everybody = everybody.map(|it| it.id.clone()).unwrap_or_default();
        let mut add_on =
            |(object, path): (&str, &str), subject: &str, kind, name: &str, role: &str, role_name: &str| {
                grants.push(Grant {
                    subject: subject.into(),
                    kind,
                    subject_name: name.into(),
                    role: role.into(),
                    role_name: role_name.into(),
                    object: object.into(),
                    path: path.into(),
                });
            };
        if scenario.has(Fault::SchedulerSystem) {
            add_on(("system", "/System"), &everybody, "org", "docker-datacenter", "scheduler", "Scheduler");
        }
        let mut add = |subject: &str, kind, name: &str, role: &str, role_name: &str| {
            add_on(("swarm", "/"), subject, kind, name, role, role_name);
        };
        if scenario.has(Fault::FullControlAnonymous) {
            add("anonymous", "anonymous", "anonymous", "fullcontrol", "Full Control");
        }
        let deployer = uuid(301, DEPLOYER_AT);
        if scenario.has(Fault::SchedulerDocker) {
            add(&everybody, "org", "docker-datacenter", "scheduler", "Scheduler");
        }
        if scenario.has(Fault::SchedulerAuthenticated) {
            add("authenticated", "authenticated", "authenticated", "scheduler", "Scheduler");
        }
        if scenario.has(Fault::SchedulerByRole) || scenario.has(Fault::RoleOdd) {
            add(&everybody, "org", "docker-datacenter", &deployer, DEPLOYER);
        }
        if scenario.has(Fault::GrantLast) {
            let last = people.users.last();
            let (id, name) = last.map_or(("", ""), |it| (&it.id, &it.name));
            add(id, "user", name, "fullcontrol", "Full Control");
        }
        Self {
            grants,
            approved,
            odd_role: scenario.has(Fault::RoleOdd),
            node_role: scenario.has(Fault::SchedulerByRole),
        }
    }

    /// What the organisation has approved, for a policy file.
    pub(super) fn policy(&self) -> String {
        let mut text = String::new();
        // Each user's grant on a collection of its own is one that UCP makes itself.
        let own = |grant: &&Grant| grant.path == format!("/Shared/Private/{}", grant.subject_name);
        if let Some(grant) = self.approved.iter().find(own) {
            text += &format!(
                "[[ucp.grants]]\nsubject = \"*\"\nrole = {:?}\nobject = \"/Shared/Private/{{subject}}\"\n\n",
                grant.role_name
            );
        }
        for grant in self.approved.iter().filter(|grant| !own(grant)) {
            text += &format!(
                "[[ucp.grants]]\nsubject = {:?}\nrole = {:?}\nobject = {:?}\n\n",
                grant.subject_name, grant.role_name, grant.path
            );
        }
        text
    }

    /// All roles, as `/roles` has them.
    pub(super) fn roles(&self) -> Vec<Value> {
        let built_in = BUILT_IN_ROLES.iter().map(|(id, name)| {
            let operations = match *id {
                "none" => json!({}),
                "viewonly" => json!({"Container": {"Container View": []}, "Node": {"Node View": []}}),
                "restrictedcontrol" => json!({"Container": {"Container View": [], "Container Create": []}}),
                "scheduler" => json!({"Node": {"Node Schedule": [], "Node View": []}}),
                _ => json!({"Container": {"Container Create": []}, "Node": {"Node Schedule": [], "Node View": []}}),
            };
            json!({"id": id, "name": name, "system_role": true, "operations": operations})
        });
        let custom = (0..CUSTOM_ROLES).map(|at| {
            let name = if at == DEPLOYER_AT { DEPLOYER.to_owned() } else { format!("custom-{at:02}") };
            let operations = if at == DEPLOYER_AT && self.odd_role {
                json!("Node Schedule")
            } else if at == DEPLOYER_AT && self.node_role {
                json!({"Node": {"Node Schedule": []}, "Service": {"Service Create": []}})
            } else {
                json!({"Service": {"Service View": [], "Service Create": []}})
            };
            json!({"id": uuid(301, at), "name": name, "system_role": false, "operations": operations})
        });
        built_in.chain(custom).collect()
    }

    /// All collections that are listed.
    pub(super) fn collections(people: &People) -> Vec<Value> {
        let built_in = BUILT_IN_COLLECTIONS.iter();
        let mut all: Vec<Value> = built_in.map(|(id, path)| collection(id, path)).collect();
        for (at, organisation) in people.organisations.iter().enumerate() {
            let path = format!("/Shared/{}", organisation.name);
            all.push(collection(&uuid(302, at), &path));
        }
        for (at, user) in people.users.iter().enumerate() {
            let path = format!("/Shared/Private/{}", user.name);
            all.push(collection(&uuid(303, at), &path));
        }
        all
    }

    /// The collection that no list has.
    pub(super) fn hidden() -> Value {
        collection(&uuid(302, HIDDEN.0), HIDDEN.1)
    }
}

fn collection(id: &str, path: &str) -> Value {
    let name = path.rsplit('/').next().filter(|name| !name.is_empty());
    json!({
        "name": name.unwrap_or("Swarm"), "path": path, "id": id, "parent_ids": [], "label_constraints": [],
        "legacylabelkey": "", "legacylabelvalue": "",
        "created_at": "2019-11-04T09:12:44Z", "updated_at": "2019-11-04T09:12:44Z",
    })
}

/// What every cluster has, and what this organisation added.
fn approved(people: &People) -> Vec<Grant> {
    let mut grants = Vec::new();
    for (at, user) in people.users.iter().enumerate().skip(1) {
        grants.push(Grant {
            subject: user.id.clone(),
            kind: "user",
            subject_name: user.name.clone(),
            role: "restrictedcontrol".into(),
            role_name: "Restricted Control".into(),
            object: uuid(303, at),
            path: format!("/Shared/Private/{}", user.name),
        });
    }
    let mut team = |org: &str, team: usize, role: (&str, &str), object: (String, &str)| {
        let Some(found) = people.organisation(org) else {
            return;
        };
        let Some(team) = found.teams.get(team) else {
            return;
        };
        grants.push(Grant {
            subject: team.id.clone(),
            kind: "team",
            subject_name: format!("{org}/{}", team.name),
            role: role.0.into(),
            role_name: role.1.into(),
            object: object.0,
            path: object.1.into(),
        });
    };
    let deployer = uuid(301, DEPLOYER_AT);
    team("engineering", 1, ("fullcontrol", "Full Control"), (uuid(302, 2), "/Shared/engineering"));
    team("engineering", 2, (&deployer, DEPLOYER), (uuid(302, HIDDEN.0), HIDDEN.1));
    team("ops", 1, ("viewonly", "View Only"), ("swarm".into(), "/"));
    if let Some(everybody) = people.organisation("docker-datacenter") {
        grants.push(Grant {
            subject: everybody.id.clone(),
            kind: "org",
            subject_name: everybody.name.into(),
            role: "scheduler".into(),
            role_name: "Scheduler".into(),
            object: "shared".into(),
            path: "/Shared".into(),
        });
    }
    grants
}
