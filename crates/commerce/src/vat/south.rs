//! Cyprus, Greece, Spain, Croatia, Italy, Malta, Portugal, Slovenia.

use super::sums::{digits, luhn, luhn_check_digit, mod_11_10, value, weighted};

/// Odd places are translated, the sum modulo 26 is a letter.
pub(super) fn cyprus(number: &str) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let all = digits(&number[..8]);
    let sum: u32 = all
        .iter()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { ODD[*digit as usize] } else { *digit })
        .sum();
    !number.starts_with("12") && number.chars().last().and_then(|c| c.to_digit(36)) == Some(sum % 26 + 10)
}

/// Powers of two, modulo 11, modulo 10.
pub(super) fn greece(number: &str) -> bool {
    let all = digits(number);
    value(&all) > 0 && weighted(&all[..8], &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == all[8]
}

/// Persons (a digit, X Y Z, or K L M first) end in a letter; companies in a digit, a letter, or either.
pub(super) fn spain(number: &str) -> bool {
    const PERSON: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const COMPANY: &[u8] = b"JABCDEFGHI";
    let symbols = number.as_bytes();
    let (first, last) = (symbols[0], symbols[8]);
    let person = |text: &str| PERSON.get((value(&digits(text)) % 23) as usize) == Some(&last);
    match first {
        b'0'..=b'9' => person(&number[..8]),
        b'X' => person(&format!("0{}", &number[1..8])),
        b'Y' => person(&format!("1{}", &number[1..8])),
        b'Z' => person(&format!("2{}", &number[1..8])),
        b'K' | b'L' | b'M' => person(&number[1..8]),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => {
            let check = luhn_check_digit(&digits(&number[1..8]));
            let as_digit = char::from(last).to_digit(10) == Some(check);
            let as_letter = COMPANY.get(check as usize) == Some(&last);
            match first {
                b'A' | b'B' | b'E' | b'H' => as_digit,
                b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => as_letter,
                _ => as_digit || as_letter,
            }
        }
        _ => false,
    }
}

/// ISO 7064 mod 11,10.
pub(super) fn croatia(number: &str) -> bool {
    mod_11_10(&digits(number))
}

/// Luhn; digits 8 to 10 name the issuing province.
pub(super) fn italy(number: &str) -> bool {
    let all = digits(number);
    let province = value(&all[7..10]);
    value(&all[..7]) > 0 && (matches!(province, 1..=100 | 120 | 121 | 888 | 999)) && luhn(&all) == 0
}

/// Weighted sum divisible by 37.
pub(super) fn malta(number: &str) -> bool {
    let all = digits(number);
    all.first() != Some(&0) && weighted(&all, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)
}

/// Weights 9 to 2, modulo 11; 10 and 11 become 0.
pub(super) fn portugal(number: &str) -> bool {
    let all = digits(number);
    all.first() != Some(&0) && (11 - weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == all[8]
}

/// Weights 8 to 2, modulo 11; 10 becomes 0 and 11 is never given out.
pub(super) fn slovenia(number: &str) -> bool {
    let all = digits(number);
    let check = 11 - weighted(&all[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
    all.first() != Some(&0) && check != 11 && check % 10 == all[7]
}
