# What the portal says in English. Whole sentences; no markup; the build compares the languages.

customers-title = Customers
customers-add = Add a customer
customers-count =
    { $count ->
        [one] { $count } customer on this page
       *[other] { $count } customers on this page
    }
customers-by = Search in
customers-by-company = Company
customers-by-domain = Domain
customers-begins = Begins with
customers-filter = Search customers
customers-none = You have no customers yet. Add the first one.
customers-none-found = No customer begins with that.
customers-all = Show all customers
customers-sealed = Contact data stays sealed in this list. A customer’s own page opens it for you.
customers-part-company = Company
customers-part-contact = Who receives the bills
customers-part-contact-hint = The data trustee seals these values before anything reaches the cloud operator.
customers-create = Create the customer
customers-made = { $name } is created
customers-credentials = First sign-in of the customer’s administrator
customers-credentials-next = Give it to the customer in a safe way. At the first sign-in the administrator chooses an own password.
customers-to-customer = To the customer
customer-back = Back to the customer
customer-company = Company
customer-contact = Contact data
