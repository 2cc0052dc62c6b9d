# SPDX-License-Identifier: Apache-2.0
"""The public PyPI client `partnercenterservices`, unmodified, with only its hosts changed, plays a reseller's day:
customer, order, quantity, suspension, reactivation, and what it can read on the way.

It signs in as its documentation says, through adal, which insists on TLS: the instance runs with `--tls`.
The client has no call that creates a customer; its own pipeline and models are used for that one.
"""

import json
import uuid

import adal
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis, models
from msrest.authentication import BasicTokenAuthentication
from msrestazure.azure_active_directory import AdalAuthentication

from treuhand import Access, check, holds, label

V = "MicrosoftPartnerSdkContractsV1"


def main():
    access = Access()
    partner = access.partner("sandbox")
    api = client(access, partner)
    offer = choose_offer(api)
    customer = create_customer(api)
    read_customer(api, customer)
    subscription = order(api, customer, offer)
    manage(api, customer.id, subscription)
    person = client_of_person(access, partner)
    status = person.getvversioncustomerscustomer.idprovisioningstatus(customer.id, subscription, "1")
    check("provisioning status", (status.status, status.quantity), ("success", 8))
    for version in ("1", "1.0"):
        read_partner(api, partner, version)
    refusals(api, customer.id)


def client(access, partner):
    context = adal.AuthenticationContext(
        f"{access.authority}/{partner['tenantId']}", validate_authority=False, api_version=None
    )
    credentials = AdalAuthentication(
        context.acquire_token_with_client_credentials,
        "https://graph.windows.net",
        partner["clientId"],
        partner["clientSecret"],
    )
    return MicrosoftPartnerStoreApis(credentials, base_url=access.api_root)


def client_of_person(access, partner):
    """Some calls need a signed-in person; adal's password flow asks hosts of Microsoft first, so its token is ours."""
    credentials = BasicTokenAuthentication({"access_token": access.user_token(partner)})
    return MicrosoftPartnerStoreApis(credentials, base_url=access.api_root)


def choose_offer(api):
    categories = api.getvversionoffercategoriescountrycountry.value("1", country="DE")
    holds("offer categories", categories.total_count == len(categories.items) > 0, categories)
    offers = api.getvversionofferscountrycountry.value("1", country="DE")
    holds("offers", offers.total_count > 0 and offers.items, offers)
    licences = [
        one for one in offers.items if one.billing == "license" and not one.is_add_on and not one.is_trial
    ]
    offer = next(one for one in licences if "E3" in one.name)
    again = api.getvversionoffersoffer.value1(offer.id, "1", country="DE")
    check("one offer", (again.id, again.name), (offer.id, offer.name))
    addons = api.getvversionoffersoffer.value(offer.id, "1", country="DE")
    holds("add-ons of the offer", addons.items is not None, addons)
    return offer


def create_customer(api):
    domain = label("pcs")
    free = api.getvversionvalidationscheckdomainavailabilitydomain.prefix(domain, "1")
    check("domain is free", free, True)
    new = models.MicrosoftPartnerSdkContractsV1Customer(
        company_profile=models.MicrosoftPartnerSdkContractsV1CustomerCompanyProfile(
            domain=f"{domain}.onmicrosoft.de", company_name="Werft Beispiel GmbH"
        ),
        billing_profile=models.MicrosoftPartnerSdkContractsV1CustomerBillingProfile(
            first_name="Tomke",
            last_name="Harms",
            email="tomke.harms@werft.example",
            culture="de-DE",
            language="de",
            company_name="Werft Beispiel GmbH",
            default_address=models.MicrosoftPartnerSdkContractsV1Address(
                country="DE",
                city="Emden",
                address_line1="Am Dock 3",
                postal_code="26723",
                first_name="Tomke",
                last_name="Harms",
                phone_number="+49 4921 555010",
            ),
        ),
    )
    body = api._serialize.body(new, f"{V}Customer")
    headers = {"Content-Type": "application/json; charset=utf-8", "MS-RequestId": str(uuid.uuid4())}
    answers = [api._client.send(api._client.post("/v1/customers"), headers, body) for _ in range(2)]
    check("customer created", [one.status_code for one in answers], [201, 201])
    check("sent twice, created once", answers[1].json(), answers[0].json())
    # The client's model expects an object where the documentation has the password as a text.
    document = answers[0].json()
    first = document.pop("userCredentials")
    holds("first administrator", first["userName"].endswith(f"@{domain}.onmicrosoft.de"), first["userName"])
    holds("first password", len(first["password"]) >= 8)
    customer = api._deserialize(f"{V}Customer", document)
    taken = api.getvversionvalidationscheckdomainavailabilitydomain.prefix(domain, "1")
    check("domain is taken", taken, False)
    return customer


