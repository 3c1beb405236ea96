"""Payment files (支付文件): CSV and ISO 20022 pain.001.001.09, made from a payment order alone.

A payee is named by the id under which the paying institution knows them, since the platform keeps
no bank accounts. Amounts in files are yuan with two decimals. The same order gives the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
SCHEME: Final = "WANCHUANG-PAYEE"
DEBTOR: Final = "安徽省财政厅"


@dataclass(frozen=True, slots=True)
class Made:
    """When a file was made: an instant (RFC 3339, UTC), and the legal date of execution."""

    created_at: str
    execute_on: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment: to whom how much, in fen, under which end-to-end id."""

    end_to_end_id: str
    payee: str
    fen: int


def yuan(fen: int) -> str:
    """An amount as files write it: 40000 fen are `400.00`."""
    return f"{fen // 100}.{fen % 100:02d}"


def as_csv(order_id: str, rows: Sequence[Instruction], made: Made) -> str:
    """`H,<order>,<lines>,<yuan>,<execute on>`, then `D,<end-to-end id>,<payee>,<yuan>` each."""
    total = yuan(sum(row.fen for row in rows))
    lines = [f"H,{order_id},{len(rows)},{total},{made.execute_on}"]
    lines += [f"D,{row.end_to_end_id},{row.payee},{yuan(row.fen)}" for row in rows]
    return "".join(line + "\r\n" for line in lines)


def as_pain001(order_id: str, rows: Sequence[Instruction], made: Made) -> str:
    """A customer credit transfer initiation with one payment information block."""
    message, total = order_id.replace("-", ""), yuan(sum(row.fen for row in rows))
    document = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    _texts(header, {"MsgId": message, "CreDtTm": made.created_at, "NbOfTxs": str(len(rows))})
    _texts(header, {"CtrlSum": total})
    _texts(SubElement(header, "InitgPty"), {"Nm": DEBTOR})
    block = SubElement(initiation, "PmtInf")
    _texts(block, {"PmtInfId": message, "PmtMtd": "TRF", "NbOfTxs": str(len(rows))})
    _texts(block, {"CtrlSum": total})
    _texts(SubElement(block, "ReqdExctnDt"), {"Dt": made.execute_on})
    _texts(SubElement(block, "Dbtr"), {"Nm": DEBTOR})
    _other(SubElement(block, "DbtrAcct"), "WANCHUANG-VOUCHERS")
    agent = SubElement(SubElement(block, "DbtrAgt"), "FinInstnId")
    _texts(SubElement(agent, "Othr"), {"Id": "NOTPROVIDED"})
    for row in rows:
        _transfer(block, row)
    text = tostring(document, encoding="unicode", short_empty_elements=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _transfer(block: Element, row: Instruction) -> None:
    transfer = SubElement(block, "CdtTrfTxInf")
    _texts(SubElement(transfer, "PmtId"), {"EndToEndId": row.end_to_end_id})
    amount = SubElement(SubElement(transfer, "Amt"), "InstdAmt", Ccy="CNY")
    amount.text = yuan(row.fen)
    party = SubElement(SubElement(SubElement(transfer, "Cdtr"), "Id"), "OrgId")
    _texts(SubElement(party, "Othr"), {"Id": row.payee.replace("-", "")})
    _other(SubElement(transfer, "CdtrAcct"), row.payee.replace("-", ""))


def _other(account: Element, id_: str) -> None:
    other = SubElement(SubElement(account, "Id"), "Othr")
    _texts(other, {"Id": id_})
    _texts(SubElement(other, "SchmeNm"), {"Prtry": SCHEME})


def _texts(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def digest(text: str) -> str:
    """The SHA-256 of a file's bytes (UTF-8)."""
    return sha256(text.encode()).hexdigest()


Form = Callable[[str, Sequence[Instruction], Made], str]
FORMS: Final[Mapping[str, Form]] = {"csv": as_csv, "pain001": as_pain001}
"""How a payment order is written, by the name of the form."""
