"""Trust policies (C2SP tlog-policy): which logs and witnesses count, and how many of them are enough.

Keys come from a policy and from nowhere else: not from a receipt, not from the node that is being judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError, QuorumError, SignatureError
from aydyn.ledger.keys import SignatureType, VerifierKey
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.wire import from_decimal

MAX_BYTES = 1024 * 1024
NONE = "none"


@dataclass(frozen=True)
class Named:
    """A key of a policy with the address that stands beside it (empty: none)."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """``needed`` of the ``members`` (names of witnesses or earlier groups) must have cosigned."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """A checkpoint that a policy accepts, who cosigned it and when (name in the policy → POSIX seconds)."""

    checkpoint: Checkpoint
    log: VerifierKey
    cosigned: Mapping[str, int]
    of: int

    @property
    def first_cosigned(self) -> int | None:
        """The earliest time that a witness states, POSIX seconds; None without witnesses."""
        return min(self.cosigned.values(), default=None)


@dataclass
class Policy:
    """A parsed policy: logs, witnesses by name, groups by name, and the quorum's name."""

    logs: list[Named] = field(default_factory=list[Named])
    witnesses: dict[str, Named] = field(default_factory=dict[str, Named])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    quorum: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Policy:
        """Parse a policy file strictly. Raises FormatError naming the line."""
        return _Parser().parse(data)

    def to_bytes(self) -> bytes:
        """The policy as a file."""
        lines = [" ".join(filter(None, ("log", log.key.vkey, log.url))) for log in self.logs]
        lines += [
            " ".join(filter(None, ("witness", name, witness.key.vkey, witness.url)))
            for name, witness in self.witnesses.items()
        ]
        lines += [" ".join(("group", name, str(group.needed), *group.members)) for name, group in self.groups.items()]
        return ("\n".join([*lines, f"quorum {self.quorum}"]) + "\n").encode("utf-8")

    def is_met(self, cosigned: Iterable[str]) -> bool:
        """Whether these witnesses (their names here) reach the quorum."""
        names = set(cosigned)

        def holds(name: str) -> bool:
            group = self.groups.get(name)
            return name in names if group is None else sum(map(holds, group.members)) >= group.needed

        return self.quorum == NONE or holds(self.quorum)

    def open(self, note: SignedNote, *, need_quorum: bool = True) -> Opened:
        """Check a signed checkpoint. Raises SignatureError, FormatError, or QuorumError when ``need_quorum``."""
        checkpoint = Checkpoint.parse(note.text)
        logs = [log.key for log in self.logs if log.key.name == checkpoint.origin]
        if not logs:
            raise SignatureError(f"the policy does not name the log {checkpoint.origin}")
        log = note.verify(logs)[0].key
        cosigned: dict[str, int] = {}
        for name, witness in self.witnesses.items():
            if any((line.name, line.key_id) == (witness.key.name, witness.key.id) for line in note.signatures):
                cosigned[name] = note.verify([witness.key])[0].timestamp
        opened = Opened(checkpoint, log, cosigned, len(self.witnesses))
        if need_quorum:
            self.require_quorum(opened)
        return opened

    def require_quorum(self, opened: Opened) -> None:
        """Raise QuorumError unless enough witnesses have cosigned an opened checkpoint."""
        if not self.is_met(opened.cosigned):
            message = f"{len(opened.cosigned)} of {opened.of} witnesses have cosigned, which is not the quorum"
            raise QuorumError(message, witnesses=tuple(opened.cosigned))


class _Parser:
    """Reads one policy; ``used`` are names that are members of a group already."""

    def __init__(self) -> None:
        self.policy = Policy()
        self.used: set[str] = set()
        self.line = 0

    def parse(self, data: bytes) -> Policy:
        if len(data) > MAX_BYTES:
            raise FormatError("policy", f"larger than {MAX_BYTES} bytes")
        for place, byte in enumerate(data):
            if byte == 0x7F or (byte < 0x20 and byte not in (0x09, 0x0A)):
                raise FormatError("policy", f"a control character stands at byte {place}")
        if data and not data.endswith(b"\n"):
            raise FormatError("policy", "the last line has no newline")
        # Surrogate escapes keep foreign octets apart from each other without giving them a meaning.
        for self.line, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
            words = [word for word in line.replace("\t", " ").split(" ") if word]
            if words and not words[0].startswith("#"):
                self._read(words)
        if not self.policy.quorum:
            raise FormatError("policy", "has no quorum line")
        return self.policy

    def _fail(self, why: str) -> FormatError:
        return FormatError("policy", f"line {self.line}: {why}")

    def _read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                key = self._key(vkey, (SignatureType.ED25519, SignatureType.ML_DSA_44))
                if any(log.key.public == key.public for log in self.policy.logs):
                    raise self._fail("the same log key stands twice")
                self.policy.logs.append(Named(key, *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._free(name)
                key = self._key(vkey, (SignatureType.ED25519_COSIGNATURE, SignatureType.ML_DSA_44))
                if any(witness.key.public == key.public for witness in self.policy.witnesses.values()):
                    raise self._fail("the same witness key stands twice")
                self.policy.witnesses[name] = Named(key, *url)
            case ["group", name, needed, *members] if members:
                self._group(name, needed, members)
            case ["quorum", name]:
                if self.policy.quorum:
                    raise self._fail("a second quorum line")
                if name != NONE:
                    self._defined(name)
                self.policy.quorum = name
            case _:
                raise self._fail("is not a log, witness, group or quorum line")

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        self._free(name)
        for member in members:
            self._defined(member)
            if member in self.used:
                raise self._fail(f"{member!r} is a member of a group already")
            self.used.add(member)
        count = {"any": 1, "all": len(members)}.get(needed)
        if count is None:
            try:
                count = from_decimal(needed, "policy")
            except FormatError as error:
                raise self._fail(error.why) from None
        if not 1 <= count <= len(members):
            raise self._fail(f"{needed} of {len(members)} members cannot be needed")
        self.policy.groups[name] = Group(count, tuple(members))

    def _free(self, name: str) -> None:
        if name == NONE or name in self.policy.witnesses or name in self.policy.groups:
            raise self._fail(f"the name {name!r} is taken")

    def _defined(self, name: str) -> None:
        if name not in self.policy.witnesses and name not in self.policy.groups:
            raise self._fail(f"{name!r} is not defined above")

    def _key(self, vkey: str, kinds: tuple[SignatureType, ...]) -> VerifierKey:
        try:
            key = VerifierKey.parse(vkey)
        except FormatError as error:
            raise self._fail(str(error)) from None
        if key.kind not in kinds:
            raise self._fail(f"a key of type 0x{key.kind:02x} cannot be used here")
        return key
