//! The certificate that a server is known by, where its chain and its names do not show who it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::xccdf::ids::sha256_hex;

/// The SHA-256 of a server's own certificate (its DER), in lowercase hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The pin of this certificate.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Pin(sha256_hex(der))
    }

    /// Its beginning, to tell it from others.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..16]
    }

    /// Its 64 digits.
    #[must_use]
    pub fn hex(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Pin {
    type Err = String;

    /// Hexadecimal digits, with or without colons between each two.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let pairs: Vec<&str> = text.split(':').collect();
        let colons = pairs.len() == 32 && pairs.iter().all(|pair| pair.len() == 2);
        let digits = if colons { pairs.concat() } else { text.to_owned() };
        if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(format!(
                "{text:?} is no pin: write the SHA-256 of the server's certificate, 64 hexadecimal digits with or \
                 without colons, as `openssl x509 -in cert.pem -noout -fingerprint -sha256` prints it"
            ));
        }
        Ok(Pin(digits.to_ascii_lowercase()))
    }
}

impl Serialize for Pin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_64_digits_with_or_without_colons() {
        let pin = Pin::of(b"certificate");
        let pairs = |hex: &str| hex.as_bytes().chunks(2).map(|b| String::from_utf8_lossy(b).into_owned()).collect();
        let pairs: Vec<String> = pairs(pin.hex());
        for text in [pin.hex().to_owned(), pin.hex().to_uppercase(), pairs.join(":"), format!(" {}\n", pairs.join(":"))]
        {
            assert_eq!(text.parse().as_ref(), Ok(&pin), "{text}");
        }
        let hex = pin.hex();
        for not in ["", &hex[1..], &hex.replace(&hex[..1], "g"), &format!("{hex}00"), &pairs[1..].join(":"), "sha1:00"]
        {
            assert!(not.parse::<Pin>().is_err(), "{not}");
        }
        let odd = format!("{}:{}", &hex[..3], &hex[3..]);
        assert!(odd.parse::<Pin>().is_err(), "{odd}");
    }
}
