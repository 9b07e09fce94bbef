//! `stigprobe completions` and `stigprobe man`: what a shell and a reader want to know of the command line.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::output::{self, Failed};
use super::{CLEAN, Cli};

// Options of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell: its completions are printed
    #[arg(value_enum)]
    shell: Shell,
}

// Options of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// The command whose page is printed; the program's own where none is named
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let mut command = Cli::command();
    command.build();
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut command, "stigprobe", &mut bytes);
    print(&bytes)
}

pub(super) fn man(args: &ManArgs) -> Result<u8, Failed> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => {
            let known: Vec<&str> =
                command.get_subcommands().filter(|c| !c.is_hide_set()).map(clap::Command::get_name).collect();
            let Some(found) = command.find_subcommand(name) else {
                return Err(format!("there is no command {name:?}; there are: {}", known.join(", ")).into());
            };
            // The page of a command is found as `man stigprobe-scan`.
            found.clone().display_name(format!("stigprobe-{name}"))
        }
    };
    let mut bytes = Vec::new();
    clap_mangen::Man::new(page).render(&mut bytes).map_err(|e| e.to_string())?;
    print(&bytes)
}

fn print(bytes: &[u8]) -> Result<u8, Failed> {
    output::print(&String::from_utf8_lossy(bytes))?;
    Ok(CLEAN)
}
