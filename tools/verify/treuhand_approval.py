#!/usr/bin/env python3
"""The second verifier of approvals: an access request with its decisions, against a registry of keys.

It shares no code with the program and was written from docs/transparency.md and OpenSSH's PROTOCOL.sshsig. It needs
Python 3.9, the package `cryptography` and treuhand_verify.py beside it, and no network. Keys in hardware (sk-) are left to `ssh-keygen -Y verify`.

    treuhand_approval.py REQUEST.json --signers ALLOWED_SIGNERS

Exit code 0: approved as its rule asks. 1: not believed, with the reason as JSON on standard output. 2: asked wrongly.
"""

import argparse
import base64
import datetime
import hashlib
import json
import re
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from treuhand_verify import Refused, need

NAMESPACE = "treuhand-approval@v1"
SIGNER = re.compile(
    r"(?P<kind>[a-z-]+)(\.(?P<tenant>[0-9a-f-]{36}))?@(?P<person>[0-9a-f-]{36}) "
    r'namespaces="treuhand-approval@v1",valid-after="(?P<since>\d{14})Z" ssh-ed25519 (?P<key>\S+)\Z'
)
KINDS = ("customer-approver", "trustee-officer", "legal-officer")


def parts(blob):
    """The strings of an SSH message, each with its length before it."""
    while blob:
        length = struct.unpack(">I", blob[:4])[0]
        need(len(blob) >= 4 + length, "bad_signature", "a message that is cut off")
        yield blob[4 : 4 + length]
        blob = blob[4 + length :]


def string(data):
    return struct.pack(">I", len(data)) + data


def fingerprint(blob):
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def registry(text):
    keys = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = SIGNER.match(line.rstrip())
        need(found and found["kind"] in KINDS, "malformed_registry", f"line {number} is not a signer")
        blob = base64.b64decode(found["key"], validate=True)
        since = datetime.datetime.strptime(found["since"], "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
        keys.setdefault(fingerprint(blob), {**found.groupdict(), "blob": blob, "since": since})
    return keys


def fields(text):
    """The lines of a request's text, its digest checked."""
    lines = text.split("\n")
    form = lines[0] == "treuhand-approval v1" and lines[-1] == "" and all(": " in line for line in lines[1:-1])
    need(form and text.isascii(), "malformed_request", "not a request's text")
    found = dict(line.split(": ", 1) for line in lines[1:-1])
    head = "\n".join(lines[:-2]) + "\n"
    digest = hashlib.sha256(head.encode()).hexdigest()
    last = lines[-2] == f"request-digest: {digest}"
    need(last and len(found) == len(lines) - 2, "malformed_request", "the text was changed")
    return found


def signed_by(pem, text, keys):
    """The line of the registry whose key signed this text, given as a function of the key's fingerprint."""
    body = re.match(r"-----BEGIN SSH SIGNATURE-----\n(.*)\n-----END SSH SIGNATURE-----\n?\Z", pem or "", re.S)
    need(body, "bad_signature", "an approval has no SSH signature")
    data = base64.b64decode(body[1].replace("\n", ""), validate=True)
    need(data[:10] == b"SSHSIG" + struct.pack(">I", 1), "bad_signature", "not an SSH signature")
    blob, namespace, reserved, algorithm, signature = parts(data[10:])
    mark = fingerprint(blob)
    need(mark in keys, "unknown_key", f"the registry has no key {mark}")
    right = namespace == NAMESPACE.encode() and reserved == b"" and algorithm in (b"sha256", b"sha512")
    need(right, "bad_signature", "a signature for something else")
    kind, raw = parts(blob)
    form, raw_signature = parts(signature)
    need(kind == form == b"ssh-ed25519", "bad_signature", "another algorithm")
    digest = hashlib.new(algorithm.decode(), text(mark).encode()).digest()
    message = b"SSHSIG" + b"".join(string(part) for part in (namespace, reserved, algorithm, digest))
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(raw_signature, message)
    except (InvalidSignature, ValueError):
        raise Refused("bad_signature", f"the signature by {mark} is not over this text") from None
    return keys[mark]


def check(request, keys):
    text = request["text"]
    asked, votes = fields(text), set()
    for decision in request.get("decisions") or []:
        if decision["decision"] != "approve":
            continue
        at = datetime.datetime.fromisoformat(decision["decidedDate"].replace("Z", "+00:00"))
        stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        whole = lambda mark, stamp=stamp: f"{text}decision: approve\nby: {mark}\nat: {stamp}\n"
        signer = signed_by(decision.get("signature"), whole, keys)
        need(at >= signer["since"], "key_too_young", "the key did not count then")
        own = signer["kind"] != "customer-approver" or signer["tenant"] == asked["tenant"]
        need(own, "other_tenant", "an approver of another customer")
        votes.add((signer["kind"], signer["person"]))
    for factor in asked["factors"].split(" AND "):
        kind, least = factor.split(">=")
        count = sum(1 for voted, person in votes if voted == kind and person != asked["requester-person"])
        need(int(least) > 0 and count >= int(least), "quorum_missing", f"{count} of {factor}")
    return {"request": asked["request"], "tenant": asked["tenant"], "approvals": len(votes)}


def main():
    parser = argparse.ArgumentParser(description="Verifies the approval of an access request, offline.")
    parser.add_argument("request")
    parser.add_argument("--signers", required=True)
    parser.add_argument("--json", action="store_true", help="always so; for scripts that ask both verifiers")
    options = parser.parse_args()
    try:
        with open(options.request, encoding="utf-8") as file:
            request = json.load(file)
        with open(options.signers, encoding="utf-8") as file:
            print(json.dumps({"ok": True, **check(request, registry(file.read()))}))
    except Refused as refused:
        print(json.dumps({"ok": False, "refused": {"slug": refused.slug, "found": refused.found}}))
        sys.exit(1)
    except (OSError, UnicodeDecodeError) as error:
        print(f"treuhand_approval: {error}", file=sys.stderr)
        sys.exit(1)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, struct.error) as error:
        # What is shaped otherwise than expected is refused like everything else that is not understood.
        print(json.dumps({"ok": False, "refused": {"slug": "malformed", "found": repr(error)}}))
        sys.exit(1)


if __name__ == "__main__":
    main()
