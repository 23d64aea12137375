"""The colour tables that Slicer reads from its own files; Viridis and its like are made here from matplotlib's."""

import slicer

FILES = ("Viridis", "Cividis", "Inferno", "Plasma")


def add_file_colours():
    """Add the nodes under the ids that Slicer gives them."""
    import matplotlib

    for name in FILES:
        colours = matplotlib.colormaps[name.lower()]
        _add(name, [colours(index) for index in range(256)])
    # Of these 64 labels the module uses the first and the last.
    _add("64Color-Nonsemantic", [(0, 0, 0, 0), *[(0.5, 0.5, 0.5, 1)] * 63, (0, 0, 0, 1)])


def _add(name, colours):
    table = slicer.vtkMRMLColorTableNode()
    table.SetTypeToUser()
    table.SetNumberOfColors(len(colours))
    table.SetName(name)
    table.SetSingletonTag(f"File{name}.txt")
    table.SetHideFromEditors(False)
    table.SetSaveWithScene(False)
    for index, (red, green, blue, opacity) in enumerate(colours):
        table.SetColor(index, f"{index}", red, green, blue, opacity)
    table.GetLookupTable().SetRange(0, 255)
    slicer.mrmlScene.AddNode(table)
