# What the portal says in English. Whole sentences; no markup; the build compares the languages.

today-title = What needs somebody
today-nothing = Nothing waits for you.
today-unknown = Some of it could not be looked up at the moment.
today-agreements =
    { $count ->
        [one] One agreement waits for your acceptance.
       *[other] { $count } agreements wait for your acceptance.
    }
today-agreements-go = Read and accept
today-balance = { $amount } are to be paid to the cloud operator.
today-balance-go = To the invoices
