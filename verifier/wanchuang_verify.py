"""Offline verifier of evidence bundles (离线核验程序): one file, standard library + `cryptography`.

    python wanchuang_verify.py bundle.json --key VKEY [--key VKEY …] [--trust FILE] [--witnesses N]

No network, no database, no code of the platform. README.md documents the format and the rules.
Exit status: 0 valid; 1 invalid; 2 unusable input (corrupt, truncated, of a future format);
3 consistent, but not anchored: the keys came with the bundle, not from you.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("请先安装 · install first: cryptography\n")
    sys.exit(2)

VALID, INVALID, UNUSABLE, NOT_ANCHORED = 0, 1, 2, 3
VERDICTS = (
    "有效 · VALID",
    "无效 · INVALID",
    "输入无法使用 · UNUSABLE INPUT",
    "内容自洽,但密钥并非由您提供 · consistent, but the keys were not given by you: NOT ANCHORED",
)
FORMAT = "wanchuang-evidence/1"
LOG, WITNESS = 0x01, 0x04  # signature types of C2SP signed-note
KEY_DESTROYED = "identity.SubjectKeyDestroyed"  # its data.subject says whose key
MAX_FILE, MAX_NOTE = 64 * 2**20, 1_000_000
MAX_INTEGER, MAX_SIZE, MAX_TIME = 2**53 - 1, 2**63 - 1, 253_402_271_999  # until the year 9999
_BASE64 = "(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
NOTE = re.compile(rf"((?:[^\x00-\x1f]*\n)+)\n((?:— \S+ {_BASE64}\n){{1,100}})")
CHECKPOINT = re.compile(r"(.+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n((?:.+\n)*)")
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")
TEXTS = {
    "unreadable": ("无法读取文件", "the file cannot be read"),
    "corrupt": ("输入损坏或不完整", "the input is corrupt or truncated"),
    "future-format": ("未来的格式版本", "a future format"),
    "unknown-hash": ("无法计算的杂凑算法", "a hash algorithm that cannot be computed"),
    "wrong-origin": ("检查点属于另一日志", "the checkpoint is of another log"),
    "wrong-hash": ("检查点所用杂凑算法不同", "the checkpoint has another hash algorithm"),
    "unknown-log": ("没有该日志的受信密钥", "no key that you gave is of this log"),
    "bad-signature": ("签名无效", "the signature does not hold"),
    "not-signed": ("没有该日志密钥的签名", "the log's key did not sign"),
    "not-witnessed": ("监理见证签名不足", "too few witnesses cosigned"),
    "order": ("条目未按位置排列", "the entries are not in order of position"),
    "not-included": ("收录证明不成立", "the inclusion proof does not hold"),
    "not-canonical": ("不是规范的日志条目", "it is not a canonical entry of a log"),
    "misplaced": ("条目属于另一日志或另一位置", "the entry is of another log or position"),
    "versions": ("对象版本未递增", "the versions of its stream do not ascend"),
    "incomplete": ("对象历史有缺漏", "the history of the stream is not complete"),
    "not-consistent": ("与较早检查点不一致:历史被改写", "history was rewritten since"),
    "no-erasure": ("没有销毁该密钥的条目", "no entry destroys the subject's key"),
}


class Unusable(Exception):
    """Input that cannot be judged: a code of `TEXTS`, and what it is about."""


class Report:
    """Writes each finding as it is made, in Chinese and English, and keeps the faults' codes."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write, self.faults = write, list[str]()

    def ok(self, zh: str, en: str) -> None:
        """Something that holds."""
        self.write(f"[通过 ok ] {zh} · {en}\n")

    def fault(self, code: str, about: object = "") -> None:
        """Something that does not hold."""
        self.faults.append(code)
        self.write(f"[不符 BAD] {shown(about)} {' · '.join(TEXTS[code])} ({code})\n")


