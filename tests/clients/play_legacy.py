# SPDX-License-Identifier: Apache-2.0
"""How clients of April 2018 sign in, by requests made as spring-social-partnercenter and the Kotlin client of ClouDesire
make them: a directory token of version 1, exchanged at /generatetoken, then calls with `api-version`.
"""

import requests

from treuhand import Access, Caller, check, holds

GRAPH = "https://graph.windows.net"
API = "https://api.partnercenter.microsoft.com"


def main():
    access = Access()
    partner = access.partner("sandbox")
    spring(access, partner)
    cloudesire(access, partner)
    for domain in ("common", partner["domain"].upper()):
        check(f"tenant named {domain}", directory_token(access, partner, domain).status_code, 200)
    refusals(access, partner)


def directory_token(access, partner, tenant, headers=None, **changes):
    form = {
        "grant_type": "client_credentials",
        "resource": GRAPH,
        "client_id": partner["clientId"],
        "client_secret": partner["clientSecret"],
    } | changes
    url = f"{access.authority}/{tenant}/oauth2/token?client-request-id=4e2f&api-version=1.0"
    return requests.post(url, data=form, headers=headers, timeout=30)


def partner_token(access, token):
    url = f"{access.api_root}/generatetoken"
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(url, data={"grant_type": "jwt_token"}, headers=headers, timeout=30)


def spring(access, partner):
    answer = directory_token(access, partner, partner["tenantId"])
    check("directory token", answer.status_code, 200)
    body = answer.json()
    holds("numbers are texts in version 1", all(
        isinstance(body[name], str) and body[name].isdigit() for name in ("expires_in", "expires_on", "not_before")), body)
    holds("not to be kept", "no-store" in answer.headers["cache-control"], answer.headers)
    exchanged = partner_token(access, body["access_token"])
    check("partner token", exchanged.status_code, 200)
    token = exchanged.json()
    check("its type", token["token_type"].lower(), "bearer")
    holds("it lasts", int(token["expires_in"]) > 120, token["expires_in"])
    headers = {"api-version": "v1", "Accept": "application/json, text/plain, */*"}
    seen = Caller(access.api_root, token["access_token"]).call("GET", "/v1/customers?size=0", headers=headers)
    check("customers with the exchanged token", seen.status_code, 200)
    direct = Caller(access.api_root, body["access_token"]).call("GET", "/v1/customers", headers=headers)
    check("customers with the directory's token", direct.status_code, 200)


def cloudesire(access, partner):
    user = partner["users"][0]
    answer = directory_token(
        access, partner, partner["domain"], headers={"Authorization": "Bearer null"}, grant_type="password",
        resource=API, scope="openid", username=user["userName"], password=user["password"],
    )
    check("a person's token, `Bearer null` sent along", answer.status_code, 200)
    exchanged = partner_token(access, answer.json()["access_token"])
    check("exchanged", exchanged.status_code, 200)
    caller = Caller(access.api_root, exchanged.json()["access_token"])
    check("still a person's", caller.call("GET", "/v1/profiles/organization").status_code, 200)


def refusals(access, partner):
    for what, changes, error in (
        ("wrong secret", {"client_secret": "x"}, "invalid_client"),
        ("unknown client", {"client_id": "0e2ed6b5-6a2b-4b77-a5a1-4a1f5d7a9c11"}, "unauthorized_client"),
        ("unknown grant", {"grant_type": "magic"}, "unsupported_grant_type"),
        ("no grant", {"grant_type": ""}, "invalid_request"),
    ):
        answer = directory_token(access, partner, partner["tenantId"], **changes)
        holds(f"{what} is a client's error", 400 <= answer.status_code < 500, answer.status_code)
        body = answer.json()
        check(what, body["error"], error)
        holds(f"{what} is said in words", body["error_description"], body)
    for token in ("", "null", "a.b.c"):
        refused = partner_token(access, token)
        check(f"nothing for the token {token!r}", refused.status_code, 401)


if __name__ == "__main__":
    main()
