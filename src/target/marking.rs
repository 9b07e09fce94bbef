//! The marking of results: what it may be, which of two is the higher, and what the results of several
//! runs are marked with.
//!
//! A marking is a text that the organisation chose and is never rewritten. What is known of it is the
//! word that it begins with, up to the first `/`: the classification of `DoDM` 5200.01, volume 2, with CUI
//! (32 CFR part 2002) between unclassified and confidential. Where the words do not settle which of two
//! markings is the higher, a person has to: nothing is guessed downwards.

use std::fmt;

/// The longest marking, in characters.
const LONGEST: usize = 200;

/// The level that a marking begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `UNCLASSIFIED`, `U`.
    Unclassified,
    /// `CUI`, `CONTROLLED`.
    Cui,
    /// `CONFIDENTIAL`, `C`.
    Confidential,
    /// `SECRET`, `S`.
    Secret,
    /// `TOP SECRET`, `TS`.
    TopSecret,
}

impl Level {
    /// The level of a marking; none where its first word is not one of those that are known.
    #[must_use]
    pub fn of(marking: &str) -> Option<Self> {
        let text = marking.trim();
        // Portion marks stand in parentheses.
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
        let word = inner.unwrap_or(text).split('/').next().unwrap_or_default();
        let letters = word.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
        match letters.collect::<String>().to_ascii_uppercase().as_str() {
            "UNCLASSIFIED" | "U" => Some(Level::Unclassified),
            "CUI" | "CONTROLLED" | "CONTROLLEDUNCLASSIFIEDINFORMATION" => Some(Level::Cui),
            "CONFIDENTIAL" | "C" => Some(Level::Confidential),
            "SECRET" | "S" => Some(Level::Secret),
            "TOPSECRET" | "TS" => Some(Level::TopSecret),
            _ => None,
        }
    }
}

/// Why a marking cannot be used, or not be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkingError {
    /// It is no line of text.
    #[error("marking {0:?} must be one line of at most {LONGEST} characters")]
    NoLine(String),
    /// Two inputs say different things, and which is the higher does not show.
    #[error(
        "one input is marked {0:?} and another {1:?}, and which is the higher does not show: say with \
         --marking what all of it is to be marked with"
    )]
    Unsettled(String, String),
    /// What was asked for is lower than what an input has.
    #[error("--marking {asked:?} is lower than {input:?}, which an input is marked with")]
    Lower {
        /// What was asked for.
        asked: String,
        /// What the input has.
        input: String,
    },
    /// What was asked for cannot be compared.
    #[error(
        "--marking {asked:?} begins with no level that is known (UNCLASSIFIED, CUI, CONFIDENTIAL, SECRET, \
         TOP SECRET), so that nothing shows it is not lower than {input:?}, which an input is marked with"
    )]
    Unknown {
        /// What was asked for.
        asked: String,
        /// What the input has.
        input: String,
    },
}

/// Whether a text can be a marking. The empty one is none.
pub fn check(marking: &str) -> Result<(), MarkingError> {
    if marking.chars().count() > LONGEST || marking.chars().any(char::is_control) {
        return Err(MarkingError::NoLine(marking.into()));
    }
    Ok(())
}

/// The marking of what is made from several inputs: what was asked for, if it is not lower than that of
/// any input; else the highest of theirs, word for word. An input without a marking says nothing.
pub fn settle<'a>(asked: Option<&str>, inputs: impl IntoIterator<Item = &'a str>) -> Result<String, MarkingError> {
    let inputs = inputs.into_iter().filter(|text| !text.trim().is_empty());
    if let Some(asked) = asked.filter(|text| !text.trim().is_empty()) {
        check(asked)?;
        for input in inputs.filter(|input| !same(asked, input)) {
            not_lower(asked, input)?;
        }
        return Ok(asked.to_owned());
    }
    let mut highest: Option<&str> = None;
    for input in inputs {
        highest = Some(match highest {
            None => input,
            Some(known) => higher(known, input)?,
        });
    }
    let highest = highest.unwrap_or_default();
    check(highest)?;
    Ok(highest.to_owned())
}

/// An input whose own word is not known is for the person who asks to compare.
fn not_lower(asked: &str, input: &str) -> Result<(), MarkingError> {
    let (asked, input) = (asked.to_owned(), input.to_owned());
    match (Level::of(&asked), Level::of(&input)) {
        (None, _) => Err(MarkingError::Unknown { asked, input }),
        (Some(own), Some(other)) if own < other => Err(MarkingError::Lower { asked, input }),
        _ => Ok(()),
    }
}

