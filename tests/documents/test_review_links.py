"""What an office document loads when it is opened, however it says so: refused. What a click follows: taken."""

from __future__ import annotations

import pytest
from tests.documents import samples
from tests.documents.test_uploads import keep
from tests.nodes import TestNode

from aydyn.documents.errors import Unsafe

pytestmark = pytest.mark.django_db
DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
OUTSIDE = (
    "http://tracker.example/a.png",
    "file:///etc/passwd",
    "//host/share/a.png",
    "\\\\host\\a.png",
    "../../a.png",
    " HTTPS://x/",
)


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("element", ["draw:image", "text:section-source", "draw:floating-frame"])
def test_an_open_document_reaches_for_nothing(node: TestNode, element: str, address: str) -> None:
    with pytest.raises(Unsafe):
        keep(samples.odf(content=f'<{element} {DRAW} xlink:href="{address}"/>'))


def test_an_open_document_may_have_links_to_click_and_pictures_of_its_own(node: TestNode) -> None:
    content = (
        f'<text:p {DRAW}><text:a xlink:href="https://example.com/"/><draw:image xlink:href="Pictures/1.png"/></text:p>'
    )
    assert keep(samples.odf(content=content)).kind == "odt"


def test_a_table_asks_no_database_and_no_page(node: TestNode) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    for name in ("dbPr", "webPr", "olapPr"):
        part = f'<connections xmlns="{space}"><connection><{name}/></connection></connections>'
        with pytest.raises(Unsafe):
            keep(samples.archive(samples.docx_parts(main=samples.SHEET) | {"xl/connections.xml": part}))
