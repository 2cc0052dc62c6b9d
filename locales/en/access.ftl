# What the portal says in English. Whole sentences; no markup; the build compares the languages.
access-title = Access requests
access-intro-customer = Nobody of { $operator } sees your private data unless you and the data trustee agree to exactly what is asked. Here is who asked, and what became of it.
access-intro-trustee = People of { $operator } ask here to see private data. Officers decide, watch and stop.
access-request = Request
access-row = Request { $ticket }: { $reason }
access-note = What is next
access-pending = Waiting for decisions
access-pending-table = Requests that wait
access-pending-none = Nothing waits.
access-running = Approved and running
access-running-table = Requests under which something can be opened
access-running-none = Nobody can open anything at the moment.
access-over = Over
access-over-table = Requests that are over
access-over-none = There is nothing here yet.
access-waits = until { $at }, still missing: { $who }
access-until = ends { $at } at the latest
access-sentence-masked =
    { $uses ->
        [one] Somebody of { $operator } asks to see { $fields } once, in part only, for this reason: { $reason }.
       *[other] Somebody of { $operator } asks to see { $fields } up to { $uses } times, in part only, for this reason: { $reason }.
    }
access-sentence-whole =
    { $uses ->
        [one] Somebody of { $operator } asks to see { $fields } once, whole, for this reason: { $reason }.
       *[other] Somebody of { $operator } asks to see { $fields } up to { $uses } times, whole, for this reason: { $reason }.
    }
access-purpose = In the words of who asks
access-agreed = agreed
access-not-agreed = Has not agreed yet.
access-of = { $used } of { $most }
access-uses = Uses
access-asked = Asked
access-begun = Began
access-approve = Approve
access-deny = Deny
access-watch = Watch live
access-report = Read the report
access-stop = Stop now
access-stop-means = Stopping takes effect at once: what is being opened at this moment does not go out any more.
access-revoke = Take the consent back
access-revoke-means = Nothing more is opened under this request, for good.
access-withdraw = Withdraw the request
access-withdraw-means = The request ends without a decision.
access-text = The text that is signed
access-text-means = This is the request, word for word. Approvals are signatures over it; changing a letter voids them.
access-back = Back to the request
decide-approve = Approve a request
decide-deny = Deny a request
decide-intro = You approve by signing exactly this text with the key that the data trustee enrolled for you. The key stays on your machine.
decide-intro-deny = A denial needs no signature. If you want it to be provable, sign the text and paste the signature; otherwise press the button.
decide-step-text = 1. Read the text and download it
decide-step-sign = 2. Sign it on your machine
decide-step-send = 3. Paste the signature
decide-download = Download decision.txt
decide-in-time = The text holds the time. Sign and send it within a quarter of an hour, or load this page again.
decide-key = The text names this key of yours:
decide-signature = Signature
decide-signature-hint = Everything that the second command prints, with its first and its last line.
decide-no-signature = An approval is a signature. Paste what the second command prints.
watch-means = While this page is open and follows, you are the supervisor. Without one, the access rests.
watch-over = This access is over. Nothing more is opened.
watch-none = Nothing was opened yet.
watch-follow = Follow by itself
watch-still = Stop following
watch-refresh = Look now
watch-clear = Let the next use pass
watch-clear-means = Each use waits until you let it pass.
people-title = Enrolled persons
people-intro-customer = These persons can approve or deny for your organisation. { $trustee } has verified each of them itself, under four eyes.
people-intro-trustee = Persons stand behind accounts. One officer proposes, another confirms; a key counts a day later.
people-none = Nobody is enrolled. Without an enrolled person nobody can approve anything.
people-table = Persons, the newest first
people-person = Person
people-propose = Propose a person
people-propose-intro = Verify the person yourself first. Nothing counts until a second officer has confirmed.
people-part-account = With an account already
people-part-account-means = People of the operator and of the trustee have accounts.
people-part-approver = Approver of a customer
people-part-approver-means = The confirmation makes an account of his or her own, outside the partner’s reach.
people-account = { $name } ({ $roles })
people-nobody = nobody
people-of-account = Account
people-country = Country of the office
people-country-hint = Two letters, for example DE.
people-employer-hint = The company’s name. Empty: the organisation of the account.
people-evidence = How the person was identified
people-evidence-hint = Without names: for example “identity card, shown in person at our office”.
people-key-line = Public key
people-key-line-hint = The one line of id_ed25519.pub. Keys in hardware, made with ed25519-sk, are best.
people-id = Pseudonym
people-proposed = Proposed
people-confirmed = Confirmed
people-by = { $at }, by { $who }
people-keys = Keys
people-keys-table = Keys of this person
people-hardware = In hardware
people-counts-from = counts from { $at }
people-confirm = Confirm
people-confirm-means = You are the second officer: neither who proposed nor whom it is about.
people-reject = Reject the proposal
people-reject-means = The person is not enrolled; the key cannot be used again.
people-remove = Remove
people-remove-means = Everything that rests on this person ends at once: approvals, requests, keys.
people-add-key = Propose one more key
people-confirm-key = Confirm the key
people-hasten = Let it count at once
people-remove-key = Remove the key
enrolment-proposed = waits for a second officer
enrolment-enrolled = enrolled
enrolment-removed = removed
log-title = Transparency log
log-grows =
    { $minutes ->
        [one] The log grows and is in order: { $size } entries, the newest one minute ago.
       *[other] The log grows and is in order: { $size } entries, the newest { $minutes } minutes ago.
    }
