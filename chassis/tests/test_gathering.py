"""Statements of many decisions as few, and many commands in one transaction."""

from chassis.gathering import gathered

INSERT = "INSERT INTO t (a, b) VALUES (%s, %s)"
UPSERT = f"{INSERT} ON CONFLICT (a) DO NOTHING"
UPDATE = "UPDATE t SET b=%s WHERE t.a = %s::VARCHAR"
DELETE = "DELETE FROM t WHERE t.a = %s AND t.b = %s"


def test_what_is_inserted_alike_is_inserted_at_once() -> None:
    assert gathered([[(INSERT, (1, 2))], [(INSERT, (3, 4))]]) == [
        ("INSERT INTO t (a, b) VALUES (%s, %s),(%s, %s)", [1, 2, 3, 4])
    ]
    assert gathered([[(UPSERT, (1, 2))], [(UPSERT, (3, 4))]]) == [
        ("INSERT INTO t (a, b) VALUES (%s, %s),(%s, %s) ON CONFLICT (a) DO NOTHING", [1, 2, 3, 4])
    ]


def test_the_same_change_of_many_rows_is_one() -> None:
    assert gathered([[(UPDATE, (True, "x"))], [(UPDATE, (True, "y"))]]) == [
        ("UPDATE t SET b=%s WHERE (t.a) IN ((%s::VARCHAR),(%s::VARCHAR))", [True, "x", "y"])
    ]
    assert gathered([[(DELETE, (1, 2))], [(DELETE, (3, 4))]]) == [
        ("DELETE FROM t WHERE (t.a, t.b) IN ((%s,%s),(%s,%s))", [1, 2, 3, 4])
    ]


def test_different_changes_and_single_ones_stay_as_they_are() -> None:
    apart = [[(UPDATE, (1, "x"))], [(UPDATE, (2, "y"))]]
    assert gathered(apart) == [*apart[0], *apart[1]]
    assert gathered([[(INSERT, (1, 2))]]) == [(INSERT, (1, 2))]
    other = "INSERT INTO t SELECT %s, %s FROM s WHERE s.a = %s"
    assert gathered([[(other, (1, 2, 3))], [(other, (4, 5, 6))]]) == [
        (other, (1, 2, 3)),
        (other, (4, 5, 6)),
    ]


def test_each_decision_keeps_its_order() -> None:
    both = [(INSERT, (1, 2)), (UPDATE, (True, 1))]
    again = [(INSERT, (3, 4)), (UPDATE, (True, 3))]
    turned = [(UPDATE, (True, 5)), (INSERT, (5, 6))]
    found = gathered([both, again, turned])
    assert [sql.split()[0] for sql, _ in found] == ["INSERT", "UPDATE", "UPDATE", "INSERT"]
    assert found[2:] == turned
    twice = [(UPDATE, (1, "x")), (INSERT, (1, 2)), (UPDATE, (2, "x"))]
    assert gathered([both, twice, again]) == [*both, *twice, *again]
    assert gathered([]) == []
