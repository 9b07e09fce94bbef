//! Quantities as Kubernetes writes them: `4` and `4000m` are the same number of processors, `8Gi` and
//! `8192Mi` the same memory.
//!
//! <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>

/// The quantity in thousand-millionths; none where the text is none, or one that is beyond any use.
pub(super) fn quantity(text: &str) -> Option<i128> {
    const NANO: i128 = 1_000_000_000;
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => (-1, whole),
        None => (1, whole.strip_prefix('+').unwrap_or(whole)),
    };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let (times, by) = scale(suffix)?;
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    let tenths = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = mantissa.checked_mul(NANO)?.checked_mul(times)?;
    let by = by.checked_mul(tenths)?;
    // Kubernetes rounds what is finer than a thousand-millionth; nobody writes that.
    (scaled % by == 0).then_some(sign * (scaled / by))
}

/// What a suffix stands for, as a fraction.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    let decimal = ["", "k", "M", "G", "T", "P", "E"];
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let small = ["m", "u", "n"];
    let power = |place: usize| u32::try_from(place).ok();
    if let Some(place) = decimal.iter().position(|s| *s == suffix) {
        return Some((1000_i128.checked_pow(power(place)?)?, 1));
    }
    if let Some(place) = binary.iter().position(|s| *s == suffix) {
        return Some((1024_i128.checked_pow(power(place + 1)?)?, 1));
    }
    if let Some(place) = small.iter().position(|s| *s == suffix) {
        return Some((1, 1000_i128.checked_pow(power(place + 1)?)?));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let factor = 10_i128.checked_pow(exponent.unsigned_abs())?;
    Some(if exponent < 0 { (1, factor) } else { (factor, 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_quantity_in_many_spellings() {
        for (a, b) in [
            ("4", "4000m"),
            ("8Gi", "8192Mi"),
            ("1k", "1000"),
            ("0.5", "500m"),
            ("1e3", "1k"),
            ("1E", "1000P"),
            ("+2", "2"),
            ("1.5Gi", "1536Mi"),
            ("12E-1", "1.2"),
        ] {
            assert!(quantity(a).is_some(), "{a}");
            assert_eq!(quantity(a), quantity(b), "{a} {b}");
        }
        assert_ne!(quantity("8G"), quantity("8Gi"));
        assert_ne!(quantity("1"), quantity("-1"));
        for none in ["", "four", "4 Gi", "Gi", "4GiB", "4K", ".", "1.2.3", "1e", "1e99"] {
            assert_eq!(quantity(none), None, "{none}");
        }
    }
}
