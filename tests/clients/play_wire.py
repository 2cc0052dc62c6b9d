# SPDX-License-Identifier: Apache-2.0
"""Habits of the Java and .NET SDKs over a real connection, by requests made as those clients were seen to make them:
joined paths and paging, whole resources sent back, replays with the same MS-RequestId, marks before the body.
"""

import concurrent.futures
import json
import uuid
from urllib.parse import quote

from treuhand import Access, Caller, check, holds, label


def main():
    access = Access()
    partner = access.partner("sandbox")
    token = access.app_token(partner)
    caller = Caller(access.api_root, token)
    offer = next(
        one for one in caller.call("GET", "/v1/offers?country=DE").json()["items"]
        if "E3" in one["name"] and not one["isAddOn"] and not one["isTrial"]
    )
    customers = [dotnet_customer(caller), java_customer(caller), java_customer(caller)]
    java_pages(caller, customers)
    filters(caller)
    order = replays(caller, customers[0], offer)
    whole_resource(caller, customers[0], order["lineItems"][0]["subscriptionId"])
    spellings(caller, customers[0], offer)
    java_retries(caller, customers[0], offer)
    headers_and_bytes(access, caller, token, customers[0])


def send(caller, method, path, body, request_id=None, **headers):
    """A body as the bytes it is; `requests` must not touch it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    all_headers = {"Content-Type": "application/json", "MS-RequestId": request_id or str(uuid.uuid4())} | headers
    return caller.call(method, path, data=raw, headers=all_headers)


def dotnet_customer(caller):
    """PascalCase, every null written out, zero values, whole objects that only answers have."""
    domain = f"{label('net')}.onmicrosoft.de"
    body = {
        "Id": None, "CommerceId": None, "RelationshipToPartner": "none", "AllowDelegatedAccess": None,
        "UserCredentials": None, "CustomDomains": None, "AssociatedPartnerId": None,
        "CompanyProfile": {
            "TenantId": None, "Domain": domain, "CompanyName": None, "Address": None, "Email": None, "Links": None,
            "Attributes": {"Etag": None, "ObjectType": "CustomerCompanyProfile"},
        },
        "BillingProfile": {
            "Id": None, "FirstName": "Tomke", "LastName": "Harms", "Email": "tomke.harms@werft.example",
            "Culture": "de-DE", "Language": "de", "CompanyName": "Werft Netz GmbH", "Links": None,
            "DefaultAddress": {
                "Country": "DE", "Region": None, "City": "Emden", "State": "", "AddressLine1": "Am Dock 3",
                "AddressLine2": None, "PostalCode": "26723", "FirstName": "Tomke", "LastName": "Harms",
                "PhoneNumber": "+49 4921 555010",
            },
            "Attributes": {"Etag": None, "ObjectType": "CustomerBillingProfile"},
        },
        "Links": None, "Attributes": {"Etag": None, "ObjectType": "Customer"},
    }
    answer = send(caller, "POST", "/v1/customers", body, Expect="100-continue")
    check("customer as .NET sends it", (answer.status_code, answer.text[:300] * (answer.status_code != 201)), (201, ""))
    check("company's name from the billing profile", answer.json()["companyProfile"]["companyName"], "Werft Netz GmbH")
    return answer.json()


def java_customer(caller):
    """Members twice in two casings, one of them null; a byte-order mark in front."""
    domain = f"{label('java')}.onmicrosoft.de"
    text = (
        '{"companyProfile":{"domain":"%s","Domain":null,"companyName":"Werft Java GmbH","CompanyName":"Werft Java GmbH"},'
        '"billingProfile":{"firstName":"Tomke","lastName":"Harms","LastName":"Harms","email":"tomke.harms@werft.example",'
        '"culture":"de-DE","language":"de","companyName":"Werft Java GmbH","defaultAddress":{"country":"DE","Country":"DE",'
        '"city":"Emden","addressLine1":"Am Dock 3","postalCode":"26723"},'
        '"attributes":{"objectType":"CustomerBillingProfile"}},"attributes":{"objectType":"Customer"}}'
    ) % domain
    answer = send(caller, "POST", "/v1//customers", b"\xef\xbb\xbf" + text.encode())
    check("customer as Java sends it", (answer.status_code, answer.text[:300] * (answer.status_code != 201)), (201, ""))
    check("last member that is not null", answer.json()["companyProfile"]["domain"], domain)
    return answer.json()


def java_pages(caller, customers):
    """Java joins `/v1/` and a link's `/customers?…`, and echoes the link's headers."""
    seen, uri, headers = [], "/customers?size=1", {}
    while uri:
        answer = caller.call("GET", f"/v1/{uri}", headers=headers)
        check(f"page {len(seen) + 1}", answer.status_code, 200)
        page = answer.json()
        seen += [one["id"] for one in page["items"]]
        following = page["links"].get("next")
        uri = following and following["uri"]
        headers = {one["key"]: one["value"] for one in following["headers"]} if following else {}
        holds("pages come to an end", len(seen) < 500)
    check("no customer on two pages", len(seen), len(set(seen)))
    holds("every customer on a page", {one["id"] for one in customers} <= set(seen), seen)


def filters(caller):
    for what, text in (
        (".NET's", {"Field": "CompanyName", "Value": "Werft Netz", "Operator": "starts_with"}),
        ("Java's", {"field": "CompanyName", "value": "werft netz", "operator": "StartsWith", "fieldType": "string"}),
        ("by domain", {"Field": "Domain", "Value": "net", "Operator": "starts_with"}),
    ):
        answer = caller.call("GET", f"/v1/customers?size=0&filter={quote(json.dumps(text))}&null=group1")
        check(f"filter {what}", answer.status_code, 200)
        names = {one["companyProfile"]["companyName"] for one in answer.json()["items"]}
        check(f"filter {what} finds", names, {"Werft Netz GmbH"})


def replays(caller, customer, offer):
    """The same order five times at once with the same MS-RequestId is one order."""
    body = {
        "ReferenceCustomerId": customer["id"], "BillingCycle": "Monthly", "CurrencyCode": None, "CreationDate": None,
        "Status": None, "LineItems": [{
            "LineItemNumber": 0, "OfferId": offer["id"], "SubscriptionId": None, "ParentSubscriptionId": None,
            "FriendlyName": "Werft", "Quantity": 5, "PartnerIdOnRecord": None, "Links": None,
        }], "Links": None, "Attributes": {"Etag": None, "ObjectType": "Order"},
    }
    path, request_id = f"/v1/customers/{customer['id']}/orders", str(uuid.uuid4())
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: send(caller, "POST", path, body, request_id), range(5)))
    holds("no replay fails worse than by a conflict", {one.status_code for one in answers} <= {201, 409}, answers)
    placed = [one for one in answers if one.status_code == 201]
    holds("one replay at least is answered", placed, [one.text for one in answers])
    again = send(caller, "POST", path, body, request_id)
    check("a late replay gets the first answer", (again.status_code, again.json()), (201, placed[0].json()))
    orders = caller.call("GET", path).json()
    check("one order", [one["id"] for one in orders["items"]], [placed[0].json()["id"]])
    other = send(caller, "POST", path, body | {"BillingCycle": "Annual"}, request_id)
    holds("another body under the same id is refused", other.status_code in (400, 409), other.status_code)
    return again.json()


def whole_resource(caller, customer, subscription):
    """A PATCH is the resource as it was read, in PascalCase, with everything that cannot be changed."""
    path = f"/v1/Customers/{customer['id'].upper()}/Subscriptions/{subscription.upper()}/"

    def pascal(value):
        if isinstance(value, dict):
            return {name[:1].upper() + name[1:]: pascal(member) for name, member in value.items()}
        return [pascal(one) for one in value] if isinstance(value, list) else value

    for what, changes in (
        ("quantity", {"quantity": 7}),
        ("suspended", {"status": "Suspended"}),
        ("reactivated", {"status": "ACTIVE"}),
    ):
        whole = caller.call("GET", path).json()
        body = pascal(whole | changes) | {"SuspensionReasons": None, "PartnerId": None, "RefundOptions": None}
        answer = send(caller, "PATCH", path, body, **{"If-Match": f'"{whole["attributes"]["etag"]}"'})
        check(f"{what} by a whole resource", (answer.status_code, answer.text * (answer.status_code != 200)), (200, ""))
    end = caller.call("GET", path).json()
    check("in the end", (end["quantity"], end["status"]), (7, "active"))
    stale = send(caller, "PATCH", path, pascal(end | {"quantity": 8}), **{"If-Match": '"subscription-1"'})
    check("stale tag", (stale.status_code, stale.json()["code"]), (400, 2055))


def spellings(caller, customer, offer):
    root = f"/v1/customers/{customer['id']}"
    for path, status in (
        (f"/V1/CUSTOMERS/{customer['id']}", 200),
        (f"/v1.0{root[3:]}", 200),
        (f"//v1//{root[4:]}//", 200),
        (f"{root}/subscriptions/?order_id=", 200),
        (f"/v1/offers/{offer['id'].upper()}?COUNTRY=de", 200),
        (f"/v1/offerCategories?country=DE&null=x", 200),
        (f"{root}/Orders/", 200),
        ("/v1/auditrecords?startDate=11/01/2026%2000:00:00", (200, 400)),
        ("/v1/auditrecords?startDate=2026-10-296", (200, 400)),
        ("/v1/customers/not-a-guid", (400, 404)),
        ("/v1/customers/%00", (400, 404)),
        ("/v1/customers/%ff%fe", (400, 404)),
        ("/v1/customers?size=-1", (200, 400)),
        ("/v1/customers?size=99999999999999999999", (200, 400)),
        ("/v1/customers?filter=%7B", 400),
        ("/v1/customers?seekOperation=Next", (200, 400)),
    ):
        answer = caller.call("GET", path)
        wanted = status if isinstance(status, tuple) else (status,)
        holds(f"GET {path} is one of {wanted}", answer.status_code in wanted, (answer.status_code, answer.text[:300]))
        if answer.status_code >= 400:
            envelope(path, answer)


def envelope(what, answer):
    body = answer.json()
    right = isinstance(body["code"], int) and body["description"] and isinstance(body.get("data", []), list)
    holds(f"{what}: in the envelope, from {body.get('source')}", right and body["source"], body)
    holds(f"{what}: never 422", answer.status_code != 422)


def java_retries(caller, customer, offer):
    """Java sends a refused request five times with its id; each is refused alike, and 401 is not remembered."""
    path, request_id = f"/v1/customers/{customer['id']}/orders", str(uuid.uuid4())
    body = {"referenceCustomerId": customer["id"], "lineItems": [{"lineItemNumber": 0, "offerId": "nope", "quantity": 1}]}
    answers = [send(caller, "POST", path, body, request_id) for _ in range(5)]
    check("five times refused alike", len({(one.status_code, one.text) for one in answers}), 1)
    check("refused by", answers[0].status_code, 400)
    envelope("unknown offer", answers[0])
    good = {"referenceCustomerId": customer["id"], "lineItems": [
        {"lineItemNumber": 0, "offerId": offer["id"], "quantity": 1}]}
    request_id = str(uuid.uuid4())
    anonymous = Caller(caller.root, "expired")
    check("a bad token", [send(anonymous, "POST", path, good, request_id).status_code for _ in range(5)], [401] * 5)
    check("the same request with a good token", send(caller, "POST", path, good, request_id).status_code, 201)
    for raw in (b"", b"{", b"[]", b"null", b'"text"', b"[" * 2000, b"\xff\xfe{\x00}\x00", b'{"lineItems":7}'):
        answer = send(caller, "POST", path, raw)
        check(f"body {raw[:12]!r}", answer.status_code, 400)
        envelope(f"body {raw[:12]!r}", answer)
    big = send(caller, "POST", path, b'{"x":"' + b"y" * 1_100_000 + b'"}')
    holds("a body beyond the limit is a client's error", big.status_code in (400, 413), big.status_code)


def headers_and_bytes(access, caller, token, customer):
    ids = {"MS-RequestId": str(uuid.uuid4()), "MS-CorrelationId": str(uuid.uuid4())}
    path = f"/v1/customers/{customer['id']}"
    answer = caller.call("GET", path, headers=ids | {"MS-Contract-Version": "v1", "X-Locale": "de-DE"})
    check("ids come back", {name: answer.headers[name] for name in ids}, ids)
    check("type", answer.headers["content-type"], "application/json; charset=utf-8")
    holds("no byte-order mark", answer.content[:1] == b"{", answer.content[:4])
    lower = Caller(access.api_root, None)
    check("scheme in any casing", lower.call("GET", path, headers={"authorization": f"bearer {token}"}).status_code, 200)
    nobody = lower.call("GET", path)
    check("nobody", nobody.status_code, 401)
    envelope("nobody", nobody)
    taken = caller.call("HEAD", f"/v1/domains/{customer['companyProfile']['domain']}")
    check("a taken domain", (taken.status_code, taken.content), (200, b""))
    free = caller.call("HEAD", f"/v1/domains/{label('free')}.onmicrosoft.de")
    check("a free domain", (free.status_code, free.content), (404, b""))
    for kind in ("application/json;charset=UTF-8", "text/json", "application/x-www-form-urlencoded"):
        answer = send(caller, "POST", "/v1/validations/address", {
            "Country": "DE", "City": "Emden", "AddressLine1": "Am Dock 3", "PostalCode": "26723", "State": None},
            **{"Content-Type": kind})
        holds(f"an address as {kind}", answer.status_code < 500 and answer.status_code != 422, answer.text[:300])


if __name__ == "__main__":
    main()
