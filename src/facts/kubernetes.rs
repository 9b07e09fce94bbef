//! Objects of Kubernetes, each reduced to what rules ask for. Values of environment variables, of
//! secrets and of annotations are never kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::proof::{Member, Proof, Proven, Unproven};

/// Every object of a kind, over all namespaces and all pages.
///
/// It is whole where the API server said that nothing is left: what was read of a list that broke off is a
/// [`super::Fact::Partial`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whole<T> {
    /// The state of the cluster that the list is of: `metadata.resourceVersion`.
    version: String,
    items: Vec<T>,
}

impl<T> Whole<T> {
    /// A list that was read to its end, of which whoever calls this has proof; or what came of it, as a part.
    #[must_use]
    pub fn new(version: String, items: Vec<T>) -> Self {
        Whole { version, items }
    }

    /// All of them.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }
}

/// A kind of objects, with what shows that a list of all of them is whole.
pub trait Object: Sized + 'static {
    /// What every such list has, or why it may have nothing.
    const PROOF: Proof<'static, Self>;
}

/// What proves that a list over all namespaces which may be empty is seen as a whole.
pub const NO_FILTER: &str =
    "an API server filters nothing: it answers 403 to whoever may not list a kind in all namespaces";

impl Object for Pod {
    const PROOF: Proof<'static, Self> =
        Proof::Witness(&[Member { name: "any pod of kube-system", is: &|pod| pod.namespace == "kube-system" }]);
}

impl Object for Service {
    const PROOF: Proof<'static, Self> = Proof::Witness(&[Member {
        name: "the service default/kubernetes",
        is: &|service| service.namespace == "default" && service.name == "kubernetes",
    }]);
}

impl Object for Namespace {
    const PROOF: Proof<'static, Self> = Proof::Witness(&[
        Member { name: "the namespace default", is: &|namespace| namespace.name == "default" },
        Member { name: "the namespace kube-system", is: &|namespace| namespace.name == "kube-system" },
    ]);
}

impl Object for Quota {
    const PROOF: Proof<'static, Self> = Proof::MayBeEmpty(NO_FILTER);
}

/// Of both kinds together: cluster role bindings have the witness, role bindings may be none.
impl Object for Binding {
    const PROOF: Proof<'static, Self> = Proof::Witness(&[Member {
        name: "the cluster role binding cluster-admin",
        is: &|binding| binding.namespace.is_none() && binding.name == "cluster-admin",
    }]);
}

impl<T: Object> Proven for Whole<T> {
    fn proven(&self) -> Result<(), Unproven> {
        Ok(T::PROOF.check(&self.items)?)
    }
}

/// Every pod: `GET /api/v1/pods`.
pub type Pods = Whole<Pod>;
/// Every service: `GET /api/v1/services`.
pub type Services = Whole<Service>;
/// Every namespace: `GET /api/v1/namespaces`.
pub type Namespaces = Whole<Namespace>;
/// Every resource quota: `GET /api/v1/resourcequotas`.
pub type Quotas = Whole<Quota>;
/// Every role binding and cluster role binding: `GET /apis/rbac.authorization.k8s.io/v1/…`.
pub type Bindings = Whole<Binding>;

/// One pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pod {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// The controller in `metadata.ownerReferences`, as `DaemonSet/calico-node`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `metadata.labels`, those by which parts of the product are known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The images of all its containers, those that prepare it included.
    pub images: Vec<String>,
    /// `status.phase`: Pending, Running, Succeeded, Failed, Unknown.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub phase: Field<String>,
    /// `spec.hostNetwork`; absent means no.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub host_network: Field<bool>,
    /// `spec.hostPID`; absent means no.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub host_pid: Field<bool>,
    /// `spec.hostIPC`; absent means no.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub host_ipc: Field<bool>,
    /// Secrets that its containers are given as environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets_in_env: Vec<SecretInEnv>,
    /// Secrets that are mounted into it as files, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub secrets_mounted: BTreeSet<String>,
}

impl Pod {
    /// `namespace/name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// A secret that a container is given as an environment variable: `env[].valueFrom.secretKeyRef` or
/// `envFrom[].secretRef`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretInEnv {
    /// The container's name.
    pub container: String,
    /// The secret's name.
    pub secret: String,
}

/// One service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

/// One namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// `metadata.name`.
    pub name: String,
}

/// One resource quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `spec.hard`: the limits, by resource (`limits.cpu`).
    pub hard: BTreeMap<String, String>,
    /// It has `spec.scopes` or `spec.scopeSelector`: it counts only some of the namespace's pods.
    #[serde(default)]
    pub scoped: bool,
}

/// One role binding or cluster role binding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// `metadata.namespace`; none for a cluster role binding, which holds everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
    /// `roleRef.kind`: `Role` or `ClusterRole`.
    pub role_kind: String,
    /// `roleRef.name`.
    pub role: String,
    /// `subjects`: who has it.
    pub subjects: Vec<Subject>,
    /// It carries the label `kubernetes.io/bootstrapping=rbac-defaults`, which Kubernetes gives the
    /// bindings that it makes for itself at every start. Whoever may make bindings may give it too.
    #[serde(default)]
    pub bootstrapping: bool,
}

/// Who a binding is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `User`, `Group` or `ServiceAccount`.
    pub kind: String,
    /// The namespace of a service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name. UCP gives users and teams by their ids here.
    pub name: String,
}
