"""Which tables and figures a manuscript of the study has."""

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.further_tables import (
    mixed_table,
    multireader_table,
    net_benefit_table,
    repeatability_table,
    sensitivity_table,
)
from HER2LowMRILib.cohort.manuscript.group_tables import group_table
from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import JournalTable
from HER2LowMRILib.cohort.manuscript.model_tables import odds_ratio_table, performance_table
from HER2LowMRILib.cohort.manuscript.reader_table import agreement_table
from HER2LowMRILib.cohort.report.figures import Drawing
from HER2LowMRILib.cohort.report.flow import flow_drawing
from HER2LowMRILib.cohort.report.group_comparisons import box_drawing
from HER2LowMRILib.cohort.report.performance import performance_drawings
from HER2LowMRILib.cohort.report.qualitative_models import forest_drawing
from HER2LowMRILib.cohort.report.reader_agreement import agreement_drawings
from HER2LowMRILib.cohort.strata import STRATUM_LABELS


def journal_tables(analysis: Analysis, style: JournalStyle) -> list[JournalTable]:
    """Tables 1 to 4 and S2 to S10, those that the rows allow; S1, the protocol of the sequences, only authors have."""
    found = [
        group_table(analysis, "1", "clinic", "all", style),
        group_table(analysis, "2", "descriptors", "all", style),
        odds_ratio_table(analysis, "3", style),
        performance_table(analysis, "4", "nme_related", "low_vs_over", style),
        group_table(analysis, "S2", "features", "all", style),
        group_table(analysis, "S3", "features", "nme_related", style),
        group_table(analysis, "S4", "features", "mass", style),
        agreement_table(analysis, "S5", style),
        multireader_table(analysis, "S6", style),
        mixed_table(analysis, "S7", style),
        repeatability_table(analysis, "S8", style),
        sensitivity_table(analysis, "S9", style),
        net_benefit_table(analysis, "S10", style),
    ]
    return [table for table in found if table is not None]


def study_drawings(analysis: Analysis) -> list[Drawing]:
    """The figures in the order of a manuscript."""
    found = [
        flow_drawing(analysis),
        *(box_drawing(analysis, stratum) for stratum in STRATUM_LABELS if _has(analysis, stratum)),
        forest_drawing(analysis),
        *performance_drawings(analysis),
        *agreement_drawings(analysis),
    ]
    return [drawing for drawing in found if drawing is not None]


def _has(analysis: Analysis, stratum: str) -> bool:
    return stratum == "all" or "lesion_type" in analysis.cohort.rows
