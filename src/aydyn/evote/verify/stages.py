"""The end of an election: tally, shuffles, decryptions, result (docs/spec/election-verification.md, steps 6 to 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from aydyn.evote.archive import Entry
from aydyn.evote.decryption import PartialDecryption, check_decryption, combine, key_of, unbound
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine
from aydyn.evote.errors import EvoteError, ProofError, RuleError, cut
from aydyn.evote.events import EventType, Owned, SizedTally
from aydyn.evote.mixnet import Shuffle, check_shuffle
from aydyn.evote.questions import NonHomomorphic
from aydyn.evote.tally import Row, check_result, messages, sort_ballots, tally_bytes
from aydyn.evote.trustees import Single, Trustee, owners
from aydyn.evote.verify.board import Board
from aydyn.evote.verify.chunks import Counted
from aydyn.evote.verify.verdicts import Note, Stage, Verdict


class Decisions:
    """Where the judging of the end stands: the ciphertexts to decrypt, and valid decryptions by owner."""

    def __init__(self, election: Election, engine: Engine, trustees: Sequence[Trustee], verdict: Verdict) -> None:
        self.election, self.engine, self.trustees, self.verdict = election, engine, trustees, verdict
        self.stage = Stage.TALLY
        self.height: int | None = None
        self.rows: list[Row] = []
        self.valid: dict[int, PartialDecryption] = {}
        self.invalid: dict[int, tuple[EvoteError, int]] = {}
        """Why a decryption does not hold, and its event."""
        self.binding_known = False
        """Whether some decryption came with a binding proof, whatever became of it."""
        self.shufflers: Counter[int] = Counter()
        """How often each trustee shuffled."""

    @property
    def shuffled(self) -> int:
        """How many shuffles there were."""
        return self.shufflers.total()

    def at(self, stage: Stage, entry: Entry) -> None:
        """Remember what is being judged, for the words of a refusal."""
        self.stage, self.height = stage, entry.event.height

    def count(self) -> None:
        """One more thing of this stage is checked."""
        self.verdict.done[self.stage] = self.verdict.done.get(self.stage, 0) + 1


def check_end(decisions: Decisions, board: Board, totals: Sequence[Counted]) -> None:
    """Judge the events after the last ballot (raises `EvoteError` for the first that does not hold)."""
    for entry in board.last:
        kind = entry.event.type
        if kind is EventType.ENCRYPTED_TALLY:
            _check_tally(decisions, board, totals, entry)
        elif kind is EventType.SHUFFLE:
            _check_shuffle(decisions, entry, checked=entry.event.height <= board.verified_height)
        elif kind is EventType.PARTIAL_DECRYPTION:
            _check_decryption(decisions, entry)
        elif kind is EventType.RESULT:
            _check_result(decisions, board, entry)
    _tell_invalid(decisions, ended=any(entry.event.type is EventType.RESULT for entry in board.last))
    _tell_repeated(decisions)
    if decisions.rows and not decisions.shufflers and _raw_places(decisions.election):
        words = "no trustee shuffled the ballots that are decrypted one by one: what is decrypted can be linked to who cast it"
        decisions.verdict.notes.append(Note("not-shuffled", words))


def _check_tally(decisions: Decisions, board: Board, totals: Sequence[Counted], entry: Entry) -> None:
    decisions.at(Stage.TALLY, entry)
    rows = tally_rows(decisions.election, totals)
    claimed = entry.details
    if not isinstance(claimed, SizedTally):
        raise AssertionError("a tally without its size")
    if claimed.num_tallied != board.tallied:
        words = f"the tally says {claimed.num_tallied} ballots were counted, and {board.tallied} credentials voted"
        raise RuleError("tally-count", words, section="§10")
    if claimed.total_weight != board.total_weight:
        words = f"the tally says a weight of {claimed.total_weight}, and what counts weighs {board.total_weight}"
        raise RuleError("tally-weight", words, section="§10")
    if tally_bytes(decisions.election, rows) != entry.data[0]:
        raise ProofError("tally", "the encrypted tally is not the product of the ballots that count", section="§10")
    decisions.rows = rows
    decisions.count()


def tally_rows(election: Election, totals: Sequence[Counted]) -> list[Row]:
    """The ciphertexts of the tally from what all chunks counted."""
    neutral = Ciphertext(election.group.one, election.group.one)
    return [
        sort_ballots(election.group, counted.each)
        if isinstance(question, NonHomomorphic)
        else counted.sums or [neutral] * question.width
        for question, counted in zip(election.questions, totals, strict=True)
    ]


def _raw_places(election: Election) -> list[int]:
    return [place for place, question in enumerate(election.questions) if isinstance(question, NonHomomorphic)]


def _check_shuffle(decisions: Decisions, entry: Entry, *, checked: bool) -> None:
    decisions.at(Stage.SHUFFLES, entry)
    election, places = decisions.election, _raw_places(decisions.election)
    owner = _check_owner(decisions, entry)
    found = Shuffle.parse(election.group, entry.data[0], [len(decisions.rows[place]) for place in places])
    for place, after, proof in zip(places, found.rows, found.proofs, strict=True):
        if not checked:
            check_shuffle(election, decisions.engine, decisions.rows[place], after, proof)
        decisions.rows[place] = after
    decisions.shufflers[owner] += 1
    decisions.count()


def _tell_repeated(decisions: Decisions) -> None:
    for owner, times in decisions.shufflers.items():
        if times > 1:
            name = owners(decisions.trustees)[owner - 1].name
            who = f"{owner} ({cut(name)})" if name else f"{owner}"
            words = f"trustee {who} shuffled more than once: she knows the order of each, so they hide no more than one shuffle and count as one trustee's"
            decisions.verdict.notes.append(Note("shuffled-twice", words, who=who))


def _check_owner(decisions: Decisions, entry: Entry) -> int:
    if not isinstance(entry.details, Owned):
        raise AssertionError("an event without its owner")
    key_of(decisions.trustees, entry.details.owner)
    return entry.details.owner


def _check_decryption(decisions: Decisions, entry: Entry) -> None:
    """A trustee's decryption; a later one replaces an earlier one, an invalid one counts as not given (§12).

    One without a binding proof never replaces a bound one: whoever may append could else publish it again without its proof (§12.1).
    """
    decisions.at(Stage.DECRYPTIONS, entry)
    owner = _check_owner(decisions, entry)
    earlier = decisions.valid.pop(owner, None)
    decisions.invalid.pop(owner, None)
    try:
        partial = PartialDecryption.parse(decisions.election, decisions.rows, entry.data[0])
        decisions.binding_known |= partial.binding is not None
        key = key_of(decisions.trustees, owner)
        check_decryption(decisions.election, decisions.engine, decisions.rows, key, partial)
    except EvoteError as error:
        decisions.invalid[owner] = error, entry.event.height
        return
    stays = earlier is not None and earlier.binding is not None and partial.binding is None
    decisions.valid[owner] = earlier if earlier is not None and stays else partial
    decisions.count()


def _trustee_of(trustees: Sequence[Trustee], owner: int) -> Trustee:
    first = 1
    for trustee in trustees:
        first += 1 if isinstance(trustee, Single) else len(trustee.keys)
        if owner < first:
            return trustee
    raise AssertionError("an owner that was checked")


def _check_result(decisions: Decisions, board: Board, entry: Entry) -> None:
    decisions.at(Stage.RESULT, entry)
    try:
        factors = combine(decisions.election, decisions.engine, decisions.trustees, decisions.valid)
    except RuleError:
        if decisions.invalid:
            error, height = next(iter(decisions.invalid.values()))
            decisions.stage, decisions.height = Stage.DECRYPTIONS, height
            raise error from None
        raise
    decrypted = messages(decisions.engine, decisions.rows, factors)
    result = check_result(decisions.election, decisions.engine, decrypted, board.total_weight, entry.data[0])
    _check_bound(decisions)
    decisions.verdict.result = result
    decisions.count()


def _check_bound(decisions: Decisions) -> None:
    """Say on which trustees' word the result rests (raises `UnsupportedError` as `unbound` does)."""
    decisions.verdict.unbound = unbound(
        decisions.trustees, decisions.valid, decisions.election.group.q, known=decisions.binding_known
    )
    if decisions.verdict.unbound:
        who = ", ".join(str(owner) for owner in decisions.verdict.unbound)
        words = (
            f"the result rests on the word of trustee {who}: the proofs of decryption in this file are of the usual format, which"
            " whoever knows a trustee's key can bend; programs that add a binding proof close this gap"
        )
        decisions.verdict.notes.append(Note("decryption-unbound", words, who=who))


def _tell_invalid(decisions: Decisions, *, ended: bool) -> None:
    """An invalid decryption of a trustee without whom nothing opens refutes; that of one among many is passed over."""
    for owner, (error, height) in decisions.invalid.items():
        if isinstance(_trustee_of(decisions.trustees, owner), Single) and not ended:
            decisions.stage, decisions.height = Stage.DECRYPTIONS, height
            raise error
        name = owners(decisions.trustees)[owner - 1].name
        who = f"{owner} ({cut(name)})" if name else f"{owner}"
        words = f"the decryption of trustee {who} does not verify and is passed over: {error.words}"
        decisions.verdict.notes.append(Note("decryption-passed-over", words, height, who))
