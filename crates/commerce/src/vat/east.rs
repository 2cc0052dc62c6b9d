//! Bulgaria, Czechia, Hungary, Poland, Romania, Slovakia.

use super::sums::{digits, value, weighted};

/// Nine digits for companies; ten for persons, foreigners and others, each with its own sum.
pub(super) fn bulgaria(number: &str) -> bool {
    let all = digits(number);
    if all.len() == 9 {
        let first = weighted(&all[..8], &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = weighted(&all[..8], &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
        return all[8] == if first == 10 { second } else { first };
    }
    let (head, check) = (&all[..9], all[9]);
    let (month, day) = (all[2] * 10 + all[3], all[4] * 10 + all[5]);
    let born = matches!(month, 1..=12 | 21..=32 | 41..=52) && (1..=31).contains(&day); // + 20: 19th century, + 40: 21st
    let person = born && weighted(head, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == check;
    let foreigner = weighted(head, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == check;
    let other = (11 - weighted(head, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == check;
    person || foreigner || other
}

/// Eight digits for companies; nine with a leading 6 for some persons; else a birth number of nine or ten.
pub(super) fn czechia(number: &str) -> bool {
    let all = digits(number);
    match all.len() {
        8 => {
            let check = (11 - weighted(&all[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            all[0] != 9 && all[7] == if check == 0 { 1 } else { check % 10 }
        }
        9 if all[0] == 6 => {
            let sum = weighted(&all[1..8], &[8, 7, 6, 5, 4, 3, 2]) % 11;
            all[8] == (18 - (21 - sum) % 11) % 10
        }
        9 => born(&all) && !matches!(all[0] * 10 + all[1], 54..=79), // born before 1954: no check digit
        10 => born(&all) && value(&all[..9]) % 11 % 10 == u64::from(all[9]),
        _ => false,
    }
}

/// Month (women + 50, overflow years + 20) and day of a Czech birth number.
fn born(all: &[u32]) -> bool {
    let (month, day) = ((all[2] * 10 + all[3]) % 50 % 20, all[4] * 10 + all[5]);
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Weighted sum divisible by 10.
pub(super) fn hungary(number: &str) -> bool {
    weighted(&digits(number), &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)
}

/// Weighted sum modulo 11; a remainder of 10 is never given out.
pub(super) fn poland(number: &str) -> bool {
    let all = digits(number);
    value(&all) > 0 && weighted(&all[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == all[9]
}

/// Two to ten digits, filled up with zeros on the left; ten times the weighted sum modulo 11.
pub(super) fn romania(number: &str) -> bool {
    let all = digits(&format!("{number:0>10}"));
    !number.starts_with('0') && weighted(&all[..9], &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == all[9]
}

/// Divisible by 11; the third digit tells the kind of tax subject.
pub(super) fn slovakia(number: &str) -> bool {
    let all = digits(number);
    all[0] != 0 && matches!(all[2], 2..=4 | 7..=9) && value(&all).is_multiple_of(11)
}
