"""Counties and cities of Anhui that synthetic people and firms live in (GB/T 2260, 2023)."""

from typing import Final

COUNTIES: Final[dict[str, tuple[str, str]]] = {
    "3401": ("合肥", "02 03 04 11 21 22 23 24 81"),
    "3402": ("芜湖", "02 07 09 10 12 23 81"),
    "3403": ("蚌埠", "02 03 04 11 21 22 23"),
    "3404": ("淮南", "02 03 04 05 06 21 22"),
    "3405": ("马鞍山", "03 04 06 21 22 23"),
    "3406": ("淮北", "02 03 04 21"),
    "3407": ("铜陵", "05 06 11 22"),
    "3408": ("安庆", "02 03 11 22 25 26 27 28 81 82"),
    "3410": ("黄山", "02 03 04 21 22 23 24"),
    "3411": ("滁州", "02 03 22 24 25 26 81 82"),
    "3412": ("阜阳", "02 03 04 21 22 25 26 82"),
    "3413": ("宿州", "02 21 22 23 24"),
    "3415": ("六安", "02 03 04 22 23 24 25"),
    "3416": ("亳州", "02 21 22 23"),
    "3417": ("池州", "02 21 22 23"),
    "3418": ("宣城", "02 21 23 24 25 81 82"),
}
"""City prefix → its short name and the last two digits of its counties."""

REGIONS: Final[tuple[str, ...]] = tuple(
    f"{city}{county}" for city, (_, counties) in COUNTIES.items() for county in counties.split()
)
"""Every county code of Anhui, six digits."""


def city_name(region: str) -> str:
    """Short Chinese name of the city that holds the county (`合肥` for 340104)."""
    return COUNTIES[region[:4]][0]
