//! The few sums that national check digits are made of. All take digits, most significant first.

/// The digits of `text`; anything else is skipped.
pub(super) fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// The number that the digits spell. At most 19 digits.
pub(super) fn value(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// Sum of digit times weight; stops at the shorter of the two.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Luhn sum modulo 10: from the right, every second digit doubled and its digits added.
pub(super) fn luhn(digits: &[u32]) -> u32 {
    let from_right = digits.iter().rev().enumerate();
    from_right
        .map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum::<u32>()
        % 10
}

/// The digit that makes `digits` plus itself pass [`luhn`].
pub(super) fn luhn_check_digit(digits: &[u32]) -> u32 {
    let mut padded = digits.to_vec();
    padded.push(0);
    (10 - luhn(&padded)) % 10
}

/// ISO 7064 mod 11,10 over all digits, the check digit included.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let check = digits.iter().fold(5, |check: u32, digit| {
        let doubled = if check == 0 { 10 } else { check } * 2;
        (doubled % 11 + digit) % 10
    });
    check == 1
}

/// The remainder modulo 97 of text in which A stands for 10 and Z for 35 (ISO 7064 mod 97,10: valid when 1).
pub(super) fn mod_97(text: &str) -> u32 {
    text.chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |rest, value| if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 })
}
