"""HER2LowMRI: from multi-b breast MRI to a feature row per patient, and from rows to a reader study.

core       arrays in, arrays or frozen dataclasses out: fits, VOI, features, lexicon, HER2 rules, statistics
study      records and files: image intake, map files, study folder, readings, rows
cohort     the rows of a whole study: checked, put into tables, told in a report
synthetic  a made-up patient and cohort with known truth, for the demo and the tests
mrml       MRML nodes in, MRML nodes out (slicer, vtk; no qt)
workflow   one act of the user per file
gui        the panel of the Slicer module: wiring only
commands   the headless commands, one file each; ``cli`` puts them together

Imports run one way: gui -> workflow -> mrml, synthetic, cohort, study -> core.
"""

__version__ = "0.1.0"