log-stale = The log has not grown for more than twenty minutes. It has stopped, or somebody stopped it.
log-sealed = The log may not be written to: it was not compared with its witnesses yet, or it stands behind what was seen of it. Nothing is released.
log-standing = Where it stands
log-origin = Name
log-key = Key
log-size = Entries
log-published = Cosigned up to
log-newest = Newest entry
log-witnesses = Witnesses
log-no-witnesses = No witness is configured: nobody else would notice a second version of this log.
log-witnesses-means = A witness signs a checkpoint only if the log has grown from the one before.
log-cosigned = cosigned the published checkpoint
log-not-cosigned = has not cosigned it
log-checkpoint = Published checkpoint
log-verify = Anybody can check the whole log offline, without believing this page:
log-type = Show
log-all = all entries
log-show = Show entries
log-entries = Entries
log-table = Entries, the newest first; they name nobody
log-says = What it says
log-none = There is no such entry.
log-about-customer = about a customer
log-belongs = belongs to { $index }
log-older = Older entries
statistics-title = Statistics of openings
statistics-finding =
    { $uses ->
        [one] People of { $operator } opened something once.
       *[other] People of { $operator } opened something { $uses } times.
    }
statistics-intro = These numbers are counted out of the transparency log each time the page is opened. Nobody types them.
statistics-none = Nobody of the operator has asked for anything.
statistics-staff = By the operator’s people
statistics-staff-table = Requests and uses by month and reason
statistics-month = Month
statistics-reason = Reason
statistics-asked = Asked
statistics-denied = Denied
statistics-begun = Began
statistics-stopped = Stopped early
statistics-refused = Uses refused
statistics-compared = Compared
statistics-own = By partners and customers themselves
statistics-own-table = Openings with consent, by month
statistics-by-customers = By customers
nav-access = Access requests
nav-reports = Access reports
nav-people = Enrolled persons
nav-log = Log
nav-statistics = Statistics
done-access-approve = Your approval counts.
done-access-deny = The request is denied.
done-access-stop = The access is stopped. Nothing more is opened.
done-access-revoke = The consent is taken back. Nothing more is opened.
done-access-withdraw = The request is withdrawn.
done-access-clear = The next use may pass.
done-proposed = The person is proposed. A second officer has to confirm.
today-requests =
    { $count ->
        [one] One request waits for decisions.
       *[other] { $count } requests wait for decisions.
    }
today-requests-go = Look at the requests
today-running =
    { $count ->
        [one] One access can be used right now.
       *[other] { $count } accesses can be used right now.
    }
today-running-go = Watch
wish-title = Waiting for a second officer
wish-intro = What lets somebody in takes two officers who ask for the same. It is done when another one does the same act within seven days.
wish-none = Nothing waits.
wish-what = Act
wish-who = Asked by
wish-withdraw = Withdraw
duty-title = On duty
duty-intro = An emergency is approved by two officers who are on duty. A shift takes two officers to set and one to end.
duty-none = Nobody is on duty: no emergency can be approved.
duty-officer = Officer
duty-from = From
duty-until = Until
duty-now = now
duty-time-hint = UTC, 31 days at most.
duty-set = Put on duty
duty-end = End the shift
shares-title = Shares of the root key
shares-intro = If the key of this installation is lost, some of these people bring it back together, with an auditor present. Two officers make a set with treuhand shares make.
shares-line = { $needed } of { $of } are needed. Made on { $made }.
shares-short = Too few of them are still enrolled: nobody could bring the root key back. Make a new set.
shares-number = Share
shares-holder = Holder
shares-left = left
shares-none = Nobody holds a share here. If the key file is lost, nothing opens any more; another key service shares its root by its own means.
