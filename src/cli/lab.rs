//! `stigprobe lab`.

use std::path::PathBuf;

use secrecy::ExposeSecret as _;

use super::output::{self, Failed};
use super::settings::lab_policy_text;
use super::{CLEAN, block_on, interrupted};
use crate::evidence::store;
use crate::lab::{FAULTS, LISTS, Lab, Options, Scenario, Twist};

// Options of `lab`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// hardened or default, and faults, separated by commas
    #[arg(long, value_name = "NAME[,FAULT…]", default_value = "default")]
    scenario: Scenario,
    /// List the scenarios and faults
    #[arg(long)]
    list: bool,
    /// Port of UCP on 127.0.0.1; any free one by default
    #[arg(long, default_value_t = 0)]
    ucp_port: u16,
    /// Port of DTR on 127.0.0.1; any free one by default
    #[arg(long, default_value_t = 0)]
    dtr_port: u16,
    /// Port of Kubernetes' API server on 127.0.0.1; any free one by default
    #[arg(long, default_value_t = 0)]
    kubernetes_port: u16,
    /// How many repositories DTR has
    #[arg(long, default_value_t = Options::default().repositories)]
    repositories: u32,
    /// About how many tags each repository has
    #[arg(long, default_value_t = Options::default().tags)]
    tags: u32,
    /// Where to write what a scan needs: ca.pem, roots.pem, policy.toml, password, client bundle
    #[arg(long, value_name = "DIR", default_value = "lab")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    if args.list {
        output::print(&list())?;
        return Ok(CLEAN);
    }
    block_on(async {
        let options = Options {
            scenario: args.scenario.clone(),
            ucp_port: args.ucp_port,
            dtr_port: args.dtr_port,
            kubernetes_port: args.kubernetes_port,
            repositories: args.repositories,
            tags: args.tags,
        };
        let lab = Lab::start(options).await.map_err(|e| e.to_string())?;
        write_files(args, &lab)?;
        // Who does not read how to reach it cannot reach it.
        if output::print_to_reader(&how_to(args, &lab))? {
            interrupted().await;
        }
        lab.stop().await;
        Ok(CLEAN)
    })?
}

fn write_files(args: &Args, lab: &Lab) -> Result<(), Failed> {
    let bundle = super::settings::lab_bundle(lab);
    let kube = format!("clusters:\n- cluster:\n    server: {}\n", lab.kubernetes_url());
    let files: [(&str, Vec<u8>); 8] = [
        ("ca.pem", lab.ca_pem().into()),
        ("roots.pem", lab.policy_roots_pem().into()),
        ("policy.toml", lab_policy_text(lab, "roots.pem").into_bytes()),
        ("password", lab.password().expose_secret().into()),
        ("bundle/ca.pem", lab.ca_pem().into()),
        ("bundle/cert.pem", bundle.certificate),
        ("bundle/kube.yml", kube.into()),
        ("bundle/key.pem", bundle.key.expose_secret().into()),
    ];
    store::create_dirs(&args.dir.join("bundle")).map_err(|e| format!("{}: {e}", args.dir.display()))?;
    for (name, bytes) in files {
        let path = args.dir.join(name);
        store::write(&path, &bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

fn how_to(args: &Args, lab: &Lab) -> String {
    let dir = args.dir.display();
    format!(
        "A simulated Docker Enterprise, scenario {}. Nothing here is real.\n\
         UCP         {}\nDTR         {}\nKubernetes  {}\n\nScan it from another terminal:\n\n  \
         STIGPROBE_UCP_USERNAME={} stigprobe scan --ucp {} --dtr {} \\\n    \
         --ca-file {dir}/ca.pem --ucp-password-file {dir}/password --policy {dir}/policy.toml\n\n\
         Stop it with Ctrl-C.\n",
        lab.scenario(),
        lab.ucp_url(),
        lab.dtr_url(),
        lab.kubernetes_url(),
        lab.username(),
        lab.ucp_url(),
        lab.dtr_url(),
    )
}

fn list() -> String {
    let mut text = String::from(
        "Scenarios\n  default    a fresh installation\n  hardened   everything as the STIG wants it\n\nFaults, each on top of hardened or of the scenario named before it\n",
    );
    for fault in FAULTS {
        text += &format!("  {:<28} {}\n", fault.name, fault.what);
    }
    text += "\nLists, each with one of what follows it: ucp-accounts-empty\n";
    for list in LISTS {
        let twists: Vec<&str> = Twist::ALL.iter().filter(|t| t.befits(list)).map(|t| t.name()).collect();
        text += &format!("  {:<28} {}\n", list.name, twists.join(", "));
    }
    for twist in Twist::ALL {
        text += &format!("  -{:<27} {}\n", twist.name(), twist.what());
    }
    text
}
