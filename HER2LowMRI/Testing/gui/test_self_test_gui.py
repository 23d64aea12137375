"""The module's own test, which also runs in Slicer: a whole case on synthetic images, through the panel."""

import unittest


def test_the_self_test_of_the_module_passes(session, panel):
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(session.source.HER2LowMRITest)
    result = unittest.TextTestRunner(verbosity=0).run(suite)
    assert result.testsRun == 1
    assert result.wasSuccessful(), [text for _case, text in result.failures + result.errors]
