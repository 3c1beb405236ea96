"""SimHash: the same for the same text however it is set, near for near texts, far for others."""

from hypothesis import given
from hypothesis import strategies as st

from chassis.simhash import distance, simhash

REPORT = (
    "股权架构咨询报告。经核查,贵公司注册资本五百万元,实缴二百万元,股东三人。建议在本年度内完成"
    "实缴,并就员工持股平台另行设立有限合伙企业,由创始人担任执行事务合伙人。"
) * 4
OTHER = "商标检索意见书:第九类、第三十五类共检得近似商标十二件,其中三件构成在先权利障碍。" * 8


def test_how_a_text_is_set_does_not_matter() -> None:
    assert simhash("Report  A\n") == simhash("REPORT a")
    assert simhash("") == simhash(" \n")


def test_a_text_that_was_edited_a_little_is_near_and_another_is_far() -> None:
    edited = REPORT.replace("五百万元", "六百万元", 1)
    assert distance(simhash(REPORT), simhash(edited)) < 4
    assert distance(simhash(REPORT), simhash(OTHER)) > 16


@given(st.text())
def test_every_text_has_one(text: str) -> None:
    found = simhash(text)
    assert len(found) == 16
    assert distance(found, found) == 0
    assert distance(found, f"{int(found, 16) ^ 0b111:016x}") == 3
