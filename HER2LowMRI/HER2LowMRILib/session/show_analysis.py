"""Analyse exported tables and put the results into the scene."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import slicer

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.omissions import by_reason
from HER2LowMRILib.cohort.report.translated import LANGUAGES
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.mrml.result_nodes import draw_roc, remove_results, result_table
from HER2LowMRILib.workflow.analyze_cohort import FILES, analyze_cohort, report_file

RESULTS_FOLDER = "analysis"
_ROC_OF = ("nme_related", "low_vs_over")


@dataclass(frozen=True)
class ShownAnalysis:
    """Results as they are in the scene and on disk.

    Attributes
    ----------
    tables : tuple of vtkMRMLTableNode
    report : Path
    analysis : Analysis
        What the tables to submit are made from.
    notes : tuple of str
        What was left out and what to bear in mind, one line each.
    """

    tables: tuple[slicer.vtkMRMLTableNode, ...]
    report: Path
    analysis: Analysis
    notes: tuple[str, ...]


def report_language() -> str | None:
    """Language of the application, where the report has it; None for English."""
    chosen = str(slicer.util.settingsValue("language", "")).replace("_", "-")
    return next((name for name in LANGUAGES if chosen.split("-")[0] == name.split("-")[0]), None)


def analysis_in_scene(
    scene: slicer.vtkMRMLScene,
    features: Path,
    readings: Path | None,
    *,
    settings: Settings | None = None,
    language: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ShownAnalysis:
    """Analyse a cohort, write the results beside its table, and show them as Slicer tables and plots.

    Parameters
    ----------
    scene : vtkMRMLScene
    features, readings : Path
        As in `analyze_cohort`. Results go to the folder "analysis" beside ``features``.
    settings, language, progress, cancelled
        As in `analyze_cohort`.
    """
    out = Path(features).parent / RESULTS_FOLDER
    analysis = analyze_cohort(
        features,
        out,
        readings=readings,
        settings=settings,
        language=language,
        progress=progress,
        cancelled=cancelled,
    )
    remove_results(scene)
    nodes = tuple(
        result_table(
            scene, name, list(analysis.tables[name].columns), analysis.tables[name].to_dict("records")
        )
        for name in FILES
        if name in analysis.tables
    )
    curves = _curves(analysis)
    if curves:
        draw_roc(scene, "NME-related lesions: HER2-low against HER2-over", curves)
    left_out = tuple(f"{entry.subject}: {entry.reason}" for entry in by_reason(analysis.left_out))
    return ShownAnalysis(nodes, out / report_file(language), analysis, left_out + analysis.warnings)


def _curves(analysis: Analysis) -> list[tuple]:
    roc = analysis.tables["roc"].set_index(["stratum", "comparison", "predictor"])["auc"]
    names = [key for key in analysis.curves if key[:2] == _ROC_OF and key[2].startswith("Combined")]
    return [
        (f"{key[2]} ({roc[key]:.3f})", analysis.curves[key].sensitivity, analysis.curves[key].specificity)
        for key in names
    ]
