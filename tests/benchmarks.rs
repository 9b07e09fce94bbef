//! The official benchmarks and ours: the same facts, the same ids, and probes written for these texts.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::fs::File;
use std::path::Path;
use std::process::Command;

use common::{official, shared, stigprobe};
use serde_json::Value;
use stigprobe::registry::{self, bindings};
use stigprobe::xccdf::ids::{check_digest, check_id, control_id};
use stigprobe::xccdf::{self, Benchmark};

const VECTORS: [(&str, &str, &str); 3] = [
    (
        "DKER-EE-004370",
        "8335a02ddfa9f324dcfec9a5bd70c0c078ca5a58ee2d447f2fb9fb82c313defd",
        "974062c80d1ab1b550544d454fb03cbd271c115704fb9a89fbe37dbf57cef143",
    ),
    (
        "DKER-EE-004260",
        "0ec9495edf71700ee06543c91e813beb1764e86d199f16dd6936d4777b1021a6",
        "ed01cd8def6700817330294ad75c421ec0cc7122cc3e2b689af85ef80dc17cc9",
    ),
    (
        "DKER-EE-006190",
        "9db6f971de47ff279231e11f3d7955fbf00f569f06e6763a53c9745fd47fec26",
        "af9d814745a1ee3a4469adad372126d71a5a0f18c7abe0b89c6f525d85c48f79",
    ),
];

fn read(path: &Path) -> Benchmark {
    xccdf::read(File::open(path).unwrap()).unwrap().benchmark
}

fn shipped() -> Benchmark {
    shipped_as("docker-enterprise")
}

fn shipped_as(name: &str) -> Benchmark {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&root.join(format!("benchmarks/{name}.xml")))
}

/// Each shipped benchmark: its name, the official file it is made from, and how many rules there are.
const SHIPPED: [(&str, &str, usize); 2] = [
    ("docker-enterprise", "stigs/U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml", 101),
    ("mirantis-mke", "stigs/U_Mirantis_Kubernetes_Engine_STIG_V2R1_Manual-xccdf.xml", 44),
];

fn all_official() -> Vec<Benchmark> {
    let names = [
        "stigs/U_Docker_Enterprise_2-x_Linux-UNIX_STIG_V2R1_Manual-xccdf.xml",
        "stigs/U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml",
    ];
    names.iter().filter_map(|name| shared(name)).map(|path| read(&path)).collect()
}

#[test]
fn control_and_check_ids_are_those_that_are_published() {
    for benchmark in all_official().iter().chain([&shipped()]) {
        for (stig_id, control, check) in VECTORS {
            let (_, rule) = benchmark.rules().find(|(_, r)| r.version == stig_id).unwrap();
            let id = control_id(&benchmark.id, stig_id);
            assert_eq!(id, control);
            let of_1_2 = format!("xccdf_mil.disa.stig_benchmark_{}", benchmark.id);
            assert_eq!(control_id(&of_1_2, stig_id), control);
            assert_eq!(check_id(&id, &check_digest(rule).unwrap()), check);
        }
    }
}

#[test]
fn the_shipped_benchmarks_state_the_facts_of_the_official_ones() {
    for (name, file, count) in SHIPPED {
        let ours = shipped_as(name);
        assert_eq!(ours.rules().count(), count);
        if let Some(path) = shared(file) {
            states_the_facts(&ours, &read(&path));
        }
    }
}

fn states_the_facts(ours: &Benchmark, official: &Benchmark) {
    assert_eq!((&ours.id, &ours.title, &ours.version), (&official.id, &official.title, &official.version));
    assert_eq!((ours.release_info(), ours.target_key()), (official.release_info(), official.target_key()));
    assert_eq!(
        ours.profiles.iter().map(|p| (&p.id, &p.title, &p.selects)).collect::<Vec<_>>(),
        official.profiles.iter().map(|p| (&p.id, &p.title, &p.selects)).collect::<Vec<_>>()
    );
    for ((our_group, our), (group, rule)) in ours.rules().zip(official.rules()) {
        let (our_group, group) = (our_group.unwrap(), group.unwrap());
        assert_eq!((&our_group.id, &our_group.title), (&group.id, &group.title));
        assert_eq!((&our.id, &our.version), (&rule.id, &rule.version));
        assert_eq!((&our.severity, &our.weight), (&rule.severity, &rule.weight));
        assert_eq!(our.ccis().collect::<Vec<_>>(), rule.ccis().collect::<Vec<_>>());
        assert_eq!(our.legacy_ids().collect::<Vec<_>>(), rule.legacy_ids().collect::<Vec<_>>());
        let facts = |r: &xccdf::Rule| r.references.iter().flat_map(|r| r.dc.clone()).collect::<Vec<_>>();
        assert_eq!(facts(our), facts(rule));
        assert_eq!(our.check_content_ref(), rule.check_content_ref());
        assert_eq!(check_digest(our), check_digest(rule), "{}", rule.version);
        assert_ne!(our.title, rule.title, "{}: the words are ours", rule.version);
        assert_ne!(our.check_content(), rule.check_content());
        assert_ne!(our.fix_text(), rule.fix_text());
    }
}

#[test]
fn the_shipped_benchmarks_are_what_the_script_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, file, _) in SHIPPED {
        let Some(official) = shared(file) else { return };
        let output = Command::new("python3")
            .arg(root.join("scripts/ship-benchmark"))
            .arg(official)
            .arg(root.join(format!("benchmarks/{name}.toml")))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let stands = std::fs::read(root.join(format!("benchmarks/{name}.xml"))).unwrap();
        assert!(output.stdout == stands, "{name}");
    }
}

