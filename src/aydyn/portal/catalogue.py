"""The node's catalogue of open data, in the terms of DCAT-AP 3.0 (W3C DCAT), as JSON-LD."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from aydyn.people import queries as people
from aydyn.portal import opendata, queries

EU = "http://publications.europa.eu/resource/authority/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_FORMATS = (
    ("portal:register-table", "CSV", "text/csv", _("Table, made at the moment it is asked for")),
    ("portal:register-lines", "JSON", "application/jsonl", _("JSON Lines, made at the moment it is asked for")),
    ("portal:data-parquet", "PARQUET", "application/vnd.apache.parquet", _("Parquet, made every night")),
    ("portal:register-feed", "ATOM", "application/atom+xml", _("Feed of the newest")),
)
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(site: str) -> dict[str, Any]:
    """The catalogue of a node at the address ``site``: one dataset, the register, in four distributions."""
    languages = [code for code, _name in settings.LANGUAGES]
    data = f"{site}{_path('portal:data')}"
    office = people.office_by_code(settings.AYDYN.office)
    publisher = {
        "@id": f"{site}/#office",
        "@type": "foaf:Agent",
        "foaf:name": [{"@language": code, "@value": name} for code, name in office.names.items()] if office else [],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{site}{_path('portal:data-catalogue')}",
        "@type": "dcat:Catalog",
        "dct:title": _texts(_("Open data of this office"), languages),
        "dct:description": _texts(_("Everything that the public register shows, for machines."), languages),
        "dct:publisher": publisher,
        "dct:language": [{"@id": f"{EU}language/{_EU_LANGUAGES[code]}"} for code in languages if code in _EU_LANGUAGES],
        "dct:license": {"@id": CC0},
        "foaf:homepage": {"@id": f"{site}/"},
        "dcat:dataset": [_dataset(site, data, publisher["@id"], languages)],
    }


_EU_LANGUAGES = {"tk": "TUK", "ru": "RUS", "en": "ENG"}


def _dataset(site: str, data: str, publisher: object, languages: list[str]) -> dict[str, Any]:
    made = queries.made_file()
    about: dict[str, Any] = {
        "@id": f"{data}#register",
        "@type": "dcat:Dataset",
        "dct:identifier": "register",
        "dct:title": _texts(_("Public register of cases"), languages),
        "dct:description": _texts(
            _("Every case that the law lets all see: number, office, dates and state from the first day; question and answer once published."),
            languages,
        ),
        "dct:publisher": {"@id": publisher},
        "dct:accrualPeriodicity": {"@id": f"{EU}frequency/CONT"},
        "dct:conformsTo": {"@id": f"{site}{_path('portal:data-dictionary')}"},
        "dcat:theme": {"@id": f"{EU}data-theme/GOVE"},
        "dcat:landingPage": {"@id": data},
        "dcat:distribution": [_distribution(site, *each, languages) for each in _FORMATS],
    }  # fmt: skip
    if made is not None:
        about["dct:modified"] = {"@type": "xsd:date", "@value": made.day.isoformat()}
    return about


def _distribution(site: str, name: str, kind: str, media: str, words: Any, languages: list[str]) -> dict[str, Any]:
    address = f"{site}{_path(name)}"
    about: dict[str, Any] = {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _texts(words, languages),
        "dct:format": {"@id": f"{EU}file-type/{kind}"},
        "dct:license": {"@id": CC0},
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
    }
    made = queries.made_file()
    if kind == "PARQUET" and made is not None:
        about["dcat:byteSize"] = {"@type": "xsd:nonNegativeInteger", "@value": str(made.size)}
        about["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": made.sha256,
        }
    return about


def _texts(words: Any, languages: list[str]) -> list[dict[str, str]]:
    return [{"@language": code, "@value": text} for code, text in opendata.in_languages(words, languages).items()]


def _path(name: str) -> str:
    """Addresses in the catalogue are those of one language, whoever asks: an identifier must not change with the reader."""
    with translation.override("en"):
        return reverse(name)
