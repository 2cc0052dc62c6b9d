//! Demands of authorities, counted out of one log by both verifiers.

use super::*;

#[test]
fn both_count_the_same_demands_of_authorities() {
    let desk = Desk::new("demands");
    let (mut changed, _) = entries();
    let demand = |entry: &mut Entry, op: &str, (reason, from, to): (&str, &str, &str)| {
        let word = |text: &str| text.parse().ok();
        let class = vec![ledger::Class::Contact, ledger::Class::Content];
        *entry = Entry {
            op: word(op),
            reason: word(reason),
            from: word(from),
            to: word(to),
            class,
            ..Entry::new(Kind::LegalCase, entry.time)
        };
    };
    let spare: Vec<usize> =
        (0..changed.len()).filter(|at| changed[*at].kind == Kind::Heartbeat).take(6).collect();
    for (at, (op, words)) in spare.iter().zip([
        ("legal.register", ("authority-de", "", "")),
        ("legal.result", ("authority-de", "", "invalid_reject")),
        ("legal.register", ("", "", "")),
        ("legal.notice", ("authority-us", "gagged", "disclosed")),
        ("legal.notice", ("authority-de", "", "open")),
        ("legal.assess", ("authority-de", "", "compelled")),
    ]) {
        demand(&mut changed[*at], op, words);
    }
    assert_eq!(spare.len(), 6, "the log of the tests has heartbeats to replace");
    desk.lay_out(&published(&leaves(&changed), now(300)));
    let (ours, other) = desk.outputs(&["log", "log"], Some(now(300)));
    let (ours, other) = (told(&ours)["demands"].clone(), told(&other)["demands"].clone());
    assert_eq!(ours, other, "both count alike");
    let sum =
        |name: &str| ours.as_array().into_iter().flatten().filter_map(|one| one[name].as_u64()).sum::<u64>();
    let names = ["received", "gagged", "compelled", "redirected", "rejected", "disclosed"];
    assert_eq!(names.map(sum), [2, 1, 1, 0, 1, 1], "{ours}");
}
