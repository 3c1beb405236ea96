"""Vectors of what does not hold: signatures, entries, and histories that a log itself forged."""

import json

from chassis.sealing.hashing import SHA256
from chassis.sealing.note import Note, sign
from verifier.vectors.case import IDENTITY_LOG, SECOND_WITNESS, TRUSTED, WITNESS, Case, bad
from verifier.vectors.history import (
    ALIAS,
    CREATED,
    IDENTITY_HISTORY,
    LEDGER,
    LEDGER_ENTRIES,
    LEDGER_HISTORY,
    SM3_HISTORY,
    STRANGER,
    SUBJECT,
    SUPERVISOR,
    VOUCHER,
    Bundle,
    History,
    canonical,
    changed,
    drop,
    erasure_evidence,
    put,
    valid_bundle,
)

HEX = "0" * 64
UNSIGNED = ("bad-signature", "not-signed", "not-witnessed")


def plain_bundle() -> Bundle:
    """The voucher's entries without further claims."""
    return LEDGER_HISTORY.bundle([3, 41, 199, 260], 300)


def signature_cases() -> dict[str, Case]:
    """Notes that do not hold, and keys that are not theirs."""
    valid, plain = valid_bundle(), plain_bundle()
    note = Note.parse(valid["checkpoint"])
    text = str(note)
    smaller = text.replace("\n300\n", "\n299\n")
    late = sign("another\n", SUPERVISOR, CREATED)
    stranger = Note(note.text, (sign(note.text, STRANGER), *note.signatures[1:]))
    once = LEDGER_HISTORY.checkpoint(300, SUPERVISOR)
    other = IDENTITY_HISTORY.checkpoint(3, SUPERVISOR)
    return {
        "smaller-checkpoint": bad(changed(put(smaller, "checkpoint"), plain), *UNSIGNED),
        "smaller-checkpoint-without-keys": bad(
            changed(put(smaller, "checkpoint"), plain), *UNSIGNED, arguments=()
        ),
        "changed-totals": bad(
            changed(put(text.replace("issued=900000", "issued=900001"), "checkpoint")), *UNSIGNED
        ),
        "bad-cosignature": bad(
            changed(put(str(note.add(late)), "checkpoint")), "bad-signature", "not-witnessed"
        ),
        "signed-by-a-stranger": bad(changed(put(str(stranger), "checkpoint")), "not-signed"),
        "wrong-key": bad(valid, "not-signed", arguments=(f"--key={STRANGER.verifier}", WITNESS)),
        "key-of-another-log": bad(valid, "unknown-log", arguments=(IDENTITY_LOG, WITNESS)),
        "own-key-of-another-log": bad(
            changed(put(str(IDENTITY_HISTORY.key.verifier), "log", "key")),
            "unknown-log",
            arguments=(),
        ),
        "not-witnessed": bad(
            changed(put(str(LEDGER_HISTORY.checkpoint(300)), "checkpoint")), "not-witnessed"
        ),
        "one-witness-of-two": bad(
            changed(put(str(once), "checkpoint")),
            "not-witnessed",
            arguments=(*TRUSTED, SECOND_WITNESS, "--witnesses=2"),
        ),
        "one-witness-under-two-names": bad(
            changed(
                put(str(LEDGER_HISTORY.checkpoint(300, SUPERVISOR, ALIAS)), "checkpoint"), plain
            ),
            "not-witnessed",
            arguments=(*TRUSTED, f"--key={ALIAS.verifier}", "--witnesses=2"),
        ),
        "cosigned-beyond-time": bad(
            changed(put(str(note.add(sign(note.text, SUPERVISOR, 2**62))), "checkpoint")),
            *("bad-signature", "not-witnessed"),
        ),
        "checkpoint-of-another-log": bad(
            changed(put(str(other), "checkpoint"), plain),
            *("misplaced", "not-included", "not-signed", "wrong-origin"),
        ),
        "other-hash-claimed": bad(
            changed(put("sm3", "log", "hash"), plain), "not-included", "wrong-hash"
        ),
        "sm3-hidden": bad(
            changed(put("sha-256", "log", "hash"), SM3_HISTORY.bundle([3], 300)),
            *("not-included", "wrong-hash"),
        ),
    }


