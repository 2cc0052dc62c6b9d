# What the portal says in English. Whole sentences; no markup; the build compares the languages.
gag-title = Gags to look after
gag-intro = While a gag stands, a customer is not told of a demand. Each month somebody looks whether it still holds. A gag ends on its day, also when nobody answers.
gag-none = There is no gag to look after.
gag-authority = Authority
gag-basis = By which order
gag-asked = Asked since
gag-ends = Ends
gag-demand = Demand
gag-found = What was found
gag-found-continues = It continues until its day.
gag-found-extended = A new document extends it; a legal officer says so.
gag-found-ended = It has ended: tell the customer now.
gag-put-off = New end
gag-put-off-hint = UTC; only where a new document extends it.
gag-document = SHA-256 of the new document
gag-document-hint = In hexadecimal; a document that was not used before.
gag-review = Record
