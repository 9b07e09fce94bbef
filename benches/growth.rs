//! What twice as much costs: each reader and writer with an input of one size, twice and four times it, as a Markdown
//! table. Work that grows faster than its input would let a small file hold the program up; the bench fails there.
//!
//! `cargo bench --bench growth`; with `--profile dev` it need not be built anew, and the ratios are the same. Time is
//! that of the processor, so that what else runs on the machine does not count. `BENCH_SIZE` says how many rules, hosts
//! and answers the smallest input has (500).
#![allow(clippy::print_stdout, reason = "the table is the product")]
#![allow(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use chrono::DateTime;
use rustix::time::{ClockId, clock_gettime};
use stigprobe::import::{Source, read};
use stigprobe::lint::{Importer, lint};
use stigprobe::outcome::Outcome;
use stigprobe::policy::Policy;
use stigprobe::report::{Format, write};
use stigprobe::xccdf::apply::{Only, apply};
use stigprobe::xccdf::validate::validate;

/// Twice the input takes at most so many times as long: linear work and the noise of a machine.
const MOST: f64 = 2.8;
/// What is faster than this shows nothing.
const LEAST: Duration = Duration::from_millis(20);

/// Something to be done with an input of a size, which is made before the time runs.
struct Case {
    name: String,
    make: Box<dyn Fn(usize) -> Box<dyn FnMut()>>,
}

fn case(name: impl Into<String>, make: impl Fn(usize) -> Box<dyn FnMut()> + 'static) -> Case {
    Case { name: name.into(), make: Box::new(make) }
}

fn main() -> ExitCode {
    let size = std::env::var("BENCH_SIZE").ok().map_or(500, |n| n.parse().unwrap());
    println!("| what | {size} | {} | {} | twice | twice again |\n|---|---:|---:|---:|---:|---:|", size * 2, size * 4);
    let mut steep = Vec::new();
    for Case { name, make } in cases() {
        let times = [size, size * 2, size * 4].map(|n| fastest(&mut make(n)));
        let ratio = |at: usize| times[at].as_secs_f64() / times[at - 1].as_secs_f64().max(1e-6);
        let [a, b, c] = times.map(|t| t.as_secs_f64() * 1000.0);
        println!("| {name} | {a:.1} ms | {b:.1} ms | {c:.1} ms | {:.1} | {:.1} |", ratio(1), ratio(2));
        if times[2] > LEAST && ratio(2) > MOST {
            steep.push(name);
        }
    }
    if steep.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nGrows faster than its input: {}", steep.join(", "));
    ExitCode::FAILURE
}

/// The least time of the processor that it takes.
fn fastest(work: &mut dyn FnMut()) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
    };
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let begun = now();
        work();
        least = least.min(now().saturating_sub(begun));
    }
    least
}

fn outcomes(text: &str) -> Vec<Outcome> {
    let modified = DateTime::UNIX_EPOCH;
    read(&Source { name: "file", bytes: text.as_bytes(), modified, benchmark: None, asset: None }).unwrap()
}

fn reading(text: String) -> Box<dyn FnMut()> {
    Box::new(move || assert!(!outcomes(&text).is_empty()))
}

/// Results of so many rules.
fn outcome(rules: usize) -> Outcome {
    outcomes(&hdf(rules)).remove(0)
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for format in Format::ALL {
        cases.push(case(format!("{format} written"), move |n| {
            let outcome = outcome(n);
            Box::new(move || assert!(!write(format, &outcome).is_empty()))
        }));
    }
    let text = |format, n| String::from_utf8(write(format, &outcome(n))).unwrap();
    for format in [Format::Ckl, Format::Cklb, Format::Xccdf, Format::Arf, Format::Json, Format::Nessus, Format::Hdf] {
        cases.push(case(format!("{format} read"), move |n| reading(text(format, n))));
        if format != Format::Json {
            cases.push(case(format!("{format} linted"), move |n| {
                let text = text(format, n);
                let name = format!("x.{}", format.extension());
                Box::new(move || drop(lint(&name, text.as_bytes(), &Importer::ALL)))
            }));
        }
    }
    cases.push(case("XCCDF validated", move |n| {
        let text = text(Format::Xccdf, n);
        Box::new(move || drop(validate(Cursor::new(text.as_bytes())).unwrap()))
    }));
    cases.push(case("TestResults of one benchmark read", |n| reading(test_results(n))));
    cases.push(case("hosts of a .nessus read", |n| reading(nessus(n))));
    cases.push(case("selects and refine-values of a cluster applied", |n| {
        let document = stigprobe::xccdf::read::read(Cursor::new(cluster(n))).unwrap();
        let benchmark = document.benchmark;
        Box::new(move || {
            let applied = apply(&benchmark, benchmark.profiles.first(), &Only::default());
            assert_eq!(applied.rules.len(), n);
        })
    }));
    cases.push(case("answers of a policy read", |n| {
        let text = attestations(n);
        Box::new(move || {
            let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
            let policy = Policy::parse(Path::new("policy.toml"), &text, none).unwrap();
            let policy = policy.with_rules(|name| Ok(name.to_owned())).unwrap();
            assert_eq!(policy.attestations.len(), n);
        })
    }));
    cases
}

