"""The main job: the whole life of vouchers, embedded and as separate processes over RabbitMQ."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from chassis import clock
from chassis.contract import Command, Contract
from gateway.examples import example_input
from schemas import roles
from schemas.oversight import LOGS
from schemas.registry import CONTRACTS
from wanchuang.demo import driver
from wanchuang.demo.authenticator import Authenticator
from wanchuang.demo.client import Api
from wanchuang.demo.job import Job
from wanchuang.demo.plan import SMALL
from wanchuang.platform import Platform
from wanchuang.processes import Processes
from wanchuang.simulator import Simulator
from wanchuang.supervisor import console

VERIFIER = Path(__file__).parents[2] / "verifier" / "wanchuang_verify.py"
PLACEHOLDER = re.compile(r"<\w+:(\w+)>")
PLANNED_REFUSALS = {
    "identity.account-frozen",
    "identity.age-out-of-range",
    "identity.capacity-evidence-needed",
    "identity.name-mismatch",
    "identity.already-registered",
    "identity.state-owned",
    "identity.not-in-good-standing",
    "identity.not-start-up",
    "identity.not-legal-person",
    "identity.ownership-evidence-needed",
    "identity.kind-evidence-needed",
    "authorisation.out-of-scope",
    "authorisation.required",
    "catalog.may-not-charge",
    "voucher-ledger.appropriation-exceeded",
    "voucher-ledger.not-holder",
    "voucher-ledger.payment-proof-forged",
    "voucher-ledger.redemption-exists",
    "voucher-ledger.bank-return-total-wrong",
    "voucher-ledger.balance-exhausted",
    "voucher-ledger.wrong-fund",
    "matching.not-for-vouchers",
    "matching.price-changed",
    "standing.agreement-unsigned",
    "standing.blacklisted",
}


class Running(Protocol):
    """A platform that runs, in one way or the other."""

    url: str
    secrets: dict[str, str]
    authorities_url: str

    @property
    def supervisor(self) -> dict[str, str]: ...


@pytest.fixture(params=["embedded", "processes"])
def platform(
    request: pytest.FixtureRequest, tmp_path: Path, make_database: Callable[[str], str]
) -> Iterator[Running]:
    if request.param == "embedded":
        with Platform(tmp_path / "data", 0) as running:
            yield running
    else:
        vhost = request.getfixturevalue("vhost_url")
        with Processes(tmp_path, vhost, make_database) as running:
            yield running


def job_on(platform: Running, phone: Authenticator) -> Job:
    passwords = {
        "owner": platform.secrets["OWNER_PASSWORD"],
        "demo": platform.secrets["DEMO_PASSWORD"],
    }
    api, day = Api(platform.url, "test"), clock.legal_date()
    simulator = Simulator(platform.authorities_url)
    return Job(api, passwords, phone, day, SMALL, lambda *_: None, simulator)


@pytest.mark.timeout(400)
@pytest.mark.article(3, 7, 12, 14, 17, 19, 21, 22, 25, 26)
def test_the_whole_life_of_vouchers_ends_with_a_clean_verdict(
    platform: Running, tmp_path: Path
) -> None:
    phone = Authenticator()
    job = job_on(platform, phone)
    verdict = driver.run(job)
    assert verdict["findings"] == []
    assert verdict["verdict"] == "clean"
    assert set(job.refusals) == PLANNED_REFUSALS
    assert job.counts["persons"] == SMALL.persons
    assert job.counts["vouchers"] == SMALL.vouchers
    assert job.counts["redemptions paid"] > 0
    assert job.counts["orders reconciled"] >= job.counts["redemptions paid"]
    totals = {(t["fund"], t["region"]): t["balances"] for t in verdict["totals"]}
    kept = job.counts["paid fen"] - job.counts["clawed back fen"]
    assert sum(balances.get("paid", 0) for balances in totals.values()) == kept
    assert all(sum(balances.values()) == 0 for balances in totals.values())

    check_ties(job)
    check_evidence(job, tmp_path)
    cosigned = driver.witnessed(job, verdict["logs"])
    assert all(cosigned[log] >= verdict["logs"][log] for log in LOGS)
    live = ("--live",) if "AMQP_URL" in platform.supervisor else ()
    assert console(platform.supervisor, "verify", *live) == 0
    if isinstance(platform, Platform):  # services apart: the supervisor has its own settings
        anybody_can_be_the_supervisor(platform)
    # as after an interruption: everything answers with its first outcome
    again = job_on(platform, phone)
    second = driver.run(again)
    assert second["verdict"] == "clean"
    assert second["totals"] == verdict["totals"]
    assert again.counts == job.counts
    supervisor = again.tokens["supervisor"]
    for log in ("catalog", "voucher-ledger", "matching"):
        path = f"/oversight/logs/{log}/entries?start={verdict['logs'][log]}&limit=1000"
        types = {entry["event"]["type"] for entry in again.api.get(path, supervisor)}
        assert types <= {f"{log}.SubscriptionAcknowledged"}
    the_operator_stops(again)
    assert console(platform.supervisor, "verify", *live) == 0


def anybody_can_be_the_supervisor(platform: Platform) -> None:
    """Whoever has the data folder of an example platform has the supervisor's console on it."""
    console_here = [sys.executable, "-m", "chassis", "supervisor", "--data-dir"]
    asked = [*console_here, str(platform.data_dir), "replay", "catalog", "--until", "2", "--types"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True)
    assert [line.split()[0] for line in told.stdout.splitlines()] == ["0", "1"]
    assert "2 条已读" in told.stderr


