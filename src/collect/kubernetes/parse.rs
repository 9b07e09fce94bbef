//! One object, reduced to what rules ask for. What a rule cannot do without has to be there; values of
//! environment variables and of secrets are never looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::facts::field::Field;
use crate::facts::kubernetes::{Binding, Namespace, Pod, Quota, SecretInEnv, Service, Subject};

/// Labels by which parts of the product are known.
const LABELS: [&str; 5] = ["k8s-app", "app", "component", "app.kubernetes.io/name", "com.docker.ucp.version"];
/// The label of the bindings that Kubernetes makes for itself, and its value.
const BOOTSTRAPPING: (&str, &str) = ("/metadata/labels/kubernetes.io~1bootstrapping", "rbac-defaults");

pub(super) fn pod(item: &Value) -> Result<Pod, String> {
    let mut containers = Vec::new();
    for (pointer, required) in
        [("/spec/containers", true), ("/spec/initContainers", false), ("/spec/ephemeralContainers", false)]
    {
        match item.pointer(pointer) {
            Some(Value::Array(list)) => containers.extend(list),
            None | Some(Value::Null) if !required => {}
            _ => return Err("a pod has no containers".into()),
        }
    }
    let mut images = BTreeSet::new();
    let mut in_env = BTreeSet::new();
    for container in containers {
        images.insert(text(container, "/image").ok_or("a container of a pod has no image")?);
        in_env.extend(secrets_in_env(container));
    }
    let owners = list(item, "/metadata/ownerReferences");
    let owner = owners
        .iter()
        .find(|o| o.pointer("/controller").and_then(Value::as_bool) == Some(true))
        .and_then(|o| Some(format!("{}/{}", text(o, "/kind")?, text(o, "/name")?)));
    let labels = LABELS.iter().filter_map(|label| {
        let value = item.pointer("/metadata/labels")?.get(label)?.as_str()?;
        Some(((*label).to_owned(), value.to_owned()))
    });
    Ok(Pod {
        namespace: namespace_of(item)?,
        name: name_of(item)?,
        owner,
        labels: labels.collect(),
        images: images.into_iter().collect(),
        phase: Field::at(item, "/status/phase"),
        host_network: Field::at(item, "/spec/hostNetwork"),
        host_pid: Field::at(item, "/spec/hostPID"),
        host_ipc: Field::at(item, "/spec/hostIPC"),
        secrets_in_env: in_env.into_iter().collect(),
        secrets_mounted: secrets_mounted(item),
    })
}

/// The secrets that a container is given as environment variables.
fn secrets_in_env(container: &Value) -> Vec<SecretInEnv> {
    let of = text(container, "/name").unwrap_or_default();
    let secret = |entry: &Value, reference: &str| {
        // A reference that names no secret is one all the same.
        entry.pointer(reference).filter(|r| !r.is_null())?;
        let name = text(entry, &format!("{reference}/name"));
        Some(SecretInEnv { container: of.clone(), secret: name.unwrap_or_else(|| "?".into()) })
    };
    let single = list(container, "/env");
    let whole = list(container, "/envFrom");
    single
        .iter()
        .filter_map(|e| secret(e, "/valueFrom/secretKeyRef"))
        .chain(whole.iter().filter_map(|e| secret(e, "/secretRef")))
        .collect()
}

/// The secrets that are mounted into a pod as files.
fn secrets_mounted(pod: &Value) -> BTreeSet<String> {
    let mut mounted = BTreeSet::new();
    for volume in list(pod, "/spec/volumes") {
        mounted.extend(text(volume, "/secret/secretName"));
        for source in list(volume, "/projected/sources") {
            mounted.extend(text(source, "/secret/name"));
        }
    }
    mounted
}

pub(super) fn service(item: &Value) -> Result<Service, String> {
    Ok(Service { namespace: namespace_of(item)?, name: name_of(item)? })
}

pub(super) fn namespace(item: &Value) -> Result<Namespace, String> {
    Ok(Namespace { name: name_of(item)? })
}

pub(super) fn quota(item: &Value) -> Result<Quota, String> {
    let mut hard = BTreeMap::new();
    match item.pointer("/spec/hard") {
        None | Some(Value::Null) => {}
        Some(Value::Object(limits)) => {
            for (resource, limit) in limits {
                let limit = match limit {
                    Value::String(limit) => limit.clone(),
                    Value::Number(limit) => limit.to_string(),
                    _ => return Err("a limit of a quota is no quantity".into()),
                };
                hard.insert(resource.clone(), limit);
            }
        }
        Some(_) => return Err("the limits of a quota are no table".into()),
    }
    let has = |pointer| item.pointer(pointer).is_some_and(|v| !v.is_null());
    Ok(Quota {
        namespace: namespace_of(item)?,
        name: name_of(item)?,
        hard,
        scoped: !list(item, "/spec/scopes").is_empty() || has("/spec/scopeSelector"),
    })
}

