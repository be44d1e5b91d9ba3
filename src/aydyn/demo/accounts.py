"""The accounts of a demonstration node: who they are, and the one password that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "aydyn-demo-2026"  # noqa: S105  # printed to everyone who starts a demonstration
COMMISSION = "tm.cec"
VELAYAT = "tm.cec.mary"


@dataclass(frozen=True)
class Account:
    """One account; ``role`` and ``office`` are empty for a citizen."""

    email: str
    what: str
    role: str
    office: str
    language: str
    name: str


ACCOUNTS = (
    Account("head@demo.example", "head of the Central Election Commission: grants mandates, sees the load", "head", COMMISSION, "tk", "Ogulgerek Durdyýewa"),
    Account("registrar@demo.example", "registrar of the commission: assigns and transfers cases", "registrar", COMMISSION, "ru", "Наталья Седова"),
    Account("officer@demo.example", "officer of the commission: answers cases", "officer", COMMISSION, "tk", "Kerim Amanow"),
    Account("officer2@demo.example", "another officer of the commission", "officer", COMMISSION, "ru", "Тимур Орлов"),
    Account("publisher@demo.example", "publisher of the commission: checks answers and publishes them", "publisher", COMMISSION, "tk", "Jeren Hojamyradowa"),
    Account("mary@demo.example", "head of the Mary velayat commission, where everything is in one hand", "head", VELAYAT, "tk", "Maýsa Rejepowa"),
    Account("citizen@demo.example", "a citizen with two cases of her own", "", "", "tk", "Aýna Annaýewa"),
)  # fmt: skip

ELSEWHERE = Account(
    "elsewhere@demo.example", "holds the mandates of all other offices; nobody signs in here", "head", "", "tk", "Begenç Nazarow"
)  # fmt: skip
