//! The audit rules: those that the kernel has loaded, or those that it loads from files at the next start.

use std::path::Path;
use std::process::{Command, Stdio};

use super::root::{Root, shown};
use crate::facts::Later;
use crate::facts::host::{AuditRules, Looked, RuleSource, generated};

const LIMIT: u64 = 4 << 20;
/// What auditd loads, and what augenrules makes it of before that.
const RULES: &str = "/etc/audit/audit.rules";
const RULES_D: &str = "/etc/audit/rules.d";
const SBIN: &[&str] = &["/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin"];

/// What is audited, and what was asked for it. An error where nothing of it could be read.
pub(super) fn rules(root: &Root) -> Result<(String, AuditRules), (String, String)> {
    let mut rules = AuditRules { auditd: installed(root), ..AuditRules::default() };
    let program = |name: &str| {
        let places = SBIN.iter().map(|dir| format!("{dir}/{name}"));
        places.into_iter().find(|path| root.has(path))
    };
    let request = if root.live && rustix::process::geteuid().is_root() && program("auditctl").is_some() {
        let auditctl = program("auditctl").unwrap_or_default();
        let request = format!("{auditctl} -l");
        let text = run(&auditctl, "-l").map_err(|reason| (request.clone(), reason))?;
        rules.source = RuleSource::Loaded;
        rules.on_disk = None.into();
        rules.add(&text);
        let request_status = format!("{auditctl} -s");
        let status = run(&auditctl, "-s").map_err(|reason| (request_status, reason))?;
        rules.off = status.lines().any(|line| line.trim() == "enabled 0");
        request
    } else {
        from_files(root, &mut rules)?
    };
    resolve(root, &mut rules);
    if let Later::Known(Some(others)) = &mut rules.on_disk {
        resolve(root, others);
    }
    Ok((request, rules))
}

/// Follows the links of the paths that rules name, as the kernel does when it loads them.
fn resolve(root: &Root, rules: &mut AuditRules) {
    for watch in rules.watches.iter_mut().chain(&mut rules.exempt) {
        let real = root.inside(Path::new(&watch.path), true).ok();
        watch.real = real.map(|path| shown(&path)).filter(|path| *path != watch.path);
    }
}

/// A program of the system's own, with nothing from our environment. What it says is never shown.
fn run(program: &str, argument: &str) -> Result<String, String> {
    let output = Command::new(program)
        .arg(argument)
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("it ended with {}", output.status))
    }
}

/// The rules that augenrules makes of rules.d, and beside them those of audit.rules where these are others.
fn from_files(root: &Root, rules: &mut AuditRules) -> Result<String, (String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    match root.names(Path::new(RULES_D)) {
        Looked::Is(names) => {
            for path in rule_files(&names) {
                match root.text(&path, LIMIT) {
                    Looked::Is(text) => parts.push((path, text)),
                    Looked::Missing => {}
                    Looked::Unseen(reason) => return Err((path, reason)),
                }
            }
        }
        Looked::Missing => {}
        Looked::Unseen(reason) => return Err((RULES_D.to_owned(), reason)),
    }
    let on_disk = match root.text(RULES, LIMIT) {
        Looked::Is(text) => Some(text),
        Looked::Missing => None,
        Looked::Unseen(reason) => return Err((RULES.to_owned(), reason)),
    };
    rules.on_disk = None.into();
    let mut read: Vec<String> = parts.iter().map(|(path, _)| path.clone()).collect();
    if parts.is_empty() {
        // augenrules leaves audit.rules as it is where rules.d holds nothing.
        let Some(text) = on_disk else {
            rules.source = RuleSource::Nowhere;
            return Ok("read /etc/audit".into());
        };
        rules.add(&text);
        rules.source = RuleSource::Files(vec![RULES.to_owned()]);
        return Ok(format!("read {RULES}"));
    }
    let generated = generated(parts.iter().map(|(_, text)| text.as_str()));
    rules.add(&generated);
    rules.source = RuleSource::Files(read.clone());
    if let Some(text) = on_disk {
        if !same_rules(&text, &generated) {
            let source = RuleSource::Files(vec![RULES.to_owned()]);
            let mut others = AuditRules { source, auditd: rules.auditd.clone(), ..AuditRules::default() };
            others.add(&text);
            rules.on_disk = Some(Box::new(others)).into();
        }
        read.push(RULES.to_owned());
    }
    Ok(format!("read {}", read.join(", ")))
}

/// The files that augenrules takes, in its order (`ls -v`): `9-x.rules` before `10-x.rules`.
fn rule_files(names: &[std::ffi::OsString]) -> Vec<String> {
    let names = names.iter().map(|name| name.to_string_lossy());
    let mut names: Vec<_> = names.filter(|n| Path::new(n.as_ref()).extension().is_some_and(|e| e == "rules")).collect();
    let number = |name: &str| {
        let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
        name[..end].parse::<u64>().unwrap_or(u64::MAX)
    };
    names.sort_by(|a, b| (number(a), a).cmp(&(number(b), b)));
    names.iter().map(|name| format!("{RULES_D}/{name}")).collect()
}

/// The same rules in the same order, whatever stands around them.
fn same_rules(a: &str, b: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    };
    lines(a) == lines(b)
}

/// auditd, or what only its package brings. Of a copy without a directory of programs nobody knows.
fn installed(root: &Root) -> Looked<String> {
    let mut places = SBIN.iter().map(|dir| format!("{dir}/auditd"));
    let sign = places
        .find(|path| root.has(path))
        .or_else(|| root.has("/etc/audit/auditd.conf").then(|| "/etc/audit/auditd.conf".to_owned()));
    match sign {
        Some(path) => Looked::Is(path),
        None if root.names(Path::new("/usr/sbin")).get().is_some() => Looked::Missing,
        None => Looked::Unseen("this root has no /usr/sbin".into()),
    }
}