fn higher<'a>(a: &'a str, b: &'a str) -> Result<&'a str, MarkingError> {
    match (Level::of(a), Level::of(b)) {
        _ if same(a, b) => Ok(a),
        (Some(of_a), Some(of_b)) if of_a > of_b => Ok(a),
        (Some(of_a), Some(of_b)) if of_a < of_b => Ok(b),
        _ => Err(MarkingError::Unsettled(a.to_owned(), b.to_owned())),
    }
}

/// The same marking, whatever the case of its letters and the blanks around it.
fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Unclassified => "UNCLASSIFIED",
            Level::Cui => "CUI",
            Level::Confidential => "CONFIDENTIAL",
            Level::Secret => "SECRET",
            Level::TopSecret => "TOP SECRET",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_is_the_level() {
        for (text, level) in [
            ("UNCLASSIFIED", Some(Level::Unclassified)),
            ("u", Some(Level::Unclassified)),
            ("(U)", Some(Level::Unclassified)),
            ("UNCLASSIFIED//FOUO", Some(Level::Unclassified)),
            ("CUI", Some(Level::Cui)),
            ("cui//SP-CTI//NOFORN", Some(Level::Cui)),
            ("Controlled", Some(Level::Cui)),
            ("C", Some(Level::Confidential)),
            ("CONFIDENTIAL//NOFORN", Some(Level::Confidential)),
            ("S//NF", Some(Level::Secret)),
            ("SECRET", Some(Level::Secret)),
            ("Top Secret//SI", Some(Level::TopSecret)),
            ("TOP-SECRET", Some(Level::TopSecret)),
            ("TS//SCI", Some(Level::TopSecret)),
            ("(TS//SI)", Some(Level::TopSecret)),
            ("NATO SECRET", None),
            ("SECRETS", None),
            ("FOUO", None),
            ("", None),
        ] {
            assert_eq!(Level::of(text), level, "{text:?}");
        }
    }

    #[test]
    fn levels_rise() {
        let levels = ["U", "CUI", "C", "S", "TS"].map(Level::of);
        assert!(levels.is_sorted() && levels.iter().all(Option::is_some));
        for level in levels.into_iter().flatten() {
            assert_eq!(Level::of(&level.to_string()), Some(level));
        }
    }

    #[test]
    fn the_highest_wins_word_for_word() {
        for (inputs, settled) in [
            (&[][..], ""),
            (&["", " "], ""),
            (&["", "CUI//SP-CTI"], "CUI//SP-CTI"),
            (&["UNCLASSIFIED", "Cui"], "Cui"),
            (&["TS//SI", "SECRET//NOFORN", "U"], "TS//SI"),
            (&["CUI", "cui "], "CUI"),
            (&["OWN WORDS", "OWN WORDS"], "OWN WORDS"),
        ] {
            assert_eq!(settle(None, inputs.iter().copied()).as_deref(), Ok(settled), "{inputs:?}");
            let turned = settle(None, inputs.iter().rev().copied()).expect("settled");
            assert!(same(&turned, settled), "{inputs:?} the other way round");
        }
    }

    #[test]
    fn what_does_not_show_is_asked_for() {
        for inputs in
            [["CUI", "CUI//SP-CTI"], ["SECRET", "SECRET//NOFORN"], ["OWN WORDS", "CUI"], ["OWN WORDS", "OTHER WORDS"]]
        {
            let error = settle(None, inputs).expect_err("unsettled");
            assert!(error.to_string().contains("--marking"), "{error}");
            let turned = inputs.iter().rev().copied();
            assert!(settle(None, turned).is_err());
            assert_eq!(settle(Some("SECRET//ALL"), inputs).as_deref(), Ok("SECRET//ALL"));
        }
    }

    #[test]
    fn nobody_marks_down() {
        for (asked, input) in [("UNCLASSIFIED", "CUI"), ("CUI", "SECRET"), ("S", "TOP SECRET//SI")] {
            let error = settle(Some(asked), ["U", input]).expect_err("lower");
            assert!(matches!(error, MarkingError::Lower { .. }), "{error}");
        }
        let error = settle(Some("OWN WORDS"), ["CUI"]).expect_err("unknown");
        assert!(matches!(error, MarkingError::Unknown { .. }), "{error}");
        assert_eq!(settle(Some("OWN WORDS"), ["", "own words"]).as_deref(), Ok("OWN WORDS"));
        assert_eq!(settle(Some("CUI"), ["CUI//SP-CTI"]).as_deref(), Ok("CUI"));
        assert_eq!(settle(Some(" "), ["CUI"]).as_deref(), Ok("CUI"));
    }

    #[test]
    fn a_marking_is_one_line() {
        assert!(check("CUI\nSECRET").is_err());
        assert!(check(&"x".repeat(LONGEST + 1)).is_err());
        assert!(settle(Some("a\tb"), []).is_err());
        assert!(settle(None, ["a\u{1b}b"]).is_err());
    }
}
