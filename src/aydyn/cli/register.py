"""Words about the public register of a node: ``register export DIR``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from aydyn.cli.node import _data_option, _with_django
from aydyn.cli.output import Unchecked, print_json, tell
from aydyn.cli.progress import progress


@click.group()
def register() -> None:
    """The public register of a node."""


@register.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@_data_option
def export(folder: Path, as_json: bool, data: Path | None) -> None:
    """Write the public register into DIR as a searchable site of plain files, with the receipts of what it shows.

    DIR must be empty, not there yet, or an earlier export, which is replaced. The site needs no server and no network.
    """

    def work() -> Any:
        from aydyn.portal import exporting

        try:
            with progress("cases") as done:
                made = exporting.export_site(folder, done)
        except (exporting.NotOurs, exporting.NothingPublished) as error:
            raise Unchecked(str(error)) from None
        except OSError as error:
            raise Unchecked(f"{folder} cannot be written: {error.strerror}") from None
        if as_json:
            print_json({**asdict(made), "folder": str(made.folder)})
            return
        tell(
            f"{made.cases} cases, {made.receipts} receipts, {made.files} files ({made.size / 1e6:.1f} MB) in {made.folder}"
        )
        if made.without_receipt:
            tell(f"{made.without_receipt} acts are on no published checkpoint yet and have no receipt in it")
        tell(f"open {made.folder / 'index.html'} in a browser")

    _with_django(data, work)