def shown(value: object) -> str:
    """Text from a bundle, safe to print: no control or invisible characters, not too long."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(value)[:160])
    return text.replace("[", "(").replace("]", ")")  # so that it cannot look like a finding


class Key(NamedTuple):
    """A public key under a name (vkey)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """First four bytes of SHA-256(name || LF || kind || public key)."""
        data = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(data).digest()[:4]


class Checkpoint(NamedTuple):
    """What a log committed to at a size, with (name, key id, value) of each signature."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]
    origin: str
    size: int
    root: bytes
    hash: str


Event = dict[str, Any]
Digest = Callable[[bytes], bytes]

# ---- reading: whatever is not well-formed raises `Unusable` ----


def read(path: str) -> str:
    """A file's text."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_FILE + 1)
        text = data.decode()
    except (OSError, ValueError) as error:
        raise Unusable("unreadable", path) from error
    if len(data) > MAX_FILE:
        raise Unusable("unreadable", f"{path}: > {MAX_FILE}")
    return text


def plain_json(text: str) -> Any:
    """JSON whose objects have each key once."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) != len(pairs):
            raise ValueError
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Unusable("corrupt", "JSON") from error


def is_text(value: Any) -> bool:
    """A text that UTF-8 can write."""
    return type(value) is str and not re.search("[\ud800-\udfff]", value)


def is_count(value: Any) -> bool:
    """A number that a tree can have."""
    return type(value) is int and 0 <= value <= MAX_SIZE


def is_hash(value: Any) -> bool:
    """A hash in lower-case hex."""
    return type(value) is str and re.fullmatch("[0-9a-f]{64}", value) is not None


SHAPE = {  # of a bundle; a question mark says that a field can be absent
    "format": is_text,
    "log": {"origin": is_text, "hash": is_text, "key": is_text, "witnesses": [is_text]},
    "checkpoint": is_text,
    "entries": [{"position": is_count, "entry": is_text, "proof": [is_hash]}],
    "streams?": [{"stream": is_text, "versions": is_count}],
    "older?": {"checkpoint": is_text, "proof": [is_hash]},
    "erasure?": {
        "subject": is_text,
        "position?": is_count,
        "evidence?": lambda value: type(value) is dict,
    },
}


def check_shape(value: Any, shape: Any, where: str) -> None:
    """Check that a value has exactly a shape."""
    if isinstance(shape, dict):
        names = {name.rstrip("?"): inner for name, inner in shape.items()}
        if (
            type(value) is not dict
            or not shape.keys() & names.keys() <= value.keys() <= names.keys()
        ):
            raise Unusable("corrupt", where)
        for name, each in value.items():
            check_shape(each, names[name], f"{where}.{name}")
    elif isinstance(shape, list):
        if type(value) is not list:
            raise Unusable("corrupt", where)
        for number, each in enumerate(value):
            check_shape(each, shape[0], f"{where}[{number}]")
    elif not shape(value):
        raise Unusable("corrupt", where)


def read_key(text: str, *kinds: int) -> Key:
    """A vkey, `name+id+base64`, of one of these kinds."""
    found = VKEY.fullmatch(text)
    data = base64.b64decode(found[3]) if found else b"\x00"
    key = Key(found[1] if found else "", data[0], data[1:])
    if not found or key.kind not in kinds or key.id.hex() != found[2]:
        raise Unusable("corrupt", text)
    return key


def read_checkpoint(note: str, where: str) -> Checkpoint:
    """A signed note (C2SP signed-note) whose text is a checkpoint (C2SP tlog-checkpoint)."""
    found = NOTE.fullmatch(note) if len(note) <= MAX_NOTE else None
    head = CHECKPOINT.fullmatch(found[1]) if found else None
    if not found or not head or int(head[2]) > MAX_SIZE:
        raise Unusable("corrupt", where)
    signatures = []
    for name, encoded in re.findall(r"— (\S+) (.+)\n", found[2]):
        value = base64.b64decode(encoded)
        signatures.append((name, value[:4], value[4:]))
    named = [line[5:] for line in head[4].split("\n") if line.startswith("hash ")] or ["sha-256"]
    root = base64.b64decode(head[3])
    return Checkpoint(found[1], signatures, head[1], int(head[2]), root, ", ".join(named))


# ---- mathematics ----


def sm3(data: bytes) -> bytes:
    """SM3 (GB/T 32905)."""
    try:
        context = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm as error:
        raise Unusable("unknown-hash", "sm3") from error
    context.update(data)
    return context.finalize()


HASHES: dict[str, Digest] = {"sha-256": lambda data: hashlib.sha256(data).digest(), "sm3": sm3}


def climb(
    digest: Digest, node: int, last: int, seed: bytes, proof: list[bytes]
) -> tuple[bytes, bytes] | None:
    """Climb from a node to the root: without and with what is right of it (RFC 9162, 2.1)."""
    within = whole = seed
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            within = digest(b"\x01" + sibling + within)
            whole = digest(b"\x01" + sibling + whole)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            whole = digest(b"\x01" + whole + sibling)
        node, last = node >> 1, last >> 1
    return None if last else (within, whole)


def included(digest: Digest, at: Checkpoint, position: int, entry: str, proof: list[str]) -> bool:
    """Whether an inclusion proof holds (RFC 9162, 2.1.3.2)."""
    if position >= at.size:
        return False
    leaf = digest(b"\x00" + entry.encode())
    roots = climb(digest, position, at.size - 1, leaf, [bytes.fromhex(each) for each in proof])
    return roots is not None and roots[1] == at.root


def consistent(digest: Digest, old: Checkpoint, new: Checkpoint, proof: list[str]) -> bool:
    """Whether a consistency proof holds (RFC 9162, 2.1.4.2)."""
    if old.size in (0, new.size):
        return not proof and old.root == (new.root if old.size == new.size else digest(b""))
    nodes = [bytes.fromhex(each) for each in proof]
    if old.size & (old.size - 1) == 0:
        nodes.insert(0, old.root)
    if not nodes or old.size > new.size:
        return False
    node, last = old.size - 1, new.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return climb(digest, node, last, nodes[0], nodes[1:]) == (old.root, new.root)


def signed_at(key: Key, text: str, value: bytes) -> int | None:
    """When a witness cosigned (Unix seconds), 0 for a log; None when the signature is wrong."""
    message, time = text.encode(), 0
    if key.kind == WITNESS:
        time, value = int.from_bytes(value[:8], "big"), value[8:]
        message = b"cosignature/v1\ntime %d\n" % time + message
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError):
        return None
    return time if time <= MAX_TIME else None


def is_plain(value: Any) -> bool:
    """Whether a log can hold a value: its canonical JSON (RFC 8785) is then what Python writes."""
    if type(value) is dict:
        return all(key.isascii() and is_plain(each) for key, each in value.items())
    if type(value) is list:
        return all(map(is_plain, value))
    return type(value) in (str, bool, type(None)) or (
        type(value) is int and abs(value) <= MAX_INTEGER
    )


# ---- checks ----


def check_bundle(
    value: Any, logs: list[Key], witnesses: list[Key], threshold: int, report: Report
) -> dict[int, Event]:
    """Check a bundle, with its own keys where the user gave none; returns its events."""
    stated = value.get("format") if type(value) is dict else None
    if re.fullmatch(r"wanchuang-evidence/[1-9][0-9]*", str(stated)) and stated != FORMAT:
        raise Unusable("future-format", stated)
    check_shape(value, SHAPE, "bundle")
    log, origin = value["log"], value["log"]["origin"]
    if stated != FORMAT or log["hash"] not in HASHES:
        raise Unusable("corrupt" if stated != FORMAT else "unknown-hash", log["hash"])
    hints = [read_key(each, WITNESS) for each in log["witnesses"]]
    hinted = [read_key(log["key"], LOG)]
    keys = [key for key in logs or hinted if key.name == origin]
    digest, at = HASHES[log["hash"]], read_checkpoint(value["checkpoint"], "checkpoint")
    report.write(f"日志 · log: {shown(origin)}, {at.size} 条 · entries, {log['hash']}\n")
    for text in [log["key"]] * (not logs) + log["witnesses"] * (not witnesses):
        report.write(f"包内自带公钥,请核对 · a key of the bundle, to compare: {shown(text)}\n")
    check_head(at, log, keys, report)
    count = len({key.public for key in verified(at, witnesses or hints, report)})
    if count < threshold:
        report.fault("not-witnessed", f"{count} < {threshold}")
    events = check_entries(value["entries"], at, digest, report)
    for claim in value.get("streams", []):
        check_stream(claim["stream"], claim["versions"], events, report)
    if "older" in value:
        old = read_checkpoint(value["older"]["checkpoint"], "older checkpoint")
        check_head(old, log, keys, report)
        check_older(consistent(digest, old, at, value["older"]["proof"]), old.size, report)
    if "erasure" in value:
        subject, elsewhere = value["erasure"]["subject"], value["erasure"].get("evidence")
        if len(value["erasure"]) != 2 or "erasure" in (elsewhere or {}):
            raise Unusable("corrupt", "erasure")
        shown_by = {
            n: event for n, event in events.items() if n == value["erasure"].get("position")
        }
        if elsewhere is not None:
            shown_by = check_bundle(elsewhere, logs, witnesses, threshold, report)
        check_erasure(subject, list(shown_by.values()), report)
    return events


def check_head(at: Checkpoint, log: dict[str, str], keys: list[Key], report: Report) -> None:
    """Check that a checkpoint is of this log, and signed by it."""
    if at.origin != log["origin"]:
        report.fault("wrong-origin", at.origin)
    if at.hash != log["hash"]:
        report.fault("wrong-hash", at.hash)
    if not keys:
        report.fault("unknown-log", log["origin"])
    elif not verified(at, keys, report):
        report.fault("not-signed", log["origin"])


def verified(at: Checkpoint, keys: list[Key], report: Report) -> set[Key]:
    """The keys whose signatures hold; one that does not hold is a fault."""
    known, found = {(key.name, key.id): key for key in keys}, set[Key]()
    for name, key_id, value in at.signatures:
        if not (key := known.get((name, key_id))):
            continue
        time, label = signed_at(key, at.text, value), f"{shown(name)}+{key_id.hex()}"
        if time is None:
            report.fault("bad-signature", label)
        elif key not in found:
            found.add(key)
            when = datetime.fromtimestamp(time, UTC).astimezone(timezone(timedelta(hours=8)))
            label += f" ({when.isoformat(' ')})" if time else ""
            report.ok(f"签名有效 {label}", "the signature holds")
    return found


def check_entries(
    items: list[Any], at: Checkpoint, digest: Digest, report: Report
) -> dict[int, Event]:
    """Check each entry; returns the events of those that hold, by position."""
    if not items:
        raise Unusable("corrupt", "entries")
    events: dict[int, Event] = {}
    versions: dict[str, int] = {}
    last = -1
    for item in items:
        position, text = item["position"], item["entry"]
        event, fault = event_of(text, at.origin, position)
        stream, version = event.get("stream", ""), event.get("version", 0)
        faults = {
            "order": position <= last,
            "not-included": not included(digest, at, position, text, item["proof"]),
            fault: bool(fault),
            "versions": bool(event) and version <= versions.get(stream, 0),
        }
        last, versions[stream] = position, version
        for code in (code for code, found in faults.items() if found):
            report.fault(code, f"#{position}")
        if not any(faults.values()):
            events[position] = event
            line = shown(f"#{position} {event['type']} {stream} v{version}")
            report.ok(f"已收录 {line}", shown(f"included, {event.get('recorded_at', '')}"))
    return events


def event_of(text: str, origin: str, position: int) -> tuple[Event, str]:
    """The event of an entry; or no event, and the fault that the entry has."""
    try:
        entry = json.loads(text)
        plain = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        good = plain == text and is_plain(entry) and set(entry) == {"event", "log", "position"}
    except (ValueError, TypeError, RecursionError):
        good = False
    kinds = {"type": str, "stream": str, "version": int}
    if not good or type(entry) is not dict or type(event := entry["event"]) is not dict:
        return {}, "not-canonical"
    if any(type(event.get(name)) is not kind for name, kind in kinds.items()):
        return {}, "not-canonical"
    log, at = entry["log"], entry["position"]
    here = type(at) is int and at == position and log in (origin, origin.rpartition("/")[2])
    return (event, "") if here else ({}, "misplaced")


def check_stream(stream: str, count: int, events: dict[int, Event], report: Report) -> None:
    """Check the claim that versions 1 to `count` of a stream are all there."""
    versions = [event["version"] for event in events.values() if event["stream"] == stream]
    if not count or len(versions) != count or versions != list(range(1, count + 1)):
        return report.fault("incomplete", f"{stream}: {count}")
    zh = f"对象 {shown(stream)} 的版本 1–{count} 无缺漏(其后是否另有版本,须查阅日志全文)"
    return report.ok(zh, f"versions 1 to {count} are all there (later ones: only the log can tell)")


def check_older(same: bool, size: int, report: Report) -> None:
    """Say whether the log still begins with an earlier checkpoint."""
    if same:
        report.ok(f"前 {size} 条未改写", f"the first {size} entries are as they were")
    else:
        report.fault("not-consistent", size)


def check_erasure(subject: str, events: list[Event], report: Report) -> None:
    """Check that a subject's key was destroyed: then personal fields are rightly unreadable."""
    found = [event.get("data") for event in events if event["type"] == KEY_DESTROYED]
    if any(type(data) is dict and data.get("subject") == subject for data in found):
        report.ok("个人信息密钥已依法销毁", "the key of the personal data was destroyed")
    else:
        report.fault("no-erasure", subject)


