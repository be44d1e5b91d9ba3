"""The example pack fits what the code expects of a pack."""

from __future__ import annotations

import tomllib

import pytest

from aydyn.kernel.packs import PackError, load_offices, load_pack, pack_dir, pack_file

PACK = load_pack("tm")
OFFICES = load_offices("tm")


def test_every_office_has_a_name_in_every_language_and_a_known_region() -> None:
    regions = {region.code for region in PACK.region}
    for office in OFFICES:
        assert set(office.name) == set(PACK.languages), office.code
        assert office.region is None or office.region in regions, office.code


def test_the_commissions_follow_the_country() -> None:
    velayats = [office for office in OFFICES if office.parent == "tm.cec"]
    assert {office.region for office in velayats} == {region.code for region in PACK.region}
    for office in OFFICES:
        if office.kind in ("etrap-commission", "city-commission"):
            above = next(each for each in velayats if each.code == office.parent)
            assert above.region == office.region


def test_an_office_stands_under_the_code_of_its_parent() -> None:
    for office in OFFICES:
        assert office.parent is None or office.code.startswith(office.parent + "."), office.code


def test_the_files_have_no_unknown_keys() -> None:
    known = {"code", "mark", "kind", "parent", "region", "geoname", "confirmed", "name", "short"}
    for office in tomllib.loads(pack_file("tm", "offices.toml").data.decode())["office"]:
        assert set(office) <= known


@pytest.mark.parametrize("name", ["", "..", "TM", "tm/../tm", "no-such-pack"])
def test_a_pack_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(PackError):
        pack_dir(name)


@pytest.mark.parametrize("name", ["../pack.toml", "/etc/passwd", "no.toml", "procedures"])
def test_only_files_of_the_pack_are_read(name: str) -> None:
    with pytest.raises(PackError):
        pack_file("tm", name)
