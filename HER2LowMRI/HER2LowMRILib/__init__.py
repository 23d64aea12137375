"""HER2LowMRI: from multi-b breast MRI to a feature row per patient, and from rows to a reader study.

core       arrays in, arrays or frozen dataclasses out: fits, VOI, features, lexicon, HER2 rules, statistics
files      verified writing, tables of people and programs
images     from files to images: intake, grids, map files, VOI files
study      records: study folder, readings, views of the roles, log
cohort     the rows of a whole study: checked, put into tables, told in a report
synthetic  a made-up patient and cohort with known truth, for the demo and the tests
mrml       MRML nodes in, MRML nodes out (slicer, vtk; no qt)
workflow   one act of the user per file, without Slicer
session    what happens in one sitting, with nodes
gui        the panel of the Slicer module: wiring only
commands   the headless commands, one file each; ``cli`` puts them together

Imports run one way: gui -> session -> workflow, mrml -> cohort, synthetic, study -> images -> files -> core.

For scripts and notebooks the functions of ``__all__`` are at hand here; each is imported when it is first used. The
page docs/python.md shows them at work.
"""

from importlib import import_module

__version__ = "0.1.0"

# What scripts and notebooks use -> where it lives.
_PUBLIC = {
    "read_dwi": "images.intake.read_dwi",
    "read_adc": "images.intake.read_adc",
    "sort_folder": "images.sorting.sort_examination",
    "fit_maps": "core.diffusion_maps",
    "compute_maps": "workflow.compute_maps",
    "FitOptions": "core.fit_options",
    "read_voi": "images.voi_files",
    "write_voi": "images.voi_files",
    "measure_voi": "core.histogram",
    "FeatureSet": "core.feature_set",
    "open_study": "study.study_folder",
    "create_study": "study.study_folder",
    "export_study": "workflow.export_cohort",
    "analyze": "workflow.analyze_cohort",
}
# In their files they go by the names of what they do there.
_NAMES_THERE = {"export_study": "export_cohort", "analyze": "analyze_cohort"}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    """Import a public function when it is first used."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), _NAMES_THERE.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public functions too."""
    return sorted({*globals(), *_PUBLIC})
