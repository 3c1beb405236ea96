"""Names of services, roles and verdicts in Chinese and English, for people who read."""

from schemas import roles

Pair = tuple[str, str]

PLATFORM: Pair = ("皖创云 · 安徽省创业服务云平台", "Anhui Entrepreneurship Service Cloud")

SERVICES: dict[str, Pair] = {
    "identity": ("身份与准入", "Identity and admission"),
    "catalog": ("服务目录", "Service catalog"),
    "voucher-ledger": ("电子创业券账本", "Voucher ledger"),
    "matching": ("供需对接与订单", "Matching and orders"),
    "oversight": ("监理", "Oversight"),
    "logs": ("密封日志", "Sealed logs"),
}

ROLES: dict[str, Pair] = {
    roles.USER: ("用户", "User"),
    roles.PROVIDER: ("服务商", "Provider"),
    roles.OPERATOR: ("运营商", "Operator"),
    roles.HRSS_PROVINCE: ("省人力资源社会保障厅", "Provincial human resources department"),
    roles.EMPLOYMENT_PROVINCE: ("省劳动就业服务局", "Provincial employment bureau"),
    roles.FINANCE_PROVINCE: ("省财政厅", "Provincial finance department"),
    roles.BUREAU: ("市县人社部门", "City or county bureau"),
    roles.DEPARTMENT: ("其他部门", "Another department"),
    roles.GOVERNMENT_SERVICE: ("政务服务管理员", "Government service administrator"),
    roles.SUPERVISOR: ("第三方监理", "Third-party supervisor"),
}


def service_name(service: str) -> Pair:
    """A service's name; one that is not known yet is called by its own name."""
    return SERVICES.get(service, (service, service))


def role_name(role: str) -> Pair:
    """A role's name."""
    return ROLES.get(role, (role, role))
