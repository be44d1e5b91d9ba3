"""``aydyn election new | credentials | trustee | open``: what happens before anybody votes."""

from __future__ import annotations

import time
from pathlib import Path

import click

from aydyn.cli.election.folders import Folder, folder_argument, read, read_json, spoken, write_json, write_new
from aydyn.cli.output import Unchecked, say, tell
from aydyn.evote import groups, wire
from aydyn.evote.archive import Writer
from aydyn.evote.credentials import parse_public_list, public_keys, public_list, random_credential, secret_key
from aydyn.evote.elections import Election, make_election, random_base58
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.groups import Group, by_name
from aydyn.evote.questions import parse_questions
from aydyn.evote.trustees import (
    PublicKey,
    Single,
    Trustee,
    check_possession,
    check_threshold,
    make_public_key,
    parse_threshold,
    trustees_file,
)

MOST_VOTERS = 10_000_000


@click.command("new")
@click.argument("template", metavar="TEMPLATE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--group", type=click.Choice(groups.NAMES), default="Ed25519", show_default=True, help="Group of the cryptography."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Folder to make."
)
@spoken
def new(template: Path, group: str, out: Path) -> None:
    """Begin an election from a TEMPLATE: JSON with name, description, questions, administrator, credential_authority."""
    value = wire.obj(read_json(template), str(template))
    questions = parse_questions(wire.field(value, "questions", "the template"))
    wire.string(wire.field(value, "name", "the template"), "the name")
    uuid = random_base58(14)
    write_json(out / "draft.json", {"version": 1, "uuid": uuid, "group": group, "template": value})
    say(f"{out}: election {uuid}, {len(questions)} questions, group {group}")
    tell(f"next: aydyn election credentials {out} --voters FILE, and aydyn election trustee {out}")


@click.command("credentials")
@folder_argument
@click.option(
    "--voters",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="One voter a line: NAME or NAME,WEIGHT.",
)
@click.option("--count", type=click.IntRange(1, MOST_VOTERS), help="So many voters without names.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where private credentials go (default: DIR/secrets).",
)
@spoken
def credentials(folder: Path, voters: Path | None, count: int | None, secrets: Path | None) -> None:
    """Make private and public credentials: the work of the credential authority.

    The private ones go to a file that only you can read; give each voter hers, then destroy it.
    """
    if (voters is None) == (count is None):
        raise click.UsageError("say either --voters FILE or --count N")
    draft = Folder(folder).draft()
    group, uuid = by_name(str(draft["group"])), str(draft["uuid"])
    roll = _read_roll(voters) if voters else [(f"voter{i}", 1) for i in range(1, (count or 0) + 1)]
    private = [random_credential() for _ in roll]
    engine = engine_for(group, work=len(roll), secret=True)
    publics = public_keys(engine, [secret_key(group, uuid, one) for one in private])
    weights = dict(zip(publics, (weight for _, weight in roll), strict=True))
    place = secrets or folder / "secrets"
    raw = public_list(group, weights)
    write_json(
        place / "private_creds.json", {name: one for (name, _), one in zip(roll, private, strict=True)}, secret=True
    )
    write_new(folder / "public_creds.json", raw)
    say(f"{folder / 'public_creds.json'}: {len(roll)} credentials, fingerprint {wire.fingerprint(raw)}")
    tell(f"private credentials: {place / 'private_creds.json'} (readable by you alone)")


def _read_roll(path: Path) -> list[tuple[str, int]]:
    roll: list[tuple[str, int]] = []
    seen: set[str] = set()
    for number, line in enumerate(read(path).decode("utf-8-sig", errors="replace").splitlines(), 1):
        name, _, weight = line.partition(",")
        if not name.strip():
            continue
        if name.strip() in seen:
            raise Unchecked(f"{path}, line {number}: {name.strip()!r} stands in the list a second time")
        if weight.strip() and not (weight.strip().isascii() and weight.strip().isdigit()):
            raise Unchecked(f"{path}, line {number}: the weight {weight.strip()!r} is not a whole number")
        seen.add(name.strip())
        roll.append((name.strip(), int(weight) if weight.strip() else 1))
    if not 1 <= len(roll) <= MOST_VOTERS:
        raise Unchecked(f"{path}: a roll has 1 to {MOST_VOTERS:,} voters, one a line")
    return roll


@click.command("trustee")
@folder_argument
@click.option("--name", help="The trustee's name, published with the key.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the private key goes (default: DIR/secrets).",
)
@spoken
def trustee(folder: Path, name: str | None, secrets: Path | None) -> None:
    """Make the key of a single trustee, without whom nothing will be decrypted. For k of n: aydyn election threshold."""
    group = by_name(str(Folder(folder).draft()["group"]))
    secret = group.random_scalar()
    public = make_public_key(engine_for(group, secret=True), secret, name)
    mark = wire.hex_digest(group.text(public.key).encode())[:8].upper()
    write_new((secrets or folder / "secrets") / f"{mark}.privkey", wire.dump(str(secret)).encode(), secret=True)
    write_new(folder / "trustees" / f"{mark}.pubkey", wire.dump(public.to_value(group)).encode())
    say(f"{folder / 'trustees' / f'{mark}.pubkey'}: {fingerprint_of(group, public)}")
    tell("the trustee must find this fingerprint in every later list of trustees")


def fingerprint_of(group: Group, public: PublicKey) -> str:
    """What a trustee looks for: the fingerprint of her key."""
    return wire.fingerprint(wire.dump(group.text(public.key)).encode())


@click.command("open")
@folder_argument
@spoken
def open_election(folder: Path) -> None:
    """Open the election: fix its key, its voters and its questions, and begin the archive."""
    draft = Folder(folder).draft()
    group = by_name(str(draft["group"]))
    engine = engine_for(group)
    trustees = _read_trustees(folder, group)
    key = group.one
    for one in trustees:
        if isinstance(one, Single):
            check_possession(engine, one.public, "a trustee")
            key = group.mul(key, one.public.key)
        else:
            key = group.mul(key, check_threshold(engine, one))
    credentials_ = read(folder / "public_creds.json").strip()
    count = len(parse_public_list(group, credentials_))
    raw = make_election(wire.obj(draft["template"], "the template"), group, key, str(draft["uuid"]))
    election = Election.parse(raw)
    trustees_ = trustees_file(group, trustees)
    write_new(folder / "election.json", raw)
    write_new(folder / "trustees.json", trustees_)
    with (folder / f"{election.uuid}.bel").open("xb") as stream:
        Writer(stream, timestamp=int(time.time())).setup(raw, trustees_, credentials_)
    say(f"{folder / f'{election.uuid}.bel'}: open, {count} credentials, {len(trustees)} trustees")
    say(f"fingerprint of the election: {election.fingerprint}")


def _read_trustees(folder: Path, group: Group) -> list[Trustee]:
    found: list[Trustee] = [
        Single(PublicKey.parse(group, read_json(path), path.name))
        for path in sorted((folder / "trustees").glob("*.pubkey"))
    ]
    if (folder / "threshold.json").exists():
        found.append(parse_threshold(group, read_json(folder / "threshold.json")))
    if not found:
        raise Unchecked(f"{folder} has no trustee yet: aydyn election trustee {folder}")
    return found
