"""From files to images: intake of every maker, grids, map files, VOI files; without Slicer."""