def read_customer(api, customer):
    seen = api.getvversioncustomerscustomer.id(customer.id, "1")
    check("customer", seen.company_profile.company_name, "Werft Beispiel GmbH")
    check("customer's tenant", seen.company_profile.tenant_id, customer.id)
    billing = api.getvversioncustomerscustomer.idprofilesbilling(customer.id, "1")
    check("private members come back open", (billing.first_name, billing.default_address.city), ("Tomke", "Emden"))
    billing.first_name = "Wiebke"
    etag = billing.attributes.etag
    changed = api.putvversioncustomerscustomer.idprofilesbilling(
        customer.id, billing, "1", custom_headers={"If-Match": etag}
    )
    check("billing profile changed", changed.first_name, "Wiebke")
    page = api.getvversioncustomersfilterfilter.value("1", size=500)
    holds("customer is listed", customer.id in [one.id for one in page.items], page.total_count)
    text = json.dumps({"Field": "CompanyName", "Operator": "starts_with", "Value": "Werft B"})
    found = api.getvversioncustomersfilterfilter.value("1", filter=text)
    check("filter finds it", {one.company_profile.company_name for one in found.items}, {"Werft Beispiel GmbH"})
    relationships = api.getvversioncustomerscustomer.idoffercategories(customer.id, "1")
    holds("categories for the customer", relationships is None or relationships.items, relationships)


def order(api, customer, offer):
    wanted = models.MicrosoftPartnerSdkContractsV1Order(
        reference_customer_id=customer.id,
        billing_cycle="monthly",
        line_items=[
            models.MicrosoftPartnerSdkContractsV1OrderLineItem(
                line_item_number=0, offer_id=offer.id, quantity=5, friendly_name="Werft"
            )
        ],
    )
    request_id = str(uuid.uuid4())
    place = api.postvversioncustomerscustomer.idorders
    placed = place(customer.id, wanted, "1", ms_request_id=request_id)
    holds("order placed", placed is not None and placed.id, placed)
    check("placed twice, ordered once", place(customer.id, wanted, "1", ms_request_id=request_id).id, placed.id)
    orders = api.getvversioncustomerscustomer.value7(customer.id, "1")
    check("one order", [one.id for one in orders.items], [placed.id])
    seen = api.getvversioncustomerscustomer.id5(customer.id, placed.id, "1")
    check("order line", (seen.line_items[0].offer_id, seen.line_items[0].quantity), (offer.id, 5))
    return seen.line_items[0].subscription_id


def manage(api, customer, subscription):
    read = lambda: api.getvversioncustomerscustomer.id6(customer, subscription, "1")
    write = lambda what: api.patchvversioncustomerscustomer.id4(customer, subscription, what, "1")
    listed = api.getvversioncustomerscustomer.value9(customer, "1")
    check("one subscription", [one.id for one in listed.items], [subscription])
    check("as ordered", (read().status, read().quantity, read().friendly_name), ("active", 5, "Werft"))

    def change(what, want, **members):
        whole = read()
        for name, value in members.items():
            setattr(whole, name, value)
        for answer in (write(whole), read()):
            check(what, tuple(getattr(answer, name) for name in want), tuple(want.values()))

    change("quantity changed", {"quantity": 8, "status": "active"}, quantity=8)
    change("suspended", {"quantity": 8, "status": "suspended"}, status="suspended")
    change("reactivated", {"quantity": 8, "status": "active"}, status="active")
    change("renamed", {"friendly_name": "Werft Nord"}, friendly_name="Werft Nord")
    change("renewal off", {"auto_renew_enabled": False}, auto_renew_enabled=False)
    addons = api.getvversioncustomerscustomer.idaddons(customer, subscription, "1")
    holds("add-ons of the subscription", addons.items is not None, addons)


def read_partner(api, partner, version):
    page = api.getvversioncustomersfilterfilter.value(version, size=1)
    holds(f"customers by version {version}", page.items, page)
    legal = api.getvversionprofileslegalbusinessvetting_versionvetting_version.value(version)
    check(f"own company by version {version}", legal.company_name, partner["name"])
    # The client knows no invoices; its pipeline does.
    answer = api._client.send(api._client.get(f"/v{version}/invoices"))
    check(f"invoices by version {version}", (answer.status_code, "items" in answer.json()), (200, True))


def refusals(api, customer):
    users = api.getvversioncustomerscustomer.value6
    refused = users(customer, "1", raw=True).response
    check("users are the customer's own affair", refused.status_code, 403)
    body = refused.json()
    holds("the refusal says why", body["code"] and body["description"] and body["data"], body)
    missing = api.getvversioncustomerscustomer.id(str(uuid.uuid4()), "1", raw=True).response
    check("unknown customer", (missing.status_code, missing.json()["code"]), (404, 1000))


if __name__ == "__main__":
    main()
