"""What can be wrong with an election, a ballot or an archive.

    EvoteError
    ├── FormatError        a text, number, element or JSON value that is not what the format says
    ├── ProofError         a proof or signature that does not verify, or a key that does not follow from its parts
    ├── RuleError          a rule of the election that something breaks (a credential that is not in the list, a replayed ballot)
    ├── ArchiveError       bytes, events or their order that are not a canonical archive; knows where
    └── UnsupportedError   correct or not, this library cannot check it (a version, a group, an older key generation)

Each has a ``rule`` (a code for programs), ``words`` for people, and the ``section`` of docs/spec/election-archive.md that says so.
Verifying functions raise and never return False: a result that must not be ignored is no return value.
"""

from __future__ import annotations

LONGEST_QUOTE = 80
"""Letters of somebody else's text that an error or a note repeats."""


def cut(text: str) -> str:
    """A text of anybody's, cut to what a sentence can hold."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def quoted(value: object) -> str:
    """A value that was not expected, as an error shows it."""
    if isinstance(value, (str, bytes)):
        return cut(repr(value[:LONGEST_QUOTE]))
    if isinstance(value, int) and value.bit_length() > LONGEST_QUOTE:
        return "a very large number"
    if value is None or isinstance(value, (int, float)):
        return repr(value)
    return "a list" if isinstance(value, list) else "an object"


class EvoteError(Exception):
    """Base of everything this library refuses."""

    def __init__(self, rule: str, words: str, *, section: str = "") -> None:
        super().__init__(f"{words} [{rule}{', ' + section if section else ''}]")
        self.rule = rule
        self.words = words
        self.section = section


class FormatError(EvoteError):
    """A text, a number, an element or a JSON value that is not what the format says."""


class ProofError(EvoteError):
    """A proof or a signature that does not verify."""


class RuleError(EvoteError):
    """A rule of the election that something breaks."""


class ArchiveError(EvoteError):
    """Bytes, events or their order that are not a canonical archive: which event, and where in the file."""

    def __init__(self, rule: str, words: str, *, height: int | None = None, offset: int = 0, section: str = "") -> None:
        super().__init__(rule, words, section=section)
        self.height = height
        self.offset = offset


class UnsupportedError(EvoteError):
    """Something that this library cannot check."""