/// Items of a list carry no kind of their own: a binding without a namespace is a cluster role binding.
pub(super) fn binding(item: &Value) -> Result<Binding, String> {
    let role = |part| text(item, part).ok_or("a binding names no role");
    let subjects: Option<Vec<Subject>> = list(item, "/subjects")
        .iter()
        .map(|subject| {
            Some(Subject {
                kind: text(subject, "/kind")?,
                namespace: text(subject, "/namespace").filter(|n| !n.is_empty()),
                name: text(subject, "/name")?,
            })
        })
        .collect();
    Ok(Binding {
        namespace: text(item, "/metadata/namespace").filter(|n| !n.is_empty()),
        name: name_of(item)?,
        role_kind: role("/roleRef/kind")?,
        role: role("/roleRef/name")?,
        subjects: subjects.ok_or("a binding has a subject without kind or name")?,
        bootstrapping: text(item, BOOTSTRAPPING.0).as_deref() == Some(BOOTSTRAPPING.1),
    })
}

fn name_of(item: &Value) -> Result<String, String> {
    text(item, "/metadata/name").filter(|name| !name.is_empty()).ok_or_else(|| "an object has no name".into())
}

fn namespace_of(item: &Value) -> Result<String, String> {
    text(item, "/metadata/namespace").filter(|name| !name.is_empty()).ok_or_else(|| "an object has no namespace".into())
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_is_reduced_to_what_rules_ask_for() {
        let item = json!({
            "metadata": {
                "name": "web-1", "namespace": "shop",
                "labels": {"app": "web", "secret-plan": "hunter2"},
                "annotations": {"last-applied": "hunter2"},
                "ownerReferences": [{"kind": "ReplicaSet", "name": "web", "controller": true}],
            },
            "spec": {
                "hostNetwork": true,
                "hostPID": "yes",
                "containers": [{
                    "name": "web", "image": "shop/web:1", "args": ["hunter2"],
                    "env": [
                        {"name": "PASSWORD", "value": "hunter2"},
                        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "db", "key": "k"}}},
                    ],
                }],
                "initContainers": [{"name": "init", "image": "shop/init:1", "envFrom": [{"secretRef": {"name": "all"}}]}],
                "volumes": [
                    {"secret": {"secretName": "tls"}},
                    {"projected": {"sources": [{"secret": {"name": "more"}}]}},
                ],
            },
            "status": {"phase": "Running"},
        });
        let pod = pod(&item).expect("a pod");
        let kept = serde_json::to_string(&pod).expect("JSON");
        assert!(!kept.contains("hunter2"), "{kept}");
        assert_eq!(pod.path(), "shop/web-1");
        assert_eq!(pod.owner.as_deref(), Some("ReplicaSet/web"));
        assert_eq!(pod.images, ["shop/init:1", "shop/web:1"]);
        assert_eq!(pod.host_network, Field::Is(true));
        assert!(pod.host_pid.is_odd());
        assert_eq!(pod.host_ipc, Field::Absent);
        let secrets: Vec<&str> = pod.secrets_in_env.iter().map(|s| s.secret.as_str()).collect();
        assert_eq!(secrets, ["all", "db"]);
        assert_eq!(pod.secrets_mounted, ["more", "tls"].map(str::to_owned).into());
    }

    #[test]
    fn an_object_without_what_makes_it_one_is_refused() {
        let named = json!({"metadata": {"name": "a", "namespace": "b"}});
        assert!(pod(&named).is_err());
        assert!(binding(&named).is_err());
        assert!(service(&json!({"metadata": {"name": "a"}})).is_err());
        assert!(namespace(&json!({"metadata": {"name": ""}})).is_err());
        let odd = json!({"metadata": {"name": "a", "namespace": "b"}, "spec": {"hard": {"limits.cpu": null}}});
        assert!(quota(&odd).is_err());
    }

    #[test]
    fn a_binding_without_a_namespace_holds_everywhere() {
        let item = json!({
            "metadata": {"name": "admins", "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}},
            "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "Group", "name": "system:masters"}],
        });
        let binding = binding(&item).expect("a binding");
        assert_eq!((binding.namespace, binding.bootstrapping), (None, true));
        assert_eq!(binding.subjects[0].name, "system:masters");
    }
}
