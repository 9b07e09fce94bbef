//! What a profile of seccomp that a container brings does. Its text is the container's own and is not kept.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::collect::json::json;
use crate::facts::container::SeccompProfile;

/// System calls that the engine's own profile keeps from containers which have no further capabilities
/// (<https://docs.docker.com/engine/security/seccomp/>, "significant syscalls blocked by the default profile"),
/// and has since 1.10.
const DANGEROUS: &[&str] = &[
    "acct",
    "add_key",
    "bpf",
    "clock_settime",
    "create_module",
    "delete_module",
    "finit_module",
    "init_module",
    "ioperm",
    "iopl",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "mount",
    "move_pages",
    "nfsservctl",
    "open_by_handle_at",
    "perf_event_open",
    "pivot_root",
    "quotactl",
    "reboot",
    "request_key",
    "setns",
    "settimeofday",
    "swapoff",
    "swapon",
    "umount2",
    "unshare",
    "userfaultfd",
];

/// Actions that let a call happen. All others that are known keep it from the container.
const LETS: &[&str] = &["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY"];
const KEEPS: &[&str] = &[
    "SCMP_ACT_ERRNO",
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_TRAP",
    "SCMP_ACT_TRACE",
];

/// The profile among security options whose text stands there: the last one counts.
pub(super) fn profile(options: &[String]) -> SeccompProfile {
    let texts = options.iter().filter_map(|option| {
        let (key, value) = option.split_once(if option.contains('=') { '=' } else { ':' })?;
        (key == "seccomp" && value.trim_start().starts_with('{')).then_some(value)
    });
    // `seccomp:{"a":"b=c"}` has its first separator before any `=`.
    let colons = options.iter().filter_map(|option| option.strip_prefix("seccomp:"));
    let text = texts.chain(colons.filter(|value| value.trim_start().starts_with('{'))).next_back();
    match text.map(blocked) {
        None => SeccompProfile::NotGiven,
        Some(Ok(calls)) => SeccompProfile::Blocks(calls),
        Some(Err(reason)) => SeccompProfile::Unreadable(reason),
    }
}

/// The dangerous calls that a profile keeps from a container.
fn blocked(text: &str) -> Result<Vec<String>, String> {
    let profile: Value = json(text.as_bytes()).map_err(|_| "it is not JSON")?;
    let profile = Object::of(&profile)?;
    let by_default = keeps(profile.text("defaultaction")?.unwrap_or_default())?;
    let mut calls: BTreeMap<&str, bool> = DANGEROUS.iter().map(|call| (*call, by_default)).collect();
    for entry in profile.list("syscalls")? {
        let entry = Object::of(entry)?;
        let keeps = keeps(entry.text("action")?.unwrap_or_default())?;
        // What holds for some arguments, capabilities or kernels alone neither frees a call nor closes it.
        if entry.holds("args") || entry.holds("includes") || (entry.holds("excludes") && !keeps) {
            continue;
        }
        let names = entry.list("names")?.iter().filter_map(Value::as_str);
        for name in names.chain(entry.text("name")?) {
            if let Some(call) = calls.get_mut(name) {
                *call = keeps;
            }
        }
    }
    Ok(calls.into_iter().filter(|(_, keeps)| *keeps).map(|(call, _)| call.to_owned()).collect())
}

fn keeps(action: &str) -> Result<bool, String> {
    match action {
        action if LETS.contains(&action) => Ok(false),
        action if KEEPS.contains(&action) => Ok(true),
        _ => Err("it has an action that nothing is known about".into()),
    }
}

/// An object whose keys are in any case, as engines read them.
struct Object<'a>(BTreeMap<String, &'a Value>);

impl<'a> Object<'a> {
    fn of(value: &'a Value) -> Result<Self, String> {
        let object = value.as_object().ok_or("it is not of the documented shape")?;
        let mut keys = BTreeMap::new();
        for (key, value) in object {
            if keys.insert(key.to_lowercase(), value).is_some() {
                return Err("a key stands in it twice".into());
            }
        }
        Ok(Object(keys))
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{key} is no text")),
        }
    }

    fn list(&self, key: &str) -> Result<&'a [Value], String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(format!("{key} is no list")),
        }
    }

    /// Something stands there.
    fn holds(&self, key: &str) -> bool {
        match self.0.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Array(list)) => !list.is_empty(),
            Some(Value::Object(object)) => !object.is_empty(),
            Some(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(option: &str) -> SeccompProfile {
        profile(&[option.to_owned()])
    }

    #[test]
    fn a_profile_that_blocks_nothing_is_known_in_any_form() {
        for nothing in [
            r#"{"defaultAction":"SCMP_ACT_ALLOW"}"#,
            r#"{"DEFAULTACTION":"SCMP_ACT_ALLOW","syscalls":null}"#,
            r#"{"defaultAction":"SCMP_ACT_LOG","syscalls":[]}"#,
            r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mount"],"action":"SCMP_ACT_ALLOW"}]}"#,
            r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["no_such_call"],"action":"SCMP_ACT_ERRNO"}]}"#,
            r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"mount","action":"SCMP_ACT_ERRNO","args":[{"index":0}]}]}"#,
        ] {
            assert_eq!(of(&format!("seccomp={nothing}")), SeccompProfile::Blocks(Vec::new()), "{nothing}");
            assert_eq!(of(&format!("seccomp:{nothing}")), SeccompProfile::Blocks(Vec::new()), "{nothing}");
        }
        let names: Vec<String> = DANGEROUS.iter().map(|call| format!("{call:?}")).collect();
        let all = format!(
            r#"{{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{{"names":[{}],"action":"SCMP_ACT_ALLOW"}}]}}"#,
            names.join(",")
        );
        assert_eq!(of(&format!("seccomp={all}")), SeccompProfile::Blocks(Vec::new()));
    }

    #[test]
    fn what_a_profile_blocks_is_kept_and_its_text_is_not() {
        let one =
            r#"seccomp={"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"mount","action":"SCMP_ACT_ERRNO"}]}"#;
        assert_eq!(of(one), SeccompProfile::Blocks(vec!["mount".into()]));
        // As the engine's own does, for those without a capability.
        let own = r#"seccomp={"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"syscalls":[
            {"names":["read","write"],"action":"SCMP_ACT_ALLOW"},
            {"names":["mount","setns"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}}]}"#;
        assert_eq!(of(own), SeccompProfile::Blocks(DANGEROUS.iter().map(|c| (*c).to_owned()).collect()));
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        for text in [
            "{",
            r#"{"syscalls":[]}"#,
            r#"{"defaultAction":"ALLOW"}"#,
            r#"{"defaultAction":1}"#,
            r#"{"defaultAction":"SCMP_ACT_ERRNO","DefaultAction":"SCMP_ACT_ALLOW"}"#,
            r#"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":{}}"#,
            r#"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"x"}]}"#,
        ] {
            assert!(matches!(of(&format!("seccomp={text}")), SeccompProfile::Unreadable(_)), "{text}");
        }
        for none in ["seccomp=unconfined", "seccomp=builtin", "apparmor={", "no-new-privileges"] {
            assert_eq!(of(none), SeccompProfile::NotGiven, "{none}");
        }
    }
}
