"""No input makes a reader wait for ever, follow a link to elsewhere, or fill the memory."""

import gzip
import hashlib
import io
import os
import socket
import zlib

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError, StudyError
from HER2LowMRILib.files.budget import (
    LARGEST_CLAIM,
    MemoryBudget,
    inflated_pieces,
    lies_inside,
    open_regular,
    read_at_most,
    sha256_of,
    size_text,
)


def pipe(folder):
    os.mkfifo(folder / "dwi.nrrd")
    return folder / "dwi.nrrd"


def link_to_device(folder):
    (folder / "dwi.nrrd").symlink_to("/dev/zero")
    return folder / "dwi.nrrd"


def listening_socket(folder):
    here = socket.socket(socket.AF_UNIX)
    here.bind(str(folder / "s"))
    here.close()
    return folder / "s"


def link_to_itself(folder):
    (folder / "dwi.nrrd").symlink_to("dwi.nrrd")
    return folder / "dwi.nrrd"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(
    "make",
    [pipe, link_to_device, listening_socket, link_to_itself, lambda f: f, lambda f: f / "none"],
    ids=["pipe", "endless device", "socket", "link to itself", "folder", "missing"],
)
def test_only_regular_files_are_opened(tmp_path, make):
    """A pipe without a writer would be waited for until somebody writes; /dev/zero never ends."""
    path = make(tmp_path)
    for read in (open_regular, sha256_of, lambda place, error: read_at_most(place, 10, error)):
        with pytest.raises(StudyError) as caught:
            read(path, StudyError)
        assert str(tmp_path.parent) not in str(caught.value)


def test_a_file_is_read_and_hashed(tmp_path):
    content = np.random.default_rng(1).bytes(3_000_001)
    (tmp_path / "a").write_bytes(content)
    assert read_at_most(tmp_path / "a", len(content)) == content
    assert sha256_of(tmp_path / "a") == hashlib.sha256(content).hexdigest()
    with pytest.raises(ImageError, match="too long"):
        read_at_most(tmp_path / "a", len(content) - 1)


def test_a_link_that_leads_out_of_the_folder_is_seen(tmp_path):
    inside, outside = tmp_path / "case", tmp_path / "other"
    inside.mkdir(), outside.mkdir()
    (outside / "dwi.raw").write_bytes(b"x")
    (inside / "here.raw").write_bytes(b"x")
    (inside / "link.raw").symlink_to(outside / "dwi.raw")
    (inside / "folder").symlink_to(outside)
    (inside / "near.raw").symlink_to(inside / "here.raw")
    (inside / "loop").symlink_to(inside / "loop")
    assert lies_inside(inside / "here.raw", inside) and lies_inside(inside / "near.raw", inside)
    for name in ("link.raw", "folder/dwi.raw", "../other/dwi.raw", "loop", "/dev/zero"):
        assert not lies_inside(inside / name, inside), name


def test_a_small_file_is_not_believed_when_it_claims_much():
    MemoryBudget().take(100 * 2**20, 100_000, "a")
    for claimed, held in ((225 * 2**20, 300_000), (2 * 2**30, 10**7), (2**40, 2**39), (10**30, 10)):
        with pytest.raises(ImageError, match="damaged or too large"):
            MemoryBudget().take(claimed, held, "voi.seg.nrrd")
    # A large file that holds what it says.
    MemoryBudget().take(3 * 2**30, 2**30, "dwi.nrrd")
    assert LARGEST_CLAIM == 8 * 2**30


def test_many_small_files_are_counted_together():
    budget = MemoryBudget()
    with pytest.raises(ImageError, match="file 3"):
        for number in range(1, 100):
            budget.take(50 * 2**20, 10_000, f"file {number}")


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_unpacked_in_pieces_members_and_padding_too(members):
    content = np.random.default_rng(2).integers(0, 3, 2_500_000, np.uint8).tobytes()
    packed = b"".join(gzip.compress(content) for _ in range(members)) + b"\0" * 7
    pieces = list(inflated_pieces(io.BytesIO(packed), 31))
    assert max(map(len, pieces)) <= 2**20
    assert b"".join(pieces) == members * content


@pytest.mark.parametrize(
    "damage", [lambda p: p[:-9], lambda p: p[: len(p) // 2], lambda p: b"", lambda p: b"xyz"]
)
def test_a_torn_stream_is_told(damage):
    packed = gzip.compress(np.random.default_rng(3).bytes(5000))
    with pytest.raises(zlib.error):
        list(inflated_pieces(io.BytesIO(damage(packed)), 31))


def test_sizes_are_said_in_words():
    assert [size_text(n) for n in (12, 12_000, 225 * 2**20, 2**31, 2**41)] == [
        "12 bytes",
        "12 kB",
        "225 MiB",
        "2 GiB",
        "2,048 GiB",
    ]
