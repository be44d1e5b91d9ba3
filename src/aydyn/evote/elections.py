"""``election.json``, the template it is made from, and the public list of credentials (docs/spec/election-archive.md §4, §6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aydyn.evote import randomness, wire
from aydyn.evote.errors import FormatError, UnsupportedError, quoted
from aydyn.evote.groups import Group, by_name
from aydyn.evote.questions import NonHomomorphic, Question, parse_questions, without_texts

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SHORTEST_UUID = 14
VERSION = 1


def random_base58(length: int) -> str:
    """Random letters of Base58 from the operating system's generator."""
    return "".join(BASE58[randomness.below(len(BASE58))] for _ in range(length))


@dataclass(frozen=True)
class Election:
    """A parsed ``election.json``; `raw` are its bytes, which are hashed as they are."""

    raw: bytes
    uuid: str
    name: str
    description: str
    group: Group
    public_key: int
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None
    fingerprint: str = field(default="", compare=False)

    @classmethod
    def parse(cls, raw: bytes) -> Election:
        """Read ``election.json``.

        Raises:
            FormatError: not an election.
            UnsupportedError: another version or group, or more answers to rank than the group can carry.
        """
        value = wire.obj(wire.load(raw, "election.json"), "election.json")
        if value.get("version") != VERSION:
            raise UnsupportedError(
                "version", f"election.json is of version {quoted(value.get('version'))}", section="§4"
            )
        group = by_name(wire.string(wire.field(value, "group", "election.json"), "the name of the group"))
        uuid = wire.string(wire.field(value, "uuid", "election.json"), "the uuid")
        check_uuid(uuid)
        questions = parse_questions(wire.field(value, "questions", "election.json"))
        _check_widths(group, questions)
        return cls(
            raw=raw,
            uuid=uuid,
            name=wire.string(wire.field(value, "name", "election.json"), "the name"),
            description=wire.string(wire.field(value, "description", "election.json"), "the description"),
            group=group,
            public_key=group.parse(wire.field(value, "public_key", "election.json"), "the election's key"),
            questions=questions,
            administrator=_optional(value, "administrator"),
            credential_authority=_optional(value, "credential_authority"),
            fingerprint=wire.fingerprint(raw),
        )


def _check_widths(group: Group, questions: tuple[Question, ...]) -> None:
    """Refuse questions in which nobody can vote: one element must carry a number for each answer."""
    for i, question in enumerate(questions, 1):
        if isinstance(question, NonHomomorphic) and question.width > group.max_ints:
            carries = f"{group.name} carries {group.max_ints} numbers in a vote"
            words = f"question {i} has {question.width} answers to rank or grade, and {carries}: nobody can vote in it"
            raise UnsupportedError("question-answers", words, section="§2.5")


def skeleton(election: Election) -> bytes:
    """What checking ballots needs of an election, without the texts for people, which can be long: ``election.json`` with empty ones."""
    value: dict[str, Any] = {
        "version": VERSION,
        "description": "",
        "name": "",
        "group": election.group.name,
        "public_key": election.group.text(election.public_key),
        "questions": [without_texts(question).to_value() for question in election.questions],
        "uuid": election.uuid,
    }
    return wire.dump(value).encode()


def _optional(value: dict[str, Any], name: str) -> str | None:
    return wire.string(value[name], f"the field {name}") if value.get(name) is not None else None


def check_uuid(uuid: str) -> None:
    """Refuse what is no uuid (`FormatError`): 14 letters of Base58 or more."""
    if len(uuid) < SHORTEST_UUID or not set(uuid) <= set(BASE58):
        raise FormatError("uuid", f"a uuid has {SHORTEST_UUID} or more letters of Base58", section="§4")


def make_election(template: dict[str, Any], group: Group, public_key: int, uuid: str | None = None) -> bytes:
    """The bytes of ``election.json`` from a template (description, name, questions, and who runs it).

    Raises:
        FormatError: the template is none.
        UnsupportedError: a question has more answers to rank than the group can carry.
    """
    chosen = uuid or random_base58(SHORTEST_UUID)
    check_uuid(chosen)
    questions = parse_questions(wire.field(template, "questions", "the template"))
    _check_widths(group, questions)
    value: dict[str, Any] = {
        "version": VERSION,
        "description": wire.string(template.get("description", ""), "the description"),
        "name": wire.string(wire.field(template, "name", "the template"), "the name"),
        "group": group.name,
        "public_key": group.text(public_key),
        "questions": [question.to_value() for question in questions],
        "uuid": chosen,
    }
    for name in ("administrator", "credential_authority", "language"):
        if template.get(name) is not None:
            value[name] = template[name]
    return wire.dump(value).encode()
