"""The power is cut while a reader saves, on real file systems: what was acknowledged is on the disk.

The file system lies in a file, mounted as a disk (Linux, as root). What was handed to the disk is in that file, what is
still in memory is not: a copy of it, mounted again, is what a computer finds after the power came back.
"""

import os
import shutil
import subprocess
import sys

import pytest
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from study.made_up_study import made_up_study
from study.test_study_faults import kill_while_saving

# How it is made, and the smallest it can be [MiB].
FILE_SYSTEMS = {
    "ext4": (("mkfs.ext4", "-q", "-F"), 64),
    "xfs": (("mkfs.xfs", "-q", "-f"), 320),
    "btrfs": (("mkfs.btrfs", "-q", "-f"), 128),
}
can_mount = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("losetup") is not None
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not can_mount, reason="only root can mount a disk in a file, on Linux"),
]


class Disk:
    """A file system in a file, whose power can be cut."""

    def __init__(self, kind, folder):
        command, mib = FILE_SYSTEMS[kind]
        if shutil.which(command[0]) is None:
            pytest.skip(f"there is no {command[0]}")
        self.image, self.place = folder / "disk", folder / "mounted"
        self.place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(mib * 2**20)
        _run(*command, self.image)
        self.mount()

    def mount(self):
        _run("mount", "-o", "loop", self.image, self.place)

    def unmount(self):
        _run("umount", self.place)

    def cut_power(self):
        """Go back to what is on the disk; what is in memory only is lost."""
        left = self.image.with_name("left")
        _run("cp", "--sparse=always", self.image, left)
        self.unmount()
        left.replace(self.image)
        self.mount()


def _run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"{command[0]}: {done.stderr}")


@pytest.fixture(params=FILE_SYSTEMS)
def disk(request, tmp_path):
    made = Disk(request.param, tmp_path)
    yield made
    made.unmount()


def test_what_was_never_flushed_is_lost(disk):
    """Else the cut is none, and what follows shows nothing."""
    (disk.place / "flushed").write_text("a")
    fd = os.open(disk.place / "flushed", os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    (disk.place / "not flushed").write_text("b" * 10_000)
    disk.cut_power()
    assert (disk.place / "flushed").read_text() == "a"
    lost = disk.place / "not flushed"
    assert not lost.exists() or lost.read_text() != "b" * 10_000


def test_nothing_acknowledged_is_lost_when_the_power_is_cut(disk, tmp_path):
    contents = [b"NRRD0004 synthetic %d\n" % number + os.urandom(100_000) for number in range(3)]
    files = []
    for number, content in enumerate(contents):
        files.append(tmp_path / f"{number}.seg.nrrd")
        files[-1].write_bytes(content)

    def save(case, number):
        if number % 2:
            case.save_voi_file(files[number // 2 % 3])
        case.set_comment(f"{number}")

    saved, before = 0, None
    for seed in range(90):
        if seed % 30 == 0:
            shutil.rmtree(disk.place / "study", ignore_errors=True)
            study = made_up_study(disk.place / "study", cases=1)
            os.sync()
            before = None
        last = kill_while_saving(study, seed, save)
        disk.cut_power()
        saved += last
        with open_study(disk.place / "study").reader("r1", take_over=True) as view:
            case = view.open_case("P1")
            found = int(case.comment or 0)
            assert found in (last, last + 1), f"cut {seed}: acknowledged {last}, found {found}"
            voi = case.voi_path.read_bytes() if case.voi_path is not None else None
            # The VOI of the change that was going on may have reached the disk before its comment.
            at = [number // 2 % 3 for number in range(max(last - 1, 0), last + 2) if number % 2]
            assert voi in [contents[one] for one in at] or (voi == before and last == 0), f"cut {seed}"
            before = voi
            case.set_comment("0")
        if (seed + 1) % 30 == 0:
            assert check_study(study).findings == ()
    assert saved > 90, "the power was cut before any save"
    print(f"90 power cuts, {saved} acknowledged saves")
