"""Generate the verifier's test vectors: run `python -m verifier.vectors.generate`.

Each case is a file beside this one; `cases.json` says how the verifier is called with it, and the
exit status and the faults that it answers with.
"""

import json
from pathlib import Path

from verifier.vectors.case import Case
from verifier.vectors.forged import entry_cases, history_cases, signature_cases
from verifier.vectors.sound import valid_cases
from verifier.vectors.spoiled import unusable_cases

FOLDER = Path(__file__).parent


def files() -> dict[str, str]:
    """Every file of the vectors: name → text."""
    groups = (valid_cases(), signature_cases(), entry_cases(), history_cases(), unusable_cases())
    cases: dict[str, Case] = {}
    for group in groups:
        assert not cases.keys() & group.keys()
        cases |= group
    index = {
        name: {"arguments": case.arguments, "status": case.status, "codes": sorted(case.codes)}
        for name, case in cases.items()
    }
    found = {f"{name}.json": case.text for name, case in cases.items()}
    return found | {"cases.json": json.dumps(index, indent=1) + "\n"}


def main() -> None:
    """Write the files."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
