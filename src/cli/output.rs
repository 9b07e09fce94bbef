//! Writing to the terminal: results to standard output, everything else to standard error.

use std::io::{self, Write};

use crate::report::text::clean;

/// Why a command ended without what it was asked for.
#[derive(Debug)]
pub(super) enum Failed {
    /// Nobody reads the output any more.
    BrokenPipe,
    /// Something went wrong, in words for people.
    Because(String),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failed::BrokenPipe,
            _ => Failed::Because(format!("the output cannot be written: {error}")),
        }
    }
}

impl From<String> for Failed {
    fn from(message: String) -> Self {
        Failed::Because(message)
    }
}

/// Prints text to standard output; colours are left out where it is no terminal or `NO_COLOR` is set.
pub(super) fn print(text: &str) -> Result<(), Failed> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Prints a JSON document to standard output.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Failed> {
    let mut text = serde_json::to_string_pretty(value).map_err(|e| e.to_string())?;
    text.push('\n');
    print(&text)
}

/// Says on standard error what went wrong. What files and servers have brought into the message
/// cannot rewrite the terminal.
pub(super) fn error(message: &str) {
    let message = clean(message);
    let style = anstyle::AnsiColor::Red.on_default().bold();
    say(&format!("{style}error:{style:#} {message}\n"));
}

/// Says on standard error what is worth knowing.
pub(super) fn warn(message: &str) {
    let message = clean(message);
    let style = anstyle::AnsiColor::Yellow.on_default().bold();
    say(&format!("{style}warning:{style:#} {message}\n"));
}

/// Says something on standard error. Where that is closed there is nobody to tell.
pub(super) fn say(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = err.write_all(text.as_bytes());
}