/// No sentence of ours is one of DISA's: nine words in a row that stand there too would be.
#[test]
fn no_sentence_is_copied() {
    const RUN: usize = 9;
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric() && !"_./-".contains(c));
        parts.filter(|w| !w.is_empty()).map(String::from).collect()
    };
    let texts = |rule: &xccdf::Rule| -> [String; 4] {
        [
            rule.title.clone(),
            rule.described("VulnDiscussion").to_owned(),
            rule.check_content().unwrap().to_owned(),
            rule.fix_text().to_owned(),
        ]
    };
    for (name, file, _) in SHIPPED {
        let Some(path) = shared(file) else { return };
        let official = read(&path);
        let mut runs = std::collections::HashSet::new();
        for text in official.rules().flat_map(|(_, rule)| texts(rule)) {
            runs.extend(words(&text).windows(RUN).map(<[String]>::to_vec));
        }
        for (_, rule) in shipped_as(name).rules() {
            for text in texts(rule) {
                let copied = words(&text).windows(RUN).find(|w| runs.contains(*w)).map(|w| w.join(" "));
                assert_eq!(copied, None, "{}", rule.version);
            }
        }
    }
}

/// When DISA changes a text, this says so: what is bound to the rule was written for the other one.
#[test]
fn every_rule_is_bound_for_the_check_text_it_has() {
    let of_mirantis = [
        "stigs/U_Mirantis_Kubernetes_Engine_STIG_V1R1_Manual-xccdf.xml",
        "stigs/U_Mirantis_Kubernetes_Engine_STIG_V2R1_Manual-xccdf.xml",
    ];
    let of_mirantis = of_mirantis.iter().filter_map(|file| shared(file));
    let of_mirantis: Vec<Benchmark> = of_mirantis.map(|path| read(&path)).collect();
    for (prefix, count, benchmarks) in [
        ("DKER-", 101, [all_official(), vec![shipped()]].concat()),
        ("CNTR-", 44, [of_mirantis, vec![shipped_as("mirantis-mke")]].concat()),
    ] {
        assert_eq!(bindings().filter(|b| b.stig_id.starts_with(prefix)).count(), count);
        for benchmark in &benchmarks {
            for binding in bindings().filter(|b| b.stig_id.starts_with(prefix)) {
                bound(benchmark, binding);
            }
        }
    }
}

fn bound(benchmark: &Benchmark, binding: &'static registry::Binding) {
    let mut rules = benchmark.rules();
    let found = rules.find(|(_, r)| r.version == binding.stig_id);
    // V2R2 of Docker's brought this one.
    let Some((_, rule)) = found else {
        assert_eq!(binding.stig_id, "DKER-EE-999999");
        return;
    };
    assert!(rule.id.starts_with(&format!("{}r", binding.rule)), "{}", rule.id);
    let legacy = binding.legacy.is_empty() || rule.legacy_ids().any(|id| id == binding.legacy);
    assert!(legacy, "{}", binding.legacy);
    assert_eq!(check_digest(rule).as_deref(), Some(binding.check_digest), "{}", binding.stig_id);
    assert_eq!(registry::find(rule).map(|b| b.rule), Some(binding.rule));
}

#[test]
fn a_rule_is_found_by_number_by_stig_id_and_by_an_id_of_old() {
    let benchmark = shipped();
    let (_, rule) = benchmark.rules().find(|(_, r)| r.version == "DKER-EE-004370").unwrap();
    let variant = |id: &str, version: &str, idents: bool| {
        let mut rule = rule.clone();
        (rule.id, rule.version) = (id.into(), version.into());
        if !idents {
            rule.idents.clear();
        }
        registry::find(&rule).map(|b| b.stig_id)
    };
    let found = Some("DKER-EE-004370");
    assert_eq!(variant("SV-235847r999999_rule", "", false), found);
    assert_eq!(variant("xccdf_mil.disa.stig_rule_SV-235847r961770_rule", "", false), found);
    assert_eq!(variant("anything", "DKER-EE-004370", false), found);
    assert_eq!(variant("SV-104867r1_rule", "", false), found);
    assert_eq!(variant("SV-999999r1_rule", "", true), found, "by its legacy ident");
    assert_eq!(variant("SV-999999r1_rule", "", false), None);
}

#[test]
fn benchmark_info_prints_the_facts_as_they_are_written() {
    let Some(official) = official() else { return };
    let dir = tempfile::tempdir().unwrap();
    let output = stigprobe(dir.path()).args(["benchmark", "info", "--json"]).arg(&official).output().unwrap();
    let info: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(info["benchmark_id"], "Docker_Enterprise_2-x_Linux-UNIX_STIG");
    assert_eq!((&info["xccdf_version"], &info["version"]), (&"1.1".into(), &"2".into()));
    assert_eq!(info["release_info"], "Release: 2 Benchmark Date: 24 Jul 2024");
    assert_eq!(info["status"], "accepted");
    assert_eq!(info["groups"], 101);
    assert_eq!(info["profiles"].as_array().unwrap().len(), 9);
    assert_eq!(info["profiles"][0]["selected"], 101);
    let rules = info["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 101);
    let rule = rules.iter().find(|r| r["version"] == "DKER-EE-004370").unwrap();
    assert_eq!(rule["id"], "SV-235847r961770_rule");
    assert_eq!(rule["group_id"], "V-235847");
    assert_eq!((&rule["severity"], &rule["weight"]), (&"medium".into(), &"10.0".into()));
    assert_eq!(rule["ccis"], serde_json::json!(["CCI-002724"]));
    assert_eq!(rule["idents"][0], serde_json::json!({"system": "http://cyber.mil/legacy", "value": "SV-104867"}));
    assert_eq!(rule["check_digest"], "0e9634e1f6a3bd4891c3cfa158c93dd27dc06e7ff505d6e005d89df8dd58736c");
}
