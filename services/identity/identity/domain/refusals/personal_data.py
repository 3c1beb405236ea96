"""Why identity refuses about personal data (个人信息, art. 36). No message says what it is."""

from chassis.domain import Kind, Refusal


class SubjectErased(Refusal):
    """The subject's key was destroyed: what was kept of them is unreadable, and nothing is added.

    They do not come back under the same number: benefits could be drawn twice.
    """

    code = "identity.subject-erased"
    zh = "该主体的个人信息已依法删除,密钥已销毁"
    en = "The personal data of this subject has been erased and its key destroyed"


class KeyMissing(Refusal):
    """The log knows of a key that is neither in its table nor destroyed: for people to look at."""

    code = "identity.subject-key-missing"
    kind = Kind.UNAVAILABLE
    zh = "该主体的密钥暂不可用,请联系运营商"
    en = "The key of this subject is not available; please tell the operator"


class NothingKept(Refusal):
    """The platform keeps no personal data of this account's subject."""

    code = "identity.nothing-kept"
    kind = Kind.NOT_FOUND
    zh = "平台未保存该主体的个人信息"
    en = "The platform keeps no personal data of this subject"


class BasisNeeded(Refusal):
    """Another's personal data is shown on a consent or a legal basis, one of both (art. 36)."""

    code = "identity.basis-needed"
    kind = Kind.INVALID
    zh = "查询他人个人信息须提供授权或法定依据(附案卷号),二者取其一"
    en = "Access to another's personal data needs a consent, or a legal basis with a file number"


class BasisNotForRole(Refusal):
    """This legal basis is not one of the caller's role."""

    code = "identity.basis-not-for-role"
    kind = Kind.FORBIDDEN
    zh = "身份 {role} 不适用法定依据 {basis}"
    en = "The role {role} has no legal basis {basis}"


class BasisNotForFields(Refusal):
    """A legal basis reaches the fields that it needs, and no others."""

    code = "identity.basis-not-for-fields"
    kind = Kind.FORBIDDEN
    zh = "法定依据 {basis} 不及于以下内容:{fields}"
    en = "The legal basis {basis} does not reach: {fields}"


class NotKept(Refusal):
    """Nothing of this kind is kept of the subject."""

    code = "identity.field-not-kept"
    kind = Kind.NOT_FOUND
    zh = "平台未保存该主体的以下内容:{fields}"
    en = "The platform does not keep these of the subject: {fields}"


class AccessOver(Refusal):
    """What an access shows is shown for a short time only; afterwards it is asked for anew."""

    code = "identity.access-over"
    zh = "本次查询已过有效时间,请重新申请"
    en = "The time of this access is over; please ask anew"


class PhoneInvalid(Refusal):
    """No telephone of the mainland has this number; `reason` is the coded fault."""

    code = "identity.phone-invalid"
    kind = Kind.INVALID
    zh = "电话号码无效:{reason_zh}"
    en = "The telephone number is not valid: {reason_en}"


class EmailInvalid(Refusal):
    """This is no e-mail address; `reason` is the coded fault."""

    code = "identity.email-invalid"
    kind = Kind.INVALID
    zh = "电子邮箱无效:{reason_zh}"
    en = "The e-mail address is not valid: {reason_en}"


class AddressInvalid(Refusal):
    """This is no postal address of the mainland; `reason` is the coded fault."""

    code = "identity.address-invalid"
    kind = Kind.INVALID
    zh = "通讯地址无效:{reason_zh}"
    en = "The postal address is not valid: {reason_en}"


class BankAccountInvalid(Refusal):
    """No account has this number; `reason` is the coded fault."""

    code = "identity.bank-account-invalid"
    kind = Kind.INVALID
    zh = "银行账号无效:{reason_zh}"
    en = "The number of the bank account is not valid: {reason_en}"


class NoOrganisation(Refusal):
    """Behind a person there is nobody to declare."""

    code = "identity.no-organisation"
    zh = "只有单位需要申报法定代表人与股东"
    en = "Only organisations declare a legal representative and shareholders"


class NobodyDeclared(Refusal):
    """A declaration names somebody."""

    code = "identity.nobody-declared"
    kind = Kind.INVALID
    zh = "请至少申报法定代表人或一名股东"
    en = "Please declare the legal representative or a shareholder at least"


class TooManyDeclared(Refusal):
    """More shareholders than are kept."""

    code = "identity.too-many-declared"
    kind = Kind.INVALID
    zh = "一次最多申报 {most} 名股东"
    en = "At the most {most} shareholders can be declared"


class NumberIsAnothers(Refusal):
    """A correction keeps the document number: another number is another subject."""

    code = "identity.number-of-another"
    zh = "证件号码与本主体不一致,不能通过更正变更"
    en = "The number is not this subject's and cannot be changed by a correction"
