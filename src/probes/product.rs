//! Which containers belong to the product itself.
//!
//! UCP, DTR and the Kubernetes that UCP brings along run in containers of their own, which need what
//! rules forbid to others. They are recognised by the repository of their image *and* by a label that
//! the product sets, never by a word somewhere in a line: an image from `dtr.example.mil/…` or a
//! container named `my-kube-tool` is a user's.
//!
//! How a rule could pass because of this without evidence: a user's container taken for one of the
//! product's is not judged. So both marks are wanted, each whole: the repository on Docker Hub that the
//! vendor publishes to, not a copy of it in a registry of somebody's own, and the label with a value. What
//! cannot be told (an image known by its digest alone) is a user's and judged.

use crate::facts::container::Container;

/// Set on every container of UCP (MKE) since 1.1, with its version.
pub const UCP_VERSION: &str = "com.docker.ucp.version";
/// Set on the containers of DTR (MSR) by its installer; older ones are known by their names alone.
const DTR_LABELS: [&str; 2] = ["com.docker.dtr.version", "com.docker.dtr.replica"];
/// Set by Kubernetes on every container of a pod.
const POD_NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// The part of the product that a container is, if it is one.
#[must_use]
pub fn part(container: &Container) -> Option<&'static str> {
    let repository = vendors(&container.image)?;
    let label = |key: &str| container.labels.get(key).filter(|value| !value.is_empty());
    if let Some(namespace) = label(POD_NAMESPACE) {
        // The pause container of a user's pod is UCP's image, and its modes are the pod's.
        let is_system = namespace == "kube-system" && is_of_kubernetes(repository);
        return is_system.then_some("Kubernetes");
    }
    if is_of(repository, "ucp") {
        return label(UCP_VERSION).map(|_| "UCP");
    }
    if is_of(repository, "dtr") || is_of(repository, "msr") {
        let labelled = DTR_LABELS.iter().any(|key| label(key).is_some());
        return (labelled || is_name_of_replica(&container.name)).then_some("DTR");
    }
    None
}

/// The repository in one of the vendor's namespaces on Docker Hub: `ucp-agent` for
/// `docker/ucp-agent:3.2.4@sha256:…`.
fn vendors(image: &str) -> Option<&str> {
    const HUB: [&str; 3] = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let path = HUB.iter().find_map(|host| image.strip_prefix(host)).unwrap_or(image);
    let repository = path.strip_prefix("docker/").or_else(|| path.strip_prefix("mirantis/"))?;
    let repository = repository.split(['@', ':']).next().unwrap_or_default();
    (!repository.contains('/')).then_some(repository)
}

/// `ucp`, or `ucp-` and something.
fn is_of(repository: &str, product: &str) -> bool {
    repository.strip_prefix(product).is_some_and(|rest| rest.is_empty() || (rest.starts_with('-') && rest.len() > 1))
}

fn is_of_kubernetes(repository: &str) -> bool {
    ["ucp", "kube", "calico", "coredns", "pause"].iter().any(|product| is_of(repository, product))
}

/// `dtr-registry-` and the replica's id, twelve hexadecimal digits.
fn is_name_of_replica(name: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let word = |c: char| c.is_ascii_lowercase() || c == '-';
    name.strip_prefix("dtr-").and_then(|rest| rest.rsplit_once('-')).is_some_and(|(component, replica)| {
        !component.is_empty() && component.chars().all(word) && replica.len() == 12 && replica.chars().all(hex)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(name: &str, image: &str, labels: &[(&str, &str)]) -> Container {
        Container {
            name: name.into(),
            image: image.into(),
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            ..Container::default()
        }
    }

    const UCP: &[(&str, &str)] = &[(UCP_VERSION, "3.2.4")];
    const SYSTEM: &[(&str, &str)] = &[(POD_NAMESPACE, "kube-system")];

    #[test]
    fn the_products_own() {
        for (name, image, labels, is) in [
            ("ucp-agent", "docker/ucp-agent:3.2.4", UCP, "UCP"),
            ("ucp-proxy", "docker.io/docker/ucp-agent:3.2.4", UCP, "UCP"),
            ("ucp-agent.x.y", "docker/ucp-agent:3.2.4@sha256:0ab", UCP, "UCP"),
            ("ucp-kubelet", "mirantis/ucp-hyperkube:3.7.1", UCP, "UCP"),
            ("installer", "docker/ucp", UCP, "UCP"),
            ("dtr-notary-server-0123456789ab", "docker/dtr-notary-server:2.7.6", &[], "DTR"),
            ("x", "mirantis/dtr-nginx:2.9.0", &[("com.docker.dtr.version", "2.9.0")], "DTR"),
            (
                "k8s_calico-node_calico-node-x_kube-system_y_0",
                "docker/ucp-calico-node@sha256:0ab",
                SYSTEM,
                "Kubernetes",
            ),
            ("k8s_POD_x", "mirantis/ucp-pause:3.7.1", SYSTEM, "Kubernetes"),
            ("k8s_compose_x", "docker/kube-compose-controller:v0.4.23", SYSTEM, "Kubernetes"),
        ] {
            assert_eq!(part(&container(name, image, labels)), Some(is), "{name} {image}");
        }
    }

    #[test]
    fn everything_else_is_a_users() {
        let app = &[(POD_NAMESPACE, "shop")][..];
        let both = &[(POD_NAMESPACE, "shop"), (UCP_VERSION, "3.7.1")][..];
        for (name, image, labels) in [
            ("web", "dtr.example.mil/shop/web:3", &[][..]),
            ("my-kube-tool", "busybox", &[]),
            ("ucp-agent", "busybox", UCP),
            ("ucp-agent", "docker/ucp-agent:3.2.4", &[]),
            ("ucp-agent", "docker/ucp-agent:3.2.4", &[(UCP_VERSION, "")]),
            ("ucp-agent", "dtr.example.mil/docker/ucp-agent:3.2.4", UCP),
            ("ucp-agent", "docker/team/ucp-agent", UCP),
            ("ucp-agent", "docker/ucpagent", UCP),
            ("ucp-agent", "docker/my-ucp-agent", UCP),
            ("ucp-agent", "docker/ucp-", UCP),
            ("ucp-agent", "sha256:0ab", UCP),
            ("dtr-nginx-0123456789ab", "dtr.example.mil/docker/dtr-nginx", &[]),
            ("dtr-nginx-0123456789ab", "nginx", &[]),
            ("dtr-nginx-0123456789AB", "docker/dtr-nginx:2.7.6", &[]),
            ("dtr-0123456789ab", "docker/dtr-nginx:2.7.6", &[]),
            ("my-dtr-nginx-0123456789ab", "docker/dtr-nginx:2.7.6", &[]),
            ("k8s_web", "nginx", SYSTEM),
            ("k8s_web", "example/ucp-calico", SYSTEM),
            ("k8s_POD_web", "mirantis/ucp-pause:3.7.1", app),
            ("k8s_POD_web", "mirantis/ucp-pause:3.7.1", both),
            ("compose", "docker/compose:1.29", UCP),
        ] {
            assert_eq!(part(&container(name, image, labels)), None, "{name} {image}");
        }
    }
}
