"""Files of subjects as people make them: encodings, columns, quotes, blanks; no row is lost."""

from pathlib import Path

import pytest

from identity.importing.faults import ColumnsUnfit, FileChanged, FileEmpty, FileUnreadable
from identity.importing.reading import Row, opened, rows

NUMBER = "340104199001011236"
HEAD = "主体类型,姓名或名称,证件号码,法定代表人"
LINE = f"个人,张三,{NUMBER},"


def read(path: Path, data: bytes | str, encoding: str = "utf-8") -> list[Row]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return list(rows(opened(path)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encodings_of_spreadsheets_are_read(path: Path, encoding: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    data = marks.get(encoding, b"") + f"{HEAD}\r\n{LINE}\r\n".encode(encoding)
    [row] = read(path, data)
    assert row.values is not None
    assert (row.number, row.values["name"], row.values["kind"]) == (2, "张三", "person")


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("kind,name,number,legal_representative", LINE),
        ("Kind;NAME;ID Number", f"person;张三;{NUMBER}"),
        ("类型\t姓名\t身份证号码\t法人", f"自然人\t张三\t{NUMBER}\t"),
        ("证件号码,姓名,类型", f"{NUMBER},张三,个人"),
        ('"类型","姓名","证件号码"', f'"个人"," 张三 ","{NUMBER}"'),
        ("＊类型,姓 名,证件号码", f"个人,张三,{NUMBER}"),
    ],
)
def test_columns_have_many_names_and_any_order(path: Path, head: str, line: str) -> None:
    [row] = read(path, f"\ufeff\n{head}\n{line}")
    assert row.values is not None, row.refusal
    assert (row.number, row.values["name"], row.values["number"]) == (3, "张三", NUMBER)
    assert row.values["legal_representative"] == ""


@pytest.mark.parametrize(
    ("head", "data"),
    [
        ("类型,姓名", {"missing": "number", "twice": "-", "unknown": 0}),
        ("类型,姓名,证件号码,张三", {"missing": "-", "twice": "-", "unknown": 1}),
        ("类型,姓名,证件号码,身份证号", {"missing": "-", "twice": "number", "unknown": 0}),
        (LINE, {"missing": "kind, name, number", "twice": "-", "unknown": 4}),
    ],
)
def test_other_columns_are_refused_and_not_repeated(
    path: Path, head: str, data: dict[str, object]
) -> None:
    path.write_text(f"{head}\n{LINE}\n", "utf-8")
    with pytest.raises(ColumnsUnfit) as found:
        opened(path)
    assert data.items() <= found.value.data.items()
    assert "张三" not in str(found.value.as_dict())


@pytest.mark.parametrize("data", [b"", b"\n \n", b",,,\n"])
def test_an_empty_file_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(FileEmpty):
        opened(path)


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xff,a\n"])
def test_what_is_no_text_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(FileUnreadable):
        opened(path)


def test_a_bad_row_spoils_no_other(path: Path) -> None:
    bad = [
        '个人,"张三,1,',
        "个人,张三",
        "狗,张三,1,",
        "个人,,1,",
        f"个人,{'长' * 121},1,",
        "a,b,c,d,e",
    ]
    found = read(path, "\n".join([HEAD, LINE, *bad, "", " , ,,", LINE]))
    assert [row.number for row in found] == list(range(2, 12))
    refused = {row.number: row.refusal.code for row in found if row.refusal is not None}
    assert refused == {
        3: "import.row-unreadable",
        4: "import.cells-unfit",
        5: "input.invalid",
        6: "input.invalid",
        7: "input.invalid",
        8: "import.cells-unfit",
    }
    assert [row.number for row in found if row.values is not None] == [2, 11]
    assert not any("张三" in str(row.refusal.as_dict()) for row in found if row.refusal is not None)


def test_a_file_that_is_written_to_meanwhile_is_told(path: Path) -> None:
    path.write_text(f"{HEAD}\n{LINE}\n{LINE}\n", "utf-8")
    reading = rows(opened(path))
    next(reading)
    with path.open("a") as file:
        file.write(LINE)
    with pytest.raises(FileChanged):
        list(reading)
