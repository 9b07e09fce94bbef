//! `stigprobe schedule`: how to have a scan made regularly. It prints; installing is the administrator's.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::CLEAN;
use super::output::{self, Failed};

// Options of `schedule`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Configuration that the scans are made with
    #[arg(long, value_name = "FILE", default_value = "/etc/stigprobe/stigprobe.toml")]
    config: PathBuf,
    /// How often
    #[arg(long, value_enum, default_value_t = Every::Week)]
    every: Every,
    /// At which time of the day, local time
    #[arg(long, value_name = "HH:MM", default_value = "02:30", value_parser = time)]
    at: (u8, u8),
    /// The account that runs it
    #[arg(long, value_name = "NAME", default_value = "stigprobe", value_parser = name)]
    user: String,
    /// Print a systemd service and timer instead of a line of cron
    #[arg(long)]
    systemd: bool,
}

/// How often a scan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Every {
    /// Each day
    Day,
    /// Each Sunday
    Week,
    /// The first day of each month
    Month,
}

/// A time of the day, from text.
fn time(text: &str) -> Result<(u8, u8), String> {
    let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
    match parts {
        Some((hour, minute)) if hour < 24 && minute < 60 => Ok((hour, minute)),
        _ => Err("it is not a time of the day: write HH:MM, 00:00 to 23:59".into()),
    }
}

/// A name that an account can have: it goes into files that a shell and systemd read.
fn name(text: &str) -> Result<String, String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if text.is_empty() || text.starts_with('-') || !text.chars().all(fine) {
        return Err("an account has letters, digits, '_', '-' and '.' in its name".into());
    }
    Ok(text.to_owned())
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let program = std::env::current_exe().map_err(|e| format!("the program does not know its own path: {e}"))?;
    let quoted = [program.as_path(), args.config.as_path()].map(quotable);
    let [program, config] = quoted;
    let text = if args.systemd { systemd(args, &program?, &config?) } else { cron(args, &program?, &config?) };
    output::print(&text)?;
    Ok(CLEAN)
}

/// A path that needs no quoting in a crontab and in a unit. Others are refused: each of the two quotes in
/// its own way, and a mistake there runs something else as an administrator.
fn quotable(path: &Path) -> Result<String, String> {
    let text = path.to_string_lossy();
    let fine = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if path.is_absolute() && text.chars().all(fine) {
        return Ok(text.into_owned());
    }
    Err(format!("{text}: cron and systemd want an absolute path of letters, digits and / . _ - + @"))
}

fn cron(args: &Args, program: &str, config: &str) -> String {
    let (hour, minute) = args.at;
    let days = match args.every {
        Every::Day => "* * *",
        Every::Week => "* * 0",
        Every::Month => "1 * *",
    };
    format!(
        "# /etc/cron.d/stigprobe: exit code 2 means open rules, 3 undecided ones, 1 that no scan was made.\n\
         # Secrets: name password files in the configuration, readable by {user} alone.\n\
         {minute} {hour} {days} {user} {program} scan --config {config} --quiet\n",
        user = args.user
    )
}

fn systemd(args: &Args, program: &str, config: &str) -> String {
    let (hour, minute) = args.at;
    let days = match args.every {
        Every::Day => "*-*-*",
        Every::Week => "Sun *-*-*",
        Every::Month => "*-*-01",
    };
    format!(
        "# /etc/systemd/system/stigprobe.service\n\
         [Unit]\n\
         Description=STIG scan of Docker Enterprise\n\
         Wants=network-online.target\n\
         After=network-online.target\n\n\
         [Service]\n\
         Type=oneshot\n\
         User={user}\n\
         # Open (2) and undecided (3) rules are results, not failures of the service.\n\
         SuccessExitStatus=2 3\n\
         StateDirectory=stigprobe\n\
         StateDirectoryMode=0700\n\
         WorkingDirectory=/var/lib/stigprobe\n\
         UMask=0077\n\
         NoNewPrivileges=yes\n\
         ProtectSystem=strict\n\
         PrivateTmp=yes\n\
         ExecStart={program} scan --config {config} --quiet\n\n\
         # /etc/systemd/system/stigprobe.timer\n\
         [Unit]\n\
         Description=STIG scan of Docker Enterprise, regularly\n\n\
         [Timer]\n\
         OnCalendar={days} {hour:02}:{minute:02}:00\n\
         RandomizedDelaySec=10min\n\
         Persistent=yes\n\n\
         [Install]\n\
         WantedBy=timers.target\n",
        user = args.user
    )
}
