"""The first reading of an archive: what its events say, before any ballot is checked."""

from __future__ import annotations

import base64
import hashlib
import re
from array import array
from collections.abc import Callable
from typing import Any, BinaryIO

from aydyn.evote import wire
from aydyn.evote.archive import Entry
from aydyn.evote.credentials import check_members, parse_public_list
from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import ArchiveError, EvoteError, RuleError, cut
from aydyn.evote.events import EventType, Owned, SizedTally
from aydyn.evote.questions import NonHomomorphic
from aydyn.evote.records import BLOCK
from aydyn.evote.trustees import Trustee, check_trustees, owners, parse_trustees
from aydyn.evote.verify.verdicts import Note, Problem, Stage, State, Verdict

MANY_NOTES = 20
_HEAD = re.compile(rb'\{"election_uuid":"[^"]*","election_hash":"[^"]*","credential":"([0-9A-Za-z]{1,700})",')


class Board:
    """What stands on the board: the election, who may vote, which ballot counts, and the data of the end."""

    def __init__(self, verdict: Verdict, state: State | None, *, counting: bool = False) -> None:
        self.verdict = verdict
        self.election: Election | None = None
        self.trustees: list[Trustee] = []
        self.height = -1
        self.ballots = 0
        self.verified = 0 if state is None else state.position.ballots
        self.verified_height = -1 if state is None else state.position.height
        self.last: list[Entry] = []
        """The events after the end of voting, with their data."""
        self._counting = counting
        self._state = state
        self._places: dict[bytes, int] = {}
        self._weights: list[int] = []
        self._owners = array("q")
        """For each ballot the place of its credential in the list, -1 for a ballot that is refused."""
        self._counts: dict[int, int] = {}
        """For each credential the number of its last ballot."""
        self._digests: dict[bytes, int] = {}
        self._order: list[bytes] = []
        self._places_in_file = array("Q")
        """For each ballot where its bytes begin, and how many they are."""
        self._notes = 0
        self._fingerprints: dict[str, str] = {}

    def engine(self, work: int = 0) -> Engine:
        """An engine for single checks of public data."""
        return engine_for(self.checked_election().group, work=work)

    def checked_election(self) -> Election:
        """The election, once Setup was taken."""
        if self.election is None:
            raise AssertionError("the archive has no Setup")
        return self.election

    # --- taking events

    def take(self, entry: Entry) -> None:
        """Take one event in order; what is wrong with it goes to the verdict."""
        self.height = entry.event.height
        if entry.event.type is EventType.SETUP:
            self._setup(entry)
        elif self.election is None:
            return
        elif entry.event.type is EventType.BALLOT:
            self._ballot(entry)
        else:
            self.last.append(entry)

    def _setup(self, entry: Entry) -> None:
        raw_election, raw_trustees, raw_credentials = entry.data[:3]
        parts = (raw_election, raw_trustees, raw_credentials)
        self._fingerprints = dict(
            zip(("election", "trustees", "credentials"), map(wire.fingerprint, parts), strict=True)
        )
        election = self._try(Stage.ELECTION, lambda: self._check_election(raw_election))
        if election is None:
            return
        self.election = election
        self._try(Stage.TRUSTEES, lambda: self._check_trustees(election, raw_trustees))
        self._try(Stage.CREDENTIALS, lambda: self._check_credentials(election, raw_credentials))

    def _try(self, stage: Stage, check: Callable[[], Any]) -> Any:
        try:
            return check()
        except EvoteError as error:
            self.verdict.add(Problem.of(error, stage, 0))
            return None

    def _check_election(self, raw: bytes) -> Election:
        election = Election.parse(raw)
        if self._state is not None and self._state.election != election.fingerprint:
            raise RuleError("state-election", "the state file is of another election", section="§14.5")
        self.verdict.done[Stage.ELECTION] = len(election.questions)
        return election

    def _check_trustees(self, election: Election, raw: bytes) -> None:
        self.trustees = parse_trustees(election.group, raw)
        check_trustees(self.engine(), self.trustees, election.public_key)
        self.verdict.done[Stage.TRUSTEES] = len(owners(self.trustees))
        self._tell_neutral_keys(election)

    def _tell_neutral_keys(self, election: Election) -> None:
        """A key whose secret is 0 is as valid as others, and everybody has it."""
        group = election.group

        def neutral(key: int) -> bool:
            return group.mul(key, group.one) == group.one  # the product is spelled in one way

        for i, one in enumerate(owners(self.trustees), 1):
            if neutral(one.key):
                who = f"{i} ({cut(one.name)})" if one.name else f"{i}"
                words = f"the key of trustee {who} is the neutral element, whose secret is 0: anybody can do her part of decrypting"
                self.note(Note("trustee-key-neutral", words, 0, who))
        if neutral(election.public_key):
            words = "the election's key is the neutral element: anybody can decrypt every ballot, no vote is secret"
            self.note(Note("election-key-neutral", words, 0))

    def _check_credentials(self, election: Election, raw: bytes) -> None:
        group = election.group
        weights = parse_public_list(group, raw)
        check_members(self.engine(len(weights)), weights, "credential", "§6.2")
        if any(isinstance(question, NonHomomorphic) for question in election.questions) and set(weights.values()) > {1}:
            words = "votes that are decrypted one by one cannot have weights"
            raise RuleError("weight", words, section="§10")
        self._places = {group.text(key).encode(): place for place, key in enumerate(weights)}
        self._weights = list(weights.values())
        self.verdict.done[Stage.CREDENTIALS] = len(weights)

    def _ballot(self, entry: Entry) -> None:
        number, digest = self.ballots, bytes.fromhex(entry.event.payload or "")
        self.ballots += 1
        self._owners.append(-1)
        self._order.append(digest)
        self._places_in_file.extend((entry.offset + BLOCK, len(entry.data[0])))
        first = self._digests.setdefault(digest, number)
        if first != number:
            self._refuse(
                entry, "ballot-twice", f"this ballot stands on the board already, as event {self.height_of(first)}"
            )
            return
        head = _HEAD.match(entry.data[0])
        place = self._places.get(head[1]) if head else None
        if head and place is None and Stage.CREDENTIALS in self.verdict.done:
            self._refuse(entry, "ballot-credential", "the credential of the ballot is not in the list")
        if place is None:
            return  # a ballot without a proper head is refused, with the reason, when it is read in full
        self._owners[number] = place
        self._counts[place] = number

    def _refuse(self, entry: Entry, rule: str, words: str) -> None:
        tracker = wire.fingerprint(entry.data[0])
        self.verdict.add(Problem(rule, words, "§7.5", Stage.BALLOTS, entry.event.height, tracker))

    # --- asking

    def height_of(self, number: int) -> int:
        """The event of a ballot: Setup is event 0 and ballots follow without a gap."""
        return number + 1

    def tracker_of(self, number: int) -> str:
        """The tracker of a ballot."""
        return base64.b64encode(self._order[number]).decode().rstrip("=")

    def read_ballot(self, stream: BinaryIO, number: int) -> bytes:
        """A ballot's bytes once more.

        Raises:
            ArchiveError: they are not what they were in the first reading: the file is changing under the check.
        """
        offset, size = self._places_in_file[2 * number], self._places_in_file[2 * number + 1]
        stream.seek(offset)
        raw = stream.read(size)
        if hashlib.sha256(raw).digest() != self._order[number]:
            words = "the file changed while it was being checked"
            raise ArchiveError("archive-digest", words, height=self.height_of(number), offset=offset, section="§14.1")
        return raw

    def weight_of(self, number: int) -> int:
        """What a ballot counts in the tally: 0 if there is no tally yet or a later ballot replaced it."""
        place = self._owners[number]
        if place < 0 or not self._wants_tally() or self._counts[place] != number:
            return 0
        return self._weights[place]

    def _wants_tally(self) -> bool:
        return self._counting or any(entry.event.type is EventType.ENCRYPTED_TALLY for entry in self.last)

    @property
    def tallied(self) -> int:
        """How many ballots count: credentials that voted."""
        return len(self._counts)

    @property
    def total_weight(self) -> int:
        """The weight of all ballots that count."""
        return sum(self._weights[place] for place in self._counts)

    def note(self, note: Note) -> None:
        """Keep a note, unless there are many already."""
        self._notes += 1
        if self._notes <= MANY_NOTES:
            self.verdict.notes.append(note)

    # --- telling

    def tell_facts(self) -> None:
        """Write down what the archive says of itself."""
        election = self.checked_election()
        for entry in self.last:
            if isinstance(entry.details, SizedTally):
                self._fingerprints["tally"] = wire.fingerprint(entry.data[0])
            elif isinstance(entry.details, Owned) and entry.event.type is EventType.SHUFFLE:
                self._fingerprints[f"shuffle {entry.details.owner}"] = wire.fingerprint(entry.data[0])
        if self.verdict.position is not None:
            self._fingerprints["last event"] = self.verdict.position.event
        self.verdict.facts = {
            "uuid": election.uuid,
            "name": election.name,
            "description": election.description,
            "group": election.group.name,
            "administrator": election.administrator,
            "credential_authority": election.credential_authority,
            "questions": [question.to_value() for question in election.questions],
            "trustees": self._trustee_facts(),
            "credentials": len(self._weights),
            "weight": sum(self._weights),
            "ballots": self.ballots,
            "voted": self.tallied,
            "voted_weight": self.total_weight,
            "events": self.height + 1,
            "last": self.last[-1].event.type.value if self.last else "Ballot" if self.ballots else "Setup",
            "fingerprints": self._fingerprints,
        }

    def _trustee_facts(self) -> list[dict[str, Any]]:
        group = self.checked_election().group
        return [
            {
                "owner": i,
                "name": one.name,
                "fingerprint": wire.fingerprint(wire.dump(group.text(one.key)).encode()),
            }
            for i, one in enumerate(owners(self.trustees), 1)
        ]
