//! The programs that run in each running container. Of a command only the file name of the program is
//! kept: arguments may hold passwords.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::containers::named;
use super::list::Listed;
use super::talk::Talk;
use crate::collect::http::{Failure, NO_SUCH_CONTAINER, NOT_RUNNING};
use crate::collect::json::json;
use crate::collect::{Progress, Targets};
use crate::facts::container::{Processes, Running, Unread};
use crate::facts::field::Field;

/// What `ps` is asked for: the process, its parent and its user, the name that the system knows a program by, which a script has as well, and
/// the command that it was started with, which the program itself may have changed.
const COLUMNS: &str = "ps_args=-eo%20pid,ppid,uid,comm,args";
/// The same for a `ps` that knows no columns by name.
const FULL: &str = "ps_args=-ef";

/// What became of one that was listed.
enum Looked {
    Runs(Running),
    Unread(Unread),
    /// It runs no more: its id.
    Ended(String),
}

/// The programs of every running container.
pub(super) async fn processes(
    talk: &Talk<'_>,
    targets: &Targets,
    progress: &dyn Progress,
) -> Result<(String, Processes), Failure> {
    let (request, listing) = talk.listed().await?;
    let running: Vec<&Listed> = listing.containers.iter().filter(|l| l.may_run()).collect();
    let of = running.len() as u64;
    let looks = running.iter().map(|listed| look(talk, listed));
    let mut looks = stream::iter(looks).buffered(targets.limits.concurrency);
    let mut processes = Processes::default();
    let mut done = 0;
    while let Some(looked) = looks.next().await {
        done += 1;
        progress.step("processes of containers", done, of);
        match looked {
            Looked::Runs(running) => processes.running.push(running),
            Looked::Unread(unread) => processes.unread.push(unread),
            Looked::Ended(id) => processes.ended.push(id),
        }
    }
    let request = format!("{request} and /containers/{{id}}/top of each that runs");
    Ok((request, processes))
}

async fn look(talk: &Talk<'_>, listed: &Listed) -> Looked {
    let mut told = top(talk, listed, COLUMNS).await;
    if matches!(&told, Err(failure) if failure.status.is_some_and(|s| s.is_server_error())) {
        told = top(talk, listed, FULL).await;
    }
    match told {
        Ok(seen) => Looked::Runs(Running { id: listed.id.clone(), ..seen }),
        Err(failure) if failure.says(NO_SUCH_CONTAINER) || failure.says(NOT_RUNNING) => {
            Looked::Ended(listed.id.clone())
        }
        // Some engines give the status and no words that are known: then the container's own state says.
        Err(failure) if failure.status == Some(StatusCode::CONFLICT) && ended(talk, listed).await => {
            Looked::Ended(listed.id.clone())
        }
        Err(failure) => Looked::Unread(named(listed, failure.reason)),
    }
}

/// Its inspection says that it has ended.
async fn ended(talk: &Talk<'_>, listed: &Listed) -> bool {
    let told: Result<(_, Value), _> = talk.read(&format!("/containers/{}/json", listed.id)).await;
    told.is_ok_and(|(_, told)| {
        let state = told.pointer("/State/Status").and_then(Value::as_str);
        matches!(state, Some("created" | "exited" | "dead"))
    })
}

