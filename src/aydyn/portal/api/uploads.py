"""Files on their way into a case: sent first, named in answers and steps afterwards, by who sent them and nobody else.

The name that a program gets is signed for the holder of the key: another person's name of a file opens nothing, and the
server keeps no list of who sent what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from aydyn.cases.errors import BadForm
from aydyn.documents import queries as documents
from aydyn.documents.models import File
from aydyn.kernel.errors import Message
from aydyn.people.models import Person

SALT = "aydyn.api.file"
GONE = _(
    "One of these files is not here: it was never sent with a key of yours, was sent in already, or is older than a week."
)
NOT_A_LIST = _("Name files by a list of the ids that sending them gave.")


def name_of(person: Person, public_id: str) -> str:
    """How a person's program names a file that it has sent."""
    return _signer(person).sign(public_id)


def public_id_of(person: Person, name: str) -> str | None:
    """Which file a person's program names; None if the name is not hers."""
    try:
        return _signer(person).unsign(name)
    except signing.BadSignature:
        return None


def _signer(person: Person) -> signing.Signer:
    return signing.Signer(salt=f"{SALT}.{person.pk}", sep=".")


def names_in(field: str, given: Any) -> list[str]:
    """The names of files that an answer gives: a list of them, or one. Raises BadForm."""
    names = [given] if isinstance(given, str) and given else given or []
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise BadForm({field: NOT_A_LIST})
    return names


def files_of(person: Person, given: Mapping[str, Any]) -> dict[str, Sequence[File]]:
    """Field → files that wait to be sent in. Raises BadForm with every field that names something else."""
    found: dict[str, Sequence[File]] = {}
    problems: dict[str, Message] = {}
    for field, value in given.items():
        try:
            found[field] = _waiting(person, field, names_in(field, value))
        except BadForm as refused:
            problems |= refused.problems
    if problems:
        raise BadForm(problems)
    return found


def _waiting(person: Person, field: str, names: list[str]) -> list[File]:
    wanted = [public_id_of(person, name) for name in names]
    known = documents.uploads_by_id([each for each in wanted if each is not None])
    if len(known) != len(names) or len(set(wanted)) != len(wanted):
        raise BadForm({field: GONE})
    return known
