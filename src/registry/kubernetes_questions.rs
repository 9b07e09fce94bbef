//! What a person is asked besides what Kubernetes shows.

use super::Question;

/// CNTR-MK-000580.
pub(super) static RESOURCES_DEDICATED: Question = Question {
    asks: "Do all resources that users manage (deployments, volumes, configurations and the like, not only services and pods) stand in namespaces made for them, and do administrators look at all namespaces in MKE's console (\"Set context for all namespaces\")?",
    because: "What belongs to a user's work only its owners know, and the console keeps its view of namespaces in each person's browser.",
};

/// CNTR-MK-000130.
pub(super) static SECRETS_KEPT: Question = Question {
    asks: "Does everything that applications have to keep secret, configuration files included, lie in secrets of Swarm or Kubernetes, and does [secrets] apps of the policy name all of it?",
    because: "Which of their data are secret only the owners of applications know; what stands in an image, a volume or a variable does not say of itself that it is one.",
};
