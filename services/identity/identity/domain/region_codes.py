"""Tables of administrative region codes (行政区划代码, GB/T 2260; published by 民政部).

Only what the platform decides on: the provinces, the cities of Anhui, and the prefectures of Anhui
that were abolished but live on in the ID numbers of people registered before.
"""

from typing import Final

PROVINCES: Final[frozenset[str]] = frozenset(
    str(number)
    for block in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for number in block
)
"""First two digits of every province-level code in force; 81 and 82 are Hong Kong and Macao."""

ANHUI_CITIES: Final[tuple[tuple[str, str, str], ...]] = (
    ("340100", "合肥市", "Hefei"),
    ("340200", "芜湖市", "Wuhu"),
    ("340300", "蚌埠市", "Bengbu"),
    ("340400", "淮南市", "Huainan"),
    ("340500", "马鞍山市", "Ma'anshan"),
    ("340600", "淮北市", "Huaibei"),
    ("340700", "铜陵市", "Tongling"),
    ("340800", "安庆市", "Anqing"),
    ("341000", "黄山市", "Huangshan"),
    ("341100", "滁州市", "Chuzhou"),
    ("341200", "阜阳市", "Fuyang"),
    ("341300", "宿州市", "Suzhou (Anhui)"),
    ("341500", "六安市", "Lu'an"),
    ("341600", "亳州市", "Bozhou"),
    ("341700", "池州市", "Chizhou"),
    ("341800", "宣城市", "Xuancheng"),
)
"""Code, Chinese name and English name of the 16 cities of Anhui (设区的市)."""

ANHUI_FORMER_PREFIXES: Final[frozenset[str]] = frozenset(
    {"3409", "3414", *(str(number) for number in range(3421, 3430))}
)
"""First four digits of abolished units of Anhui: old 黄山市 (3409), 巢湖市 (3414, until 2011), and
the prefectures 阜阳, 宿县, 滁县, 六安, 宣城, 巢湖, 徽州, 安庆 and 池州地区 (3421–3429)."""
