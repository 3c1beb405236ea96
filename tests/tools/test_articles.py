"""The table of articles is complete, and its reader finds every way of marking a test."""

from pathlib import Path

from tools import articles

EXAMPLE = """
import pytest
pytestmark = [pytest.mark.article(1), pytest.mark.slow]

@pytest.mark.article(17, 19)
def test_one(): ...

@pytest.mark.article(25)
class TestMany:
    def test_two(self): ...
    @pytest.mark.article(26)
    def test_three(self): ...
    def helper(self): ...

@pytest.mark.article(NUMBER)
def test_four(): ...
"""


def test_every_way_of_marking_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(EXAMPLE, "utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "test_other.py").write_text(EXAMPLE, "utf-8")
    found = [(mark.test, mark.article) for mark in articles.find_marks(tmp_path)]
    assert found == [
        ("test_one", 1),
        ("test_one", 17),
        ("test_one", 19),
        ("TestMany::test_two", 1),
        ("TestMany::test_two", 25),
        ("TestMany::test_three", 1),
        ("TestMany::test_three", 25),
        ("TestMany::test_three", 26),
        ("test_four", 1),
        ("test_four", None),
    ]


def test_false_claims_are_told() -> None:
    table = [articles.Article(n, "", "", ("something",)) for n in articles.NUMBERS]
    assert articles.problems(table, []) == []
    table[16] = articles.Article(17, "", "", ())
    unknown = articles.Mark(41, Path("test_x.py"), "test_x")
    found = articles.problems(table, [unknown])
    assert "no such article: 41" in found[0]
    assert "article 17 claims to be done" in found[1]
    tested = articles.Mark(17, Path("test_x.py"), "test_x")
    assert articles.problems(table, [tested]) == []
    assert "not 1 to 40" in articles.problems(table[:-1], [tested])[0]


def test_states_are_honest() -> None:
    done, partly = articles.Article(1, "", "", ()), articles.Article(1, "", "", ("more",))
    assert [done.state(3), partly.state(3)] == ["tested (3)", "partly (3)"]
    assert [done.state(0), partly.state(0)] == ["missing", "missing"]


def test_the_table_of_this_repository_is_consistent() -> None:
    assert articles.problems(articles.read_articles(), articles.find_marks()) == []
