//! MKE shows the organisation's notice before the login.
//!
//! How this could pass without evidence: an empty text compared with an empty one, a text that holds the
//! notice and more, a text of which only the beginning was compared. The whole text must be the notice;
//! only blanks and line breaks are no difference. That the console really shows it is a person's to see.

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Setting, Written};
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation};
use crate::policy::{BANNER_TEXT, Policy};
use crate::xccdf::Verdict;

/// See the module.
pub struct Banner;

static CARD: Card = Card {
    name: "mke-banner",
    asks: "MKE is set to show the organisation's notice before the login",
    needs: &[Need::UcpConfig],
    decides_with: Deciding::Policy,
    parameters: &[BANNER_TEXT],
    by_hand: config_by_hand!("pre_logon_message under [cluster_config]; then open the login page in a private window"),
    met: Met::LabOnly,
};

impl Probe for Banner {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let wanted = policy.banner_text.as_ref().ok_or_else(|| BANNER_TEXT.absent())?;
        let wanted = plain(wanted);
        let stands = config.value.stands(Setting::PreLogonMessage, None);
        let is_wanted = |value: &Written| match value {
            Written::Text(text) => Some(!wanted.is_empty() && plain(text) == wanted),
            _ => Some(false),
        };
        let holds = stands.judge(is_wanted) == Some(true);
        let actual = match stands.written() {
            Some(Written::Text(text)) if plain(text).is_empty() => "empty".into(),
            _ => stands.shown(),
        };
        let observation = Observation::seen(
            &config.origin,
            Setting::PreLogonMessage.shown(),
            format!("{wanted:?} (policy, {})", BANNER_TEXT.shown()),
            actual,
            holds,
        );
        Ok(Finding::fold(vec![observation], |verdict| match verdict {
            Verdict::Pass => "MKE is set to show the notice of the policy before the login.".into(),
            _ => "The notice before the login is not the policy's.".into(),
        }))
    }
}

/// The words, with one blank between each two. A line break may be written as `\n`, too: the check's own
/// example is passed through a shell.
fn plain(text: &str) -> String {
    let text = text.replace("\\r", " ").replace("\\n", " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, configured};

    fn policy(text: &str) -> Policy {
        Policy { banner_text: Some(text.into()), ..Policy::default() }
    }

    fn notice(toml: &str) -> Facts {
        configured(&format!("[cluster_config]\npre_logon_message = {toml}\n"))
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| {
            Case::new(&Banner, kind, what, facts, verdict).with(policy("You are watched.\n- Always."))
        };
        let mut down = Facts::default();
        down.ucp.config = broken();
        vec![
            case(Kind::Passes, "broken elsewhere", notice(r#""You are  watched.\n\n- Always. ""#), Verdict::Pass),
            case(Kind::Passes, "as a shell leaves it", notice(r"'You are watched.\n\n- Always.'"), Verdict::Pass),
            case(Kind::Fails, "more", notice("'You are watched. - Always. Or not.'"), Verdict::Fail),
            case(Kind::Fails, "less", notice("'You are watched.'"), Verdict::Fail),
            case(Kind::Fails, "case", notice("'you are watched. - Always.'"), Verdict::Fail),
            case(Kind::Fails, "empty", notice("''"), Verdict::Fail),
            case(Kind::Fails, "a boolean", notice("true"), Verdict::Fail),
            case(Kind::Absent, "not in the file", configured("[cluster_config]\n"), Verdict::Fail),
            case(Kind::Broken, "no configuration", down, Verdict::Error),
        ]
    }

    #[test]
    fn no_notice_is_nobodys_notice() {
        let finding = Banner.decide(&notice("' '"), &policy(" ")).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
    }
}
