"""Who takes part in the example job, and what is planned: all synthetic, all deterministic.

Persons and firms are those that the registries simulator knows (same seed); a few are planned to be
refused, each for a real reason.
"""

from dataclasses import dataclass
from hashlib import sha256

from authorities import synthetic
from identity.domain.regions import CITIES
from wanchuang.demo.applicants import by_hand, expert, firm, person, provider

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
class Service:
    """A service that a provider offers; some are not whitelisted for vouchers."""

    key: str
    provider: str
    category: str
    title: str
    price_fen: int
    whitelisted: bool


class Plan:
    """The example job."""

    def __init__(self, size: Size) -> None:
        self.size = size
        found = synthetic.population()
        people = found.persons
        ordinary = people[synthetic.OVER_AGE.stop :]
        late = ordinary[size.persons :]
        self.persons = [
            *(person(f"person-{n:03}", p) for n, p in enumerate(ordinary[: size.persons])),
            *(
                person(f"young-{n}", people[i], refusal="identity.age-out-of-range")
                for n, i in enumerate(synthetic.UNDER_AGE)
            ),
            *(
                person(f"minor-{n}", people[i], refusal="identity.capacity-evidence-needed")
                for n, i in enumerate(synthetic.MINORS)
            ),
            *(
                person(f"old-{n}", people[i], refusal="identity.age-out-of-range")
                for n, i in enumerate(synthetic.OVER_AGE)
            ),
            person("wrong-name", late[0], "无名氏", "identity.name-mismatch"),
            person("second-time", ordinary[0], refusal="identity.already-registered"),
        ]
        firms, agencies = found.firms, found.agencies
        mixed = firms[synthetic.MIXED.start : synthetic.MIXED.stop]
        private = [*mixed, *firms[synthetic.ORDINARY_FIRMS :]]
        owned = (*synthetic.STATE_OWNED, *synthetic.STATE_CONTROLLED)
        grown = (*synthetic.LONG_ESTABLISHED, *synthetic.LARGE)
        undisclosed, partnership = synthetic.UNDISCLOSED[0], synthetic.PARTNERSHIP[0]
        self.firms = [
            *(firm(f"firm-{n:02}", each) for n, each in enumerate(private[: size.firms])),
            *(firm(f"state-{n}", firms[i], "identity.state-owned") for n, i in enumerate(owned)),
            *(firm(f"grown-{n}", firms[i], "identity.not-start-up") for n, i in enumerate(grown)),
            firm("undisclosed", firms[undisclosed], "identity.ownership-evidence-needed"),
            firm("partnership", firms[partnership], "identity.not-legal-person"),
        ]
        listed = (*synthetic.ABNORMAL, *synthetic.SERIOUS_VIOLATION)
        offering = private[size.firms :]
        self.providers = [
            *(
                provider(f"provider-{n:02}", each)
                for n, each in enumerate(offering[: size.providers])
            ),
            *(
                provider(f"listed-{n}", firms[i], refusal="identity.not-in-good-standing")
                for n, i in enumerate(listed)
            ),
            provider("agency", agencies[0], "public-agency", "identity.kind-evidence-needed"),
        ]
        self.reviewed = [
            by_hand(person("minor-0", people[synthetic.MINORS[0]]), "own-income"),
            by_hand(person("minor-1", people[synthetic.MINORS[1]]), "own-income", approve=False),
            by_hand(firm("undisclosed", firms[undisclosed]), "ownership", ownership="private"),
            by_hand(firm("partnership", firms[partnership]), "legal-person"),
            by_hand(provider("agency", agencies[0], "public-agency"), "affiliation"),
            by_hand(provider("association", agencies[1], "recognised-institution"), "recognition"),
            by_hand(expert("expert", late[1]), "certificate"),
            by_hand(expert("civil-servant", late[2], civil_servant=True), "certificate"),
        ]
        """Those whom staff decide about on documents (人工审核)."""

        self.attested = late[3]
        """Who is verified by an attestation, without a number (网号、网证)."""

        self.waiting = person("waiting", late[4])
        """Who registers while the registry is away."""

        self.imported = person("imported", late[5])
        """Who is imported by staff, and comes later."""

        self.drafted = provider("drafted", offering[size.providers])
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
