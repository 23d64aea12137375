"""A Slicer session for the tests: real MRML and logics, real Qt, stand-ins only where no package has the real part.

application     scene, module logics, loading and saving (slicer-core: the same C++ as in Slicer)
views           layout, slice views and plot views on the real layout logic
pythonqt        Qt as PythonQt shows it: properties as attributes, signals by their C++ signature
widgets         the CTK and qMRML widgets that the .ui files name
ui_files        the .ui loader, which refuses what Slicer would refuse
slicer_python   ScriptedLoadableModule, parameterNodeWrapper, i18n: Slicer's Python packages that are on no index
api_facts       what a running Slicer 5.12 really offers; every stand-in is held against it

A stand-in is lazier and stricter than Slicer, never kinder.
"""
