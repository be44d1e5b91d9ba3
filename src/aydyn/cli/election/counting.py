"""``aydyn election close | tally | shuffle | decrypt | result``: the count."""

from __future__ import annotations

import os
from pathlib import Path

import click

from aydyn.cli.election.folders import Folder, folder_argument, read, read_json, spoken
from aydyn.cli.output import Unchecked, say, tell
from aydyn.cli.processes import map_over
from aydyn.cli.progress import progress
from aydyn.evote import wire
from aydyn.evote.archive import Writer
from aydyn.evote.decryption import combine, key_of, unbound
from aydyn.evote.decryption import decrypt as decrypt_rows
from aydyn.evote.elections import Election
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import RuleError
from aydyn.evote.events import EventType
from aydyn.evote.keygen import Output, open_share
from aydyn.evote.messages import Keys, power_of_g
from aydyn.evote.mixnet import Shuffle
from aydyn.evote.mixnet import shuffle as shuffle_row
from aydyn.evote.questions import NonHomomorphic
from aydyn.evote.report.texts import shown
from aydyn.evote.tally import messages, result_bytes, result_value, tally_bytes
from aydyn.evote.verify.archives import count_ballots, judge_archive
from aydyn.evote.verify.stages import Decisions, tally_rows
from aydyn.evote.verify.verdicts import Verdict

jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes (default: all cores)."
)


@click.command("close")
@folder_argument
@spoken
def close(folder: Path) -> None:
    """Close the ballot box: no ballot can be added any more."""
    Folder(folder).append(lambda writer: _drop(writer.end_ballots()))
    say("the box is closed")


def _drop(value: object) -> None:
    """Take no notice of a value."""
    del value


@click.command("tally")
@folder_argument
@jobs_option
@spoken
def tally(folder: Path, jobs: int) -> None:
    """Check every ballot once more, multiply those that count, and publish the encrypted tally."""
    place = Folder(folder)
    place.mend()
    with progress("Checking ballots") as told:
        verdict, board, totals = count_ballots(place.reopen, run=map_over(jobs), progress=told)
    if verdict.problems:
        first = verdict.problems[0]
        raise RuleError(first.rule, f"event {first.height}: {first.words}", section=first.section)
    election = board.checked_election()
    data = tally_bytes(election, tally_rows(election, totals))

    def write(writer: Writer) -> None:
        writer.encrypted_tally(data, board.tallied, board.total_weight)

    place.append(write)
    say(
        f"{board.tallied} ballots count, of weight {board.total_weight}; fingerprint of the tally {wire.fingerprint(data)}"
    )


def _judged(place: Folder, jobs: int) -> tuple[Verdict, Decisions]:
    """The checked board: nobody shuffles, decrypts or combines what does not verify."""
    place.mend()
    with progress("Checking the archive") as told:
        verdict, decisions = judge_archive(place.reopen, run=map_over(jobs), progress=told)
    if verdict.problems or decisions is None:
        first = verdict.problems[0]
        raise RuleError(first.rule, f"event {first.height}: {first.words}", section=first.section)
    if not decisions.rows:
        raise Unchecked("there is no encrypted tally yet: aydyn election close, then aydyn election tally")
    return verdict, decisions


@click.command("shuffle")
@folder_argument
@click.option("--owner", required=True, type=click.IntRange(1, 100), help="The number of the trustee who shuffles.")
@jobs_option
@spoken
def shuffle(folder: Path, owner: int, jobs: int) -> None:
    """Shuffle the ballots that will be decrypted one by one, so that none can be linked to who cast it."""
    place = Folder(folder)
    election, (_, end) = place.election(), _judged(place, jobs)
    key_of(end.trustees, owner)
    places = [i for i, question in enumerate(election.questions) if isinstance(question, NonHomomorphic)]
    if not places:
        raise Unchecked("this election has no question that needs a shuffle")
    engine = engine_for(election.group, work=10 * sum(len(end.rows[i]) for i in places))
    pairs = [shuffle_row(election, engine, end.rows[i]) for i in places]
    data = Shuffle([after for after, _ in pairs], [proof for _, proof in pairs]).to_bytes(election.group)

    def write(writer: Writer) -> None:
        writer.shuffle(owner, data)

    place.append(write)
    say(f"trustee {owner} has shuffled; fingerprint {wire.fingerprint(data)}")


@click.command("decrypt")
@folder_argument
@click.option("--owner", required=True, type=click.IntRange(1, 100), help="The number of the trustee who decrypts.")
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Her .privkey, or the .key with her seed.",
)
@jobs_option
@spoken
def decrypt(folder: Path, owner: int, key: Path, jobs: int) -> None:
    """Decrypt the tally with one trustee's key, with a proof that it was done rightly. The whole archive is checked first."""
    place = Folder(folder)
    election, (verdict, end) = place.election(), _judged(place, jobs)
    secret = _secret(folder, election, key)
    if power_of_g(engine_for(election.group, secret=True), secret) != key_of(end.trustees, owner):
        raise Unchecked(f"{key} is not the key of trustee {owner}")
    needs_end = any(isinstance(question, NonHomomorphic) for question in election.questions)
    if needs_end and not end.shuffled:
        tell("nobody has shuffled: the decrypted votes can be linked to who cast them")
    data = decrypt_rows(election, engine_for(election.group, secret=True), end.rows, secret).to_bytes(election)

    def write(writer: Writer) -> None:
        if needs_end and verdict.facts["last"] in (EventType.ENCRYPTED_TALLY, EventType.SHUFFLE):
            writer.end_shuffles()
        writer.partial_decryption(owner, data)

    place.append(write)
    say(f"trustee {owner} has decrypted; fingerprint {wire.fingerprint(data)}")


def _secret(folder: Path, election: Election, path: Path) -> int:
    group = election.group
    if path.suffix == ".privkey":
        return group.scalar(wire.load(read(path).strip(), "the private key"), "the private key")
    keys = Keys.of_seed(group, read(path).decode("ascii", errors="replace").strip())
    engine = engine_for(group, secret=True)
    for output in sorted((folder / "threshold").glob("output-*.json")):
        try:
            return open_share(engine, keys, Output.parse(group, read_json(output)).private_key)
        except Exception as error:  # noqa: BLE001  # another member's, whatever she wrote into it: the next one may be hers
            _drop(error)
    raise Unchecked(f"no share in {folder / 'threshold'} opens with {path}")


@click.command("result")
@folder_argument
@jobs_option
@spoken
def result(folder: Path, jobs: int) -> None:
    """Combine the trustees' decryptions, find the numbers, and publish the result."""
    place = Folder(folder)
    election, (verdict, end) = place.election(), _judged(place, jobs)
    engine = engine_for(election.group)
    if loose := unbound(end.trustees, end.valid, election.group.q, known=end.binding_known):
        tell(f"trustee {', '.join(map(str, loose))} gave no binding proof: the result will rest on the trustees' word")
    factors = combine(election, engine, end.trustees, end.valid)
    value = result_value(election, engine, messages(engine, end.rows, factors), verdict.facts["voted_weight"])

    def write(writer: Writer) -> None:
        writer.result(result_bytes(value))

    place.append(write)
    for i, (question, own) in enumerate(zip(election.questions, value, strict=True), 1):
        say(shown(f"question {i}, {question.question}: {wire.dump(own)}"))
    tell(f"next: aydyn verify election {place.archive()} --report report.html")
