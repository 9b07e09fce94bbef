//! Writing to the terminal: results to standard output, everything else to standard error.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::printable::{self, clean, line, without_secrets};

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

/// Text for a terminal. Whatever is written into it is made fit to be printed, wherever it comes from; nothing moves a
/// terminal but the styles that are asked for.
#[derive(Debug, Default)]
pub(super) struct Screen(String);

impl Screen {
    /// Adds text in a style.
    pub(super) fn styled(&mut self, style: Style, text: &str) {
        let _ = write!(self.0, "{style}{}{style:#}", line(text));
    }
}

impl std::fmt::Write for Screen {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += &clean(text);
        Ok(())
    }
}

/// Prints text to standard output, made fit to be printed.
pub(super) fn print(text: &str) -> Result<(), Failed> {
    print_to_reader(text).map(drop)
}

/// The same. Gives whether somebody reads it.
pub(super) fn print_to_reader(text: &str) -> Result<bool, Failed> {
    put(&clean(text))
}

/// Prints what has been made for a terminal; colors are left out where it is none or `NO_COLOR` is set.
pub(super) fn show(screen: &Screen) -> Result<(), Failed> {
    put(&screen.0).map(drop)
}

/// Where nobody reads it any more, the command goes on and ends with the exit code that it would have had: a run
/// with open rules stays one, whether or not its last line was read.
fn put(text: &str) -> Result<bool, Failed> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failed::Because(format!("the output cannot be written: {error}"))),
    }
}

/// Prints a JSON document to standard output.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Failed> {
    let text = printable::json(value).map_err(|e| e.to_string())?;
    put(&text).map(drop)
}

/// Says on standard error what went wrong.
pub(super) fn error(message: &str) {
    told(AnsiColor::Red.on_default().bold(), "error:", message);
}

/// Says on standard error what is worth knowing.
pub(super) fn warn(message: &str) {
    told(AnsiColor::Yellow.on_default().bold(), "warning:", message);
}

/// What files and servers have brought into a message cannot rewrite the terminal, and its further lines are set in: none
/// of them is taken for a message of its own. URLs in it, which may be anybody's options, show no secrets.
fn told(style: Style, what: &str, message: &str) {
    let message = clean(&without_secrets(message)).trim_end().replace('\n', "\n  ");
    raw(&format!("{style}{what}{style:#} {message}\n"));
}

/// Says on standard error what is wrong with the command line.
pub(super) fn usage(error: &clap::Error) {
    raw(&clean(&without_secrets(&error.render().to_string())));
}

/// Says something on standard error.
pub(super) fn say(text: &str) {
    raw(&clean(text));
}

/// Writes a line on standard error in place of the one that stands there.
pub(super) fn over(text: &str) {
    raw(&format!("\r\u{1b}[K{}", line(text)));
}

/// Where standard error is closed there is nobody to tell.
fn raw(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = err.write_all(text.as_bytes());
}
