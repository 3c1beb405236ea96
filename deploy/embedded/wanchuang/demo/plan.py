"""Who takes part in the example job, and what is planned: all synthetic, all deterministic.

Persons and firms are those that the registries simulator knows (same seed); a few are planned to be
refused, each for a real reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from authorities import synthetic
from authorities.synthetic import Firm, Person
from identity.domain.regions import CITIES

FUND = "JYCY"
CITY_FEN = 6_300_000
"""What each city is allocated."""

SERVICES_EACH = 3
ENTERPRISE = ("legal", "tax", "ip", "management", "agency", "talent", "finance")
STARTUP = ("training", "guidance", "assessment", "incubation", "premises")
BATCHES = {
    "enterprise": [f"enterprise.{leaf}" for leaf in ENTERPRISE],
    "startup": [f"startup.{leaf}" for leaf in STARTUP],
}
TITLES = {
    "legal": "创业法律顾问",
    "tax": "代理记账与报税",
    "ip": "商标注册代理",
    "management": "管理咨询",
    "agency": "工商业务代理",
    "talent": "招聘与人才服务",
    "finance": "融资对接辅导",
    "training": "创业培训课程",
    "guidance": "创业导师一对一",
    "assessment": "创业项目测评",
    "incubation": "孵化入驻服务",
    "premises": "创业工位租用",
}


@dataclass(frozen=True)
class Size:
    """How many take part; the planned refusals come on top."""

    persons: int = 300
    firms: int = 60
    providers: int = 40
    vouchers: int = 500
    orders: int = 200


SMALL = Size(persons=24, firms=6, providers=5, vouchers=40, orders=40)


def digest(*parts: object) -> str:
    """A SHA-256 digest that stands for a document."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Applicant:
    """Somebody who registers, and the refusal that is expected, if any."""

    login: str
    path: str
    body: Mapping[str, object]
    refusal: str = ""


@dataclass(frozen=True)
class Service:
    """A service that a provider offers; some are not whitelisted for vouchers."""

    key: str
    provider: str
    category: str
    title: str
    price_fen: int
    whitelisted: bool


def _person(login: str, person: Person, name: str | None = None, refusal: str = "") -> Applicant:
    body = {"name": name or person.name, "id_number": person.id_number}
    return Applicant(login, "/users/persons", body, refusal)


def _firm(login: str, firm: Firm, refusal: str = "") -> Applicant:
    body = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    return Applicant(login, "/users/firms", body, refusal)


def _provider(login: str, firm: Firm, refusal: str = "") -> Applicant:
    body = {
        "kind": "lawful-firm",
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
        "resources": "自有专业团队与办公场所,优惠价格服务创业者",
        "commitments": ["own-resources", "good-record", "rules-and-supervision"],
    }
    return Applicant(login, "/providers", body, refusal)


class Plan:
    """The example job."""

    def __init__(self, size: Size) -> None:
        self.size = size
        found = synthetic.population()
        people = found.persons
        ordinary = people[synthetic.OVER_AGE.stop :]
        self.persons = [
            *(_person(f"person-{n:03}", p) for n, p in enumerate(ordinary[: size.persons])),
            *(
                _person(f"young-{n}", people[i], refusal="identity.age-out-of-range")
                for n, i in enumerate(synthetic.UNDER_AGE)
            ),
            *(
                _person(f"minor-{n}", people[i], refusal="identity.capacity-evidence-needed")
                for n, i in enumerate(synthetic.MINORS)
            ),
            *(
                _person(f"old-{n}", people[i], refusal="identity.age-out-of-range")
                for n, i in enumerate(synthetic.OVER_AGE)
            ),
            _person("wrong-name", ordinary[size.persons], "无名氏", "identity.name-mismatch"),
            _person("second-time", ordinary[0], refusal="identity.already-registered"),
        ]
        firms = found.firms
        mixed = firms[synthetic.MIXED.start : synthetic.MIXED.stop]
        private = [*mixed, *firms[synthetic.ORDINARY_FIRMS :]]
        self.firms = [
            *(_firm(f"firm-{n:02}", firm) for n, firm in enumerate(private[: size.firms])),
            *(
                _firm(f"state-{n}", firms[i], "identity.state-owned")
                for n, i in enumerate((*synthetic.STATE_OWNED, *synthetic.STATE_CONTROLLED))
            ),
        ]
        self.providers = [
            *(
                _provider(f"provider-{n:02}", firm)
                for n, firm in enumerate(private[size.firms : size.firms + size.providers])
            ),
            *(
                _provider(f"listed-{n}", firms[i], "identity.not-in-good-standing")
                for n, i in enumerate((*synthetic.ABNORMAL, *synthetic.SERIOUS_VIOLATION))
            ),
        ]
        self.services = [self._service(n) for n in range(size.providers * SERVICES_EACH)]
        self.cities = [city.code for city in CITIES]

    @staticmethod
    def _service(n: int) -> Service:
        kind = "enterprise" if n % 3 else "startup"
        leaves = ENTERPRISE if kind == "enterprise" else STARTUP
        leaf = leaves[n % len(leaves)]
        return Service(
            key=f"service-{n:03}",
            provider=f"provider-{n // SERVICES_EACH:02}",
            category=f"{kind}.{leaf}",
            title=f"{TITLES[leaf]} {n + 1:03}",
            price_fen=50_000 + (n * 7919) % 300_000,
            whitelisted=n % 10 != 9,
        )
