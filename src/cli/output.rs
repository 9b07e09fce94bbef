//! Writing to the terminal: results to standard output, everything else to standard error.

use std::io::{self, Write};

use crate::report::text::clean;

/// Why a command ended without what it was asked for.
#[derive(Debug)]
pub(super) enum Failed {
    /// Something went wrong, in words for people.
    Because(String),
}

impl From<String> for Failed {
    fn from(message: String) -> Self {
        Failed::Because(message)
    }
}

/// Prints text to standard output; colors are left out where it is no terminal or `NO_COLOR` is set.
///
/// Where nobody reads it any more, the command goes on and ends with the exit code that it would have had: a run
/// with open rules stays one, whether or not its last line was read.
pub(super) fn print(text: &str) -> Result<(), Failed> {
    print_to_reader(text).map(drop)
}

/// The same. Gives whether somebody reads it.
pub(super) fn print_to_reader(text: &str) -> Result<bool, Failed> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failed::Because(format!("the output cannot be written: {error}"))),
    }
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
