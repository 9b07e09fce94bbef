//! Names as XML 1.0, section 2.3, and Namespaces in XML 1.0, section 4, have them.

/// Where the colon of a qualified name stands, None in one without prefix. Fails when it is not a
/// qualified name.
pub(crate) fn colon(name: &str) -> Result<Option<usize>, ()> {
    let Some(at) = name.find(':') else {
        return is_plain(name).then_some(None).ok_or(());
    };
    let are_plain = is_plain(&name[..at]) && is_plain(&name[at + 1..]);
    are_plain.then_some(Some(at)).ok_or(())
}

/// Of ASCII, what a name can begin with.
pub(crate) fn begins_usual(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Of ASCII, what a name can go on with. Nearly all names are of nothing else.
pub(crate) fn continues_usual(byte: u8) -> bool {
    USUAL[usize::from(byte)]
}

static USUAL: [bool; 256] = {
    let mut usual = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        usual[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    usual
};

/// A name without a colon (`NCName`).
#[must_use]
pub fn is_plain(name: &str) -> bool {
    if let [first, rest @ ..] = name.as_bytes()
        && begins_usual(*first)
        && rest.iter().all(|byte| continues_usual(*byte))
    {
        return true;
    }
    let mut chars = name.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name)
}

fn begins_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// The character may stand in a name, colons aside (`NameChar`).
#[must_use]
pub fn continues_name(c: char) -> bool {
    begins_name(c)
        || matches!(c,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
