"""The audit as a whole: a clean history is clean; broken logs are findings, never crashes."""

from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

import pytest

from oversight.domain.audit import ORDER, Audit
from oversight.domain.report import KEPT
from oversight.vocabulary import EventSchemas

LEDGER = "voucher-ledger"
OTHER = "00000000-0000-4000-8000-00000000beef"
RESERVED = f"{LEDGER}.VoucherReserved"
PAID = f"{LEDGER}.RedemptionPaid"
REFUSED = f"{LEDGER}.CommandRefused"
PLACED = "matching.OrderPlaced"
FUNDED = "matching.OrderFunded"
TOTALS: list[dict[str, Any]] = [
    {
        "fund": "JYCY",
        "region": "340000",
        "year": 2026,
        "balances": {"appropriated": -400_000, "unissued": 400_000},
    },
    {
        "fund": "JYCY",
        "region": "340100",
        "year": 2026,
        "balances": {
            "appropriated": -600_000,
            "unissued": 400_000,
            "issued": 170_000,
            "paid": 30_000,
        },
    },
]


class History(Protocol):
    """The fixture of conftest.py."""

    def __getattr__(self, name: str) -> Any: ...


def test_a_clean_history_is_clean_and_its_balances_are_rebuilt(history: History) -> None:
    report = history.audit(TOTALS)
    assert report.findings == []
    assert (report.verdict, report.found) == ("clean", 0)
    assert report.totals == TOTALS
    assert report.states == {
        "vouchers": {"claimed": 1},
        "orders": {"accepted": 1, "cancelled": 1, "refused": 1},
        "redemptions": {"paid": 1},
        "refusals": {"voucher-ledger.not-usable": 1},
        "government": {"bodies": 0, "fen": 0},
    }
    history.acknowledge_all()
    assert report.logs == {log: len(history.logs[log]) for log in ORDER}
    assert report.entries == sum(report.logs.values())


@pytest.mark.article(6)
def test_what_bodies_of_the_government_got_is_proved_to_be_nothing(history: History) -> None:
    agency = {**history.data("identity.SubjectAdmittedAsProvider"), "kind": "public-agency"}
    history.add("identity.SubjectAdmittedAsProvider", OTHER, agency)
    assert history.audit().states["government"] == {"bodies": 1, "fen": 0}
    history.data("identity.SubjectAdmittedAsProvider")["kind"] = "public-agency"
    assert history.audit().states["government"] == {"bodies": 2, "fen": 30_000}


@pytest.mark.article(17)
def test_more_than_was_appropriated_is_found_in_the_budget_and_in_the_book(
    history: History,
) -> None:
    data = history.data(f"{LEDGER}.BudgetAppropriated")
    data["fen"] = 500_000
    data["postings"][0]["fen"], data["postings"][1]["fen"] = -500_000, 500_000
    _, position = history.place(f"{LEDGER}.BudgetAllocated")
    assert sorted(history.rules_broken()) == [
        ("budget-overdrawn", LEDGER, position),
        ("issued-beyond-appropriated", LEDGER, position),
    ]


@pytest.mark.article(17)
def test_money_that_left_a_budget_a_share_or_a_batch_and_never_arrived_is_found(
    history: History,
) -> None:
    province = history.find(f"{LEDGER}.BudgetOpened")["stream"]
    moved = [
        {"account": f"{bucket}/JYCY/{region}/2026", "fen": fen}
        for region, sign in (("340000", -1), ("340200", 1))
        for bucket, fen in (("unissued", sign * 7), ("appropriated", -sign * 7))
    ]
    given = {"region": "340200", "fen": 7, "document_number": "1", "postings": moved}
    history.add(f"{LEDGER}.BudgetAllocated", province, given)
    share = history.find(f"{LEDGER}.BudgetShareLeased")["stream"]
    history.add(f"{LEDGER}.BudgetShareSurrendered", share, {"fen": 50_000})
    history.add(f"{LEDGER}.BatchClosed", history.find(f"{LEDGER}.BatchOpened")["stream"], {})
    history.add(f"{LEDGER}.CommandRefused", OTHER, history.data(REFUSED))
    assert sorted(history.rules_broken()) == [
        ("closed-batch-holds", LEDGER, None),
        ("given-not-received", LEDGER, None),
        ("surrendered-not-returned", LEDGER, None),
    ]


@pytest.mark.article(17)
def test_a_run_that_announced_more_than_it_granted_is_found(history: History) -> None:
    history.data(f"{LEDGER}.GrantRunAdvanced")["granted"] = 2
    assert history.rules_broken() == [("run-incomplete", LEDGER, None)]


