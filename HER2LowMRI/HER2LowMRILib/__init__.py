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
"""

__version__ = "0.1.0"
