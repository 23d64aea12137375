"""The colour tables that Slicer reads from its own files (Viridis, Cividis, Inferno), made here from matplotlib's."""

import slicer

FILES = ("Viridis", "Cividis", "Inferno", "Plasma")


def add_file_colours():
    """Add the nodes under the ids that Slicer gives them."""
    import matplotlib

    for name in FILES:
        table, colours = slicer.vtkMRMLColorTableNode(), matplotlib.colormaps[name.lower()]
        table.SetTypeToUser()
        table.SetNumberOfColors(256)
        table.SetName(name)
        table.SetSingletonTag(f"File{name}.txt")
        table.SetHideFromEditors(False)
        table.SetSaveWithScene(False)
        for index in range(256):
            red, green, blue, _ = colours(index)
            table.SetColor(index, f"{index}", red, green, blue)
        table.GetLookupTable().SetRange(0, 255)
        slicer.mrmlScene.AddNode(table)
