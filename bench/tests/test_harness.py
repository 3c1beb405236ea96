"""The harness runs both sides in turn and reports medians."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import harness
from bench.harness import Benchmark, Measure


def fake(
    ours: list[float],
    peer: list[float],
    calls: list[str],
    *,
    higher: bool = True,
    target: float | None = 2.0,
    warmups: int = 0,
) -> Benchmark:
    """Make a benchmark whose sides return the given figures one after the other."""

    @contextmanager
    def setup() -> Iterator[tuple[Measure, Measure]]:
        left, right = iter(ours), iter(peer)

        def our_round() -> float:
            calls.append("A")
            return next(left)

        def peer_round() -> float:
            calls.append("B")
            return next(right)

        yield our_round, peer_round
        calls.append("closed")

    return Benchmark(
        name="append-local",
        unit="saves/s",
        peer_name="stock",
        higher_is_better=higher,
        target=target,
        setup=setup,
        rounds=len(ours) - warmups,
        warmups=warmups,
    )


def test_sides_take_turns_and_the_middle_counts() -> None:
    calls: list[str] = []
    lines: list[str] = []
    benchmark = fake([300, 310, 900, 290], [100, 100, 100, 10], calls)
    result = harness.run(benchmark, lines.append)
    assert calls == [*"ABBAABBA", "closed"]
    assert result.ours == 305
    assert result.peer == 100
    assert result.ratio == pytest.approx((3.1 + 9.0) / 2)
    assert result.met
    assert len(lines) == 4


def test_warm_up_rounds_do_not_count() -> None:
    calls: list[str] = []
    result = harness.run(fake([1, 200, 200], [1000, 100, 100], calls, warmups=1), lambda _: None)
    assert calls == [*"BAABBA", "closed"]
    assert result.ratio == 2
    assert len(result.rounds) == 2


def test_lower_is_better_turns_the_ratio() -> None:
    result = harness.run(fake([2, 2], [5, 5], [], higher=False), lambda _: None)
    assert result.ratio == 2.5


def test_a_missed_target_is_told() -> None:
    result = harness.run(fake([150], [100], []), lambda _: None)
    assert not result.met
    assert "NOT MET" in harness.table([result])
    assert harness.run(fake([150], [100], [], target=None), lambda _: None).met


def test_a_figure_of_nothing_is_an_error_and_setup_is_closed() -> None:
    with pytest.raises(ValueError, match="above 0"):
        harness.run(fake([0.0], [100], []), lambda _: None)


def test_json_has_the_agreed_keys(tmp_path: Path) -> None:
    result = harness.run(fake([300, 310, 290], [100, 100, 100], []), lambda _: None)
    path = harness.write(result, tmp_path / "results")
    assert path.name == "append-local.json"
    assert json.loads(path.read_text("utf-8")) == {
        "name": "append-local",
        "unit": "saves/s",
        "ours": 300,
        "peer": 100,
        "peer_name": "stock",
        "ratio": 3.0,
        "rounds": 3,
        "target": 2.0,
        "ratio_min": 2.9,
        "ratio_max": 3.1,
    }


def test_a_child_returns_the_number_on_its_last_line() -> None:
    program = "import os; print('progress'); print(os.environ['FIGURE'])"
    assert harness.child_figure(["-c", program], {"FIGURE": "12.5"}) == 12.5
