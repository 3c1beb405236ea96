"""Vectors of input that cannot be judged: cut, mistyped, of another format."""

from verifier.vectors.case import Case, unusable, written
from verifier.vectors.history import (
    LEDGER,
    SUBJECT,
    SUPERVISOR,
    changed,
    drop,
    erasure_evidence,
    put,
    valid_bundle,
)


def unusable_cases() -> dict[str, Case]:
    """Corrupt, truncated, of a future format."""
    bundle = valid_bundle()
    text, note = written(bundle), str(bundle["checkpoint"])
    key = str(LEDGER.verifier)
    again = {"subject": SUBJECT, "position": 1}
    nested = {"subject": SUBJECT, "evidence": erasure_evidence() | {"erasure": again}}
    found = {
        "truncated": text[: len(text) // 2],
        "empty-file": "",
        "not-json": "hello",
        "a-list": "[]\n",
        "null": "null\n",
        "deep": "[" * 20_000,
        "huge-number": text.replace('"position": 41', '"position": ' + "9" * 5_000),
        "duplicate-key": text.replace('"position": 41,', '"position": 41, "position": 42,'),
        "not-a-number": text.replace('"position": 41', '"position": NaN'),
        "fraction": text.replace('"position": 41', '"position": 41.0'),
        "lone-surrogate": text.replace("创业券", "\\ud800"),
        "format-missing": changed(drop("format")),
        "format-not-text": changed(put(1, "format")),
        "format-zero": changed(put("wanchuang-evidence/0", "format")),
        "format-of-others": changed(put("c2sp.org/tlog-proof@v1", "format")),
        "format-with-newline": changed(put("wanchuang-evidence/1\n", "format")),
        "unknown-field": changed(put("x", "comment")),
        "unknown-field-inside": changed(put("x", "entries", 0, "comment")),
        "entries-missing": changed(drop("entries")),
        "entries-none": changed(put([], "entries")),
        "entries-an-object": changed(put({}, "entries")),
        "entry-null": changed(put(None, "entries", 1)),
        "position-text": changed(put("41", "entries", 1, "position")),
        "position-true": changed(put(True, "entries", 1, "position")),
        "position-negative": changed(put(-1, "entries", 1, "position")),
        "position-beyond-any": changed(put(2**63, "entries", 1, "position")),
        "proof-not-hex": changed(put("x" * 64, "entries", 1, "proof", 0)),
        "proof-capitals": changed(put("A" * 64, "entries", 1, "proof", 0)),
        "proof-hash-short": changed(put("0" * 62, "entries", 1, "proof", 0)),
        "streams-null": changed(put(None, "streams")),
        "older-without-proof": changed(drop("older", "proof")),
        "older-not-a-note": changed(put("x\n", "older", "checkpoint")),
        "erasure-without-place": changed(put({"subject": SUBJECT}, "erasure")),
        "erasure-of-an-erasure": changed(put(nested, "erasure")),
        "erasure-not-evidence": changed(put({"subject": "x", "evidence": []}, "erasure")),
        "key-cut": changed(put(key[:-1], "log", "key")),
        "key-id-of-another": changed(put(key.replace("wanchuang", "anhui"), "log", "key")),
        "key-of-a-witness": changed(put(str(SUPERVISOR.verifier), "log", "key")),
        "witness-of-a-log": changed(put([key], "log", "witnesses")),
        "note-without-signature": changed(put(note.partition("\n\n")[0] + "\n", "checkpoint")),
        "note-cut": changed(put(note[:-1], "checkpoint")),
        "note-with-control": changed(put(note.replace("\n300", "\n\t300"), "checkpoint")),
        "note-signature-cut": changed(put(note[:-3] + "\n", "checkpoint")),
        "checkpoint-size-padded": changed(put(note.replace("\n300", "\n0300"), "checkpoint")),
        "checkpoint-size-too-large": changed(
            put(note.replace("\n300\n", "\n9223372036854775808\n"), "checkpoint")
        ),
        "checkpoint-root-cut": changed(put(note.replace("=\n", "\n", 1), "checkpoint")),
        "checkpoint-line-empty": changed(put(note.replace("=\n", "=\n\n", 1), "checkpoint")),
    }
    cases = {name: unusable(value) for name, value in found.items()}
    for version in (2, 10, 99999999999999999999):
        future = changed(put(f"wanchuang-evidence/{version}", "format"))
        future["new"] = "things"
        cases[f"future-format-{version}"] = unusable(future, "future-format")
    cases["unknown-hash"] = unusable(changed(put("sha3-256", "log", "hash")), "unknown-hash")
    return cases
