"""Tables and figures of an analysis as an author submits them: a Word file, and each figure in four formats."""

from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.journal_style import STYLES
from HER2LowMRILib.cohort.manuscript.submission import journal_tables, study_drawings
from HER2LowMRILib.cohort.manuscript.word_file import word_file
from HER2LowMRILib.cohort.report.figures import rendered_as
from HER2LowMRILib.cohort.report.methods import methods_paragraphs
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.workflow.prepare_analysis import need_package

WORD_FILE, FIGURES_FOLDER = "tables.docx", "figures"
FORMATS = ("svg", "pdf", "png", "tiff")


def write_submission(
    analysis: Analysis, out: Path, style: str = "ama", progress: Callable[[float], None] | None = None
) -> tuple[Path, ...]:
    """Write tables.docx and figures/.

    Parameters
    ----------
    analysis : Analysis
    out : Path
        Folder of the results.
    style : {"ama", "lancet"}
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    tuple of Path
        What was written, the Word file first.

    Raises
    ------
    AnalysisError
        When python-docx is not installed.
    """
    need_package("docx", "python-docx", "Word tables")
    journal, drawings = STYLES[style], study_drawings(analysis)
    title = analysis.settings.title or "Breast MRI and HER2 expression"
    banner = "Synthetic data: every number below is made up." if analysis.synthetic else ""
    make_folder(out / FIGURES_FOLDER, "the folder of the figures")
    written = [out / WORD_FILE]
    write_verified(
        written[0],
        word_file(
            title,
            journal_tables(analysis, journal),
            drawings,
            journal,
            banner,
            methods_paragraphs(analysis),
        ),
    )
    for number, drawing in enumerate(drawings, start=1):
        for form, content in rendered_as(drawing.figure, FORMATS).items():
            path = out / FIGURES_FOLDER / f"figure_{number:02d}_{drawing.name}.{form}"
            write_verified(path, content)
            written.append(path)
        if progress is not None:
            progress(number / len(drawings))
    legends = "".join(f"Figure {number}. {d.legend}\n\n" for number, d in enumerate(drawings, start=1))
    path = out / FIGURES_FOLDER / "legends.txt"
    write_verified(path, legends.encode())
    return (*written, path)
