"""What a start-up is (初创小微企业, art. 2): dated parameters, since the Measures do not say.

No published rule of Anhui was found: every figure here is the platform's default and says so. A
change is a new set with a later first day; the sets before it stay, so that what was decided under
them can be decided again.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from identity.domain.age import completed_years
from identity.domain.refusals.admission import NotStartUp
from identity.domain.registry import FirmRecord, Size


@dataclass(frozen=True, slots=True)
class StartUp:
    """The parameters from `valid_from` on: younger than so many years, and of these sizes."""

    version: str
    valid_from: date
    under_years: int
    sizes: tuple[Size, ...]
    source: str


SETS: Final[tuple[StartUp, ...]] = (
    StartUp("start-up/1", date(2018, 1, 1), 5, (Size.MICRO, Size.SMALL), "not Anhui law"),
)
"""In the order of their first days."""


def in_force(on: date) -> StartUp:
    """The set in force on a date in Asia/Shanghai. Raises ValueError before the first."""
    found = [each for each in SETS if each.valid_from <= on]
    if not found:
        raise ValueError(f"no parameters of start-ups were in force on {on}")
    return found[-1]


def start_up(firm: FirmRecord, today: date) -> dict[str, Any]:
    """What is kept of the condition: the set applied, and the firm's age and size.

    Raises `NotStartUp`.
    """
    parameters = in_force(today)
    years = completed_years(min(firm.established_on, today), today)
    if years >= parameters.under_years or firm.size not in parameters.sizes:
        raise NotStartUp(
            parameters=parameters.version,
            years=parameters.under_years,
            sizes=", ".join(parameters.sizes),
            established_on=firm.established_on.isoformat(),
            size=firm.size.value,
            source=parameters.source,
        )
    return {
        "parameters": parameters.version,
        "established-on": firm.established_on.isoformat(),
        "size": firm.size.value,
        "source": parameters.source,
    }
