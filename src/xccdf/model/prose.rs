//! Text with places where something is put in (NIST IR 7275 r4, section 7.2.3.6.3).

/// Text, and what is put into it once a profile is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// All character data, exactly.
    pub text: String,
    /// What is put in, in the order of the places.
    pub inserts: Vec<Insert>,
}

/// Something that is put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The place: a byte of the text.
    pub at: usize,
    /// What is put there.
    pub what: What,
    /// What stands there when it cannot be found: the text of an XHTML `object`, else nothing.
    pub alt: String,
}

/// What is put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// `sub`: a plain-text, or a Value's value or title.
    Sub {
        /// `@idref`.
        idref: String,
        /// `@use`.
        usage: Use,
    },
    /// `instance`: the name of what is put right. Carries its `@context`.
    Instance(String),
}

/// Which side of a Value is put in (`sub/@use`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Use {
    /// The value, as it stands after tailoring.
    #[default]
    Value,
    /// The title.
    Title,
    /// What 1.1 did: the title in tailoring, the value in an assessment.
    Legacy,
}
