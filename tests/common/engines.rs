//! What a scan makes of each way in which the lab's engines, its swarm and its hosts can be wrong.

/// Rules that engines decide, and their results on the hardened lab: of the Docker STIG, then of Mirantis'.
/// Where a person has to answer as well, nobody has.
pub(crate) const DOCKER: &[(&str, &str)] = &[
    ("DKER-EE-001050", "pass"),
    ("DKER-EE-001070", "pass"),
    ("DKER-EE-001810", "pass"),
    ("DKER-EE-001840", "pass"),
    ("DKER-EE-001960", "pass"),
    ("DKER-EE-001970", "pass"),
    ("DKER-EE-002010", "pass"),
    ("DKER-EE-002400", "pass"),
    ("DKER-EE-002660", "notchecked"),
    ("DKER-EE-004130", "pass"),
    ("DKER-EE-005060", "pass"),
    ("DKER-EE-005080", "pass"),
    ("DKER-EE-005310", "pass"),
    ("DKER-EE-005320", "pass"),
    ("DKER-EE-005330", "pass"),
    ("DKER-EE-006240", "pass"),
    ("DKER-EE-999999", "fail"),
];
pub(crate) const MIRANTIS: &[(&str, &str)] = &[
    ("CNTR-MK-000110", "pass"),
    ("CNTR-MK-000530", "pass"),
    ("CNTR-MK-000600", "pass"),
    ("CNTR-MK-000770", "pass"),
    ("CNTR-MK-000870", "pass"),
    ("CNTR-MK-001600", "pass"),
];

/// Nobody knows of all engines.
const NOT_ALL: &[(&str, &str)] = &[
    ("DKER-EE-001070", "error"),
    ("DKER-EE-001810", "error"),
    ("DKER-EE-001840", "error"),
    ("CNTR-MK-000530", "error"),
    ("CNTR-MK-000600", "error"),
    ("CNTR-MK-000870", "error"),
];
/// Nor of all containers and images.
const NOT_ALL_NODES: &[(&str, &str)] = &[
    ("DKER-EE-001070", "error"),
    ("DKER-EE-001810", "error"),
    ("DKER-EE-001840", "error"),
    ("DKER-EE-001960", "error"),
    ("DKER-EE-001970", "error"),
    ("DKER-EE-002010", "error"),
    ("DKER-EE-004130", "error"),
    ("CNTR-MK-000530", "error"),
    ("CNTR-MK-000600", "error"),
    ("CNTR-MK-000870", "error"),
    ("CNTR-MK-001600", "error"),
];
/// Nor of all hosts.
const NOT_ALL_NODES_NOR_HOSTS: &[(&str, &str)] = &[
    ("DKER-EE-001050", "error"),
    ("DKER-EE-001070", "error"),
    ("DKER-EE-001810", "error"),
    ("DKER-EE-001840", "error"),
    ("DKER-EE-001960", "error"),
    ("DKER-EE-001970", "error"),
    ("DKER-EE-002010", "error"),
    ("DKER-EE-004130", "error"),
    ("DKER-EE-005310", "error"),
    ("DKER-EE-005320", "error"),
    ("DKER-EE-005330", "error"),
    ("CNTR-MK-000110", "error"),
    ("CNTR-MK-000530", "error"),
    ("CNTR-MK-000600", "error"),
    ("CNTR-MK-000870", "error"),
    ("CNTR-MK-001600", "error"),
];
const CONTAINERS: &[(&str, &str)] =
    &[("DKER-EE-001960", "error"), ("DKER-EE-001970", "error"), ("DKER-EE-002010", "error")];
/// The images that containers are made of show that the list of images is whole.
const CONTAINERS_AND_IMAGES: &[(&str, &str)] = &[
    ("DKER-EE-001960", "error"),
    ("DKER-EE-001970", "error"),
    ("DKER-EE-002010", "error"),
    ("DKER-EE-004130", "error"),
    ("CNTR-MK-001600", "error"),
];
const IMAGES: &[(&str, &str)] = &[("DKER-EE-004130", "error"), ("CNTR-MK-001600", "error")];

/// A fault, and the rules that come out otherwise than on the hardened lab.
pub(crate) const EXPECTED: &[(&str, &[(&str, &str)])] = &[
    // Who is asked.
    ("node-down", NOT_ALL_NODES),
    ("engine-unreachable", NOT_ALL_NODES),
    // Nothing shows what its account may see.
    ("engine-is-ucp", NOT_ALL_NODES),
    ("info-without-swarm", NOT_ALL),
    ("nodes-short", NOT_ALL_NODES_NOR_HOSTS),
    // What an engine says of itself.
    ("engine-without-fips", &[("DKER-EE-001070", "fail"), ("CNTR-MK-000870", "fail")]),
    ("security-options-null", &[("DKER-EE-001070", "fail"), ("CNTR-MK-000870", "fail")]),
    ("engine-aufs", &[("DKER-EE-001810", "fail"), ("CNTR-MK-000600", "fail")]),
    ("engine-driver-empty", &[("DKER-EE-001810", "error"), ("CNTR-MK-000600", "error")]),
    ("engine-experimental", &[("DKER-EE-001840", "fail")]),
    // Containers.
    ("list-null", CONTAINERS_AND_IMAGES),
    ("list-truncated", CONTAINERS_AND_IMAGES),
    ("inspect-500", CONTAINERS),
    ("inspect-other", CONTAINERS),
    ("container-gone", &[]),
    ("unknown-words", &[("DKER-EE-002010", "error")]),
    // What it opens needs the policy of the lab's own: see tests/importers.
    ("nasty-text", &[]),
    ("privileged-last", &[("DKER-EE-001960", "fail")]),
    ("sshd-last", &[("DKER-EE-001970", "fail")]),
    ("top-500", &[("DKER-EE-001970", "error")]),
    // Images.
    ("images-null", IMAGES),
    ("old-image", &[("DKER-EE-004130", "fail"), ("CNTR-MK-001600", "fail")]),
    // The swarm.
    ("plain-network", &[("DKER-EE-006240", "fail"), ("CNTR-MK-000770", "fail")]),
    ("ingress-removed", &[]),
    ("ingress-renamed", &[]),
    ("ingress-hidden", &[("DKER-EE-006240", "error"), ("CNTR-MK-000770", "error")]),
    ("unlocked", &[("DKER-EE-002400", "fail")]),
    ("expiry-default", &[("DKER-EE-005080", "fail")]),
    ("five-managers", &[("DKER-EE-005060", "fail")]),
    ("secret-missing", &[("DKER-EE-002660", "fail")]),
    // Hosts.
    (
        "host-missing",
        &[
            ("DKER-EE-001050", "error"),
            ("DKER-EE-005310", "error"),
            ("DKER-EE-005320", "error"),
            ("DKER-EE-005330", "error"),
            ("CNTR-MK-000110", "error"),
        ],
    ),
    (
        "host-files-unread",
        &[
            ("DKER-EE-005310", "error"),
            ("DKER-EE-005320", "error"),
            ("DKER-EE-005330", "error"),
            ("CNTR-MK-000110", "error"),
        ],
    ),
    ("host-socket-open", &[("DKER-EE-005320", "fail"), ("CNTR-MK-000110", "fail")]),
];
