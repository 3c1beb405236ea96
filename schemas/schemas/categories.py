"""The closed tree of service categories (art. 12). A listing outside it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A category: its code, its names, its function of art. 12, and whether it may be charged."""

    code: str
    zh: str
    en: str
    function: str
    chargeable: bool


def _branch(function: str, chargeable: bool, *leaves: tuple[str, str, str]) -> list[Category]:
    return [Category(f"{function}.{code}", zh, en, function, chargeable) for code, zh, en in leaves]


FUNCTIONS = {
    "policy": ("政策服务", "Policy services"),
    "startup": ("创业服务", "Start-up services"),
    "enterprise": ("企业服务", "Enterprise services"),
    "government": ("政务服务", "Government services"),
}

CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        # 政策、政务: public benefit, completely free (art. 14)
        *_branch(
            "policy",
            False,
            ("query", "政策查询", "Policy search"),
            ("interpretation", "政策解读", "Policy interpretation"),
            ("subscription", "政策订阅", "Policy subscription"),
            ("application", "政策申报", "Policy application"),
            ("matching", "政策匹配", "Policy matching"),
        ),
        *_branch(
            "startup",
            True,
            ("assessment", "创业测评", "Assessment"),
            ("training", "创业培训", "Training"),
            ("guidance", "创业指导", "Guidance"),
            ("premises", "创业场地", "Premises"),
            ("incubation", "创业孵化", "Incubation"),
            ("financing", "创业融资", "Financing"),
        ),
        *_branch(
            "enterprise",
            True,
            ("legal", "法律", "Legal"),
            ("tax", "财税", "Accounting and tax"),
            ("finance", "金融", "Finance"),
            ("talent", "人才", "Talent"),
            ("ip", "知识产权", "Intellectual property"),
            ("management", "管理咨询", "Management consulting"),
            ("agency", "业务代理", "Agency"),
        ),
        *_branch("government", False, ("connector", "政务服务接口", "Government connectors")),
    )
}
CHARGEABLE = frozenset(code for code, category in CATEGORIES.items() if category.chargeable)
