# What the portal says in English. Whole sentences; no markup; the build compares the languages.

agreements-title = Agreements of your organisation
agreements-intro = Before the first order your organisation accepts the agreements with the cloud operator and, directly, the agreement with the data trustee. Nobody else can accept the trustee agreement for you.
agreements-table = Agreements of this cloud
agreements-agreement = Agreement
agreements-party = With
agreements-version = Version
agreements-accepted = Accepted
agreements-on = accepted on { $day }
agreements-missing = not accepted yet
agreements-own-act = the customer accepts it itself
agreements-open = To be accepted
agreements-read = Read each agreement before you accept it.
agreements-accept = Accept
agreements-accept-one = { $title }, version { $version }
agreements-declare = By accepting you declare that you may bind { $organisation }.
agreements-none-chosen = Tick the agreements that you accept.
agreements-all = All agreements are accepted.
agreements-of-customer = Agreements of the customer
agreements-attest = Report the acceptance
agreements-attest-means = Report here that your customer has accepted the cloud agreement and its supplement: who, and when. The name is sealed.
agreements-trustee-direct = The customer concludes the agreement with the data trustee, { $trustee }, itself: its administrator accepts it in this portal.
agreements-cloud-done = The cloud agreement is accepted.
