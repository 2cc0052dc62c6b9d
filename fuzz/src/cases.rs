//! Cases: genuine input with a few random changes.

/// Most changes to one case.
const MOST_CHANGES: u64 = 6;
/// Longest run of bytes that one change moves.
const LONGEST_RUN: u64 = 40;
/// No case grows beyond this.
const LONGEST: usize = 64 * 1024;

/// All cases under one seed.
#[derive(Clone, Debug)]
pub struct Cases {
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    seed: u64,
}

/// Numbers that look random (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

impl Cases {
    /// Cases from this genuine input; `words` are what else is worth putting in.
    pub fn new(seeds: Vec<Vec<u8>>, words: &'static [&'static str], seed: u64) -> Self {
        Self { seeds, words, seed }
    }

    /// The case with this number.
    pub fn case(&self, number: u64) -> Vec<u8> {
        let mut dice = Dice(self.seed.wrapping_mul(0x0100_0000_01B3) ^ number);
        let mut input = self.genuine(&mut dice).to_vec();
        for _ in 0..=dice.next() % MOST_CHANGES {
            self.change(&mut input, &mut dice);
        }
        input.truncate(LONGEST);
        input
    }

    fn genuine(&self, dice: &mut Dice) -> &[u8] {
        self.seeds.get(dice.below(self.seeds.len())).map_or(&[], Vec::as_slice)
    }

    fn change(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        let at = dice.below(input.len() + 1);
        let run = usize::try_from(dice.next() % LONGEST_RUN).unwrap_or(0);
        let end = (at + run).min(input.len());
        let new: Vec<u8> = match dice.next() % 8 {
            // A byte changed, one bit or altogether.
            0 => input.get(at).map(|byte| byte ^ (1 << dice.below(8))).into_iter().collect(),
            1 => vec![dice.byte()],
            // A run taken out, or repeated.
            2 => {
                input.drain(at..end);
                return;
            }
            3 => input[at..end].to_vec(),
            // Cut short.
            4 => {
                input.truncate(at);
                return;
            }
            // A part of other genuine input.
            5 => {
                let other = self.genuine(dice);
                let from = dice.below(other.len());
                other[from..(from + run).min(other.len())].to_vec()
            }
            // A word that means something to the reader, put in or put over.
            kind => {
                let word = self.words.get(dice.below(self.words.len())).map_or("", |word| *word);
                let replaced = if kind == 6 { at } else { (at + word.len()).min(input.len()) };
                input.splice(at..replaced, word.bytes());
                return;
            }
        };
        let replaced = (at + new.len().min(1)).min(input.len());
        input.splice(at..replaced, new);
    }
}
