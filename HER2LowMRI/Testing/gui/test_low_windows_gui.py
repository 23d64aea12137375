"""The panel on a small screen: Slicer's module panel is hardly wider than 420 px, and 480 px high on a laptop."""

import pytest
import slicer
from slicer_session import slicer_python

WIDTH = 420
SERIES = (
    "7: ep2d_diff_tra_spair_b0_b800_b1400_b2000_TRACEW_DFC_MIX of a patient who moved during the first series"
)
PATH = "/" + "/".join(f"a folder whose name is quite long {number}" for number in range(6))


def least_width(widget):
    return widget.minimumSizeHint().width()


@pytest.fixture
def language():
    """The language of the panel; its tests in another one set it."""
    return ""


@pytest.fixture(autouse=True)
def texts(language):
    """The texts are there before the panel is made, as in Slicer."""
    with slicer_python.language(language):
        yield


@pytest.fixture
def crowded(texts, person, study):
    """A case is open in a scene with long names, and long paths were typed."""
    for number in range(2):
        slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", f"{SERIES} {number}")
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    pages = person.panel.pages
    pages["images"].ui.imagePath.currentPath = PATH
    pages["cohort"].ui.exportPath.currentPath = PATH
    pages["analysis"].ui.featuresPath.currentPath = PATH
    person.session.settle()
    return person


@pytest.mark.parametrize("language", ["", "de"])
@pytest.mark.parametrize("name", ["study", "images", "voi", "descriptors", "features", "sign_off"])
def test_no_page_of_a_reader_is_wider_than_the_module_panel(crowded, name):
    crowded.panel.go_to(name)
    crowded.session.settle()
    assert least_width(crowded.panel.widget) <= WIDTH


def test_the_steps_have_room_when_all_are_done(crowded):
    crowded.panel.go_to("descriptors")
    crowded.answers()
    crowded.panel.go_to("sign_off")
    crowded.panel.session.sign_off()
    crowded.session.settle()
    steps = [crowded.panel._buttons[name] for name in crowded.panel.steps()[1:]]
    assert all(step.text.endswith("✓") for step in steps)
    assert least_width(crowded.panel.widget) <= WIDTH


@pytest.mark.parametrize("language", ["", "de"])
@pytest.mark.parametrize("role", ["adjudicator", "coordinator"])
def test_no_page_of_another_role_is_wider_than_the_module_panel(crowded, role):
    crowded.enters(role)
    for name in crowded.panel.steps():
        crowded.panel.go_to(name)
        crowded.session.settle()
        assert least_width(crowded.panel.widget) <= WIDTH, name


def test_the_options_of_an_effect_do_not_widen_the_panel(crowded):
    page = crowded.panel.pages["voi"]
    crowded.panel.go_to("voi")
    # As wide as Slicer's options of Smoothing are.
    page.editor.setMinimumWidth(520)
    crowded.session.settle()
    assert least_width(crowded.panel.widget) <= WIDTH


def test_question_and_answers_can_be_seen_together_on_a_low_window(crowded):
    crowded.panel.go_to("descriptors")
    crowded.session.window.resize(WIDTH, 480)
    crowded.session.settle()
    ui = crowded.page("descriptors")
    bottom = ui.answerFrame.mapTo(crowded.session.window, ui.answerFrame.rect.bottomLeft()).y()
    assert bottom <= 480
    assert ui.questionTable.visible


def test_warnings_of_the_voi_are_announced_at_the_top_of_its_page(crowded):
    ui = crowded.page("voi")
    assert "⚠" not in ui.sliceLabel.text
    mask = crowded.truth[crowded.case_id].lesion.copy()
    slices = mask.any(axis=(1, 2)).nonzero()[0]
    mask[slices[1]] = False
    crowded.draws(mask=mask, slices=[*slices[:1], *slices[2:]])
    warnings = crowded.panel.session.case.measurement.warnings
    assert ui.sliceLabel.text.endswith(f"⚠ {len(warnings)}")
    assert ui.sliceLabel.toolTip.splitlines() == [notice.text for notice in warnings]
    crowded.session.window.resize(WIDTH, 480)
    crowded.session.settle()
    assert ui.sliceLabel.mapTo(crowded.session.window, ui.sliceLabel.rect.bottomLeft()).y() <= 480
    crowded.draws(mask=mask & False, slices=[0])
    assert ui.sliceLabel.toolTip == ""


def test_answers_that_no_longer_apply_take_one_line_of_a_low_window(crowded):
    crowded.panel.go_to("descriptors")
    crowded.answers()
    crowded.panel.session.set_answer("lesion_type", "nme")
    crowded.session.window.resize(WIDTH, 480)
    crowded.session.settle()
    label = crowded.page("descriptors").keptLabel
    assert "Mass shape, Mass margin, Mass internal enhancement" in label.text
    assert len(label.toolTip.splitlines()) == 3
    assert label.height <= 2 * label.fontMetrics().height() + 4


def test_no_content_widens_the_panel_and_shifts_the_views(crowded):
    # Slicer takes the hint of a module for the least width of its panel: every view moved when a text grew.
    outer = crowded.panel.widget.parentWidget().layout()
    item = next(
        outer.itemAt(index)
        for index in range(outer.count())
        if outer.itemAt(index).widget() is crowded.panel.widget
    )
    before = item.minimumSize().width()
    crowded.panel.hanging._align.setText("Align · 123456.7 mm and a text that is far too long for the bar")
    crowded.panel.hanging._align.visible = True
    crowded.panel.ui.layoutBar.visible = True
    crowded.session.settle()
    assert item.sizeHint().width() == 0  # as wide as its room, whatever it holds
    assert item.minimumSize().width() == before == WIDTH


def test_the_last_line_of_a_definition_is_not_cut_when_a_scroll_bar_comes_up_beside_it(crowded):
    from HER2LowMRILib.gui.page import WholeText

    label = crowded.panel.pages["descriptors"].ui.definitionLabel
    crowded.panel.go_to("descriptors")
    crowded.session.settle()
    width, tried, whole = label.geometry.width(), 0, WholeText(label)
    for words in range(20, 120):
        text = " ".join(["i"] * 2 * words)
        label.text, label.minimumHeight = text, 0
        narrow, wide = label.heightForWidth(width - 14), label.heightForWidth(width)
        tried += narrow > wide
        whole.show(text)
        assert label.minimumHeight >= narrow
    assert tried
    whole.show("short")
    assert label.minimumHeight < narrow


def test_a_text_written_before_its_label_has_its_width_is_whole_when_it_has(crowded):
    from HER2LowMRILib.gui.page import WholeText

    label = crowded.panel.pages["descriptors"].ui.definitionLabel
    crowded.panel.go_to("descriptors")
    crowded.session.settle()
    width = label.geometry.width()
    # As wide as it was on a page that came up before the panel had its place.
    label.resize(900, 20)
    WholeText(label).show("word " * 60)
    crowded.session.settle()
    assert label.geometry.width() == width
    assert label.minimumHeight >= label.heightForWidth(width)
