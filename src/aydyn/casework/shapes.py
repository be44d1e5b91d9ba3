"""How data files are read: strict models, texts in several languages, and errors that teach.

Every model forbids unknown keys, so that a misspelt key is an error and not a silent default.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple, TypeGuard, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from aydyn.casework.errors import DataError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

LANGUAGES = ("tk", "ru", "en")
"""The languages in which every text of a pack must be there, the official one first."""

MAX_BYTES = 512 * 1024
"""No data file that a person wrote is larger."""

Many = Annotated[tuple[T, ...], Field(strict=False)]
"""A TOML array, kept as a tuple: a loaded file never changes."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name for machines: lower-case letters, digits and single hyphens."""


class Strict(BaseModel):
    """The base of every model here: no unknown keys, no silent conversions, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Words(dict[str, str]):
    """The words of one text by language; a class of its own, so that every text of a file can be found and checked."""


def _filled(texts: dict[str, str]) -> Words:
    for language, text in texts.items():
        if not text.strip():
            raise ValueError(f"the text in language “{language}” is empty")
    return Words(texts)


Texts = Annotated[dict[str, str], AfterValidator(_filled)]
"""One text in several languages: language → words."""


class Wording(NamedTuple):
    """A text and the language that it is really in, so that a page can mark a fallback instead of hiding it."""

    text: str
    language: str


def wording(texts: Mapping[str, str], language: str) -> Wording:
    """Return the text in `language`, else in the first language there is, saying which."""
    if language in texts:
        return Wording(texts[language], language)
    first = next(iter(texts))
    return Wording(texts[first], first)


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file's exact bytes as the record states it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read(model: type[M], data: bytes, name: str, languages: Sequence[str] = LANGUAGES) -> M:
    """Parse TOML bytes into `model`, or raise a DataError for the first thing that is wrong."""
    return validate(model, parse_toml(data, name), name, languages)


def parse_toml(data: bytes, name: str) -> dict[str, object]:
    """Read TOML from a file's bytes, or raise a DataError."""
    if len(data) > MAX_BYTES:
        raise DataError(name, "", f"the file has {len(data)} bytes", f"at most {MAX_BYTES} are read")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(name, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(name, "", f"not valid TOML: {error}", "correct the file at that place") from error


def validate(model: type[M], raw: dict[str, object], name: str, languages: Sequence[str] = LANGUAGES) -> M:
    """Make `model` of what a file says, every text in all `languages`, or raise a DataError for the first thing wrong."""
    try:
        made = model.model_validate(raw)
    except ValidationError as error:
        raise _explain(error, raw, name) from None
    for key, texts in _texts_in(made, ""):
        missing = [language for language in languages if language not in texts]
        if missing:
            raise DataError(name, key, f"no text in {', '.join(missing)}", f"give it in {', '.join(languages)}")
    return made


def _texts_in(value: object, key: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield key, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _texts_in(getattr(value, name), f"{key}.{field.alias or name}".lstrip("."))
    elif _is_many(value):
        for index, item in enumerate(value):
            yield from _texts_in(item, f"{key}.{_called(item) or index + 1}")


def _is_many(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _called(item: object) -> str:
    for attribute in ("code", "name"):
        found = item.get(attribute) if isinstance(item, dict) else getattr(item, attribute, None)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(found, str):
            return found
    return ""


_REMEDIES = {
    "missing": ("this key is missing", "add it"),
    "extra_forbidden": ("there is no such key", "remove it, or correct its spelling"),
    "string_type": ("this must be a text", "put it in quotation marks"),
    "int_type": ("this must be a whole number", "write it without quotation marks and without a point"),
    "bool_type": ("this must be yes or no", "write true or false, without quotation marks"),
    "tuple_type": ("this must be a list", "put it in square brackets"),
    "dict_type": ("this must be a table", "write key = value pairs"),
    "model_type": ("this must be a table", "write key = value pairs"),
}


def _explain(error: ValidationError, raw: object, name: str) -> DataError:
    # A misspelt key is told before the one that is missing because of it.
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    kind, context = first["type"], first.get("ctx", {})
    key = _dotted(first["loc"], raw)
    if kind in _REMEDIES:
        problem, remedy = _REMEDIES[kind]
    elif kind == "literal_error":
        problem, remedy = (
            f"“{first['input']}” is not one of the words for it",
            f"write one of {context.get('expected')}",
        )
    elif kind == "string_pattern_mismatch":
        problem, remedy = f"“{first['input']}” has a wrong form", f"it must match {context.get('pattern')}"
    elif kind == "value_error":
        problem, _, remedy = str(context.get("error")).partition("; ")
        remedy = remedy or "correct it"
    else:
        problem, remedy = first["msg"], "correct it"
    return DataError(name, key, problem, remedy)


def _dotted(location: tuple[int | str, ...], raw: object) -> str:
    """Name a place in the file; an item of a list is called by its own code or name, or counted from one."""
    names: list[str] = []
    here: object = raw
    for part in location:
        if isinstance(here, dict) and isinstance(part, str):
            here = here.get(part)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            names.append(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):  # pyright: ignore[reportUnknownArgumentType]
            here = here[part]  # pyright: ignore[reportUnknownVariableType]
            names.append(_called(here) or str(part + 1))  # pyright: ignore[reportUnknownArgumentType]
        else:
            names.append(str(part + 1 if isinstance(part, int) else part))
    return ".".join(names)
