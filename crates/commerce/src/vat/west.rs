//! Austria, Belgium, Germany, France, Ireland, Luxembourg, the Netherlands.

use super::sums::{digits, luhn, mod_11_10, mod_97, value, weighted};

/// The check digit is 6 less the Luhn sum of the seven before it.
pub(super) fn austria(number: &str) -> bool {
    let all = digits(number);
    let [head @ .., check] = all.as_slice() else { return false };
    (16 - luhn(head)) % 10 == *check
}

/// The last two digits complete the first eight to a multiple of 97.
pub(super) fn belgium(number: &str) -> bool {
    let all = digits(number);
    let Some((head, tail)) = all.split_at_checked(8) else { return false };
    all[0] <= 1 && 97 - value(head) % 97 == value(tail)
}

/// ISO 7064 mod 11,10; the first digit is never 0.
pub(super) fn germany(number: &str) -> bool {
    let all = digits(number);
    all.first() != Some(&0) && mod_11_10(&all)
}

/// Two key characters before a SIREN. Monaco's numbers begin with 000 and carry no Luhn digit.
pub(super) fn france(number: &str) -> bool {
    let (Some(key), Some(siren)) = (number.get(..2), number.get(2..)) else { return false };
    let siren_digits = digits(siren);
    if siren_digits.len() != 9 || !(siren.starts_with("000") || luhn(&siren_digits) == 0) {
        return false;
    }
    let siren_value = value(&siren_digits);
    if let Ok(numeric) = key.parse::<u64>() {
        return (12 + 3 * (siren_value % 97)) % 97 == numeric;
    }
    // Keys with letters: an alphabet without I and O, and its own sum.
    let place = |symbol: u8| b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|known| *known == symbol);
    let (Some(first), Some(second)) = (place(key.as_bytes()[0]), place(key.as_bytes()[1])) else {
        return false;
    };
    let sum = if first < 10 {
        (first * 24 + second).checked_sub(10)
    } else {
        (first * 34 + second).checked_sub(100)
    };
    sum.is_some_and(|sum| (siren_value + 1 + sum as u64 / 11) % 11 == sum as u64 % 11)
}

/// Weights 8 to 2; a second letter, or the first digit of the old form, counts too.
pub(super) fn ireland(number: &str) -> bool {
    const LETTERS: &[u8] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let symbols = number.as_bytes();
    let (head, second_letter) = if symbols[1].is_ascii_digit() {
        (number[..7].to_owned(), symbols.get(8).copied())
    } else {
        (format!("0{}{}", &number[2..7], &number[..1]), None)
    };
    let extra = match second_letter.map(|letter| LETTERS.iter().position(|known| *known == letter)) {
        None => 0,
        Some(Some(place)) => 9 * place,
        Some(None) => return false,
    };
    let sum = weighted(&digits(&head), &[8, 7, 6, 5, 4, 3, 2]) as usize + extra;
    LETTERS.get(sum % 23) == symbols.get(7)
}

/// The first six digits modulo 89 are the last two.
pub(super) fn luxembourg(number: &str) -> bool {
    let all = digits(number);
    all.len() == 8 && value(&all[..6]) % 89 == value(&all[6..])
}

/// Companies: the citizen-number sum modulo 11. Sole traders since 2020: ISO 7064 mod 97,10 over the whole id.
pub(super) fn netherlands(number: &str) -> bool {
    let all = digits(&number[..9]);
    let sum = weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    (value(&all) > 0 && sum % 11 == all[8]) || mod_97(&format!("NL{number}")) == 1
}
