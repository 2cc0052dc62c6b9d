# What the portal says in English. Whole sentences; no markup; the build compares the languages.

trouble-sign-in = Please sign in
trouble-sign-in-advice = You are not signed in, or your session has ended.
trouble-forbidden = You may not do this
trouble-missing = There is nothing here
trouble-missing-advice = The address is wrong, or what it led to is not there for you. Check the address or begin at the first page.
trouble-method = This page takes no form
trouble-method-advice = Nothing was changed. Go back and use the buttons of the page.
trouble-stale = The form is no longer valid
trouble-stale-advice = Nothing was changed. The form belongs to another session or to another website. Go back, load the page again and send it once more.
trouble-failed = Something failed
trouble-failed-advice = The cause is in our log. Try again in a moment; what you typed is kept. A form sent twice has one effect.
trouble-planned = Not built yet
trouble-unavailable = Not available at the moment
trouble-refused = That did not work
trouble-code = Error { $code } of the partner interface
trouble-reference = Reference for support: { $id }
trouble-go-today = To the first page
advice-agreement = Ask the customer’s administrator to accept the agreements at the data trustee, or report the acceptance of the cloud agreement on the customer’s page. Then order again.
advice-second-factor = Sign out and sign in again with your second factor.
advice-last-administrator = Give the administrator’s role to somebody else first.
advice-input = Correct what is named and send the form again. Nothing was changed.
advice-forbidden = Ask an administrator of your organisation, or look at the page “This cloud” for the place where this is done.
advice-conflict = Somebody changed it in the meantime, or it is there already. Load the page again, look at the present state and decide anew.
advice-slow-down =
    { $seconds ->
        [one] Too many requests: wait one second and try again.
       *[other] Too many requests: wait { $seconds } seconds and try again.
    }
advice-refused-answer = The data trustee refused the operator’s answer because it did not match its own books. Support can look into it with the reference.
advice-unavailable = A part of the service cannot be reached. Selling goes on; what needs the keys waits. Try again in a few minutes.
