"""Vectors of what holds, with the reader's keys and without."""

from verifier.vectors.case import (
    IDENTITY_LOG,
    LOG,
    SECOND_WITNESS,
    TRUSTED,
    WITNESS,
    Case,
    good,
    written,
)
from verifier.vectors.history import (
    IDENTITY_HISTORY,
    LEDGER_HISTORY,
    SM3_HISTORY,
    SUBJECT,
    changed,
    erasure_evidence,
    put,
    valid_bundle,
)


def valid_cases() -> dict[str, Case]:
    """Valid, and consistent but not anchored."""
    bundle = valid_bundle()
    here = {"subject": SUBJECT, "position": 1}
    there = {"subject": SUBJECT, "evidence": erasure_evidence()}
    erased = LEDGER_HISTORY.bundle([3], 300, erasure=there)
    stranger = str(bundle["checkpoint"]) + "— stranger.example AAAAAAAA\n"
    at_150, at_0 = LEDGER_HISTORY.checkpoint(150), LEDGER_HISTORY.checkpoint(0)
    return {
        "valid": good(bundle),
        "valid-two-witnesses": good(bundle, *TRUSTED, SECOND_WITNESS, "--witnesses=2"),
        "valid-log-alone": good(bundle, LOG, "--witnesses=0"),
        "valid-sm3": good(valid_bundle(SM3_HISTORY)),
        "valid-one-entry": good(LEDGER_HISTORY.bundle([0], 1)),
        "valid-last-entry": good(LEDGER_HISTORY.bundle([256], 257)),
        "valid-same-checkpoint": good(LEDGER_HISTORY.bundle([7], 150, older=at_150)),
        "valid-from-empty": good(LEDGER_HISTORY.bundle([7], 150, older=at_0)),
        "valid-erasure": good(
            IDENTITY_HISTORY.bundle([0, 1], 3, erasure=here), IDENTITY_LOG, WITNESS
        ),
        "valid-erasure-elsewhere": good(erased, *TRUSTED, IDENTITY_LOG),
        "valid-unknown-signature": good(changed(put(stranger, "checkpoint"))),
        "valid-no-witness-asked-or-there": good(
            changed(put(str(LEDGER_HISTORY.checkpoint(300)), "checkpoint")), LOG, "--witnesses=0"
        ),
        "unanchored": Case(written(bundle), (), 3),
        "unanchored-log-alone": Case(written(bundle), (LOG,), 3),
        "unanchored-witness-alone": Case(written(bundle), (WITNESS,), 3),
    }
