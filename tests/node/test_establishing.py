"""Setting up a node: what is made once, and that local witnesses listen where the settings say."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from aydyn.kernel import config
from aydyn.kernel.errors import ConfigurationError
from aydyn.node import establishing


def test_a_data_directory_is_made_once_and_keeps_its_origin(tmp_path: Path) -> None:
    data = tmp_path / "var"
    establishing.prepare_data(data, port=9000, demo=True)
    first = config.load(data)
    establishing.prepare_data(data, port=9500, demo=False)
    assert config.load(data) == first
    assert first.origin.endswith("/demo")
    assert stat.S_IMODE((data / "witness-1").stat().st_mode) & 0o077 == 0


def test_local_witnesses_listen_where_the_settings_say_whatever_port_the_node_has(tmp_path: Path) -> None:
    data = tmp_path / "var"
    establishing.prepare_data(data, port=9000, demo=False)
    establishing.prepare_data(data, port=9500, demo=False)
    assert [one.port for one in establishing.local_witnesses(config.load(data))] == [9101, 9102]


def test_a_witness_elsewhere_is_not_started_here(tmp_path: Path) -> None:
    data = tmp_path / "var"
    establishing.prepare_data(data, port=9000, demo=False)
    settings = (data / "node.toml").read_text("utf-8").replace("http://127.0.0.1:9101", "https://witness.example")
    (data / "node.toml").write_text(settings, "utf-8")
    assert [one.port for one in establishing.local_witnesses(config.load(data))] == [9102]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("origin = 3", "origin"),
        ("nonsense = 1", "unknown settings: nonsense"),
        ("quorum = 9", "quorum"),
        ("[[witness]]\nname = 'x'", "a witness has"),
        ("origin = ", "not a TOML file"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "node.toml").write_text(line + "\n", "utf-8")
    with pytest.raises(ConfigurationError, match=said):
        config.load(tmp_path)


def test_a_file_where_the_directory_should_be_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigurationError, match="give another with --data"):
        establishing.prepare_data(tmp_path / "file" / "var", port=9000, demo=False)
