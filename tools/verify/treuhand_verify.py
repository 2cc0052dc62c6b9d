#!/usr/bin/env python3
"""The second verifier of Treuhand's transparency log and access reports.

It shares no code with the program and was written from docs/transparency.md and the C2SP specifications
(tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-policy, tlog-proof), so that a mistake in one of the
two shows in the other. It needs Python 3.9 and the package `cryptography`, and no network.

    treuhand_verify.py log DIR --policy FILE [--state FILE] [--as-of TIME]
    treuhand_verify.py report BUNDLE --policy FILE [--log DIR] [--as-of TIME]
    treuhand_verify.py compare ONE OTHER --policy FILE

Exit code 0: in order. 1: not believed, with the reason as JSON on standard output. 2: asked wrongly.
"""

import argparse
import base64
import binascii
import datetime
import hashlib
import hmac
import json
import os
import re
import struct
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAX_SIZE = 1 << 48
MAX_ENTRY = 32 * 1024
SKEW = 60_000_000
AGE_LIMIT = 20 * 60 * 1_000_000
LOG, WITNESS = 1, 4

KINDS = set(
    """submit approve deny withdraw lapse activate use.intent use.result use.refused pause resume kill revoke expire
    complete report enrol remove policy operation-catalogue key.create key.rotate share.set share.use leave shred.request shred.live shred.final
    shred.replayed backup restore posture level update legal.case legal.disclosure subject.request slot physical heartbeat logkey
    witness-change release.begin release.end openings export""".split()
)
WORD = re.compile(r"[a-z0-9._-]{1,64}(@[0-9]+)?\Z")
ID_LIKE = re.compile(r"[0-9a-f]{12}")
FORMS = {
    "tag": re.compile(r"[0-9a-f]{64}\Z"),
    "actor": re.compile(r"fp:[0-9a-f]{16}\Z"),
    "grant": re.compile(r"g:[0-9a-f]{16}\Z"),
    "detail": re.compile(r"sha256:[0-9a-f]{64}\Z"),
    "level": re.compile(r"L[0-4]\Z"),
    "endorsed": re.compile(r"[0-9a-f]{128}\Z"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


AUTHORITY = re.compile(r"authority-(?P<country>[a-z]{2})\Z")
DEMANDS = ("received", "gagged", "compelled", "redirected", "rejected", "disclosed")
OUTCOMES = {
    "compelled": ["compelled"],
    "valid_redirect_to_customer": ["redirected"],
    "invalid_reject": ["rejected"],
    "disclosed": ["disclosed"],
}


class Refused(Exception):
    """Something is not believed."""

    def __init__(self, slug, found):
        super().__init__(f"{slug}: {found}")
        self.slug, self.found = slug, found


def need(holds, slug, found):
    if not holds:
        raise Refused(slug, found)


# Encodings, each with exactly one text for a value.


def unbase64(text, slug="malformed"):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(slug, "not base64") from None
    need(base64.b64encode(data).decode() == text, slug, "base64 that is not written as usual")
    return data


def no_twins(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "not_canonical", "a member is named twice")
    return dict(pairs)


def refuse_constant(_):
    raise Refused("not_canonical", "a number that is none")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def only_plain(value, depth=0):
    need(depth <= 16, "not_canonical", "nested too deeply")
    if isinstance(value, dict):
        for name, member in value.items():
            need(name.isascii(), "not_canonical", "a member outside ASCII")
            only_plain(member, depth + 1)
    elif isinstance(value, list):
        for item in value:
            only_plain(item, depth + 1)
    elif isinstance(value, bool) or isinstance(value, str):
        pass
    else:
        whole = isinstance(value, int) and 0 <= value < 1 << 53
        need(whole, "not_canonical", "neither text, list, object, truth value nor whole number below 2^53")


def parse_canonical(data):
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=no_twins, parse_constant=refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refused("not_canonical", "not JSON") from None
    only_plain(value)
    try:
        need(canonical(value) == text, "not_canonical", "not in canonical form")
    except UnicodeEncodeError:
        raise Refused("not_canonical", "half a character") from None
    return value


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def micros(text):
    need(isinstance(text, str) and TIME.match(text), "malformed_entry", "a time that is not written in milliseconds")
    try:
        moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Refused("malformed_entry", "a time that is not in the calendar") from None
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(microseconds=1)


# Keys and notes.


class Key:
    """A key as `name+id+base64`."""

    def __init__(self, text, purpose):
        parts = text.split("+", 2)
        need(len(parts) == 3 and parts[0] and not re.search(r"\s", parts[0]), "malformed_key", "not name+id+base64")
        typed = unbase64(parts[2], "malformed_key")
        need(len(typed) == 33 and typed[0] == purpose, "malformed_key", "a key of another type")
        self.name, self.purpose, self.public, self.text = parts[0], purpose, typed[1:], text
        self.id = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        need(self.id.hex() == parts[1], "malformed_key", "an id that is not the key's")

    def verifies(self, message, signature):
        """The time of a cosignature in seconds, 0 for a log's signature, or None."""
        at = 0
        if self.purpose == WITNESS:
            if len(signature) != 72:
                return None
            at = struct.unpack(">Q", signature[:8])[0]
            message, signature = b"cosignature/v1\ntime %d\n" % at + message, signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return None
        return at if at < 1 << 63 else None


def open_note(note, keys):
    """Text, signatures by known keys as {key: time}, and names of the others'. A wrong one by a known key refuses."""
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("malformed_checkpoint", "a note that is no text") from None
    controls = any(letter < " " and letter != "\n" for letter in text)
    body, _, block = text.rpartition("\n\n")
    need(body and block.endswith("\n") and not controls, "malformed_checkpoint", "not a signed note")
    body = (body + "\n").encode()
    good, unknown = {}, []
    for line in block[:-1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1], "malformed_checkpoint", "not a signature line")
        data = unbase64(parts[2], "malformed_checkpoint")
        need(len(data) > 4, "malformed_checkpoint", "a signature without content")
        key = next((key for key in keys if key.name == parts[1] and key.id == data[:4]), None)
        if key is None:
            unknown.append(parts[1])
        elif key not in good:
            at = key.verifies(body, data[4:])
            need(at is not None, "bad_signature", f"the signature of {key.name} is wrong")
            good[key] = at
    return body, good, unknown


class Checkpoint:
    """A checkpoint whose signatures were checked."""

    def __init__(self, note, policy, with_quorum=True, logs=None):
        logs = policy.logs if logs is None else logs
        body, self.signers, self.unknown = open_note(note, logs + list(policy.witnesses.values()))
        lines = body.decode().split("\n")
        form = len(lines) == 4 and lines[3] == "" and lines[0] and re.match(r"(0|[1-9][0-9]*)\Z", lines[1])
        need(form, "malformed_checkpoint", "not a checkpoint")
        self.origin, self.size, self.root = lines[0], int(lines[1]), unbase64(lines[2], "malformed_checkpoint")
        need(self.size <= MAX_SIZE and len(self.root) == 32, "malformed_checkpoint", "too large")
        own = [key for key in self.signers if key.purpose == LOG and key.name == self.origin]
        need(own, "bad_signature", "not signed by a known log of this origin")
        self.note, self.log = note, own[0]
        self.cosigned = {key: at for key, at in self.signers.items() if key.purpose == WITNESS}
        if with_quorum:
            need(policy.holds(self.cosigned), "quorum_missing", "too few known witnesses cosigned")


class Policy:
    """Whom the reader trusts. C2SP tlog-policy."""

    def __init__(self, text):
        self.logs, self.witnesses, self.groups, self.used, self.quorum = [], {}, {}, set(), None
        for line in text.split("\n"):
            words = line.replace("\t", " ").split()
            if not words or words[0].startswith("#"):
                continue
            rule, rest = words[0], words[1:]
            if rule == "log" and len(rest) in (1, 2):
                self.logs.append(Key(rest[0], LOG))
            elif rule == "witness" and len(rest) in (2, 3):
                self.name(rest[0])
                self.witnesses[rest[0]] = Key(rest[1], WITNESS)
            elif rule == "group" and len(rest) >= 3:
                self.group(*rest[:2], rest[2:])
            elif rule == "quorum" and len(rest) == 1 and self.quorum is None:
                need(rest[0] == "none" or self.known(rest[0]), "malformed_policy", "a quorum of nobody")
                self.quorum = rest[0]
            else:
                raise Refused("malformed_policy", f"not understood: {line}")
        keys = [key.public for key in self.logs], [key.public for key in self.witnesses.values()]
        need(all(len(set(some)) == len(some) for some in keys), "malformed_policy", "a key is named twice")
        need(self.quorum is not None, "malformed_policy", "no quorum line")

    def known(self, name):
        return name in self.witnesses or name in self.groups

    def name(self, name):
        need(name != "none" and not self.known(name), "malformed_policy", f"{name} is defined twice")

    def group(self, name, least, members):
        self.name(name)
        number = {"all": len(members), "any": 1}.get(least) or (int(least) if re.match(r"[1-9][0-9]*\Z", least) else 0)
        need(1 <= number <= len(members), "malformed_policy", f"group {name} asks for too few or too many")
        for member in members:
            need(self.known(member) and member not in self.used, "malformed_policy", f"{member} cannot be a member")
            self.used.add(member)
        self.groups[name] = (number, members)

    def holds(self, cosigned, name=None):
        name = self.quorum if name is None else name
        if name == "none":
            return True
        if name in self.witnesses:
            return self.witnesses[name] in cosigned
        number, members = self.groups[name]
        return sum(self.holds(cosigned, member) for member in members) >= number


# The tree.


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def join(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves):
    """The root, and the hashes of every 256 of each level of tiles."""
    levels, stack = [list(leaves)], []
    while len(levels[-1]) >= 256:
        below = levels[-1]
        levels.append([full(below[at : at + 256]) for at in range(0, len(below) - 255, 256)])
    for at, leaf in enumerate(leaves):
        stack.append(leaf)
        while at & 1:
            right = stack.pop()
            stack.append(join(stack.pop(), right))
            at >>= 1
    if not stack:
        return hashlib.sha256(b"").digest(), levels
    root = stack.pop()
    while stack:
        root = join(stack.pop(), root)
    return root, levels


def full(hashes):
    while len(hashes) > 1:
        hashes = [join(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def path_root(path, size, index, leaf):
    """The root that an inclusion proof leads to. RFC 9162, 2.1.3.2."""
    need(index < size, "bad_proof", "an entry outside of the log")
    node, last = index, size - 1
    for hash_ in path:
        need(last > 0, "bad_proof", "a proof that is too long")
        if node & 1 or node == last:
            leaf = join(hash_, leaf)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            leaf = join(leaf, hash_)
        node, last = node >> 1, last >> 1
    need(last == 0, "bad_proof", "a proof that is too short")
    return leaf


# Entries.


def is_word(text):
    return isinstance(text, str) and len(text) <= 64 and WORD.match(text) and not ID_LIKE.search(text)


def parse_entry(data):
    need(len(data) <= MAX_ENTRY, "malformed_entry", "longer than 32 KiB")
    entry = parse_canonical(data)
    need(isinstance(entry, dict) and entry.get("v") == 1 and entry["v"] is not True, "malformed_entry", "not version 1")
    need(entry.get("type") in KINDS, "unknown_entry_type", "a type that this program does not know")
    micros(entry.get("time"))
    for name, value in entry.items():
        if name in FORMS:
            right = isinstance(value, str) and FORMS[name].match(value)
        elif name in ("op", "from", "to", "reason"):
            right = is_word(value)
        elif name == "of":
            right = isinstance(value, int) and not isinstance(value, bool)
        elif name == "class":
            right = isinstance(value, list) and value and value == sorted(set(value)) and set(value) <= set("BCKPS")
        elif name == "counts":
            right = value and all(is_word(n) and type(v) is int for n, v in value.items())
        elif name == "digests":
            right = value and all(is_word(n) and FORMS["detail"].match(v) for n, v in value.items())
        elif name == "key":
            typed = unbase64(value.split("+", 2)[-1], "malformed_entry")
            right = Key(value, typed[0] if typed[:1] in (b"\1", b"\4") else LOG)
        else:
            right = name in ("v", "type", "time")
        need(right, "malformed_entry", f"{name} is unknown or not in its form")
    return entry


def same_key(one, other):
    return (one.name, one.purpose, one.public) == (other.name, other.purpose, other.public)


def key_line(entries):
    """The keys of a log in their order; each but the first signed by the one before."""
    line = []
    for entry in entries:
        if entry["type"] != "logkey" or "key" not in entry:
            continue
        key, endorsed = Key(entry["key"], LOG), entry.get("endorsed")
        need((endorsed is None) == (not line), "bad_endorsement", "a key that the one before has not signed")
        if line:
            old = line[-1]
            text = f"treuhand-logkey v1\n{old.text}\n{key.text}\n".encode()
            right = old.name == key.name and old.verifies(text, bytes.fromhex(endorsed)) is not None
            need(right, "bad_endorsement", "a key that the one before has not signed")
        line.append(key)
    return line


def followed(line, policy):
    """The keys that count: those of the policy that were not followed, and the newest of a line that it trusts."""
    if not line:
        return policy.logs
    keys = [key for key in policy.logs if not any(same_key(key, old) for old in line[:-1])]
    if any(same_key(key, known) for key in line for known in policy.logs):
        keys += [line[-1]] if not any(same_key(key, line[-1]) for key in keys) else []
    return keys


# A whole log.


def tile_path(level, n, width):
    digits = f"{n % 1000:03}"
    while n >= 1000:
        n //= 1000
        digits = f"x{n % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" + ("" if width == 256 else f".p/{width}")


def tiles(level, count):
    for n in range(-(-count // 256)):
        yield n * 256, tile_path(level, n, min(256, count - n * 256)), min(256, count - n * 256)


class Log:
    """A log in a folder, verified."""

    def __init__(self, folder, policy, now, last=None):
        self.open(folder, policy)
        need(policy.holds(self.checkpoint.cosigned), "quorum_missing", "too few known witnesses cosigned")
        if last is not None:
            self.has_grown_from(Checkpoint(last, policy, with_quorum=False, logs=self.ever))
        self.check_times(now)

    def open(self, folder, policy):
        """Believes what the log's key signed over it, whoever cosigned and however old it is."""
        self.folder = folder
        note = self.read("checkpoint")
        try:
            self.checkpoint = Checkpoint(note, policy, with_quorum=False)
        except Refused as refused:
            # The key may follow one that the policy names; what is read here is believed only if it hashes to the root.
            try:
                keys = followed(self.keys(note), policy)
                self.checkpoint = Checkpoint(note, policy, with_quorum=False, logs=keys)
            except Refused:
                raise refused from None
        self.entries, self.tags, self.levels = [], {}, []
        leaves = []
        for _, path, width in tiles("entries", self.checkpoint.size):
            bundle = self.read(path)
            entries = list(self.unpack(bundle))
            need(len(entries) == width, "wrong_bundle", f"{path} does not hold {width} entries")
            leaves.extend(leaf_hash(entry) for entry in entries)
            self.entries.extend(parse_entry(entry) for entry in entries)
        self.leaves = leaves
        line = key_line(self.entries)
        right = any(same_key(key, self.checkpoint.log) for key in followed(line, policy))
        need(right, "bad_signature", "the log's key was followed by another one, which must sign")
        self.ever = policy.logs + (line if any(same_key(a, b) for a in line for b in policy.logs) else [])
        root, levels = tree_root(leaves)
        need(root == self.checkpoint.root, "wrong_root", "the entries do not hash to the root of the checkpoint")
        for level, hashes in enumerate(levels):
            for at, path, width in tiles(level, len(hashes)):
                same = self.read(path) == b"".join(hashes[at : at + width])
                need(same, "wrong_tile", f"{path} does not hold the hashes of the entries")
        self.walk()

    def read(self, path):
        try:
            with open(os.path.join(self.folder, path), "rb") as file:
                return file.read()
        except OSError:
            raise Refused("missing_file", f"{path} is missing") from None

    def keys(self, note):
        """The line of the log's keys, out of entries that nothing vouches for yet."""
        lines = note.decode("utf-8", "replace").split("\n")
        need(len(lines) > 1 and re.match(r"(0|[1-9][0-9]{0,14})\Z", lines[1]), "malformed_checkpoint", "no size")
        entries = []
        for _, path, _ in tiles("entries", int(lines[1])):
            some = self.unpack(self.read(path))
            entries.extend(parse_entry(entry) for entry in some if b'"type":"logkey"' in entry)
        return key_line(entries)

    @staticmethod
    def unpack(bundle):
        at = 0
        while at < len(bundle):
            need(at + 2 <= len(bundle), "malformed_bundle", "a bundle is cut off")
            length = struct.unpack(">H", bundle[at : at + 2])[0]
            need(at + 2 + length <= len(bundle), "malformed_bundle", "a bundle is cut off")
            yield bundle[at + 2 : at + 2 + length]
            at += 2 + length

    def walk(self):
        before, intents = None, set()
        for index, entry in enumerate(self.entries):
            time, of = micros(entry["time"]), entry.get("of")
            need(before is None or time >= before, "time_backwards", f"entry {index} is older than the one before")
            before = time
            if "tag" in entry:
                need(entry["tag"] not in self.tags, "tag_duplicate", f"the tag of entry {index} occurred before")
                self.tags[entry["tag"]] = index
            change = level_change(index, entry)
            if change is not None:
                self.levels.append(change)
            if entry["type"] == "use.intent":
                intents.add(index)
            elif entry["type"] == "use.result":
                need(of in intents, "result_without_intent", f"entry {index} is the result of no open intent")
                intents.remove(of)
            else:
                need(of is None or of < index, "malformed_entry", f"entry {index} belongs to a later one")
        self.newest, self.open_intents = before, len(intents)

    def demands(self):
        """Demands of authorities by half-year, country and classes of data; those under a gag count when it has ended."""
        counted = {}
        for entry in self.entries:
            country = AUTHORITY.match(entry.get("reason", ""))
            if not country or entry["type"] not in ("legal.case", "legal.disclosure") or "op" not in entry:
                continue
            half = entry["time"][:4] + ("-H1" if int(entry["time"][5:7]) <= 6 else "-H2")
            group = (half, country["country"].upper(), tuple(entry.get("class", ())))
            counts = counted.setdefault(group, dict.fromkeys(DEMANDS, 0))
            found = OUTCOMES.get(entry.get("to"), [])
            if entry["op"] == "legal.register":
                found = ["received"]
            elif entry["op"] == "legal.notice" and entry.get("from") == "gagged":
                found = ["received", "gagged"] + (["compelled"] if found == ["disclosed"] else []) + found
            elif entry["op"] not in ("legal.result", "legal.released"):
                found = []
            for name in found:
                counts[name] += 1
        names = ("halfYear", "country", "classes")
        return [{**dict(zip(names, group)), **counts} for group, counts in sorted(counted.items())]

    def has_grown_from(self, seen):
        need(seen.origin == self.checkpoint.origin, "bad_state", "the checkpoint seen last is of another log")
        need(seen.size <= self.checkpoint.size, "rollback_detected", "the log has become smaller")
        need(tree_root(self.leaves[: seen.size])[0] == seen.root, "inconsistent", "the log's past was changed")

    def check_times(self, now):
        newest = self.newest if self.newest is not None else -(1 << 62)
        need(newest <= now + SKEW, "time_ahead", "the newest entry is of the future")
        for key, at in self.checkpoint.cosigned.items():
            need(at * 1_000_000 <= now + SKEW, "time_ahead", f"{key.name} cosigned in the future")
            need(at * 1_000_000 >= newest - SKEW, "time_backwards", f"{key.name} cosigned before the newest entry")
        need(now - newest <= AGE_LIMIT, "stale", "the newest entry is older than 20 minutes")


class View:
    """What somebody was shown of a log: a folder, or the file of a checkpoint."""

    def __init__(self, place, policy, other=None):
        self.leaves, self.ever = None, other.ever if other else policy.logs
        if os.path.isdir(place):
            log = Log.__new__(Log)
            log.open(place, policy)
            self.checkpoint, self.leaves, self.ever = log.checkpoint, log.leaves, log.ever
        else:
            self.checkpoint = Checkpoint(read(place), policy, with_quorum=False, logs=self.ever)


def compare(one, other):
    """Whether one of two views has grown out of the other."""
    need(one.checkpoint.origin == other.checkpoint.origin, "cannot_compare", "views of different logs")
    smaller, larger = sorted((one, other), key=lambda view: view.checkpoint.size)
    root, size = larger.checkpoint.root, smaller.checkpoint.size
    if size != larger.checkpoint.size:
        need(larger.leaves is not None, "cannot_compare", "of the larger one the whole log is needed")
        root = tree_root(larger.leaves[:size])[0]
    notes = "\nand\n".join(view.checkpoint.note.decode() for view in (one, other))
    need(root == smaller.checkpoint.root, "split_view", f"the log's key has signed two histories:\n{notes}")


# A report.


def level_change(index, entry):
    """What an entry says about the assurance level; None if it is no change of it."""
    levels = [entry.get(name, "").upper() for name in ("from", "to")]
    right = entry["type"] == "level" and "tag" not in entry and all(FORMS["level"].match(level) for level in levels)
    return {"index": index, "time": entry["time"], "from": levels[0], "to": levels[1]} if right else None


def told_changes(changes, start, end):
    """Of all changes in their order, the last one before a period, and those within."""
    before = [change for change in changes if micros(change["time"]) < min(start, end)]
    within = [change for change in changes if start <= micros(change["time"]) < end]
    return before[-1:] + within


def cosigners(note):
    """Who cosigned a note, as it says itself."""
    found = []
    for line in note.rpartition("\n\n")[2].splitlines():
        _, name, data = line.split(" ")
        data = unbase64(data, "malformed_checkpoint")
        if len(data) == 76:
            found.append({"witness": name, "key": data[:4].hex(), "at": struct.unpack(">Q", data[4:12])[0]})
    return found


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def open_detail(sealed, key):
    need(len(sealed) >= 64 and mac(key, b"commitment") == sealed[16:48], "detail_damaged", "not this detail's key")
    try:
        return AESGCM(mac(key, b"encryption")).decrypt(bytes(12), sealed[48:], b"treuhand log detail v1")
    except InvalidTag:
        raise Refused("detail_damaged", "a detail was changed") from None


def parse_proof(text):
    head, found, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    form = found and len(lines) >= 3 and lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("extra ")
    need(form and re.match(r"index (0|[1-9][0-9]*)\Z", lines[2]), "malformed_proof", "not a proof with its entry")
    path = [unbase64(line, "malformed_proof") for line in lines[3:]]
    need(all(len(hash_) == 32 for hash_ in path), "malformed_proof", "a hash of another length")
    return unbase64(lines[1][6:], "malformed_proof"), int(lines[2][6:]), path, checkpoint


def unhex(text):
    need(isinstance(text, str) and re.match(r"[0-9a-f]{64}\Z", text), "malformed_bundle", "not a key")
    return bytes.fromhex(text)


class Report:
    """A report bundle, verified."""

    def __init__(self, data, policy, log=None):
        bundle = parse_canonical(data)
        members = {"checkpoint", "details", "files", "format", "proofs", "report", "tag_key"}
        need(isinstance(bundle, dict), "malformed_bundle", "not a report bundle")
        # Bundles of the first form do not tell the course of the level.
        self.first = bundle.get("format") == "treuhand-report-bundle@v1"
        form = set(bundle) == members | (set() if self.first else {"levels"})
        known = self.first or bundle.get("format") == "treuhand-report-bundle@v2"
        need(form and known, "malformed_bundle", "not a report bundle")
        self.checkpoint = Checkpoint(bundle["checkpoint"].encode(), policy, logs=log.ever if log else None)
        self.tag_key, self.bundle = unhex(bundle["tag_key"]), bundle
        text, signers, unknown = open_note(bundle["report"].encode(), [self.checkpoint.log])
        need(len(signers) == 1 and not unknown, "bad_signature", "not signed by the log's key alone")
        self.said = parse_canonical(text[:-1])
        self.entries = [self.entry(counter, proof) for counter, proof in enumerate(bundle["proofs"])]
        self.changes = [self.change(proof) for proof in bundle.get("levels", [])]
        self.check_level()
        derived = self.derive()
        differing = sorted(name for name in derived.keys() | self.said.keys() if derived.get(name) != self.said.get(name))
        need(canonical(derived).encode() == text[:-1], "report_differs", f"other than the entries say: {differing}")
        if log is not None:
            self.check_against(log)

    def tag(self, counter):
        return mac(self.tag_key, struct.pack(">Q", counter)).hex()

    def proved(self, proof):
        data, index, path, checkpoint = parse_proof(proof)
        need(checkpoint == self.bundle["checkpoint"], "bad_proof", "a proof that leads to another checkpoint")
        root = path_root(path, self.checkpoint.size, index, leaf_hash(data))
        need(root == self.checkpoint.root, "bad_proof", f"entry {index} of the log is not in it")
        return index, parse_entry(data)

    def change(self, proof):
        change = level_change(*self.proved(proof))
        need(change is not None, "malformed_bundle", "an entry that tells of no change of the level stands for one")
        return change

    def entry(self, counter, proof):
        index, entry = self.proved(proof)
        need(entry.get("tag") == self.tag(counter), "tag_missing", f"entry {counter} does not carry the tenant's tag")
        return index, entry

    def check_level(self):
        stated = self.said.get("stated") if isinstance(self.said, dict) else None
        self.level = stated.get("level") if isinstance(stated, dict) else None
        need(isinstance(self.level, str) and FORMS["level"].match(self.level), "level_differs", "the report states no assurance level")
        newest = self.entries[-1][1].get("level", self.level) if self.entries else self.level
        need(newest == self.level, "level_differs", "another assurance level than the newest entry")

    def derive(self):
        said, bundle = self.said, self.bundle
        names = ("tenant", "cause", "from", "until", "issued", "stated")
        form = isinstance(said, dict) and set(names) <= set(said) and isinstance(said["stated"], dict)
        need(form, "malformed_bundle", "not a report")
        start, end = micros(said["from"]), micros(said["until"])
        micros(said["issued"])
        details, events, counts, levels = dict(bundle["details"]), [], {}, []
        released, before = {"uses": 0, "rows": 0, "bytes": 0}, (-1, -(1 << 62))
        for counter, (index, entry) in enumerate(self.entries):
            time = micros(entry["time"])
            need(before[0] < index and before[1] <= time, "time_backwards", f"entry {counter} is out of order")
            before, detail = (index, time), details.pop(str(counter), None)
            if not start <= time < end:
                need(detail is None, "malformed_bundle", "a detail of another period")
                continue
            event = {"counter": counter, "index": index, "entry": entry}
            if detail is not None:
                event["detail"] = self.detail(entry, detail)
            events.append(event)
            counts[entry["type"]] = counts.get(entry["type"], 0) + 1
            if entry["type"] == "use.result":
                released["uses"] += 1
                for what in ("rows", "bytes"):
                    released[what] += entry.get("counts", {}).get(what, 0)
            if "level" in entry:
                levels.append(entry["level"])
        need(not details, "malformed_bundle", "details of no entry")
        report = {name: said[name] for name in names}
        root = base64.b64encode(self.checkpoint.root).decode()
        report.update(
            format="treuhand-report@v2",
            log={"origin": self.checkpoint.origin, "size": self.checkpoint.size, "root": root},
            checkpoint=digest(bundle["checkpoint"].encode()),
            tag_key=digest(bundle["tag_key"].encode()),
            entries={"all": len(self.entries), "in_period": len(events)},
            counts=counts,
            released=released,
            events=events,
            files={name: digest(text.encode()) for name, text in bundle["files"].items()},
        )
        if self.first:
            report["format"] = "treuhand-report@v1"
            if levels:
                report["levels"] = {"lowest": min(levels), "highest": max(levels)}
        else:
            self.derive_more(report, levels, start, end)
        return report

    def derive_more(self, report, levels, start, end):
        """What reports say since they tell the course of the level."""
        order = [(change["index"], micros(change["time"])) for change in self.changes]
        ordered = all(one[0] < other[0] and one[1] <= other[1] for one, other in zip(order, order[1:]))
        whole = told_changes(self.changes, start, end) == self.changes
        need(ordered and whole, "malformed_bundle", "changes of the level out of their order, or of another period")
        before = [change for change in self.changes if micros(change["time"]) < start]
        levels = levels + [change["to"] for change in self.changes]
        said = {"lowest": min(levels), "highest": max(levels)} if levels else {}
        if before:
            said["start"] = before[-1]["to"]
        report["levels"] = {**said, "changes": self.changes[len(before) :]}
        if report["events"]:
            counters = [event["counter"] for event in report["events"]]
            report["entries"].update(first=counters[0], last=counters[-1])
        report["cosigned"] = cosigners(self.bundle["checkpoint"])

    @staticmethod
    def detail(entry, detail):
        need(isinstance(detail, dict) and set(detail) == {"key", "sealed"}, "malformed_bundle", "not a detail")
        sealed = unbase64(detail["sealed"], "malformed_bundle")
        need(digest(sealed) == entry.get("detail"), "detail_damaged", "not the detail whose digest is in the log")
        return parse_canonical(open_detail(sealed, unhex(detail["key"])))

    def check_against(self, log):
        size = self.checkpoint.size
        same = log.checkpoint.origin == self.checkpoint.origin and size <= log.checkpoint.size
        need(same and tree_root(log.leaves[:size])[0] == self.checkpoint.root, "inconsistent", "of another log")
        for counter, (index, _) in enumerate(self.entries):
            need(log.tags.get(self.tag(counter)) == index, "tag_missing", f"entry {counter} is elsewhere in the log")
        after = log.tags.get(self.tag(len(self.entries)))
        need(after is None or after >= size, "entry_left_out", "the log holds an entry that the report leaves out")
        known = [change for change in log.levels if change["index"] < size]
        due = told_changes(known, micros(self.said["from"]), micros(self.said["until"]))
        need(self.first or due == self.changes, "level_left_out", "the log tells other changes of the assurance level")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def run(options):
    policy = Policy(read(options.policy).decode("utf-8"))
    moment = datetime.datetime.now(datetime.timezone.utc)
    if getattr(options, "as_of", None):
        moment = datetime.datetime.fromisoformat(options.as_of.replace("Z", "+00:00"))
    now = int(moment.timestamp() * 1_000_000)
    if options.what == "compare":
        # A checkpoint alone is read last: the whole log beside it may tell by which key it is signed.
        first, second = sorted((options.one, options.other), key=os.path.isfile)
        first = View(first, policy)
        second = View(second, policy, first)
        compare(first, second)
        return {"origin": first.checkpoint.origin, "sizes": [first.checkpoint.size, second.checkpoint.size]}
    if options.what == "log":
        last = read(options.state) if options.state and os.path.exists(options.state) else None
        log = Log(options.folder, policy, now, last)
        if options.state:
            with open(options.state, "wb") as file:
                file.write(log.checkpoint.note)
        about = {"origin": log.checkpoint.origin, "size": log.checkpoint.size, "openIntents": log.open_intents}
        return {**about, "demands": log.demands()}
    log = Log(options.log, policy, now) if options.log else None
    report = Report(read(options.bundle), policy, log)
    entries = report.said["entries"]
    about = {"tenant": report.said["tenant"], "entries": entries["all"], "inPeriod": entries["in_period"]}
    return {**about, "level": report.level, "levelChanges": report.changes}


def main():
    parser = argparse.ArgumentParser(description="Verifies a transparency log, two views of one, or an access report, offline.")
    what = parser.add_subparsers(dest="what", required=True)
    log, report = what.add_parser("log"), what.add_parser("report")
    log.add_argument("folder")
    log.add_argument("--state", help="what was seen last: read, compared and written")
    report.add_argument("bundle")
    report.add_argument("--log", help="a whole log, searched for entries that the report leaves out")
    two = what.add_parser("compare")
    two.add_argument("one", help="a log's folder, or the file of a checkpoint")
    two.add_argument("other")
    for each in (log, report):
        each.add_argument("--as-of", help="the time for which the log must be fresh")
    for each in (log, report, two):
        each.add_argument("--policy", required=True)
        each.add_argument("--json", action="store_true", help="always so; for scripts that ask both verifiers")
    try:
        print(json.dumps({"ok": True, **run(parser.parse_args())}))
    except Refused as refused:
        print(json.dumps({"ok": False, "refused": {"slug": refused.slug, "found": refused.found}}))
        sys.exit(1)
    except (OSError, UnicodeDecodeError) as error:
        print(f"treuhand_verify: {error}", file=sys.stderr)
        sys.exit(1)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        # What is shaped otherwise than expected is refused like everything else that is not understood.
        print(json.dumps({"ok": False, "refused": {"slug": "malformed", "found": repr(error)}}))
        sys.exit(1)


if __name__ == "__main__":
    main()
