"""What the logs of a real Slicer must not hold.

Slicer writes two: into the terminal, without a level, and into a file of its own, where every line has one. Errors of
VTK and Qt look like any other line in the terminal, and a crash is told there alone, so both are read.
"""

import re

_LINE = re.compile(r"^\[(?P<level>[A-Z]+)\]\[(?P<source>\w+)\] \S+ \S+ \[.*?\] \(.*?\) -\s*(?P<text>.*)$")
_LEVELS = {"WARNING", "ERROR", "CRITICAL", "FATAL"}
# What a Slicer says without this module too, each seen in one that did not have it:
OF_SLICER_ITSELF = re.compile(
    # a key for undo or redo where there is nothing to take back;
    r"vtkSegmentation::Restore(Previous|Next)State failed: There are no (previous|next) state available"
    # a scene is loaded in which a view shows an oblique plane;
    r"|GetSliceOrientationPreset: invalid orientation preset name: Reformat\s*$"
    # a scene with two segmentations is closed; one of a case must not be among them;
    r"|updateAllSegmentsFromMRML\(vtkMRMLSegmentationNode\*\) : Unable to find subject hierarchy item for "
    r"segmentation node  (?!.* VOI  so )"
    # the module Volumes shows an image whose window becomes a hundred times as wide, or wider;
    r"|^ctk(RangeWidget|DoubleRangeSlider)::setSingleStep\( [0-9.e+-]+ \) is outside (of )?valid bounds"
    # a window of the virtual screen went while the window manager asked for it.
    r"|^QXcbConnection: XCB error: \d+ \(BadWindow\)"
)
_IN_TERMINAL = re.compile(
    r"Traceback \(most recent call last\)|Segmentation fault|^Switch to module failed|\bFatal Python error\b"
    r"|QObject::|QLayout::|QWidget::|QTimer::"
)


def faults_of_log(text: str) -> list[str]:
    """Return what Slicer's own log file holds of warnings and errors; lines that follow each other are one."""
    found: list[list[str]] = []
    goes_on = False
    for line in text.splitlines():
        parts = _LINE.match(line)
        if parts is not None:
            wrong = parts["level"] in _LEVELS and parts["text"] and not OF_SLICER_ITSELF.search(parts["text"])
            if wrong and not goes_on:
                found.append([])
            goes_on = bool(wrong)
        # What has no level goes on with the message before.
        if goes_on:
            found[-1].append(line)
    return ["\n".join(lines) for lines in found]


def faults_of_terminal(text: str) -> list[str]:
    """Return the places in what was printed that tell a fault, each with what stands around it."""
    lines = text.splitlines()
    return [
        "\n".join(lines[max(number - 1, 0) : number + 12])
        for number, line in enumerate(lines)
        if _IN_TERMINAL.search(line)
    ]
