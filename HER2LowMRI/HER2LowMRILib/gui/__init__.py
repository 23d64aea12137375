"""The panel of the Slicer module: wiring only, no decision about data."""