def test_a_reading_that_ends_within_what_a_command_wrote_accuses_nobody(history: History) -> None:
    share = history.find(f"{LEDGER}.BudgetShareLeased")["stream"]
    history.add(f"{LEDGER}.BudgetShareSurrendered", share, {"fen": 50_000})
    assert "surrendered-not-returned" not in {r for r, _, _ in history.rules_broken(told=False)}


@pytest.mark.article(17)
def test_money_that_was_drawn_and_granted_to_nobody_is_found(history: History) -> None:
    data = history.data(f"{LEDGER}.BudgetShareDrawn")
    data["fen"] += 1
    data["postings"][0]["fen"] -= 1
    data["postings"][1]["fen"] += 1
    assert history.rules_broken() == [("drawn-not-granted", LEDGER, None)]


def test_money_that_leaves_twice_overdraws_its_account(history: History) -> None:
    history.again(PAID)
    _, position = history.place(PAID, 1)
    assert sorted(history.rules_broken()) == [
        ("account-overdrawn", LEDGER, position),
        ("paid-without-second-approval", LEDGER, position),
    ]


def test_an_event_of_another_log_or_an_invented_one_is_unknown(history: History) -> None:
    refused = history.data(REFUSED)
    history.logs["matching"].append({**history.find(REFUSED), "stream": OTHER})
    history.add(f"{LEDGER}.VoucherTransferred", OTHER, refused)
    assert history.rules_broken() == [
        ("type-unknown", "matching", len(history.logs["matching"]) - 1),
        ("type-unknown", LEDGER, len(history.logs[LEDGER]) - 1),
    ]


def fed(texts: list[tuple[int, str]], size: int) -> list[tuple[str, int | None]]:
    """What an audit finds in identity's log alone."""
    audit = Audit(EventSchemas(), {"identity": size})
    for position, text in texts:
        audit.feed("identity", position, text.encode())
    return [(finding.rule, finding.position) for finding in audit.close().findings]


@pytest.mark.article(32)
def test_a_missing_entry_a_cut_tail_and_a_moved_entry_are_found(history: History) -> None:
    log = list(enumerate(history.texts("identity")))
    size = len(log)
    last = size - 1
    assert fed(log, size) == []
    assert fed([*log[:last], (last, log[0][1])], size) == [
        ("position-gap", last),
        ("version-out-of-order", last),
        ("command-replayed", last),
    ]
    assert fed(log[:last], size) == [("log-cut-short", None)]
    assert fed([*log[:2], *log[3:]], size)[0] == ("position-gap", 3)
    assert fed([log[0], log[0], *log[1:]], size)[0] == ("position-gap", 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version":1', '"version": 1'),
        ('{"event"', ' {"event"'),
        ('"outcome":"match"', '"outcome":"\\u006datch"'),
        ('"region":"340100"', '"region":"340100","region":"340100"'),
        ('"version":1}', '"version":1.0}'),
    ],
)
def test_another_spelling_of_the_same_entry_is_a_finding(
    history: History, old: str, new: str
) -> None:
    log = list(enumerate(history.texts("identity")))
    place = history.place("identity.SubjectVerified")[1]
    assert old in log[place][1]
    log[place] = (place, log[place][1].replace(old, new, 1))
    assert ("entry-not-canonical", place) in fed(log, len(log))


