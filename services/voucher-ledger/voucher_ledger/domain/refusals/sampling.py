"""Why a sample cannot be drawn (抽查)."""

from chassis.domain import Kind, Refusal


class RoundOver(Refusal):
    """Somebody else drew this round; the next one has begun."""

    code = "voucher-ledger.sample-round-over"
    zh = "第 {number} 轮抽查已抽取"
    en = "Round {number} was drawn already"


class SecretLost(Refusal):
    """The secret of the round is not the one that was committed: a key was changed.

    It passes once the key is there again; see the setting `PERSONAL_DATA_LOOKUP_KEY`.
    """

    code = "voucher-ledger.sample-secret-lost"
    kind = Kind.UNAVAILABLE
    zh = "第 {number} 轮抽查的密值与承诺不符,请恢复密钥"
    en = "The secret of round {number} is not the one that was committed; restore the key"
