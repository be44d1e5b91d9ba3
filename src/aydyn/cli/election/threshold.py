"""``aydyn election threshold …``: the k-of-n key generation, step by step."""

from __future__ import annotations

from pathlib import Path

import click

from aydyn.cli.election.folders import Folder, folder_argument, read, read_json, spoken, write_new
from aydyn.cli.output import Unchecked, say, tell
from aydyn.evote import wire
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.groups import Group, by_name
from aydyn.evote.keygen import Intake, Output, Polynomial, assemble, certify, collect, share_out, take_in
from aydyn.evote.messages import Keys, Signed, power_of_g, random_seed
from aydyn.evote.trustees import Certificate, check_certificates

key_option = click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Your seed, made in step 1.",
)


@click.group("threshold")
def threshold() -> None:
    """Make a key that any K of N trustees can use: certify, check, share, collect, take-in, assemble.

    Each member keeps her seed on her own machine; what is in DIR/threshold is public or encrypted.
    """


def _group(folder: Path) -> Group:
    return by_name(str(Folder(folder).draft()["group"]))


def _files(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / "threshold").glob(f"{kind}-*.json"), key=lambda path: int(path.stem.split("-")[1]))


def _certificates(folder: Path, group: Group) -> tuple[list[Signed], int]:
    found = [Signed.parse(group, read_json(path), path.name) for path in _files(folder, "certificate")]
    if not found:
        raise Unchecked(f"{folder / 'threshold'} holds no certificate yet (step 1: certify)")
    context = Certificate.parse(group, found[0], "certificate 1").context
    if len(found) != context.size:
        raise Unchecked(f"{len(found)} of {context.size} certificates are there; everybody certifies first")
    return found, context.threshold


def _own_index(folder: Path, group: Group, keys: Keys) -> int:
    own = power_of_g(engine_for(group, secret=True), keys.signing)
    for i, path in enumerate(_files(folder, "certificate"), 1):
        if Certificate.parse(group, Signed.parse(group, read_json(path), path.name), path.name).verification == own:
            return i
    raise Unchecked("this seed is none of the certified members'")


def _keys(group: Group, path: Path) -> Keys:
    return Keys.of_seed(group, read(path).decode("ascii", errors="replace").strip())


@threshold.command("certify")
@folder_argument
@click.option(
    "--threshold", "k", required=True, type=click.IntRange(1, 99), help="How many members are needed to decrypt."
)
@click.option("--size", required=True, type=click.IntRange(2, 100), help="How many members there are.")
@click.option("--index", required=True, type=click.IntRange(1, 100), help="Your number, from 1.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where your seed goes (default: DIR/secrets).",
)
@spoken
def certify_(folder: Path, k: int, size: int, index: int, secrets: Path | None) -> None:
    """Step 1: make your seed and publish a certificate of its keys."""
    if index > size:
        raise click.UsageError(f"--index {index} is above --size {size}")
    group, seed = _group(folder), random_seed()
    signed = certify(engine_for(group, secret=True), Keys.of_seed(group, seed), size=size, threshold=k, index=index)
    place = (secrets or folder / "secrets") / f"{wire.hex_digest(signed.message.encode())[:16]}.key"
    write_new(folder / "threshold" / f"certificate-{index}.json", wire.dump(signed.to_value()).encode())
    write_new(place, seed.encode(), secret=True)
    say(f"{folder / 'threshold' / f'certificate-{index}.json'}: {wire.fingerprint(signed.message.encode())}")
    tell(f"your seed: {place} (readable by you alone); without it your share is lost")


@threshold.command("check")
@folder_argument
@spoken
def check(folder: Path) -> None:
    """Step 2: check everybody's certificates, and compare their fingerprints aloud."""
    group = _group(folder)
    found, k = _certificates(folder, group)
    check_certificates(engine_for(group), found, k)
    for i, one in enumerate(found, 1):
        say(f"certificate {i}: {wire.fingerprint(wire.encode(one.message))}")
    say(f"{len(found)} certificates hold; {k} members will be needed to decrypt")


@threshold.command("share")
@folder_argument
@key_option
@spoken
def share(folder: Path, key: Path) -> None:
    """Step 3: make a share for everybody, encrypted to each."""
    group = _group(folder)
    keys = _keys(group, key)
    found, k = _certificates(folder, group)
    index = _own_index(folder, group, keys)
    made = share_out(engine_for(group, secret=True), keys, found, k)
    write_new(folder / "threshold" / f"polynomial-{index}.json", wire.dump(made.to_value()).encode())
    say(f"{folder / 'threshold' / f'polynomial-{index}.json'}: {len(made.secrets)} shares")


def _polynomials(folder: Path, group: Group, count: int) -> list[Polynomial]:
    paths = _files(folder, "polynomial")
    if len(paths) != count:
        raise Unchecked(f"{len(paths)} of {count} members have shared (step 3)")
    return [Polynomial.parse(group, read_json(path), path.name) for path in paths]


@threshold.command("collect")
@folder_argument
@spoken
def collect_(folder: Path) -> None:
    """Step 4: put together what is for each member."""
    group = _group(folder)
    found, _ = _certificates(folder, group)
    for index, intake in enumerate(collect(_polynomials(folder, group, len(found))), 1):
        write_new(folder / "threshold" / f"intake-{index}.json", wire.encode(wire.dump(intake.to_value())))
    say(f"{len(found)} files for the members are in {folder / 'threshold'}")


@threshold.command("take-in")
@folder_argument
@key_option
@spoken
def take_in_(folder: Path, key: Path) -> None:
    """Step 5: check every share that was made for you, and publish the key of their sum."""
    group = _group(folder)
    keys = _keys(group, key)
    found, k = _certificates(folder, group)
    index = _own_index(folder, group, keys)
    intake = Intake.parse(group, read_json(folder / "threshold" / f"intake-{index}.json"))
    made = take_in(engine_for(group, secret=True), keys, found, k, intake)
    write_new(folder / "threshold" / f"output-{index}.json", wire.encode(wire.dump(made.to_value(group))))
    say(f"{folder / 'threshold' / f'output-{index}.json'}: every share for member {index} holds")


@threshold.command("assemble")
@folder_argument
@spoken
def assemble_(folder: Path) -> None:
    """Step 6: put together the public outcome, threshold.json, and check it."""
    group = _group(folder)
    found, k = _certificates(folder, group)
    paths = _files(folder, "output")
    if len(paths) != len(found):
        raise Unchecked(f"{len(paths)} of {len(found)} members have taken in their shares (step 5)")
    outputs = [Output.parse(group, read_json(path)) for path in paths]
    made = assemble(engine_for(group), found, k, _polynomials(folder, group, len(found)), outputs)
    write_new(folder / "threshold.json", wire.encode(wire.dump(made.to_value(group))))
    say(f"{folder / 'threshold.json'}: {k} of {len(found)}")
