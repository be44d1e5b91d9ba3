"""Filing by a program: a file first, then the case that names it; the same key files the same case once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from aydyn.cases import actions
from aydyn.cases.errors import BadForm
from aydyn.cases.models import Case
from aydyn.documents import actions as documents
from aydyn.documents.bounds import MAX_FILES
from aydyn.kernel.limits import limits
from aydyn.portal.api import following, sending, uploads
from aydyn.portal.api.cases import router as register  # one address has all its methods in one router
from aydyn.portal.api.keys import FILE, person_of
from aydyn.portal.api.problems import WITH_BODY, WITH_KEY, TooOften, WrongMedia, outcomes

HOUR = 3600
UPLOADS_AN_HOUR = 120
MULTIPART = "multipart/form-data"
router = Router()

FileId = Annotated[str, Field(max_length=100)]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", pattern="^[!-~]{1,64}$", description="1 to 64 printable characters, new for each case")
]  # fmt: skip


class FileOut(Schema):
    """A file that waits to be named in a case: ``id`` is good for who sent it, until ``expires``."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    expires: datetime


class NewCase(Schema):
    """A case to be filed; answers and asker as the procedure's JSON Schemas say. Without an office it goes to the usual one."""

    model_config = ConfigDict(extra="forbid")

    procedure: Annotated[str, Field(max_length=60)]
    office: Annotated[str, Field(max_length=64)] | None = None
    answers: dict[str, Any]
    asker: dict[str, Any] = {}
    organisation: Annotated[str, Field(max_length=40)] | None = None
    language: Annotated[str, Field(max_length=8)] | None = None


class Links(Schema):
    """Where to go on: addresses on this site."""

    case: str
    receipt: str
    page: str


class FiledOut(Schema):
    """What was filed; ``position`` is null until a published checkpoint of the ledger covers it."""

    number: str
    office: str
    due: date | None
    owed: int
    held: bool
    position: int | None
    links: Links


class StepIn(Schema):
    """What a step asks for; what it does not ask for is left out."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=20_000)] = ""
    words: Annotated[str, Field(max_length=20_000)] = ""
    verdict: Literal["", "yes", "partly", "no"] = ""
    files: Annotated[list[FileId], Field(max_length=MAX_FILES)] = []


class TakenOut(Schema):
    """A step that was taken, and where the case stands now."""

    number: str
    seq: int
    act: str
    day: date
    state: str
    open: bool
    due: date | None
    links: Links


UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
    }
}
LINKED: dict[str, Any] = {
    "responses": {
        status: {
            "headers": {"Location": {"schema": {"type": "string"}}},
            "links": {
                "case": {"operationId": "my_case", "parameters": {"number": "$response.body#/number"}},
                "withdraw": {
                    "operationId": "take_step",
                    "parameters": {"number": "$response.body#/number", "step": "withdraw"},
                },
            },
        }
        for status in (200, 201)
    }
}


@router.post(
    "/files", response=outcomes({201: FileOut}, *WITH_KEY, *WITH_BODY), auth=FILE, operation_id="keep_file",
    summary="Send a file", openapi_extra=UPLOAD, url_name="keep_file",
)  # fmt: skip
def keep_file(request: HttpRequest) -> Any:
    """Send one file, to be named in the answers of a case or in a step within a week.

    Its type is told from its bytes; photos lose their metadata. What could do something by itself is refused.
    """
    if request.content_type != MULTIPART:
        raise WrongMedia(MULTIPART)
    person = person_of(request)
    if not limits.allow("api-upload", f"person {person.pk}", times=UPLOADS_AN_HOUR, seconds=HOUR):
        raise TooOften(HOUR)
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise BadForm({"file": _("Send one file under the name “file”.")})
    kept = documents.keep_upload(upload=upload)
    return Status(
        201,
        {
            "id": uploads.name_of(person, kept.public_id), "name": kept.name, "type": kept.media_type, "size": kept.size,
            "sha256": kept.sha256, "expires": kept.expires,
        },
    )  # fmt: skip


@register.post(
    "/cases", response=outcomes({200: FiledOut, 201: FiledOut}, *WITH_KEY, *WITH_BODY), auth=FILE,
    operation_id="file_case", tags=["filing"], summary="File a case", openapi_extra=LINKED,
)  # fmt: skip
def file_case(request: HttpRequest, response: HttpResponse, body: NewCase, idempotency_key: IdempotencyKey) -> Any:
    """File a case in the name of the key's holder, or of an organisation that she represents.

    Sent once more with the same Idempotency-Key within half an hour it answers 200 with the same case; another body
    under that key is refused with 409.
    """
    person = person_of(request)
    wanted = sending.Wanted(
        person=person, procedure=body.procedure, office=body.office, answers=body.answers, asker=body.asker,
        organisation=body.organisation, language=body.language or person.language, key=idempotency_key,
    )  # fmt: skip
    case, new = sending.send(wanted)
    response["Location"] = following.links_of(case)["case"]
    return Status(201 if new else 200, _filed(case))


def _filed(case: Case) -> dict[str, Any]:
    return {
        "number": case.number, "office": case.office.code, "due": case.due, "owed": case.owed, "held": case.held,
        "position": following.position_of_filing(case), "links": following.links_of(case),
    }  # fmt: skip


@router.post(
    "/my/cases/{number}/steps/{step}", response=outcomes({201: TakenOut}, *WITH_KEY, *WITH_BODY), auth=FILE,
    operation_id="take_step", summary="Do something in a case of one's own",
)  # fmt: skip
def take_step(request: HttpRequest, number: str, step: str, body: StepIn) -> Any:
    """Supplement, add, withdraw, reopen, appeal or rate, as the procedure's steps by “asker” allow.

    409 if the case as it stands does not allow it; nothing is changed then.
    """
    person = person_of(request)
    case = following.own_case(person, number)
    files = uploads.files_of(person, {"files": body.files})["files"]
    data = actions.StepData(reason=body.reason, words=body.words, verdict=body.verdict, files=files)
    event = actions.take_asker_step(case=case, step=step, data=data)
    now = following.own_case(person, number)
    taken = {
        "number": now.number, "seq": event.seq, "act": event.act, "day": event.day, "state": now.state, "open": now.open,
        "due": now.due, "links": following.links_of(now, event.seq),
    }  # fmt: skip
    return Status(201, taken)
