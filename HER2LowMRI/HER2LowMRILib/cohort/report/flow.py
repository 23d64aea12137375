"""Who came into the study, and who was analysed."""

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.strata import GROUP_LABELS


def flow(analysis: Analysis) -> str:
    """Flow of patients."""
    return figures.in_page(flow_drawing(analysis))


def flow_drawing(analysis: Analysis) -> figures.Drawing:
    """The flow chart."""
    groups = [(GROUP_LABELS[group], count) for group, count in analysis.group_sizes.items()]
    return figures.Drawing(
        "flow",
        figures.flow_chart(analysis.flow, groups),
        "Flow of patients: cases from the start of the study to the analysis, and the groups that were compared.",
    )