async fn top(talk: &Talk<'_>, listed: &Listed, args: &str) -> Result<Running, Failure> {
    let path = format!("/containers/{}/top?{args}", listed.id);
    let answer = talk.get(&path).await?;
    programs(&answer.body).map_err(|reason| super::talk::unusable(&answer.request, reason))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Top {
    titles: Vec<String>,
    processes: Vec<Vec<String>>,
}

/// The file names of the programs, each once, and what there is to say of the first one and its children. A
/// running container has at least one.
fn programs(body: &[u8]) -> Result<Running, String> {
    let top: Top = json(body)?;
    let is_command = |title: &String| matches!(title.as_str(), "CMD" | "COMMAND");
    let columns: Vec<usize> = (0..top.titles.len()).filter(|&i| is_command(&top.titles[i])).collect();
    if columns.is_empty() {
        return Err("the list of processes has no column with commands".into());
    }
    let mut programs = BTreeSet::new();
    for process in &top.processes {
        for &column in &columns {
            let command = process.get(column);
            let command = command.ok_or("a process in the list has no command")?;
            programs.extend(program(command));
        }
    }
    if programs.is_empty() {
        return Err("the list of processes is empty, though the container runs".into());
    }
    let family = Family::of(&top);
    let child_says_sshd = family.as_ref().map_or(Field::Absent, |family| Field::Is(family.child_says("sshd")));
    let user = family.and_then(|family| family.user).map_or(Field::Absent, Field::Is).into();
    Ok(Running { id: String::new(), programs: programs.into_iter().collect(), child_says_sshd, user })
}

/// The processes of a container and whose children they are.
struct Family<'a> {
    /// Number, number of the parent, and command line.
    all: Vec<(u32, u32, &'a str)>,
    /// The first one: the oldest of those whose parent is outside.
    first: u32,
    /// The number of its user, where the list gives numbers.
    user: Option<u32>,
}

impl<'a> Family<'a> {
    /// None where the list does not tell.
    fn of(top: &'a Top) -> Option<Self> {
        let column = |name: &str| top.titles.iter().position(|title| title == name);
        let (pid, parent) = (column("PID")?, column("PPID")?);
        let number = |process: &Vec<String>, at: usize| process.get(at)?.parse::<u32>().ok();
        let all: Option<Vec<(u32, u32, &str)>> =
            top.processes.iter().map(|p| Some((number(p, pid)?, number(p, parent)?, p.last()?.as_str()))).collect();
        let all = all?;
        let inside: BTreeSet<u32> = all.iter().map(|(pid, ..)| *pid).collect();
        let at = all.iter().position(|(_, parent, _)| !inside.contains(parent))?;
        let user = column("UID").and_then(|uid| user(top.processes.get(at)?.get(uid)?));
        Some(Family { first: all[at].0, user, all })
    }

    /// Whether a direct child of the first process has this word in its command line.
    fn child_says(&self, word: &str) -> bool {
        self.all.iter().any(|(_, parent, command)| *parent == self.first && command.contains(word))
    }
}

/// The number of a user. Names are the host's: but for root's they say nothing.
fn user(shown: &str) -> Option<u32> {
    if shown == "root" { Some(0) } else { shown.parse().ok() }
}

/// The program of a command: the first word without directories, and without what login shells
/// (`-sh`), kernels (`[sh]`) and servers that say what they do (`sshd: root@pts/0`) put around it.
fn program(command: &str) -> Option<String> {
    let word = command.split_ascii_whitespace().next()?;
    let name = word.rsplit('/').next().unwrap_or(word);
    let name = name.trim_start_matches(['-', '[', '(']);
    let name = name.trim_end_matches([':', ']', ')', ',']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(titles: &[&str], processes: &[&[&str]]) -> Result<Vec<String>, String> {
        let told = json!({"Titles": titles, "Processes": processes});
        programs(told.to_string().as_bytes()).map(|running| running.programs)
    }

    #[test]
    fn children_are_those_of_the_first_process() {
        let says = |processes: &[[&str; 4]]| {
            let told = json!({"Titles": ["PID", "PPID", "COMMAND", "COMMAND"], "Processes": processes});
            programs(told.to_string().as_bytes()).expect("programs").child_says_sshd
        };
        let first = ["10", "1", "sshd", "/usr/sbin/sshd -D"];
        let shell = ["10", "1", "sh", "sh -c x"];
        let child = ["11", "10", "sshd", "sshd: root"];
        let grandchild = ["12", "11", "sshd", "sshd: root"];
        let other = ["11", "10", "sleep", "sleep 1"];
        let executed = ["20", "1", "sshd", "sshd -t"];
        assert_eq!(says(&[first]), Field::Is(false));
        assert_eq!(says(&[shell, child]), Field::Is(true));
        assert_eq!(says(&[shell, other, grandchild, executed]), Field::Is(false));
        let told = json!({"Titles": ["PID", "COMMAND"], "Processes": [["1", "sshd"]]});
        let said = programs(told.to_string().as_bytes()).expect("programs").child_says_sshd;
        assert_eq!(said, Field::Absent);
    }

    #[test]
    fn the_user_is_that_of_the_first_process() {
        let user = |titles: &[&str], processes: &[&[&str]]| {
            let told = json!({"Titles": titles, "Processes": processes});
            programs(told.to_string().as_bytes()).expect("programs").user
        };
        // As docker 20.10 answers.
        let columns = ["PID", "PPID", "UID", "COMMAND", "COMMAND"];
        assert_eq!(user(&columns, &[&["143", "120", "0", "sleep", "sleep 1"]]), Field::Is(0).into());
        let shell = ["10", "1", "1000", "sh", "sh"];
        assert_eq!(user(&columns, &[&shell, &["11", "10", "0", "su", "su"]]), Field::Is(1000).into());
        let full = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
        let row = |uid| [uid, "143", "120", "0", "14:51", "?", "00:00:00", "sleep 1"];
        assert_eq!(user(&full, &[&row("root")]), Field::Is(0).into());
        assert_eq!(user(&full, &[&row("1000")]), Field::Is(1000).into());
        assert_eq!(user(&full, &[&row("toor")]), Field::Absent.into());
        assert_eq!(user(&["PID", "PPID", "CMD"], &[&["1", "0", "sh"]]), Field::Absent.into());
    }

    #[test]
    fn programs_are_known_by_their_file_name() {
        let full = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
        let row = |command| ["root", "1", "0", "0", "10:00", "?", "00:00:00", command];
        let processes = [
            &row("/usr/sbin/sshd -D --password=hunter2")[..],
            &row("sshd: root@pts/0"),
            &row("-sh"),
            &row("nginx: master process /usr/sbin/nginx"),
        ];
        let names = ["nginx", "sh", "sshd"].map(String::from).to_vec();
        assert_eq!(of(&full, &processes), Ok(names));
    }

    #[test]
    fn a_script_has_the_name_of_its_file_too() {
        let titles = ["PID", "COMMAND", "COMMAND"];
        let names = ["sh", "sshd"].map(String::from).to_vec();
        assert_eq!(of(&titles, &[&["1", "sshd", "/bin/sh /usr/sbin/sshd"]]), Ok(names));
        // A name with a space moves the columns; the words are still among them.
        let names = ["my", "sshd"].map(String::from).to_vec();
        assert_eq!(of(&titles, &[&["1", "my", "sshd /opt/my sshd"]]), Ok(names));
    }

    #[test]
    fn no_programs_are_no_answer() {
        for told in [
            of(&["PID"], &[&["1"]]),
            of(&["PID", "CMD"], &[]),
            of(&["PID", "CMD"], &[&["1"]]),
            of(&["PID", "CMD"], &[&["1", ""]]),
            programs(b"null").map(|running| running.programs),
            programs(br#"{"Titles":null,"Processes":null}"#).map(|running| running.programs),
        ] {
            assert!(told.is_err(), "{told:?}");
        }
    }
}
