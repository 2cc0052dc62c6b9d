//! Denmark, Estonia, Finland, Lithuania, Latvia, Sweden.

use super::sums::{digits, luhn, weighted};

/// Weighted sum divisible by 11; the first digit is never 0.
pub(super) fn denmark(number: &str) -> bool {
    let all = digits(number);
    all.first() != Some(&0) && weighted(&all, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Weighted sum divisible by 10.
pub(super) fn estonia(number: &str) -> bool {
    weighted(&digits(number), &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// Weighted sum divisible by 11.
pub(super) fn finland(number: &str) -> bool {
    weighted(&digits(number), &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)
}

/// Nine digits for companies, twelve for temporary registrations; the last but one is 1.
pub(super) fn lithuania(number: &str) -> bool {
    let all = digits(number);
    let [head @ .., check] = all.as_slice() else { return false };
    let sum =
        |shift: u32| -> u32 { (0..).zip(head).map(|(place, digit)| (1 + (place + shift) % 9) * digit).sum() };
    let first = sum(0) % 11;
    let wanted = if first == 10 { sum(2) % 11 % 10 } else { first };
    head.last() == Some(&1) && wanted == *check
}

/// Companies begin with 4 or more. Persons carry a date of birth, since 2017 a number that begins with 32.
pub(super) fn latvia(number: &str) -> bool {
    let all = digits(number);
    if all[0] > 3 {
        return weighted(&all, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3;
    }
    if number.starts_with("32") {
        return true; // the new personal numbers have no check digit
    }
    let (day, month) = (all[0] * 10 + all[1], all[2] * 10 + all[3]);
    let sum = 1 + weighted(&all[..10], &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
    (1..=31).contains(&day) && (1..=12).contains(&month) && sum % 11 % 10 == all[10]
}

/// The organisation number's Luhn sum; the suffix 01 is part of the format.
pub(super) fn sweden(number: &str) -> bool {
    luhn(&digits(&number[..10])) == 0
}