def the_operator_stops(job: Job) -> None:
    """Its right is taken back: its staff write nothing any more, in no service, and still read."""
    owner, operator = job.tokens["owner"], job.tokens["operator"]
    [tenure] = [each for each in job.api.get("/operator-tenures", owner) if each["in_force"]]
    why = {"grounds": "evaluation", "reason": "考核不达标", "document_sha256": "2" * 64}
    job.api.do("revoke", f"/operator-tenures/{tenure['id']}/revocation", why, owner)

    def attempt(contract: type[Contract], tried: int) -> str:
        given = example_input(contract)
        path = PLACEHOLDER.sub(lambda found: str(given.pop(found[1])), contract.http)
        key = f"after/{contract.method()}/{tried}"
        return job.api.command(key, path.removeprefix("POST "), given, operator).code

    tries = count()
    written = [
        each for each in CONTRACTS if issubclass(each, Command) and roles.OPERATOR in each.allowed
    ]
    job.settle(
        "the revocation is heard of",
        lambda: attempt(written[0], next(tries)) == "operator.outside-tenure",
    )
    codes = {each.__name__: attempt(each, next(tries)) for each in written}
    assert set(codes.values()) == {"operator.outside-tenure"}, codes
    assert job.api.ask("/admissions", operator).ok, "somebody has to hand over"


def check_ties(job: Job) -> None:
    """The parties of one order share an account and a browser: what they are held for says both."""
    supervisor, held, start = job.tokens["supervisor"], [], 0
    while entries := job.api.get(
        f"/oversight/logs/voucher-ledger/entries?start={start}&limit=1000", supervisor
    ):
        said = [entry["event"] for entry in entries]
        held += [event["data"] for event in said if event["type"].endswith("RedemptionHeld")]
        start += len(entries)
    tied = [each["inputs"] for each in held if each["detector"] == "tied-parties"]
    both = {"ties": ["bank_account", "device"], "count": 2, "device_subjects": 10}
    assert tied, "one order at least is between the two"
    assert all(inputs == both for inputs in tied)


def check_evidence(job: Job, folder: Path) -> None:
    """A holder's bundle is valid for the offline verifier with the published keys, and only so."""
    login = job.orders[0]["login"]
    voucher = job.orders[0]["voucher_id"]
    bundle = job.api.get(f"/vouchers/{voucher}/evidence", job.tokens[login])
    assert bundle["streams"][0]["versions"] == len(bundle["entries"]) >= 4
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle))
    keys = [f"--key={key}" for key in (bundle["log"]["key"], *bundle["log"]["witnesses"])]
    program = [sys.executable, "-I", str(VERIFIER), str(file)]
    assert subprocess.run([*program, *keys], check=False).returncode == 0
    assert subprocess.run(program, check=False).returncode == 3
    entry = bundle["entries"][0]
    entry["entry"] = entry["entry"].replace('"face_fen":100000', '"face_fen":900000')
    file.write_text(json.dumps(bundle))
    assert subprocess.run([*program, *keys], check=False).returncode == 1
