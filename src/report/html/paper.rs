//! What stands on every page of paper: the marking, whether anything is real, and the number of the page.

use super::super::identity::name;
use super::super::text::line;
use crate::outcome::{Outcome, SIMULATED};

/// A style sheet for the margins of pages. Browsers that do not know margin boxes still print the marking
/// at both ends of the report.
pub(super) fn style(outcome: &Outcome) -> String {
    let marking = line(&outcome.asset.marking);
    let simulated = if outcome.simulated.is_some() { format!("{SIMULATED}, not a real system") } else { String::new() };
    let asset = name(&outcome.asset);
    format!(
        "@page {{ @top-center {{ content: {marking}; font: 700 9pt sans-serif; }} \
         @top-right {{ content: {simulated}; font: 8pt sans-serif; }} \
         @bottom-center {{ content: {marking}; font: 700 9pt sans-serif; }} \
         @bottom-left {{ content: {asset}; font: 8pt sans-serif; }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 8pt sans-serif; }} }}",
        marking = string(&marking),
        simulated = string(&simulated),
        asset = string(&asset),
    )
}

/// A text as a string of CSS: all but letters and digits as escapes, so that nothing ends it, or the element.
fn string(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_string_or_the_element() {
        assert_eq!(string("CUI"), "\"CUI\"");
        let text = string("\"; } </style><b>\\");
        assert_eq!(text.matches('"').count(), 2, "{text}");
        assert!(!text.contains(['<', ';', '}']), "{text}");
    }
}
