//! Only those whom the organisation has named can reach the engine's socket.
//!
//! How this could pass without evidence: members whose own group docker is, which no list shows; members
//! in a directory that was not asked; a socket that is not there. The first are read from `/etc/passwd`,
//! the others are undecided.

use super::files::{SOCKET_MODE, SOCKET_OWNER, View};
use super::{Tally, Words, lacking, on_linux};
use crate::facts::host::{Groups, Looked};
use crate::facts::{Absent, Facts, Host, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{HOST_DOCKER_GROUP, Policy};
use crate::probes::{Card, Deciding, Met, Probe};

#[cfg(test)]
pub(super) use tests::cases;

/// CNTR-MK-000110.
pub struct DockerGroupMembers;

static CARD: Card = Card {
    name: "host-docker-group",
    asks: "The engine's socket is root:docker with mode 660 or less, and the group docker has only approved members",
    needs: &[Need::HostFiles, Need::HostGroups, Need::HostDaemon, Need::EngineNodes],
    decides_with: Deciding::Policy,
    parameters: &[HOST_DOCKER_GROUP],
    by_hand: "On each node:\n  stat -L -c '%u:%g %U:%G %a' /var/run/docker.sock\n  \
        getent group docker\n  \
        getent passwd | awk -F: -v g=\"$(getent group docker | cut -d: -f3)\" '$4 == g'",
    met: Met::RealProduct,
};

impl Probe for DockerGroupMembers {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let approved = policy.host_docker_group.as_ref();
        let mut hosts = facts.hosts_with(look, on_linux)?;
        hosts.lack(|(socket, _)| socket.as_ref().map_or_else(std::slice::from_ref, |(owner, _)| &owner.absent));
        hosts.lack(|(socket, _)| socket.as_ref().map_or(&[], |(_, mode)| &mode.absent));
        hosts.lack(|(_, groups)| lacking(groups));
        let mut tally = Tally::default();
        for (host, (socket, groups)) in &hosts.seen {
            if let Ok((owner, mode)) = socket {
                SOCKET_OWNER.judge(&host.name, owner, policy, &mut tally);
                SOCKET_MODE.judge(&host.name, mode, policy, &mut tally);
            }
            match (approved, groups) {
                (_, Err(_)) => {}
                (Some(approved), Ok(groups)) => members(&host.name, groups, approved, &mut tally),
                (None, _) => tally.absent = vec![HOST_DOCKER_GROUP.absent()],
            }
        }
        let words = Words {
            pass: "The engine's socket is for root and for the approved members of the group docker alone.",
            fail: "The engine's socket is open to others than root and the approved members of the group docker.",
            undecided: "Who can reach the engine's socket could not be seen.",
            outside: "",
            letter: "the check wants exactly 660 where its sentence says 660 or more restrictive, its grep hides every line with root:docker in it, and getent group does not show whose own group docker is",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

/// The socket, for its owner and its mode, and the groups of a host; at least one of them.
type Seen<'a> = (Result<(View<'a>, View<'a>), Absent>, Result<&'a Read<Groups>, Absent>);

fn look(host: &Host) -> Result<Seen<'_>, Absent> {
    let socket = SOCKET_OWNER.view(host).and_then(|owner| Ok((owner, SOCKET_MODE.view(host)?)));
    match (socket, host.groups.read()) {
        (Err(absent), Err(_)) => Err(absent),
        seen => Ok(seen),
    }
}

fn members(host: &str, read: &Read<Groups>, approved: &[String], tally: &mut Tally) {
    let (groups, origin) = (&read.value, &read.origin);
    let subject = format!("{host}: members of the group docker");
    let expected = if approved.is_empty() {
        "nobody (policy)".to_owned()
    } else {
        format!("nobody but {} (policy)", approved.join(", "))
    };
    if !groups.elsewhere.is_empty() {
        let why = format!("groups come from {} as well, which was not asked", groups.elsewhere.join(", "));
        tally.observations.push(Observation::undecided(origin, &subject, &expected, why));
    }
    let docker = match &groups.docker {
        Looked::Is(docker) => docker,
        Looked::Missing => {
            let seen = Observation::seen(origin, subject, expected, "there is no such group", true);
            tally.observations.push(seen);
            return;
        }
        Looked::Unseen(reason) => {
            let undecided = Observation::undecided(origin, subject, expected, reason);
            tally.observations.push(undecided);
            return;
        }
    };
    let is_approved = |name: &&String| approved.contains(*name);
    let own = docker.primary.iter().map(|name| format!("{name} (own group)"));
    let all: Vec<String> = docker.listed.iter().cloned().chain(own).collect();
    let actual = if all.is_empty() { "nobody".into() } else { all.join(", ") };
    let listed = docker.listed.iter().all(|name| is_approved(&name));
    let holds = listed && docker.primary.iter().all(|name| is_approved(&name));
    tally.observations.push(Observation::seen(origin, subject, expected, actual, holds));
    tally.letter.push(Some(listed));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken};
    use crate::probes::host::model::{change_fact, change_files, host};
    use crate::xccdf::Verdict;

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let policy = Policy { host_docker_group: Some(vec!["alice".into()]), ..Policy::default() };
        let with = |change: fn(&mut Groups)| {
            let mut facts = host();
            change_fact(Need::HostGroups, &mut facts.hosts[0].groups, change);
            facts
        };
        let mut all = Vec::new();
        let mut add = |kind, what: &str, facts, verdict| {
            all.push(Case::new(&DockerGroupMembers, kind, what, facts, verdict).with(policy.clone()));
        };
        add(Kind::Passes, "alice", host(), Verdict::Pass);
        let listed = with(|g| {
            if let Looked::Is(d) = &mut g.docker {
                d.listed.push("bob".into());
            }
        });
        add(Kind::Fails, "bob too", listed, Verdict::Fail);
        let own = with(|g| {
            if let Looked::Is(d) = &mut g.docker {
                d.primary.push("bob".into());
            }
        });
        add(Kind::Fails, "bob's own group", own, Verdict::Fail);
        let gone = with(|g| g.docker = Looked::Missing);
        add(Kind::Fails, "no such group", gone, Verdict::Fail);
        let ldap = with(|g| g.elsewhere.push("ldap".into()));
        add(Kind::Absent, "a directory", ldap, Verdict::Error);
        let mut open = host();
        change_files(&mut open, |files| {
            let socket = files.list.iter_mut().find(|file| file.path == "/var/run/docker.sock");
            if let Some(Looked::Is(entry)) = socket.map(|file| &mut file.at) {
                entry.mode = 0o666;
            }
        });
        add(Kind::Fails, "open to all", open, Verdict::Fail);
        let mut lost = host();
        lost.hosts[0].groups = broken();
        add(Kind::Broken, "no answer", lost, Verdict::Error);
        all
    }
}