# ---- command ----


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify a bundle; the exit status says the verdict."""
    parser = argparse.ArgumentParser(description="核验证据包 · Verify an evidence bundle, offline.")
    parser.add_argument("bundle", help="证据包文件 · the bundle's file")
    parser.add_argument(
        "--key", action="append", default=[], help="受信公钥 · a vkey that you trust"
    )
    parser.add_argument("--trust", help="受信公钥文件,每行一个 · a file of vkeys, one a line")
    parser.add_argument("--witnesses", type=int, default=1, help="见证签名数 · cosignatures (1)")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    report = Report(sys.stdout.write)
    try:
        lines = [*options.key, *(read(options.trust).splitlines() if options.trust else [])]
        texts = [line.strip() for line in lines if not line.strip().startswith("#")]
        keys = [read_key(text, LOG, WITNESS) for text in texts if text]
        logs, witnesses = ([key for key in keys if key.kind == kind] for kind in (LOG, WITNESS))
        bundle = plain_json(read(options.bundle))
        check_bundle(bundle, logs, witnesses, options.witnesses, report)
        anchored = logs and (witnesses or options.witnesses <= 0)
        status = INVALID if report.faults else VALID if anchored else NOT_ANCHORED
        reason = ", ".join(sorted(set(report.faults)))
    except Unusable as error:
        code, about = error.args
        status, reason = UNUSABLE, f"{code}: {' · '.join(TEXTS[code])}: {shown(about)}"
    except Exception as error:  # noqa: BLE001 - a fault of this file must never look like a verdict
        status, reason = UNUSABLE, f"internal: {type(error).__name__}"
    report.write(f"结论 · verdict: {VERDICTS[status]}{f' ({reason})' if reason else ''}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
