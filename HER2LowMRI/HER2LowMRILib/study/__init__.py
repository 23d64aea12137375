"""Records and files: images in, readings and rows out, without Slicer."""
