"""Hanging protocols: the default fits the form, wrong ones are refused, a view falls back where an image is missing."""

import json

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.display_window import display_window
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import load_lexicon
from HER2LowMRILib.images.examination import Examination, ImageSet, Phase
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.study.hanging import View, default_hanging, hang, parse_hanging, read_hanging
from HER2LowMRILib.study.study_folder import create_study

IMAGES = ImageSet(1, "", ImageGrid((2, 2, 2), (1.0, 1.0, 1.0)), ())
DYNAMIC = tuple(Phase(number, 60.0 * number, "trigger time", IMAGES) for number in range(4))


def test_the_default_brings_up_a_layout_for_every_question_of_the_form():
    found = parse_hanging(default_hanging())
    assert [layout.label for layout in found.layouts] == ["Diffusion", "Dynamic", "Overview"]
    items = {item.id for item in load_lexicon().items}
    asked = {question for layout in found.layouts for question in layout.questions}
    assert asked <= items
    required = {item.id for item in load_lexicon().items if item.required}
    assert required <= asked
    assert found.layout_of("mass_margin").id == "dynamic"
    assert found.layout_of("fgt").id == "overview"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: p["layouts"].clear(), "at least one layout"),
        (lambda p: p["layouts"][1].update(key="F2"), "one key twice"),
        (lambda p: p["keys"].update(line="s"), "one key twice"),
        (lambda p: p["layouts"][1].update(id="diffusion"), "one id twice"),
        (lambda p: p["layouts"][0].update(key="1"), "a key other than a digit"),
        (lambda p: p["layouts"][0]["views"].append({"image": "dce"}), "a phase for dce"),
        (lambda p: p["layouts"][0]["views"].append({"image": "t2", "phase": "shown"}), "a phase for dce"),
        (lambda p: p["layouts"][0]["views"].append({"image": "mip", "phase": "before"}), "to subtract from"),
        (lambda p: p["layouts"][0]["views"].append({"image": "ct"}), "known values"),
        (lambda p: p["layouts"][0].update(views=[]), "1 to 6 views"),
        (lambda p: p["layouts"][0].update(questions=["fgt"]), "a question in two"),
        (lambda p: p["windows"].update(t2=[99, 1]), "two percentiles"),
        (lambda p: p["windows"].update(t2=[1]), "two percentiles"),
        (lambda p: p.update(schema="her2lowmri.hanging/2"), "known values"),
        (lambda p: p.update(colour="red"), "not known"),
    ],
)
def test_a_protocol_that_cannot_be_used_is_refused(change, says):
    protocol = json.loads(default_hanging())
    change(protocol)
    with pytest.raises(StudyError, match=r"hanging\.json") as refused:
        parse_hanging(json.dumps(protocol).encode())
    assert says in str(refused.value)


def test_a_study_may_have_its_own_and_a_change_by_hand_is_seen(tmp_path, capsys):
    folder = tmp_path / "study"
    create_study(folder, "made up")
    assert read_hanging(folder) == parse_hanging(default_hanging())
    own = json.loads(default_hanging())
    own["layouts"] = own["layouts"][:2]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(own))
    assert main(["study", "hanging", str(folder), str(file)]) == 0
    assert capsys.readouterr().out == "layouts of the study: Diffusion (F2), Dynamic (F3)\n"
    assert len(read_hanging(folder).layouts) == 2
    assert main(["study", "check", str(folder), "--quiet"]) == 0
    (folder / "hanging.json").write_bytes(default_hanging())
    with pytest.raises(StudyError, match="changed by hand"):
        read_hanging(folder)


def test_views_show_the_phase_that_is_stepped_to_and_fall_back():
    found = Examination(t2=(IMAGES,), dce=DYNAMIC)
    assert hang(View("dce", "shown"), found, 2) == hang(View("dce", "shown"), found, 2)
    assert (
        hang(View("dce", "shown"), found, 9).phase,
        hang(View("subtraction", "shown"), found, 2).phase,
    ) == (3, 2)
    assert hang(View("dce", "before"), found, 2).phase == 0
    assert hang(View("t1"), found).image == "dce"
    assert hang(View("t1"), found).note
    assert hang(View("subtraction", "shown"), found, 0).note
    assert hang(View("t2"), Examination()).image is None
    assert hang(View("mip", "first"), None).note == "no dynamic series"
    assert hang(View("adc"), None).image == "adc"


def test_no_kind_of_image_is_blown_out_or_black():
    rng = np.random.default_rng(2)
    windows = parse_hanging(default_hanging()).windows
    tissue = rng.gamma(4.0, 60.0, (40, 128, 128))
    tissue[:, :40] = 0
    tissue[20, 60:64, 60:64] = 4000
    for image, (low, high) in windows.items():
        black, white = display_window(tissue, low, high)
        shown = tissue[tissue > 0]
        assert (shown >= white).mean() < 0.01, image
        assert black < np.percentile(shown, 75) < white, image
    assert display_window(np.zeros((3, 3)), 1, 99) == (0.0, 1.0)
    low, high = display_window(np.full((3, 3), 7.0), 1, 99)
    assert low < high


def test_the_window_of_a_large_image_is_that_of_all_its_values():
    image = np.random.default_rng(5).gamma(2.0, 100.0, (25, 256, 256))
    # A breast that lies between every 32nd column.
    image[:, :, 33:63] *= 3
    low, high = display_window(image, 1, 99.7)
    assert (low, high) == pytest.approx(tuple(np.percentile(image, (1, 99.7))), rel=0.1)
