"""Subgroups of prime order q of the integers modulo a prime p of 2048 bits (docs/spec/election-archive.md §2.1, §2.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from typing_extensions import override

from aydyn.evote.errors import FormatError, UnsupportedError
from aydyn.evote.groups import Group, number

BELENIOS_P = int(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433812906663313"
    "8078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980"
    "0307904916540637771737641986785272734744763418356000356983051931442845617019110007867373073335641239717328979132"
    "4047457883446826065232797464795113767265869358218004631792207366886005262718636338608879688212076943236614949100"
    "2923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507"
    "711827842317498073276598828825169183103125680162072880719"
)
BELENIOS_Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441
BELENIOS_G = int(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298"
    "7493890950838965734256019006010684771644917354741372831046104586813145117816467554005274028898461398645326612150"
    "5579709716201616827031288643245666383486363578210615491841998253431518974065818686865115135857641013888221539601"
    "6043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173"
    "4951942489677540525736590494924776314759915751987751777114814909204566002054781270547282381409725186398583341157"
    "00568353695553423781475582491896050296680037745308460627"
)
RFC_3526_P = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)


class FiniteField(Group):
    """The subgroup of order q of ``F_p*``; an element is its residue."""

    size = 256

    def __init__(self, name: str, p: int, q: int, g: int, *, padding: int = 0, bits_per_int: int = 0) -> None:
        self.name = name
        self.p = p
        self.q = q
        self.g = g
        self.one = 1
        self.padding = padding
        self.bits_per_int = bits_per_int
        self.max_ints = (p.bit_length() - padding) // bits_per_int if bits_per_int else 0

    @override
    def text(self, element: int) -> str:
        return str(element)

    @override
    def parse(self, value: object, what: str = "an element") -> int:
        return number(value, self.p, what)

    @override
    def mul(self, a: int, b: int) -> int:
        return a * b % self.p

    @override
    def inverse(self, a: int) -> int:
        return pow(a, -1, self.p)

    @override
    def power(self, a: int, exponent: int) -> int:
        return pow(a, exponent, self.p)

    @override
    def contains(self, element: int) -> bool:
        return 0 < element < self.p and pow(element, self.q, self.p) == 1

    @override
    def vanishes(self, element: int) -> bool:
        if self.contains(element):  # the shorter power, which is enough for nearly all
            return element == 1
        return element % self.p == 0 or pow(element, (self.p - 1) // self.q, self.p) == 1

    @override
    def of_ints(self, values: Sequence[int]) -> int:
        packed = self._pack(values)
        for candidate in range(packed, packed + (1 << self.padding)):
            if self.contains(candidate):
                return candidate
        raise FormatError("embedding-range", "no element carries these numbers", section="§2.5")

    @override
    def to_ints(self, count: int, element: int) -> list[int]:
        if not self.max_ints:
            raise UnsupportedError("embedding", f"{self.name} carries no numbers", section="§2.5")
        return self._unpack(count, element)

    @override
    def generator(self, index: int) -> int:
        seed = int(hashlib.sha256(f"ggen|{index}".encode()).hexdigest(), 16)
        return pow(seed, (self.p - 1) // self.q, self.p)

    @override
    def order_key(self, element: int) -> int | bytes:
        return element


def belenios_2048() -> FiniteField:
    """A subgroup of 256-bit order, without embedding of integers."""
    return FiniteField("BELENIOS-2048", BELENIOS_P, BELENIOS_Q, BELENIOS_G)


def rfc_3526_2048() -> FiniteField:
    """Group 14 of RFC 3526: the quadratic residues modulo a safe prime."""
    return FiniteField("RFC-3526-2048", RFC_3526_P, (RFC_3526_P - 1) // 2, 2, padding=8, bits_per_int=8)