def entry_cases() -> dict[str, Case]:
    """Entries that were changed, moved, left out or made up."""
    plain, valid = plain_bundle(), valid_bundle()
    text = str(plain["entries"][1]["entry"])
    place = ("entries", 1, "entry")
    first = plain["entries"][0]
    proof = plain["entries"][1]["proof"]

    def without(*positions: int, versions: int = 4) -> Bundle:
        return LEDGER_HISTORY.bundle(list(positions), 300, streams={VOUCHER: versions})

    return {
        "changed-amount": bad(
            changed(put(text.replace("50000", "50001"), *place), plain), "not-included"
        ),
        "changed-entry-of-a-claim": bad(
            changed(put(text.replace("50000", "50001"), *place), valid),
            *("incomplete", "not-included"),
        ),
        "changed-position": bad(
            changed(put(42, "entries", 1, "position"), plain), "misplaced", "not-included"
        ),
        "changed-position-in-both": bad(
            changed(
                lambda b: b["entries"][1].update(
                    position=42, entry=text.replace('"position":41', '"position":42')
                ),
                plain,
            ),
            "not-included",
        ),
        "changed-proof": bad(changed(put(HEX, "entries", 1, "proof", 4), plain), "not-included"),
        "short-proof": bad(changed(drop("entries", 1, "proof", 0), plain), "not-included"),
        "long-proof": bad(
            changed(put([*proof, HEX], "entries", 1, "proof"), plain), "not-included"
        ),
        "endless-proof": bad(
            changed(put([HEX] * 70, "entries", 1, "proof"), plain), "not-included"
        ),
        "beyond-the-checkpoint": bad(
            changed(put(300, "entries", 3, "position"), plain), "misplaced", "not-included"
        ),
        "made-up-entry": bad(
            changed(put(canonical({"event": 1}), *place), plain), "not-canonical", "not-included"
        ),
        "spaced-entry": bad(
            changed(put(text.replace(',"log"', ', "log"'), *place), plain),
            *("not-canonical", "not-included"),
        ),
        "out-of-order": bad(changed(lambda b: b["entries"].reverse(), plain), "order", "versions"),
        "entry-twice": bad(changed(put([first, first], "entries"), plain), "order", "versions"),
        "left-out-entry": bad(without(3, 199, 260), "incomplete"),
        "left-out-last-entry": bad(without(3, 41, 199), "incomplete"),
        "left-out-first-entry": bad(without(41, 199, 260, versions=3), "incomplete"),
        "claim-too-low": bad(changed(put(3, "streams", 0, "versions"), valid), "incomplete"),
        "claim-of-nothing": bad(changed(put(0, "streams", 0, "versions"), valid), "incomplete"),
        "claim-of-nothing-there": bad(
            changed(put({"stream": SUBJECT, "versions": 0}, "streams", 0), valid), "incomplete"
        ),
        "claim-of-another-stream": bad(
            changed(put(SUBJECT, "streams", 0, "stream"), valid), "incomplete"
        ),
    }


def forged(position: int, old: str, new: str) -> History:
    """The ledger, signed by its own key, with an entry that it should not have."""
    entries = list(LEDGER_ENTRIES)
    assert old in entries[position]
    entries[position] = entries[position].replace(old, new)
    return History(LEDGER, SHA256, entries)


