"""Anyone reads a log over HTTP and checks it with nothing of the platform but its public key."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest
import requests

from chassis.database import Database
from chassis.eventstore.mapper import event_body
from chassis.settings import Settings
from schemas.events.catalog import ListingPublished
from schemas.log import LOGS
from tests.log.tile_client import TileClient, leaf
from verifier import wanchuang_verify as verifier
from wanchuang.platform import Platform, public_keys
from wanchuang.servers.process import wait_until

pytestmark = [pytest.mark.article(8, 32), pytest.mark.timeout(300)]

API = "/api/v1"
BATCHES = (3, 250, 256, 500, 1, 90)
LEAST = sum(BATCHES)
ALL_SEALED = "SELECT (SELECT max(size) FROM checkpoints) = count(*) AS sealed FROM events"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform whose catalog has a log of several tiles."""
    with Platform(tmp_path_factory.mktemp("platform"), 0) as running:
        settings: Settings = running._containers["catalog"].config["settings"]
        database = Database(settings.database_url, pool_size=1)
        for count in BATCHES:
            append(database, count)
            assert wait_until(lambda: sealed(database), 60.0)
        database.close()
        yield running


def append(database: Database, count: int) -> None:
    """Append events of the catalog, as its service logs in."""
    at = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    rows: list[Any] = []
    for number in range(count):
        stream = uuid4()
        data = {**ListingPublished.example, "title": f"第{number}号服务"}
        body = event_body(ListingPublished.type, stream, 1, at, data)
        rows += (str(stream), 1, ListingPublished.type, body.decode())
    values = ",".join(["(%s,%s,%s,%s)"] * count)
    statement = f"INSERT INTO events (stream, version, type, body) VALUES {values}"
    database.execute([(statement, rows)])


def sealed(database: Database) -> bool:
    """Whether the log is sealed to its end; the service adds what it acknowledges of others."""
    return database.row(ALL_SEALED) == {"sealed": True}


def key(platform: Platform, log: str) -> verifier.Key:
    """The published key of a log."""
    texts = public_keys(platform.secrets)["LOG_KEYS"].split()
    keys = [verifier.read_key(text, verifier.LOG) for text in texts]
    return next(each for each in keys if each.name == f"wanchuang/{log}")


_OWNER: dict[str, str] = {}
"""The owner's session on each platform, by its address."""


