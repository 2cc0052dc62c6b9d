# SPDX-License-Identifier: Apache-2.0
"""What every play against a running `treuhand up` needs: its accounts, tokens, and a check that says what is wrong.

A play is started with the path of an access.json. It exits 0 when everything held and prints one line per step.
"""

import json
import sys
import uuid

import requests


class Access:
    """The accounts of a demo world, from its access.json."""

    def __init__(self, path=None):
        with open(path or sys.argv[1], encoding="utf-8") as file:
            self.all = json.load(file)
        self.api_root = self.all["apiRoot"]
        self.authority = self.all["authority"]

    def partner(self, kind):
        """The first partner of a kind: direct, indirect-provider, indirect-reseller or sandbox."""
        return next(partner for partner in self.all["partners"] if partner["kind"] == kind)

    def customer(self, partner):
        """The first customer of a partner."""
        return next(one for one in self.all["customers"] if one["partner"] == partner["name"])

    def token(self, tenant, form, version="v2.0/"):
        """Asks for a token and gives the whole answer."""
        url = f"{self.authority}/{tenant}/oauth2/{version}token"
        return requests.post(url, data=form, timeout=30)

    def app_token(self, partner):
        """A token of the partner's app alone."""
        form = {
            "grant_type": "client_credentials",
            "client_id": partner["clientId"],
            "client_secret": partner["clientSecret"],
            "scope": "https://api.partnercenter.microsoft.com/.default",
        }
        return self.token(partner["tenantId"], form).json()["access_token"]

    def user_token(self, partner, number=0):
        """A token of the partner's app and one of its people; demo worlds allow the password grant."""
        user = partner["users"][number]
        form = {
            "grant_type": "password",
            "client_id": partner["clientId"],
            "client_secret": partner["clientSecret"],
            "username": user["userName"],
            "password": user["password"],
            "resource": "https://api.partnercenter.microsoft.com",
        }
        return self.token(partner["tenantId"], form, version="").json()["access_token"]


class Caller:
    """Plain HTTP calls with one token."""

    def __init__(self, root, token):
        self.root = root
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, **options):
        """One call; `path` is sent as it is written."""
        request = requests.Request(method, self.root, headers=options.pop("headers", None), **options)
        prepared = self.session.prepare_request(request)
        prepared.url = self.root + path
        ready = self.session.merge_environment_settings(prepared.url, {}, None, None, None)
        return self.session.send(prepared, timeout=30, **ready)


def check(what, got, want):
    """Says what was found; ends the play when it is not what was wanted."""
    if got != want:
        sys.exit(f"FAILED {what}: got {got!r}, wanted {want!r}")
    print(f"ok {what}")


def holds(what, condition, seen=None):
    """Like `check`, for conditions."""
    if not condition:
        sys.exit(f"FAILED {what}: {seen!r}")
    print(f"ok {what}")


def label(prefix):
    """A domain label nobody has used."""
    return f"{prefix}{uuid.uuid4().hex[:12]}"
