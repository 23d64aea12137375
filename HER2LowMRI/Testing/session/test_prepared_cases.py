"""The next case is made ready by a process of its own, and shown only while nothing that went into it has changed."""

import dataclasses
import os
import time

import numpy as np
import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.session import prepared_cases
from HER2LowMRILib.session.prepared_cases import PreparedCases
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.image_record import hash_images
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.prepared_case import CaseToPrepare, Order, carry_out, read_prepared
from slicer_session.small_images import write_small_series


@pytest.fixture
def folder(tmp_path):
    """The DICOM files of one small case."""
    write_small_series(tmp_path / "images", 1)
    return tmp_path / "images"


def case_of(folder, **changed):
    images = CaseImages(dwi=(folder,))
    images = dataclasses.replace(images, sha256=hash_images(images))
    return CaseToPrepare.of(images, FitOptions(**changed), FeatureSet())


@pytest.fixture
def order(folder, tmp_path):
    """What a process is told; carried out in this one where a test needs no other."""
    return Order(case_of(folder), tmp_path / "prepared.case", b"secret of this session")


def wait_until_ready(prepared, case, seconds=300):
    end = time.monotonic() + seconds
    while not prepared.is_ready(case):
        assert time.monotonic() < end, "nothing was prepared"
        prepared.prepare([case])
        time.sleep(0.05)


def test_what_another_process_prepared_is_what_opening_the_case_gives(folder, tmp_path):
    prepared, case = PreparedCases(tmp_path / "cache"), case_of(folder)
    wait_until_ready(prepared, case)
    found = prepared.take(case)
    made = maps_of_case(case.images, case.options, case.features, with_series=True).whole()
    assert found.provenance == made.provenance
    assert (found.notices, found.fit_notices, found.options) == (made.notices, made.fit_notices, made.options)
    assert found.series.b_values == made.series.b_values
    for name in made.names:
        np.testing.assert_array_equal(found.maps(name).values[name], made.maps(name).values[name])
        np.testing.assert_array_equal(found.maps(name).valid(name), made.maps(name).valid(name))
    for one, other in zip(found.series.images, made.series.images, strict=True):
        np.testing.assert_array_equal(one.array, other.array)
    np.testing.assert_array_equal(found.outside.mask, made.outside.mask)
    assert repr(found.quality) == repr(made.quality)
    # Given out once: the next time the images are read again.
    assert prepared.take(case) is None
    prepared.stop()


def test_no_content_of_an_image_or_name_of_a_file_is_in_the_name_or_the_arguments(folder, tmp_path):
    prepared, case = PreparedCases(tmp_path / "cache"), case_of(folder)
    wait_until_ready(prepared, case)
    (file,) = (tmp_path / "cache").rglob("*.case")
    assert "images" not in file.name
    assert file.parent.stat().st_mode & 0o077 == 0
    prepared.stop()
    assert not list((tmp_path / "cache").rglob("*"))


def _another_image(folder):
    file = sorted(folder.rglob("*.dcm"))[3]
    file.write_bytes(file.read_bytes()[:-2] + b"\0\0")


def _a_file_less(folder):
    sorted(folder.rglob("*.dcm"))[0].unlink()


def _a_file_more(folder):
    file = sorted(folder.rglob("*.dcm"))[0]
    (file.parent / "one-more.dcm").write_bytes(file.read_bytes())


@pytest.mark.parametrize("change", [_another_image, _a_file_less, _a_file_more])
def test_nothing_is_shown_of_images_that_changed_since(folder, order, change):
    carry_out(order)
    assert read_prepared(order) is not None
    change(folder)
    assert read_prepared(order) is None


def test_nothing_is_shown_with_other_settings(folder, order):
    carry_out(order)
    other = dataclasses.replace(order, case=case_of(folder, k_range=(0.0, 2.5)))
    assert other.case.key != order.case.key
    assert read_prepared(other) is None


def test_nothing_is_shown_of_another_version(folder, order, monkeypatch):
    carry_out(order)
    monkeypatch.setattr("HER2LowMRILib.workflow.prepared_case.__version__", "0.2.0")
    assert read_prepared(dataclasses.replace(order, case=case_of(folder))) is None


def test_nothing_is_shown_that_another_session_sealed(order):
    carry_out(order)
    assert read_prepared(dataclasses.replace(order, secret=b"another session")) is None


def test_a_file_with_a_flipped_bit_or_cut_short_is_not_used(order):
    rng = np.random.default_rng(12)
    carry_out(order)
    whole = order.file.read_bytes()
    for trial in range(60):
        content = bytearray(whole)
        if trial % 4 == 0:
            content = content[: rng.integers(len(content))]
        else:
            # As often in the head as in the voxels.
            content[rng.integers(len(content) if trial % 2 else 3000)] ^= 1 << rng.integers(8)
        order.file.write_bytes(content)
        assert read_prepared(order) is None
    order.file.write_bytes(whole)
    assert read_prepared(order) is not None


def test_images_that_are_not_those_that_were_added_are_not_prepared(folder, order):
    _another_image(folder)
    with pytest.raises(HER2LowMRIError, match="not those that were added"):
        carry_out(order)
    assert not order.file.exists()


def test_a_case_that_cannot_be_read_is_tried_once(folder, tmp_path):
    prepared, case = PreparedCases(tmp_path / "cache"), case_of(folder)
    _another_image(folder)
    prepared.prepare([case])
    prepared._working[1].wait()
    prepared.prepare([case])
    assert not prepared.is_working
    assert prepared.take(case) is None
    prepared.stop()


def test_cases_that_are_no_longer_wanted_are_erased(folder, tmp_path):
    write_small_series(tmp_path / "others", 2)
    prepared, one, other = PreparedCases(tmp_path / "cache"), case_of(folder), case_of(tmp_path / "others")
    wait_until_ready(prepared, one)
    wait_until_ready(prepared, other)
    assert not prepared.is_ready(one)
    prepared.stop()


def test_there_is_a_limit_to_what_is_kept(folder, tmp_path, monkeypatch):
    prepared, case = PreparedCases(tmp_path / "cache"), case_of(folder)
    wait_until_ready(prepared, case)
    prepared._working[1].wait()
    monkeypatch.setattr(prepared_cases, "KEPT_BYTES", 1000)
    prepared.prepare([case])
    prepared.prepare([case])
    assert not prepared.is_ready(case)
    assert not prepared.is_working
    prepared.stop()


def test_what_a_killed_session_left_is_erased_by_the_next(tmp_path):
    left = tmp_path / "cache" / "999999999-ab"
    running = tmp_path / "cache" / f"{os.getpid()}-cd"
    for each in (left, running):
        each.mkdir(parents=True)
        (each / "x.case").write_bytes(b"images")
    PreparedCases(tmp_path / "cache")
    assert not left.exists()
    assert running.exists()


def test_without_an_interpreter_nothing_is_prepared_and_nothing_breaks(folder, tmp_path):
    prepared = PreparedCases(tmp_path / "cache", python=str(tmp_path / "no such program"))
    case = case_of(folder)
    prepared.prepare([case])
    prepared.prepare([case])
    assert prepared.take(case) is None
    prepared.stop()
