"""Roles an account can act in (art. 3, 7-10, 27)."""

USER = "user"
"""用户: a verified person or small firm that was admitted (art. 25)."""

PROVIDER = "provider"
"""服务商: a verified unit or individual that was admitted (art. 21-23)."""

OPERATOR = "operator"
"""运营商 staff (art. 10)."""

HRSS_PROVINCE = "hrss-province"
"""省人力资源社会保障厅: owner of the platform; funds and issues vouchers (art. 7, 17)."""

EMPLOYMENT_PROVINCE = "employment-province"
"""省劳动就业服务局: daily supervision; reviews redemptions (art. 7)."""

FINANCE_PROVINCE = "finance-province"
"""省财政厅: pays (art. 18, 39)."""

BUREAU = "bureau"
"""A city or county bureau; reads and acts within its region code (art. 9)."""

DEPARTMENT = "department"
"""其他部门: buys results for groups, with two consents (art. 18)."""

GOVERNMENT_SERVICE = "gov-service-admin"
"""政务服务管理员: acts with the prior authorisation of a department's head (art. 27)."""

SUPERVISOR = "supervisor"
"""第三方监理: reads everything, changes nothing but its own findings (art. 8)."""

STAFF = frozenset(
    {
        OPERATOR,
        HRSS_PROVINCE,
        EMPLOYMENT_PROVINCE,
        FINANCE_PROVINCE,
        BUREAU,
        DEPARTMENT,
        GOVERNMENT_SERVICE,
        SUPERVISOR,
    }
)
ALL = STAFF | {USER, PROVIDER}
