//! Who has an account at the simulated UCP: users, organisations, teams, members, and the keys of client bundles.
//!
//! Everything but the name of the lab's own user is the same at every start. Lists have awkward lengths on purpose:
//! more than a page, exactly ten, none.

use super::{
    fault::Fault,
    population::{pick, uuid},
    scenario::Scenario,
};

/// The users who have a name of their own; the others are numbered.
const USERS: [&str; 9] =
    ["a.adams", "b.brown", "c.clark", "d.davis", "e.evans", "f.frank", "g.ghosh", "h.hill", "j.doe"];
/// How many users there are, the lab's own included.
const ALL_USERS: usize = 61;
/// Each organisation with the number of its teams.
const ORGANISATIONS: [(&str, usize); 5] =
    [("data", 3), ("docker-datacenter", 0), ("engineering", 28), ("ops", 10), ("security", 1)];
/// The first teams of an organisation; the others are numbered.
const TEAMS: [&str; 4] = ["release-signers", "operators", "ci", "idle"];
/// The user whose keys take more than a page.
pub(super) const MANY_KEYS: usize = 3;

/// All accounts.
pub(super) struct People {
    pub(super) users: Vec<User>,
    pub(super) organisations: Vec<Organisation>,
}

pub(super) struct User {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) admin: bool,
    pub(super) keys: usize,
}

pub(super) struct Organisation {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) teams: Vec<Team>,
}

pub(super) struct Team {
    pub(super) name: String,
    pub(super) id: String,
    /// Their places among the users.
    pub(super) members: Vec<usize>,
}

impl People {
    /// Everybody, with the lab's own user first.
    pub(super) fn new(scenario: &Scenario, username: &str) -> Self {
        let users = (0..ALL_USERS).map(|at| User {
            name: user_name(at, username),
            id: uuid(100, at),
            admin: at == 0 && !scenario.has(Fault::NotAdmin),
            keys: keys_of(scenario, at),
        });
        let organisations = ORGANISATIONS.iter().enumerate();
        Self {
            users: users.collect(),
            organisations: organisations.map(|(at, (name, teams))| organisation(at, name, *teams)).collect(),
        }
    }

    pub(super) fn organisation(&self, name_or_id: &str) -> Option<&Organisation> {
        let mut all = self.organisations.iter();
        all.find(|it| it.name == name_or_id || it.id == name_or_id)
    }

    pub(super) fn user(&self, name_or_id: &str) -> Option<usize> {
        let mut all = self.users.iter();
        all.position(|it| it.name == name_or_id || it.id == name_or_id)
    }
}

fn user_name(at: usize, username: &str) -> String {
    match at {
        0 => username.to_owned(),
        at => USERS.get(at - 1).map_or_else(|| format!("u.{at:04}"), |name| (*name).to_owned()),
    }
}

/// A third of the users have a bundle, one has many.
fn keys_of(scenario: &Scenario, at: usize) -> usize {
    match at {
        _ if scenario.has(Fault::NoKeys) => 0,
        0 => 1,
        MANY_KEYS => 27,
        at => usize::from(at.is_multiple_of(3)),
    }
}

fn organisation(at: usize, name: &'static str, teams: usize) -> Organisation {
    let team = |place: usize| {
        let name = TEAMS.get(place);
        let members = match name {
            Some(&"operators") => 28,
            Some(&"ci") => 10,
            Some(&"idle") => 0,
            _ => 1 + pick(at, place, 3),
        };
        Team {
            name: name.map_or_else(|| format!("team-{place:02}"), |name| (*name).to_owned()),
            id: uuid(102 + at, place),
            members: (1..=members).map(|nth| (place + nth) % ALL_USERS).collect(),
        }
    };
    Organisation { name, id: uuid(101, at), teams: (0..teams).map(team).collect() }
}
