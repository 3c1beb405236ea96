"""Who was erased can show it: the evidence of the destroyed key, fetched without an account."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis import clock
from chassis.domain import new_id
from chassis.seal import keys_by_log
from schemas.identity.personal_data import ErasureEvidence, PreviewErasure, RequestErasure
from tests.tamper.history import Story
from tests.tamper.platform import Platform
from tests.tamper.worlds import POPULATION, Server, Worlds, registries

VERIFIER = Path(__file__).parents[2] / "verifier" / "wanchuang_verify.py"


@pytest.mark.article(8, 32, 36)
def test_the_destruction_of_a_key_is_proved_to_anybody(
    postgres_server: Server, tmp_path: Path
) -> None:
    worlds = Worlds(postgres_server)
    with registries() as simulator, clock.fixed(datetime(2026, 3, 2, 1, tzinfo=UTC)) as move:
        platform = Platform(worlds.urls(worlds.empty()), simulator)
        story = Story(platform, POPULATION, 5, move)
        story.owner()
        story.person()
        [user] = story.users
        assert story.refuse(ErasureEvidence, subject_id=user.subject) == "identity.not-erased"
        assert story.refuse(ErasureEvidence, subject_id=new_id()) == "identity.not-erased"
        preview = story.do(PreviewErasure, user)
        asked = story.do(RequestErasure, user, preview=preview["preview"])
        assert story.refuse(ErasureEvidence, subject_id=user.subject) == "identity.not-erased"
        story.until(*map(int, asked["destroy_on"].split("-")))
        platform.tick()
        platform.settle()
        waits = story.refuse(ErasureEvidence, subject_id=user.subject)
        assert waits == "identity.erasure-not-witnessed"
        platform.witness()
        bundle = story.do(ErasureEvidence, subject_id=user.subject)
        settings = platform.runtimes["identity"].settings
        keys = [str(keys_by_log(settings)["identity"]), *settings.witness_keys.split()]
        platform.close()
    worlds.close()
    types = [json.loads(each["entry"])["event"]["type"] for each in bundle["entries"]]
    assert types == ["identity.SubjectKeyMade", "identity.SubjectKeyDestroyed"]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle))
    program = [sys.executable, "-I", str(VERIFIER), str(file), *(f"--key={key}" for key in keys)]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
