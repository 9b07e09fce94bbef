//! What only a person can know: alarms of other systems, plans, records, tests that would change the
//! target. `pass` means yes.

use super::Question;

pub(super) static SIGNED_PACKAGES: Question = Question {
    asks: "Did engine, UCP and DTR on every node come from the vendor's signed packages and images, and was that checked?",
    because: "How a package was verified when it was installed is written nowhere on the node, and the repositories docker/ucp and docker/dtr, whose trust data the check asks for, are retired.",
};

pub(super) static SECRETS_PLANNED: Question = Question {
    asks: "Does the security plan describe how secrets are created, handed out and replaced with docker secret?",
    because: "It is about what the plan says, not about what a system does.",
};

pub(super) static STORAGE_ALARM: Question = Question {
    asks: "Does the log collector raise an alarm when the storage for the engines' audit records is 75% full at the latest?",
    because: "The alarm is a setting of the log collector, which is another system.",
};

pub(super) static FAILURE_ALARM: Question = Question {
    asks: "Does the log collector notify both the system administrator and the ISSO when auditing on an engine fails?",
    because: "The alarm and its recipients are settings of the log collector, which is another system.",
};

pub(super) static SOFTWARE_ALARM: Question = Question {
    asks: "Does the log collector notify the ISSO or ISSM when software or an image that is not approved is installed on a node?",
    because: "The alarm, its recipients and the list of approved software belong to the log collector, which is another system.",
};

pub(super) static KEY_ROTATION: Question = Question {
    asks: "Is the key that unlocks the swarm's managers replaced at fixed intervals, and is there a record that it was?",
    because: "The engine does not tell when the key was last replaced: its UpdatedAt changes with every setting.",
};

pub(super) static DURABLE_VOLUMES: Question = Question {
    asks: "Was it tried that data on a persistent volume outlives the pod that wrote it?",
    because: "The check creates a namespace, a claim and two pods and deletes one of them: a scan must not write to the cluster.",
};

/// DKER-EE-001590.
pub(super) static SIEM_ALARM: Question = Question {
    asks: "Does the log collector warn the ISSO and the system administrator when the engines' records stop arriving?",
    because: "The alarm is set up in the collector, which is not scanned.",
};

/// DKER-EE-003320.
pub(super) static SIEM_RECEIVES: Question = Question {
    asks: "Was it shown that the records of every engine arrive at the log collector?",
    because: "Only the collector shows what arrives there, and it is not scanned.",
};

/// CNTR-MK-000310.
pub(super) static SIEM_ALARM_MKE: Question = Question {
    asks: "Do the audit records of MKE arrive at the central log server, and does it raise an alarm when they stop?",
    because: "The log server is not scanned; what journald and the local syslog forward is set up outside of the engine.",
};

/// DKER-EE-002080.
pub(super) static EXEC_PRIVILEGED: Question = Question {
    asks: "Is it known that nobody uses docker exec with --privileged on any node?",
    because: "Without audit records of the docker client, nothing on a node shows what was executed.",
};

/// DKER-EE-002090.
pub(super) static EXEC_USER: Question = Question {
    asks: "Is it known that nobody uses docker exec with --user on any node?",
    because: "Without audit records of the docker client, nothing on a node shows what was executed.",
};

/// CNTR-MK-001180.
pub(super) static EXEC_EITHER: Question = Question {
    asks: "Is it known that nobody uses docker exec with --privileged or --user on any node, and that the docker command is used with a client bundle only?",
    because: "Without audit records of the docker client, nothing on a node shows what was executed.",
};

pub(super) static DIRECTORY_STIG: Question = Question {
    asks: "Does the directory server that UCP takes its users from meet the STIG of its operating system?",
    because: "The directory is another system, with a review of its own.",
};

pub(super) static READER_PASSWORD: Question = Question {
    asks: "Where LDAP is enabled: is a password set for the reader, and is it the one that the security plan provides for?",
    because: "MKE never shows the reader's password, nor whether there is one.",
};

pub(super) static IMAGES_SIGNED: Question = Question {
    asks: "Are the images that are on the nodes already signed by the organisation's signers, held by their digests against the trust data?",
    because: "MKE looks at signatures when an image is to run, not at those that were there before; a tag in the trust data says nothing of the image on a node.",
};

pub(super) static BANNER_SHOWN: Question = Question {
    asks: "Is the notice shown in the browser before anybody can log in?",
    because: "The setting says what is to be shown; a proxy or another login page may stand in front.",
};

pub(super) static SECRETS_COMPLETE: Question = Question {
    asks: "Does the list of applications in the policy name every application that keeps configuration or small confidential data, those on Kubernetes included, and is that data in secrets rather than in images, mounts or environments?",
    because: "The security plan names the applications, and what an application keeps elsewhere cannot be told from outside: a password in an image or a file looks like anything else.",
};

pub(super) static IMAGES_TRUSTED: Question = Question {
    asks: "Has every image on every node, by the digest it has there, a valid signature by somebody the organisation trusts?",
    because: "DTR tells which tags are unsigned, and those are findings by themselves. That an image on a node is the one that was signed takes the trust server of every registry that images came from, the keys that the organisation trusts, and the digests on the nodes, which this program does not verify.",
};

pub(super) static RELEASES_MAINTAINED: Question = Question {
    asks: "Does the vendor still maintain the installed releases of UCP (MKE), DTR (MSR) and the engines?",
    because: "Which releases are maintained on the day of the assessment, the vendor alone knows.",
};
