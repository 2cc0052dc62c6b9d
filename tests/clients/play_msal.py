# SPDX-License-Identifier: Apache-2.0
"""MSAL for Python, unmodified: tokens for an app, and a person's sign-in in a browser (code flow with PKCE, then the
refresh token). MSAL insists on TLS, so the instance runs with `--tls`.

The browser is played by plain requests: it fills in the form it is shown.
"""

import html
import os
import re
import ssl
import time
import urllib.parse
import urllib.request

import jwt
import msal
import requests

from treuhand import Access, Caller, check, holds

API = "https://api.partnercenter.microsoft.com"
# The id of the house's own pages, a public client that every tenant's people may sign in to.
PORTAL = "74726575-6861-4e64-8000-706f7274616c"


def main():
    access = Access()
    partner = access.partner("sandbox")
    strict_tls(access)
    for authority in (partner["tenantId"], partner["domain"]):
        app_alone(access, partner, {"authority": f"{access.authority}/{authority}"})
    app_alone(access, partner, {"oidc_authority": f"{access.authority}/{partner['tenantId']}/v2.0"})
    wrong_secret(access, partner)
    person(access, partner)


def strict_tls(access):
    """Python verifies strictly from 3.13 on; older ones are told to."""
    context = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with urllib.request.urlopen(f"{access.api_root}/health", context=context, timeout=30) as answer:
        check("strictly verified certificate", answer.status, 200)


def app_alone(access, partner, authority):
    app = msal.ConfidentialClientApplication(
        partner["clientId"], client_credential=partner["clientSecret"], instance_discovery=False, **authority
    )
    answer = app.acquire_token_for_client(scopes=[f"{API}/.default"])
    holds(f"token by {authority}", "access_token" in answer, answer)
    check("type", answer["token_type"], "Bearer")
    holds("lasts longer than clients' margins", answer["expires_in"] > 120, answer["expires_in"])
    verify(access, partner["tenantId"], answer["access_token"])
    again = app.acquire_token_for_client(scopes=[f"{API}/.default"])
    check("second token comes from MSAL's cache", again["access_token"], answer["access_token"])
    seen = Caller(access.api_root, answer["access_token"]).call("GET", "/v1/customers?size=0")
    check("the API takes it", seen.status_code, 200)


def verify(access, tenant, token):
    """What a resource server does: issuer and keys by discovery, signature, audience, times."""
    root = f"{access.authority}/{tenant}/v2.0"
    document = requests.get(f"{root}/.well-known/openid-configuration", timeout=30).json()
    check("issuer", document["issuer"], root)
    holds("https everywhere", all(document[name].startswith(access.authority) for name in (
        "authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")), document)
    keys = jwt.PyJWKSet.from_dict(requests.get(document["jwks_uri"], timeout=30).json())
    head = jwt.get_unverified_header(token)
    key = next(key for key in keys.keys if key.key_id == head["kid"])
    claims = jwt.decode(token, key.key, algorithms=["RS256"], issuer=root, options={"verify_aud": False})
    check("tenant in the token", claims["tid"], tenant)
    holds("it ends", claims["exp"] > time.time() + 120, claims)


def wrong_secret(access, partner):
    app = msal.ConfidentialClientApplication(
        partner["clientId"], client_credential="wrong", instance_discovery=False,
        authority=f"{access.authority}/{partner['tenantId']}",
    )
    answer = app.acquire_token_for_client(scopes=[f"{API}/.default"])
    check("wrong secret", answer.get("error"), "invalid_client")
    holds("and why", answer.get("error_description"), answer)


def person(access, partner):
    user = partner["users"][0]
    app = msal.PublicClientApplication(
        PORTAL, authority=f"{access.authority}/{partner['tenantId']}", instance_discovery=False
    )
    back = f"{access.api_root}/signin/done"
    flow = app.initiate_auth_code_flow([f"{API}/user_impersonation"], redirect_uri=back, login_hint=user["userName"])
    holds("MSAL found the address", flow["auth_uri"].startswith(access.authority), flow["auth_uri"])
    browser = requests.Session()
    query = sign_in(browser, flow["auth_uri"], back, user)
    answer = app.acquire_token_by_auth_code_flow(flow, query)
    holds("code taken", "access_token" in answer, answer)
    check("who signed in", answer["id_token_claims"]["preferred_username"], user["userName"])
    seen = Caller(access.api_root, answer["access_token"]).call("GET", "/v1/profiles/organization")
    check("the API takes a person's token", seen.status_code, 200)
    holds("code works once", "error" in app.acquire_token_by_auth_code_flow(flow, query))
    # A code used twice takes back what it gave; sign in once more, and refresh.
    flow = app.initiate_auth_code_flow([f"{API}/user_impersonation"], redirect_uri=back)
    answer = app.acquire_token_by_auth_code_flow(flow, sign_in(browser, flow["auth_uri"], back, user))
    holds("second sign-in", "access_token" in answer, answer)
    account = app.get_accounts(username=user["userName"])[0]
    fresh = app.acquire_token_silent([f"{API}/user_impersonation"], account=account, force_refresh=True)
    holds("refreshed", fresh and "access_token" in fresh, fresh)
    holds("another token", fresh["access_token"] != answer["access_token"])


def sign_in(browser, address, back, user):
    """Follows the pages until the app's own address; gives what stands behind its question mark."""
    page = browser.get(address, allow_redirects=False, timeout=30)
    for _ in range(4):
        if page.is_redirect:
            target = urllib.parse.urljoin(page.url, page.headers["Location"])
            if target.startswith(back):
                return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query))
            page = browser.get(target, allow_redirects=False, timeout=30)
            continue
        action = html.unescape(re.search(r'<form method="post" action="([^"]*)"', page.text).group(1))
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
        form = {name: html.unescape(value) for name, value in fields}
        form |= {"user_name": user["userName"], "password": user["password"]}
        page = browser.post(urllib.parse.urljoin(page.url, action), data=form, allow_redirects=False, timeout=30)
    raise SystemExit(f"FAILED sign-in: stuck at {page.url} with {page.status_code}")


if __name__ == "__main__":
    main()