def test_what_nobody_can_have_seen_is_a_finding(history: History) -> None:
    history.find(PLACED)["seen"]["identity"] = 1_000
    assert history.rules_broken() == [("relied-on-unknown", *history.place(PLACED))]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", '{"event":7}', '{"event":{"data":1}}', '{"event":{}}', "{", "[" * 100_000],
)
def test_what_is_no_entry_is_a_finding_and_the_rest_is_read(history: History, text: str) -> None:
    log = list(enumerate(history.texts("identity")))
    last = len(log) - 1
    assert fed([*log[:last], (last, text)], last + 1) == [("entry-unreadable", last)]


def test_envelopes_of_the_wrong_kinds_are_findings_not_crashes(history: History) -> None:
    event = history.find(RESERVED)
    good = dict(event)
    wrong: tuple[Any, ...] = (7, "", [], {}, [1], {"identity": "x"}, True)
    fits = {
        "actor": (),
        "causation": ("",),
        "legal_basis": ([],),
        "recorded_at": (),
        "role": ("",),
        "rule_version": ("",),
        "schema_version": (7,),
        "seen": ({},),
        "stream": (),
        "type": (),
        "version": (7,),
    }
    for name, fitting in fits.items():
        for value in wrong:
            event.update({**good, name: value})
            found = {finding.rule for finding in history.audit().findings}
            assert ("envelope-incomplete" in found) == (value not in fitting), (name, value)


def test_findings_can_always_be_stored(history: History) -> None:
    text = history.texts("identity")[0].replace(
        "identity.VerificationOpened", "\\ud800" + "x" * 999
    )
    audit = Audit(EventSchemas(), {"identity": 1})
    audit.feed("identity", 0, text.encode())
    spelling, finding = audit.close().findings
    assert (spelling.rule, finding.rule) == ("entry-not-canonical", "type-unknown")
    assert len(finding.zh.encode()) < 400


@pytest.mark.article(6, 17)
def test_a_balance_that_the_ledger_states_otherwise_is_a_finding(history: History) -> None:
    stated = [TOTALS[0], {**TOTALS[1], "balances": {**TOTALS[1]["balances"], "paid": 29_999}}]
    history.acknowledge_all()
    report = history.audit(stated)
    (finding,) = report.findings
    assert (report.verdict, finding.rule) == ("findings", "balances-differ")
    assert (finding.log, finding.position) == (LEDGER, len(history.logs[LEDGER]) - 1)
    assert finding.en == (
        "paid/JYCY/340100/2026: the supervisor rebuilt 30000 fen, the ledger states 29999 fen"
    )
    assert len(history.audit([]).findings) == 6, "every balance that is not 0"


def test_all_findings_are_counted_and_the_first_are_kept(history: History) -> None:
    for number in range(KEPT + 50):
        history.add("identity.SubjectVanished", str(uuid5(NAMESPACE_URL, str(number))), {})
    report = history.audit()
    assert report.found == KEPT + 50
    assert len(report.findings) == KEPT


def test_what_the_ledger_did_after_the_replay_began_is_not_missed(history: History) -> None:
    """Matching had heard of a reservation that is beyond the ledger's replayed end."""
    order = {**history.data(PLACED)}
    history.add(PLACED, OTHER, order)
    funded = {"voucher_fen": 30_000, "own_fen": 70_000}
    end = len(history.logs[LEDGER])
    history.add(FUNDED, OTHER, funded, causation=f"{LEDGER}/{end}")
    assert history.rules_broken(told=False) == []
    history.find(FUNDED, 2)["causation"] = f"{LEDGER}/{end - 1}"
    place = history.place(FUNDED, 2)
    assert history.rules_broken(told=False) == [
        ("reaction-doubled", *place),
        ("funding-differs", *place),
    ]


def test_logs_are_fed_in_order(history: History) -> None:
    audit = Audit(EventSchemas(), {"identity": 1, "catalog": 1})
    audit.feed("catalog", 0, history.texts("catalog")[0].encode())
    with pytest.raises(ValueError, match="identity is not to be fed now"):
        audit.feed("identity", 0, history.texts("identity")[0].encode())


def test_a_decision_just_after_midnight_is_judged_by_the_day_it_was_made(history: History) -> None:
    history.data("catalog.ListingWhitelisted")["valid_until"] = "2026-05-01"
    history.find(RESERVED)["recorded_at"] = "2026-05-01T16:00:01.000000Z"
    assert history.rules_broken() == []
    history.find(RESERVED)["recorded_at"] = "2026-05-01T16:00:06.000000Z"
    assert history.rules_broken() == [("listing-not-whitelisted", *history.place(RESERVED))]


@pytest.mark.article(40)
def test_nothing_takes_effect_before_the_first_of_january_2018_in_shanghai(
    history: History,
) -> None:
    history.find(PAID)["recorded_at"] = "2017-12-31T16:00:00.000000Z"
    assert history.rules_broken() == []
    history.find(PAID)["recorded_at"] = "2017-12-31T15:59:59.999999Z"
    assert history.rules_broken() == [("before-the-measures", *history.place(PAID))]


@pytest.mark.article(14)
def test_a_price_for_a_public_service_is_a_finding(history: History) -> None:
    for category in ("policy.query", "government.connector"):
        history.again("catalog.ListingPublished", str(uuid5(NAMESPACE_URL, category)),
                      {"category": category})  # fmt: skip
    found = history.audit().findings
    assert [finding.rule for finding in found] == ["charged-though-free"] * 2
