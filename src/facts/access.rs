//! UCP's grants: who may do what where, with subjects, roles and collections by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::field::Field;

/// The organisation that holds every user.
pub const EVERYBODY: &str = "docker-datacenter";
/// The subject that stands for every user in later releases.
pub const AUTHENTICATED: &str = "authenticated";
/// The subject that stands for whoever does not even log in.
pub const ANONYMOUS: &str = "anonymous";
/// The id that UCP gives the collection `/`.
pub const ROOT: &str = "swarm";
/// The id that UCP gives the collection `/System`, which holds its managers and DTR's nodes.
pub const SYSTEM: &str = "system";
/// The id and name of the role that lets its holder place containers on nodes.
pub const SCHEDULER: &str = "scheduler";
/// The id of the role that holds every operation, this one among them.
pub const FULL_CONTROL: &str = "fullcontrol";
/// The same where an account's role is meant, as `default_new_user_role` spells it.
const ADMIN: &str = "admin";
/// The operation in a role that does so.
pub const NODE_SCHEDULE: &str = "Node Schedule";

/// Every grant of UCP, with subjects, roles and collections by name.
///
/// Whole by type: [`Grants::new`] is called when every page of the grants was read, by an account that
/// sees them all, and every id in them was looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grants {
    list: Vec<Grant>,
    roles: BTreeMap<String, Role>,
}

impl Grants {
    /// All grants, in the order of UCP's list, and all roles by their ids.
    #[must_use]
    pub fn new(list: Vec<Grant>, roles: BTreeMap<String, Role>) -> Self {
        Grants { list, roles }
    }

    /// Every grant, in the order of UCP's list.
    #[must_use]
    pub fn list(&self) -> &[Grant] {
        &self.list
    }

    /// The role of a grant; none where UCP knows none of that id.
    #[must_use]
    pub fn role(&self, grant: &Grant) -> Option<&Role> {
        self.roles.get(&grant.role)
    }

    /// What the role of this grant is called: its id, and its name where that is the name of this role
    /// alone. A role that somebody called `viewonly` is not the built-in one of that id.
    pub fn role_names<'a>(&'a self, grant: &'a Grant) -> impl Iterator<Item = &'a str> {
        let alone = |name: &str| {
            let named = self.roles.values().filter(|role| role.name == name).count();
            !self.roles.contains_key(name) && named == 1
        };
        let name = self.role(grant).map(|role| role.name.as_str()).filter(|name| alone(name));
        std::iter::once(grant.role.as_str()).chain(name)
    }

    /// Whether the holder of this grant may place containers on nodes, as far as UCP says.
    #[must_use]
    pub fn lets_schedule(&self, grant: &Grant) -> Schedules {
        let role = self.role(grant);
        let called = |name: &str| name.eq_ignore_ascii_case(SCHEDULER);
        if called(&grant.role) || role.is_some_and(|r| called(&r.name)) {
            return Schedules::Scheduler;
        }
        // The built-in roles that hold every operation, and none at all.
        match grant.role.as_str() {
            FULL_CONTROL => return Schedules::FullControl,
            "none" => return Schedules::No,
            _ => {}
        }
        match role.map(|r| &r.operations) {
            Some(Field::Is(operations)) => {
                let schedules = operations.iter().any(|o| o.trim().eq_ignore_ascii_case(NODE_SCHEDULE));
                if schedules { Schedules::ByOperation } else { Schedules::No }
            }
            _ if grant.role == ADMIN || role.is_some_and(|r| r.name.eq_ignore_ascii_case("Full Control")) => {
                Schedules::FullControl
            }
            _ => Schedules::Unknown,
        }
    }
}

/// Whether a role lets its holder place containers on nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedules {
    /// It is the role Scheduler.
    Scheduler,
    /// It is the role that holds every operation.
    FullControl,
    /// It is another role that holds the operation Node Schedule.
    ByOperation,
    /// It does not.
    No,
    /// UCP does not say what the role holds.
    Unknown,
}

/// One grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who.
    pub subject: Subject,
    /// May do what: the id of a role.
    pub role: String,
    /// Where.
    pub object: Object,
}

/// Who holds a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The id.
    pub id: String,
    /// `user`, `org`, `team`, `authenticated`, `anonymous`, `agent`; empty where UCP does not say.
    pub kind: String,
    /// The name of the user or organisation, or `org/team`; none where UCP has no account of that id.
    pub name: Option<String>,
}

impl Subject {
    /// Whether it stands for every user: the organisation they are all in, those who are logged in, or
    /// anybody at all.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.is_docker_datacenter() || self.id == AUTHENTICATED || self.kind == AUTHENTICATED || self.is_anonymous()
    }

    /// Whether it stands for whoever does not even log in.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.id == ANONYMOUS || self.kind == ANONYMOUS
    }

    /// Whether it is the organisation that every user is in.
    #[must_use]
    pub fn is_docker_datacenter(&self) -> bool {
        self.id == EVERYBODY || self.name.as_deref() == Some(EVERYBODY)
    }

    /// As findings name it.
    #[must_use]
    pub fn shown(&self) -> String {
        let kind = match self.kind.as_str() {
            "" | AUTHENTICATED | ANONYMOUS => String::new(),
            kind => format!("{kind} "),
        };
        match &self.name {
            Some(name) => format!("{kind}{name}"),
            None => format!("{kind}{} (an id without a name)", self.id),
        }
    }
}

/// What a grant is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The id of a collection, or the name of a namespace.
    pub id: String,
    /// The path of the collection; none where UCP has no collection of that id.
    pub path: Option<String>,
}

impl Object {
    /// Whether it is the collection that holds all others.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.id == ROOT || self.path.as_deref() == Some("/")
    }

    /// Whether it holds UCP's managers and DTR's nodes: `/`, `/System`, or a collection in that one.
    #[must_use]
    pub fn holds_managers(&self) -> bool {
        let path = self.path.as_deref().unwrap_or_default().trim_end_matches('/');
        self.is_root() || self.id == SYSTEM || path == "/System" || path.starts_with("/System/")
    }

    /// As findings name it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.path.as_deref().unwrap_or(&self.id)
    }
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The operations it holds, by name.
    pub operations: Field<BTreeSet<String>>,
}