def token(platform: Platform, role: str = "") -> str:
    """A session of the owner, or of a member of staff whose account the owner opens."""

    def post(path: str, token: str = "", **body: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.post(platform.url + API + path, json=body, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    secret = platform.secrets["OWNER_PASSWORD"]

    def signed_in(login: str) -> str:
        """The first session of a member of staff, who sets up an authenticator in it."""
        token = str(post("/sessions", login=login, password=secret)["token"])
        path = "/accounts/me/second-factor"
        code = pyotp.TOTP(str(post(path, token, password=secret)["secret"])).now()
        post(f"{path}/confirmation", token, code=code)
        return token

    if platform.url not in _OWNER:
        _OWNER[platform.url] = signed_in("owner")
    owner = _OWNER[platform.url]
    if not role:
        return owner
    login = f"{role}-{UUID(int=uuid4().int).hex[:8]}"
    post("/staff-accounts", owner, login=login, password=secret, role=role, region="340000")
    return signed_in(login)


def client(platform: Platform, log: str = "catalog", token: str = "") -> TileClient:
    return TileClient(f"{platform.url}{API}/logs/{log}", key(platform, log), token)


def test_the_tiles_give_the_root_that_the_log_signed(platform: Platform) -> None:
    reader = client(platform)
    checkpoint = reader.checkpoint()
    assert checkpoint.size >= LEAST
    assert reader.root(checkpoint.size) == checkpoint.root


def test_the_supervisors_entries_are_the_leaves_of_the_tiles(platform: Platform) -> None:
    reader = client(platform, token=token(platform, "supervisor"))
    size = reader.checkpoint().size
    entries = reader.entries(size)
    assert [leaf(entry) for entry in entries] == reader.row(0, size)
    events = [verifier.event_of(entry.decode(), "wanchuang/catalog", n) for n, entry in
              enumerate(entries)]  # fmt: skip
    assert all(fault == "" for _, fault in events)


def test_proofs_hold_for_the_offline_verifier(platform: Platform) -> None:
    reader = client(platform)
    newest, digest = reader.checkpoint(), verifier.HASHES["sha-256"]
    leaves = reader.row(0, newest.size)
    for size in (1, 3, 253, 509, 1009, newest.size):
        for position in {0, size // 2, size - 1}:
            found = reader.get(f"proofs/inclusion?position={position}&size={size}").json()
            assert found["leaf"] == leaves[position].hex()
            proof = [bytes.fromhex(value) for value in found["proof"]]
            roots = verifier.climb(digest, position, size - 1, leaves[position], proof)
            assert roots is not None
            assert roots[1].hex() == found["root"] == reader.root(size).hex()
        span = reader.get(f"proofs/consistency?from={size}&to={newest.size}").json()
        old = verifier.Checkpoint("", [], "", size, bytes.fromhex(span["old"]["root"]), "sha-256")
        assert old.root == reader.root(size)
        assert verifier.consistent(digest, old, newest, span["proof"])


def test_the_cosigned_checkpoint_is_the_same_text_and_never_ahead(platform: Platform) -> None:
    """Two places, one relation: the log's own promise, and what the supervisor confirmed of it."""
    url = f"{platform.url}{API}/oversight/logs/catalog/checkpoint"
    assert wait_until(lambda: requests.get(url, timeout=30).json().get("size", 0) >= LEAST, 60.0)
    cosigned = requests.get(url, timeout=30).json()
    assert cosigned["size"] <= client(platform).checkpoint().size
    own = client(platform).get(f"checkpoint?most={cosigned['size']}").text
    assert cosigned["note"].startswith(own)
    assert cosigned["note"].removeprefix(own).startswith("— wanchuang/witness ")


def test_entries_are_not_for_everybody(platform: Platform) -> None:
    assert client(platform).get("tile/entries/000").status_code == 401
    owner = client(platform, token=token(platform)).get("tile/entries/000")
    assert owner.status_code == 403
    assert owner.json()["error"]["code"] == "role.required"


@pytest.mark.parametrize("log", LOGS)
def test_every_service_serves_its_own_log(platform: Platform, log: str) -> None:
    answer = requests.get(f"{platform.url}{API}/logs/{log}/checkpoint", timeout=30)
    if answer.status_code == 404:
        assert answer.json()["error"]["code"] == "resource.not-found", "nothing happened yet"
        assert log in {"matching", "voucher-ledger"}
    else:
        assert answer.text.startswith(f"wanchuang/{log}\n")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("tile/0/007.p/1", 404, "log.no-such-tile"),
        ("tile/0/004", 404, "log.no-such-tile"),
        ("tile/1/000", 404, "log.no-such-tile"),
        ("tile/1/000.p/9", 404, "log.no-such-tile"),
        ("tile/2/000.p/1", 404, "log.no-such-tile"),
        ("tile/63/000", 404, "log.no-such-tile"),
        ("tile/0/x999/x999/999", 404, "log.no-such-tile"),
        ("tile/64/000", 400, "log.tile-name-invalid"),
        ("tile/00/000", 400, "log.tile-name-invalid"),
        ("tile/-1/000", 400, "log.tile-name-invalid"),
        ("tile/0/0", 400, "log.tile-name-invalid"),
        ("tile/0/0000", 400, "log.tile-name-invalid"),
        ("tile/0/x000/000", 400, "log.tile-name-invalid"),
        ("tile/0/001/000", 400, "log.tile-name-invalid"),
        ("tile/0/000.p/0", 400, "log.tile-name-invalid"),
        ("tile/0/000.p/256", 400, "log.tile-name-invalid"),
        ("tile/0/000.p/01", 400, "log.tile-name-invalid"),
        ("tile/0/000.p", 400, "log.tile-name-invalid"),
        ("tile/0/000%20", 400, "log.tile-name-invalid"),
        ("tile/0/%F0%9F%98%80", 400, "log.tile-name-invalid"),
        ("tile/0/../0/000", 400, "log.tile-name-invalid"),
        ("tile/0/" + "x123/" * 400 + "000", 400, "log.tile-name-invalid"),
        ("tile/0", 400, "log.tile-name-invalid"),
        ("tile/", 404, "http.not-found"),
        ("tile/0/000?a=1", 422, "input.invalid"),
        ("proofs/inclusion?position=99999", 404, "log.outside"),
        ("proofs/inclusion?position=0&size=99999", 404, "log.outside"),
        ("proofs/inclusion?position=5&size=5", 404, "log.outside"),
        ("proofs/inclusion?position=-1", 422, "input.invalid"),
        ("proofs/inclusion?size=5", 422, "input.invalid"),
        ("proofs/inclusion?position=9999999999999999999", 422, "input.invalid"),
        ("proofs/consistency?from=9&to=8", 404, "log.outside"),
        ("proofs/consistency?from=0&to=99999", 404, "log.outside"),
        ("proofs/consistency?from=x", 422, "input.invalid"),
    ],
)
def test_the_impossible_is_refused_by_name(
    platform: Platform, path: str, status: int, code: str
) -> None:
    prepared = requests.Request("GET", f"{platform.url}{API}/logs/catalog/x").prepare()
    prepared.url = f"{platform.url}{API}/logs/catalog/{path}"  # as it stands, dots and all
    answer = requests.Session().send(prepared, timeout=30)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000", "tile/entries/000", "proofs/x"])
def test_a_log_that_is_not_there_is_not_found(platform: Platform, path: str) -> None:
    for log in ("gateway", "nothing", "Catalog", "catalog%20", "..%2Fcatalog"):
        answer = requests.get(f"{platform.url}{API}/logs/{log}/{path}", timeout=30)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] in {"resource.not-found", "http.not-found"}