def history_cases() -> dict[str, Case]:
    """Histories that the log itself signed, and that show what it did."""
    rewritten = forged(41, "50000", "90000")
    fork = {"older": LEDGER_HISTORY.checkpoint(150, SUPERVISOR)}
    seal = json.loads(LEDGER_ENTRIES[41])
    seal["event"]["data"]["fen"] = 500.5
    fraction = History(LEDGER, SHA256, [*LEDGER_ENTRIES[:41], canonical(seal)])
    lying = History(LEDGER, SHA256, [LEDGER_ENTRIES[0], LEDGER_ENTRIES[0]])
    ahead = History(LEDGER, SHA256, [LEDGER_ENTRIES[1]])
    other_subject = {"subject": VOUCHER, "evidence": erasure_evidence()}
    elsewhere = {"subject": SUBJECT, "position": 3}
    valid = valid_bundle()
    return {
        "rewritten-history": bad(
            rewritten.bundle([3], 300) | {"older": valid["older"]}, "not-consistent"
        ),
        "rewritten-history-new-proof": bad(rewritten.bundle([3], 300, **fork), "not-consistent"),
        "older-is-newer": bad(
            LEDGER_HISTORY.bundle([3], 150)
            | {"older": {"checkpoint": valid["checkpoint"], "proof": []}},
            "not-consistent",
        ),
        "older-proof-changed": bad(changed(put(HEX, "older", "proof", 0)), "not-consistent"),
        "older-same-with-proof": bad(
            changed(
                put([HEX], "older", "proof"),
                LEDGER_HISTORY.bundle([3], 150, older=LEDGER_HISTORY.checkpoint(150)),
            ),
            "not-consistent",
        ),
        "older-empty-with-proof": bad(
            changed(
                put([HEX], "older", "proof"),
                LEDGER_HISTORY.bundle([3], 150, older=LEDGER_HISTORY.checkpoint(0)),
            ),
            "not-consistent",
        ),
        "older-proof-missing": bad(changed(put([], "older", "proof")), "not-consistent"),
        "older-of-another-log": bad(
            changed(put(str(IDENTITY_HISTORY.checkpoint(3)), "older", "checkpoint")),
            *("not-consistent", "not-signed", "wrong-origin"),
        ),
        "older-unsigned": bad(
            changed(put(valid["older"]["checkpoint"].replace("150", "151"), "older", "checkpoint")),
            *("bad-signature", "not-consistent", "not-signed"),
        ),
        "older-larger-with-the-same-root": bad(
            LEDGER_HISTORY.bundle([0], 1)
            | {"older": {"checkpoint": str(LEDGER_HISTORY.claim(2, 1)), "proof": []}},
            "not-consistent",
        ),
        "size-said-too-large": bad(
            changed(
                put(str(LEDGER_HISTORY.claim(300, 1)), "checkpoint"), LEDGER_HISTORY.bundle([0], 1)
            ),
            "not-included",
        ),
        "size-said-too-small": bad(
            changed(
                put(str(lying.claim(1, 2)), "checkpoint"),
                changed(put(0, "entries", 0, "position"), lying.bundle([1], 2)),
            ),
            "not-included",
        ),
        "sealed-position-beyond": bad(
            changed(put(1, "entries", 0, "position"), ahead.bundle([0], 1)), "not-included"
        ),
        "sealed-position-true": bad(
            forged(1, '"position":1', '"position":true').bundle([1], 300), "misplaced"
        ),
        "sealed-key-not-ascii": bad(
            forged(41, '"z":{}', '"分":{}').bundle([41], 300), "not-canonical"
        ),
        "sealed-spaces": bad(forged(41, ',"log"', ', "log"').bundle([41], 300), "not-canonical"),
        "sealed-duplicate-key": bad(
            forged(41, '"event":', '"event":{},"event":').bundle([41], 300), "not-canonical"
        ),
        "sealed-fraction": bad(fraction.bundle([41], 42), "not-canonical"),
        "sealed-huge-number": bad(
            forged(41, "50000", "9007199254740993").bundle([41], 300), "not-canonical"
        ),
        "sealed-without-version": bad(
            forged(41, '"version":2', '"version":"2"').bundle([41], 300), "not-canonical"
        ),
        "sealed-other-position": bad(
            forged(41, '"position":41', '"position":40').bundle([41], 300), "misplaced"
        ),
        "sealed-other-log": bad(
            forged(41, '"log":"voucher-ledger"', '"log":"ledger"').bundle([41], 300), "misplaced"
        ),
        "sealed-version-twice": bad(
            forged(41, '"version":2', '"version":1').bundle([3, 41], 300), "versions"
        ),
        "sealed-version-gap": bad(
            forged(41, '"version":2', '"version":5').bundle([3, 41], 300, streams={VOUCHER: 2}),
            "incomplete",
        ),
        "erasure-of-another-subject": bad(
            LEDGER_HISTORY.bundle([3], 300, erasure=other_subject),
            "no-erasure",
            arguments=(*TRUSTED, IDENTITY_LOG),
        ),
        "erasure-not-there": bad(LEDGER_HISTORY.bundle([3], 300, erasure=elsewhere), "no-erasure"),
        "erasure-by-another-entry": bad(
            IDENTITY_HISTORY.bundle([0, 1], 3, erasure={"subject": SUBJECT, "position": 0}),
            "no-erasure",
            arguments=(IDENTITY_LOG, WITNESS),
        ),
        "erasure-by-another-event": bad(
            IDENTITY_HISTORY.bundle([1, 2], 3, erasure={"subject": SUBJECT, "position": 2}),
            "no-erasure",
            arguments=(IDENTITY_LOG, WITNESS),
        ),
        "erasure-of-a-log-unknown": bad(
            LEDGER_HISTORY.bundle(
                [3], 300, erasure={"subject": SUBJECT, "evidence": erasure_evidence()}
            ),
            "unknown-log",
        ),
    }
