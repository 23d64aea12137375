"""The coordinator analyses exported tables in the panel: results in the scene's tables and plots, report on disk."""

import subprocess
import sys

import pytest
import slicer
from cohort_csv import synthetic_row, write_rows_as_csv
from HER2LowMRILib.mrml.result_nodes import PLOT_VIEW, TABLE_VIEW
from numpy.random import default_rng


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Features and readings of 78 synthetic cases: fewer, and a model of ten features separates the groups."""
    folder = tmp_path_factory.mktemp("export")
    rng = default_rng(3)
    groups = [(group, kind) for group in ("zero", "low", "over") for kind in ["mass"] * 6 + ["nme"] * 20]
    features = [synthetic_row(rng, number, *group) for number, group in enumerate(groups, start=1)]
    readings = [row | {"reader": reader} for row in features for reader in ("r1", "r2")]
    write_rows_as_csv(folder / "features.csv", features)
    write_rows_as_csv(folder / "readings.csv", readings)
    return folder


@pytest.fixture
def page(person, study, tables, monkeypatch):
    """The analysis page, with the tables of an export proposed."""
    from HER2LowMRILib.cohort.settings import Settings

    # Two repeats of the resampling show the same as fifty.
    monkeypatch.setattr(Settings, "__init__", quick(Settings.__init__))
    person.enters("coordinator")
    person.panel.pages["cohort"].ui.exportPath.currentPath = str(tables)
    person.panel.go_to("analysis")
    return person.panel.pages["analysis"]


def quick(init):
    def made(self, **chosen):
        init(self, **({"repeats": 1, "folds": 5, "bootstraps": 5} | chosen))

    return made


def test_the_tables_of_the_last_export_are_proposed_and_analysed(person, page, tables):
    assert page.ui.featuresPath.currentPath == str(tables / "features.csv")
    assert page.ui.readingsPath.currentPath == str(tables / "readings.csv")
    assert not page.ui.reportButton.enabled
    person.clicks(page.ui.analyzeButton)

    assert (tables / "analysis" / "report.html").is_file()
    names = [page.ui.resultCombo.itemText(n) for n in range(page.ui.resultCombo.count)]
    expected = [
        "univariate",
        "models",
        "roc",
        "delong",
        "sensitivity",
        "agreement",
        "agreement_cases",
        "multireader",
    ]
    assert names == expected
    assert page.ui.reportButton.enabled
    roc = next(node for node in slicer.util.getNodesByClass("vtkMRMLTableNode") if node.GetName() == "roc")
    assert roc.GetColumnName(6) == "auc"
    assert 0.5 <= float(roc.GetCellText(0, 6)) <= 1
    # Twice is once: an analysis takes the place of the one before.
    count = slicer.mrmlScene.GetNumberOfNodes()
    person.clicks(page.ui.analyzeButton)
    assert slicer.mrmlScene.GetNumberOfNodes() == count


def test_the_chosen_table_and_the_roc_curves_stand_in_their_views(person, page):
    person.clicks(page.ui.analyzeButton)
    page.ui.resultCombo.setCurrentIndex(2)
    table_view = slicer.mrmlScene.GetSingletonNode(TABLE_VIEW, "vtkMRMLTableViewNode")
    assert slicer.mrmlScene.GetNodeByID(table_view.GetTableNodeID()).GetName() == "roc"
    plot_view = slicer.mrmlScene.GetSingletonNode(PLOT_VIEW, "vtkMRMLPlotViewNode")
    chart = plot_view.GetPlotChartNode()
    names = [chart.GetNthPlotSeriesNode(n).GetName() for n in range(chart.GetNumberOfPlotSeriesNodes())]
    assert [name.split()[0] for name in names] == [
        "chance",
        "Combined_ADC",
        "Combined_D",
        "Combined_K",
        "Combined_All",
    ]


def test_one_click_writes_the_tables_to_submit_beside_the_report(person, page, tables, monkeypatch):
    from HER2LowMRILib.workflow import write_submission as module

    # One raster form of a figure shows the same as all four.
    monkeypatch.setattr(module, "FORMATS", ("svg",))
    assert not page.ui.wordButton.enabled
    person.clicks(page.ui.analyzeButton)
    assert page.ui.wordButton.enabled
    person.clicks(page.ui.wordButton)
    assert (tables / "analysis" / "tables.docx").read_bytes()[:2] == b"PK"
    assert (tables / "analysis" / "figures" / "legends.txt").is_file()
    assert "tables.docx" in person.panel.ui.messageLabel.text


def test_another_role_takes_no_results_along(person, page):
    person.clicks(page.ui.analyzeButton)
    person.panel.go_to("study")
    person.enters("r1")
    assert page.ui.resultCombo.count == 0
    assert not page.ui.reportButton.enabled and not page.ui.wordButton.enabled


def test_what_cannot_be_analysed_is_told_in_one_line(person, page, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    page.ui.featuresPath.currentPath = str(path)
    person.clicks(page.ui.analyzeButton)
    assert "the column case_id" in person.panel.ui.messageLabel.text
    assert page.ui.resultCombo.count == 0


@pytest.mark.parametrize(
    "outcome",
    [RuntimeError("User declined package installation"), subprocess.CalledProcessError(1, "pip install")],
    ids=["declined", "no network"],
)
def test_packages_that_are_not_installed_are_told_in_one_line(person, page, monkeypatch, outcome):
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    monkeypatch.setattr(sys.modules["slicer.packaging"], "outcome", outcome)
    person.clicks(page.ui.analyzeButton)
    told = person.panel.ui.messageLabel.text
    assert "statsmodels not installed" in told
    assert "her2lowmri analyze" in told
    assert not page.ui.reportButton.enabled
