"""The tree and its tiles against a naive tree, at all sizes to 600 and at random large ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger import naive

from aydyn.ledger import merkle, tiles
from aydyn.ledger.errors import FormatError, ProofError, TreeError
from aydyn.ledger.tiles import TileAddress, TileBuilder, TreeReader

LARGE = 5_000


class Store(dict[TileAddress, bytes]):
    """Tiles in memory, partial ones kept as they were written."""

    def read(self, address: TileAddress) -> bytes:
        return self[address]


def grown(steps: list[int]) -> tuple[Store, TileBuilder]:
    store, builder, at = Store(), TileBuilder(), 0
    for step in steps:
        leaves = b"".join(merkle.leaf_hash(naive.leaf(number)) for number in range(at, at + step))
        made = builder.append(leaves)
        assert [address for address, _ in made] == list(tiles.tiles_of(at, at + step))
        store.update(made)
        at += step
    return store, builder


@pytest.fixture(scope="module")
def one_by_one() -> Store:
    return grown([1] * 600)[0]


@pytest.mark.parametrize("block", range(0, 600, 50))
def test_every_proof_of_every_size_to_600(one_by_one: Store, block: int) -> None:
    frontier = merkle.Frontier()
    frontier.extend(merkle.leaf_hash(naive.leaf(number)) for number in range(block))
    for size in range(block, block + 50):
        reader = TreeReader(size, one_by_one.read)
        root = naive.root(0, size)
        assert reader.root() == frontier.root() == root
        for index in range(0, size, 7):
            path = reader.inclusion(index)
            assert path == naive.path(index, 0, size)
            merkle.verify_inclusion(
                leaf=merkle.leaf_hash(naive.leaf(index)), index=index, size=size, root=root, path=path
            )
        for old in range(0, size + 1, 11):
            path = reader.consistency(old)
            assert path == (naive.proof(old, 0, size) if 0 < old < size else [])
            merkle.verify_consistency(old_size=old, old_root=naive.root(0, old), size=size, root=root, path=path)
        frontier.append(merkle.leaf_hash(naive.leaf(size)))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), steps=st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_large_trees_grown_in_any_steps(data: st.DataObject, steps: list[int]) -> None:
    store, builder = grown(steps)
    size = sum(steps)
    root = naive.root(0, size)
    reader = TreeReader(size, store.read)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert builder.root() == reader.root() == root
    assert reader.inclusion(index) == naive.path(index, 0, size)
    merkle.verify_consistency(
        old_size=old, old_root=naive.root(0, old), size=size, root=root, path=reader.consistency(old)
    )
    resumed = TileBuilder.resume(size, store.read)
    assert (resumed.size, [edge for edge in resumed.edges if edge]) == (size, [edge for edge in builder.edges if edge])
    assert resumed.root() == root


def test_a_large_tree_has_three_levels_of_tiles() -> None:
    store, _ = grown([65_536 + 300])
    assert {address.level for address in store} == {0, 1, 2}
    assert TreeReader(65_836, store.read).root() == naive.root(0, 65_836)


@given(st.integers(1, 200), st.data())
def test_a_changed_proof_or_claim_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = naive.path(index, 0, size)
    leaf, root = merkle.leaf_hash(naive.leaf(index)), naive.root(0, size)
    wrong = [[*path, root], [merkle.EMPTY_ROOT, *path]]
    for place, value in enumerate(path):
        wrong += [
            path[:place] + path[place + 1 :],
            [*path[:place], bytes([value[0] ^ 1]) + value[1:], *path[place + 1 :]],
        ]
    for changed in wrong:
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf=leaf, index=index, size=size, root=root, path=changed)
    for other in {index + 1, index - 1, size} - {index}:
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf=leaf, index=other, size=size, root=root, path=path)


@given(st.integers(1, 200), st.data())
def test_a_changed_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = naive.proof(old, 0, size) if old < size else []
    good = {"old_size": old, "old_root": naive.root(0, old), "size": size, "root": naive.root(0, size), "path": path}
    merkle.verify_consistency(**good)
    changes = [{"path": [*path, merkle.EMPTY_ROOT]}, {"root": bytes(32)}, {"old_root": bytes(32)}]
    changes += [{"path": path[:-1]}] if path else []
    for change in changes:
        with pytest.raises(ProofError):
            merkle.verify_consistency(**{**good, **change})


def test_the_empty_tree() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    merkle.verify_consistency(old_size=0, old_root=merkle.EMPTY_ROOT, size=3, root=naive.root(0, 3), path=[])
    with pytest.raises(ProofError):
        merkle.verify_consistency(old_size=0, old_root=bytes(32), size=3, root=naive.root(0, 3), path=[])
    with pytest.raises(TreeError):
        TreeReader(0, Store().read).inclusion(0)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (TileAddress(0, 273), "tile/0/273"),
        (TileAddress(1, 0, 17), "tile/1/000.p/17"),
        (TileAddress(-1, 1_234_067), "tile/entries/x001/x234/067"),
        (TileAddress(0, 1_000, 112), "tile/0/x001/000.p/112"),
    ],
)
def test_paths_as_in_the_specification(address: TileAddress, path: str) -> None:
    assert address.path() == path
    assert TileAddress.from_path(path) == address


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/27", "tile/00/273", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/x000/000",
        "tile/0/1000", "tile/-1/000", "tile/0/000/", "tile/0/../000", "tile/data/000", "tile/0/٠٠٠", "tile/0/000.p/", "",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)  # fmt: skip
def test_malformed_paths_are_refused(path: str) -> None:
    with pytest.raises(FormatError):
        TileAddress.from_path(path)


def test_only_tiles_that_a_size_implies_are_served() -> None:
    assert tiles.is_served(TileAddress(0, 273, 112), 70_000)
    assert tiles.is_served(TileAddress(2, 0, 1), 70_000)
    for address in (TileAddress(0, 273, 111), TileAddress(0, 273), TileAddress(1, 1, 16), TileAddress(0, 274, 1)):
        assert not tiles.is_served(address, 70_000)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_round_trip(entries: list[bytes]) -> None:
    data = tiles.encode_bundle(entries)
    assert tiles.split_bundle(data, len(entries)) == entries
    for cut in {1, 2, 3} if data else set():
        with pytest.raises(FormatError):
            tiles.split_bundle(data[:-cut] + b"", len(entries))


def test_an_entry_of_65536_bytes_is_refused() -> None:
    with pytest.raises(FormatError):
        tiles.encode_bundle([bytes(65_536)])


@given(st.integers(0, 400))
def test_a_frontier_survives_storage(size: int) -> None:
    frontier = merkle.Frontier()
    frontier.extend(merkle.leaf_hash(naive.leaf(number)) for number in range(size))
    again = merkle.Frontier.from_bytes(size, frontier.to_bytes())
    assert again.root() == naive.root(0, size)
    with pytest.raises(FormatError):
        merkle.Frontier.from_bytes(size + 1, frontier.to_bytes() + bytes(320))
