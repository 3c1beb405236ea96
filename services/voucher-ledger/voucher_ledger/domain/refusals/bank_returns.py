"""Why a bank return file is refused (回盘文件); each says the file's digest and the calculation."""

from chassis.domain import Kind, Refusal


class BankReturnMalformed(Refusal):
    """A line is not what a line of such a file is."""

    code = "voucher-ledger.bank-return-malformed"
    kind = Kind.INVALID
    zh = "回盘文件第 {line} 行格式有误"
    en = "Line {line} of the bank return file is malformed"


class ReturnTotalWrong(Refusal):
    """The head says another number of lines, or another total, than the lines have."""

    code = "voucher-ledger.bank-return-total-wrong"
    zh = (
        "回盘文件合计不符:文件头 {stated_lines} 笔 {stated_fen} 分,"
        "实际 {counted_lines} 笔 {counted_fen} 分"
    )
    en = (
        "The bank return file states {stated_lines} lines and {stated_fen} fen; "
        "its lines are {counted_lines} and sum to {counted_fen} fen"
    )


class ReturnOfAnotherOrder(Refusal):
    """The file is about another payment order."""

    code = "voucher-ledger.bank-return-of-another-order"
    zh = "回盘文件属于另一支付单 {named}"
    en = "The bank return file is about another payment order, {named}"


class ReturnLineUnknown(Refusal):
    """A line is about a payment that this order did not instruct, or that is not open to it."""

    code = "voucher-ledger.bank-return-line-unknown"
    zh = "回盘文件第 {line} 行 {end_to_end_id} 不是本支付单待回盘的付款"
    en = "Line {line} of the bank return file, {end_to_end_id}, is no payment that it can be about"


class ReturnLineTwice(Refusal):
    """A payment is mentioned twice."""

    code = "voucher-ledger.bank-return-line-twice"
    zh = "回盘文件第 {line} 行 {end_to_end_id} 重复"
    en = "Line {line} of the bank return file mentions {end_to_end_id} again"


class ReturnAmountDiffers(Refusal):
    """A line says another amount than was instructed."""

    code = "voucher-ledger.bank-return-amount-differs"
    zh = "回盘文件第 {line} 行 {end_to_end_id} 金额 {said_fen} 分,指令为 {instructed_fen} 分"
    en = "Line {line}, {end_to_end_id}: {said_fen} fen said, {instructed_fen} fen instructed"


class ReturnIncomplete(Refusal):
    """The file does not mention every payment of the order."""

    code = "voucher-ledger.bank-return-incomplete"
    zh = (
        "回盘文件不完整:支付单 {instructed} 笔 {instructed_fen} 分,"
        "文件仅含 {mentioned} 笔 {mentioned_fen} 分,缺 {missing}"
    )
    en = (
        "The bank return file mentions {mentioned} payments of {mentioned_fen} fen, the order has "
        "{instructed} of {instructed_fen} fen; it lacks {missing}"
    )
