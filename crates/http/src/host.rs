//! Where a program runs, told in a form that can be compared and says nothing else.
//!
//! Invariants: what is told are digests, of which two are equal only when what they stand for is; what belongs to one
//! run of a machine (process, user, network) is digested together with that run's id, because numbers like these are
//! the same on all machines. What cannot be learned is absent, and equal to nothing.
//!
//! Deliberately absent: reading it from the machine; that is the program's.

use aws_lc_rs::digest::{SHA256, digest};

/// What a machine says of itself and of a program on it, as the program read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The id of this run of the machine.
    pub boot: Option<String>,
    /// The id of the machine's installation.
    pub machine: Option<String>,
    /// The process, unmistakable on this run of the machine.
    pub process: Option<String>,
    /// The user.
    pub user: Option<String>,
}

/// A program's place in a form that can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The machine's run.
    pub boot: Option<String>,
    /// The machine's installation; copies of one image have the same.
    pub machine: Option<String>,
    /// The process.
    pub process: Option<String>,
    /// The user on this machine.
    pub user: Option<String>,
}

impl Host {
    /// What may be told of these surroundings.
    pub fn of(around: &Surroundings) -> Self {
        let boot = around.boot.as_deref();
        let here = |what, text: &Option<String>| Some(told(what, &[boot?, text.as_deref()?]));
        Self {
            boot: boot.map(|boot| told("boot", &[boot])),
            machine: around.machine.as_deref().map(|machine| told("machine", &[machine])),
            process: here("process", &around.process),
            user: here("user", &around.user),
        }
    }

    /// The member `host` of `/health`, as the operator zone tells it to the trustee.
    pub fn member(&self) -> String {
        let Self { boot, machine, process, user } = self;
        let all = [("boot", boot), ("machine", machine), ("process", process), ("user", user)];
        let known = all.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?)));
        // Digests in hexadecimal: nothing that JSON would have to escape.
        let members: Vec<String> = known.map(|(name, text)| format!("\"{name}\":\"{text}\"")).collect();
        format!("\"host\":{{{}}}", members.join(","))
    }
}

fn told(what: &str, parts: &[&str]) -> String {
    let text = format!("treuhand-host\n{what}\n{}", parts.join("\n"));
    digest(&SHA256, text.as_bytes()).as_ref()[..16]
        .iter()
        .fold(String::new(), |hex, b| hex + &format!("{b:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(boot: &str, machine: &str, process: &str, user: &str) -> Surroundings {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Surroundings { boot: some(boot), machine: some(machine), process: some(process), user: some(user) }
    }

    #[test]
    fn places_are_equal_where_what_they_stand_for_is() {
        // Each with boot "b", machine "m", process "7", user "1000": what of it is equal?
        for (other, equal) in [
            (around("b", "m", "7", "1000"), [true, true, true, true]),
            (around("b", "m", "8", "1000"), [true, true, false, true]),
            (around("b", "m", "8", "1001"), [true, true, false, false]),
            (around("c", "m", "7", "1000"), [false, true, false, false]),
            (around("c", "n", "7", "1000"), [false, false, false, false]),
            (around("", "m", "7", "1000"), [false, true, false, false]),
        ] {
            let (one, two) = (Host::of(&around("b", "m", "7", "1000")), Host::of(&other));
            let same = [
                one.boot == two.boot,
                one.machine == two.machine,
                one.process == two.process,
                one.user == two.user,
            ];
            assert_eq!(same, equal, "{other:?}");
        }
    }

    #[test]
    fn nothing_of_the_machine_is_told_in_clear() {
        let member =
            Host::of(&around("secret-boot", "secret-machine", "secret-process", "secret-user")).member();
        assert!(!member.contains("secret"), "{member}");
        assert_eq!(Host::default().member(), "\"host\":{}");
    }
}
