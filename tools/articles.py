"""Print the forty articles of the Measures with their tests and what is still missing.

    python3 tools/articles.py            the table
    python3 tools/articles.py --check    fail when the table claims what no test shows

Tests are found by reading the test files (``@pytest.mark.article(17)`` on a function or a class,
or ``pytestmark`` of a module); nothing is imported, so only the standard library is needed.
"""

import ast
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "articles.toml"
NUMBERS = range(1, 41)


@dataclass(frozen=True)
class Article:
    """One article: its titles and what the software does not do yet."""

    number: int
    zh: str
    en: str
    missing: tuple[str, ...]

    def state(self, tests: int) -> str:
        """Return ``tested (n)``, ``partly (n)`` or ``missing``."""
        if not tests:
            return "missing"
        return f"partly ({tests})" if self.missing else f"tested ({tests})"


@dataclass(frozen=True)
class Mark:
    """A test that names an article; `article` is None where the argument is not a number."""

    article: int | None
    path: Path
    test: str


def read_articles(table: Path = TABLE) -> list[Article]:
    """Read ``docs/articles.toml``."""
    rows = tomllib.loads(table.read_text("utf-8"))["article"]
    return [Article(row["number"], row["zh"], row["en"], tuple(row["missing"])) for row in rows]


def marked_numbers(expression: ast.expr) -> Iterator[int | None]:
    """Yield the numbers of ``pytest.mark.article(...)`` calls in `expression`."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr != "article" or not ast.unparse(node.func).endswith("mark.article"):
                continue
            for argument in node.args:
                value = argument.value if isinstance(argument, ast.Constant) else None
                yield value if isinstance(value, int) else None


def marks_of(path: Path) -> Iterator[Mark]:
    """Yield every article that every test of a file names."""

    def visit(body: list[ast.stmt], inherited: list[int | None], prefix: str) -> Iterator[Mark]:
        for node in body:
            if isinstance(node, ast.Assign) and "pytestmark" in map(ast.unparse, node.targets):
                inherited = [*inherited, *marked_numbers(node.value)]
        for node in body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            own = [number for mark in node.decorator_list for number in marked_numbers(mark)]
            numbers = [*inherited, *own]
            if isinstance(node, ast.ClassDef):
                yield from visit(node.body, numbers, f"{prefix}{node.name}::")
            elif node.name.startswith("test"):
                for number in dict.fromkeys(numbers):
                    yield Mark(number, path, prefix + node.name)

    yield from visit(ast.parse(path.read_text("utf-8"), str(path)).body, [], "")


def find_marks(root: Path = ROOT) -> list[Mark]:
    """Read every test file below `root`."""
    files = [
        path
        for path in sorted(root.rglob("test_*.py"))
        if not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]
    return [mark for path in files for mark in marks_of(path)]


def problems(articles: list[Article], marks: list[Mark]) -> list[str]:
    """Return what is wrong: unknown articles, claims without a test, an incomplete table."""
    found = [
        f"{mark.path}::{mark.test}: no such article: {mark.article}"
        for mark in marks
        if mark.article not in NUMBERS
    ]
    if [article.number for article in articles] != list(NUMBERS):
        found.append(f"{TABLE.name}: the articles are not 1 to 40 in order")
    tested = {mark.article for mark in marks}
    found += [
        f"{TABLE.name}: article {article.number} claims to be done, but no test names it"
        for article in articles
        if not article.missing and article.number not in tested
    ]
    return found


def padded(text: str, width: int) -> str:
    """Fill `text` up to `width` columns; a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - columns)


def show(articles: list[Article], marks: list[Mark]) -> None:
    """Print the table."""
    tests: dict[int | None, Counter[str]] = defaultdict(Counter)
    for mark in marks:
        tests[mark.article][str(mark.path.relative_to(ROOT))] += 1
    for article in articles:
        files = tests[article.number]
        state = article.state(files.total())
        print(f"{article.number:>3}  {padded(article.zh, 34)} {article.en:<52} {state}")
        for name, count in sorted(files.items()):
            print(f"       ✓ {name} ({count})")
        for text in article.missing:
            print(f"       · {text}")
    states = Counter(
        article.state(tests[article.number].total()).split()[0] for article in articles
    )
    print(
        f"\n{states['tested']} tested, {states['partly']} partly, {states['missing']} missing; "
        "✓ tests (number), · what is missing"
    )


def main(arguments: list[str]) -> int:
    """Print the table, or check it; return the exit status."""
    articles, marks = read_articles(), find_marks()
    if arguments == ["--check"]:
        found = problems(articles, marks)
        print("\n".join(found) or f"articles: {len(marks)} marks of tests, table consistent")
        return 1 if found else 0
    if arguments:
        print(__doc__)
        return 2
    show(articles, marks)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
