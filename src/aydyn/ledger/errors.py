"""What can be wrong with a piece of a transparency log.

    LedgerError
    ├── FormatError      bytes that are not what the specification says, and where
    ├── ProofError       a Merkle proof that does not lead to the root
    ├── SignatureError   a signature by a known key that does not verify, or none by a known key
    ├── QuorumError      signed by the log, but too few witnesses have cosigned
    ├── ContentError     an entry and the content shown with it do not belong together
    └── TreeError        stored tiles, entries and tree heads that disagree

Verifying functions raise and never return False: a result that must not be ignored is no return value.
"""

from __future__ import annotations


class LedgerError(Exception):
    """Base of everything this library refuses."""


class FormatError(LedgerError):
    """Bytes out of place: ``what`` names the object, ``why`` what is wrong with it and where."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


class ProofError(LedgerError):
    """A Merkle proof that does not lead from what is claimed to the root."""


class SignatureError(LedgerError):
    """A known key's signature that does not verify, or no signature by any known key."""


class QuorumError(LedgerError):
    """The log signed, but the policy's quorum of witnesses has not cosigned."""

    def __init__(self, message: str, *, witnesses: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.witnesses = witnesses


class ContentError(LedgerError):
    """A part, a salt or a digest that is not the one the entry commits to."""


class TreeError(LedgerError):
    """Tiles, entry bundles or a tree head that disagree with each other."""
