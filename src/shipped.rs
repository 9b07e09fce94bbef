//! The benchmarks that come with the program: facts of DISA's STIGs, with texts in our own words.

/// A benchmark inside the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name to give to `--benchmark`.
    pub name: &'static str,
    /// What it is.
    pub describe: &'static str,
    /// The XCCDF document.
    pub xml: &'static [u8],
}

/// Every shipped benchmark; the first is the default.
pub const SHIPPED: [Shipped; 2] = [
    Shipped {
        name: "docker-enterprise",
        describe: "Docker Enterprise 2.x Linux/UNIX STIG, V2R2 (101 rules)",
        xml: include_bytes!("../benchmarks/docker-enterprise.xml"),
    },
    Shipped {
        name: "mirantis-mke",
        describe: "Mirantis Kubernetes Engine STIG, V2R1 (44 rules)",
        xml: include_bytes!("../benchmarks/mirantis-mke.xml"),
    },
];