fn hdf(controls: usize) -> String {
    let mut all = String::new();
    for n in 0..controls {
        let comma = if n == 0 { "" } else { "," };
        let status = if n % 2 == 0 { "failed" } else { "passed" };
        let _ = write!(
            all,
            r#"{comma}{{"id":"V-{n}","title":"Rule {n}","desc":"Why","impact":0.5,"refs":[],"tags":{{"gid":"V-{n}",
            "rid":"SV-{n}r1_rule","stig_id":"XX-00-{n:06}","cci":["CCI-000366"],"fix":"Put it right."}},"code":"",
            "source_location":{{}},"results":[{{"status":"{status}","code_desc":"seen < that &","start_time":
            "2026-11-20T10:00:00Z"}}]}}"#
        );
    }
    format!(
        r#"{{"platform":{{"name":"p","release":"1","target_id":"host"}},"version":"1","statistics":{{}},"profiles":[
        {{"name":"P","sha256":"0","supports":[],"attributes":[],"groups":[],"controls":[{all}]}}]}}"#
    )
}

fn test_results(results: usize) -> String {
    let rules: String = (0..20).map(|n| format!("<Rule id='r{n}'><title>t</title></Rule>")).collect();
    let mut text = format!(
        "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.1' id='b'><status>draft</status><title>t</title>\
         <version>1</version>{rules}"
    );
    for n in 0..results {
        let _ = write!(
            text,
            "<TestResult id='t{n}' end-time='2026-11-20T10:00:00Z'><target>h{n}</target><rule-result idref='r1'>\
             <result>pass</result></rule-result></TestResult>"
        );
    }
    text + "</Benchmark>"
}

fn nessus(hosts: usize) -> String {
    let mut text = "<NessusClientData_v2><Report name='r' xmlns:cm='http://www.nessus.org/cm'>".to_owned();
    for n in 0..hosts {
        let _ = write!(
            text,
            "<ReportHost name='h{n}'><HostProperties/><ReportItem port='0' svc_name='general' protocol='tcp' severity='0' \
             pluginID='21157' pluginName='x' pluginFamily='Policy Compliance'><compliance>true</compliance>\
             <cm:compliance-check-name>XX-00-000001 - t</cm:compliance-check-name>\
             <cm:compliance-result>PASSED</cm:compliance-result><cm:compliance-reference>STIG-ID|XX-00-000001,Vuln-ID|V-1\
             </cm:compliance-reference><cm:compliance-audit-file>a.audit</cm:compliance-audit-file></ReportItem></ReportHost>"
        );
    }
    text + "</Report></NessusClientData_v2>"
}

fn cluster(members: usize) -> String {
    let mut text =
        "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.1' id='b'><status>draft</status><title>t</title>\
                    <version>1</version><Profile id='p'><title>t</title>"
            .to_owned();
    for _ in 0..members {
        text += "<select idref='c' selected='true'/><refine-value idref='d' operator='equals'/>\
                 <refine-rule idref='c' severity='high'/>";
    }
    text += "</Profile>";
    for n in 0..members {
        let _ = write!(text, "<Value id='v{n}' cluster-id='d'><value>1</value></Value>");
    }
    for n in 0..members {
        let _ = write!(text, "<Rule id='r{n}' cluster-id='c'><title>t</title></Rule>");
    }
    text + "</Benchmark>"
}

fn attestations(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let _ = write!(
            text,
            "[[attest]]\nrule = \"DKER-EE-{n:06}\"\nstatus = \"pass\"\nby = \"Jane Doe\"\non = 2026-11-02\ntext = \"Seen.\"\n\n"
        );
    }
    text
}
