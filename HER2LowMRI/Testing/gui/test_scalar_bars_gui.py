"""Scalar bars go with their maps: one for each, however often another module deletes a map."""

import slicer


def bars():
    return sorted(
        node.GetTitleText() for node in slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode")
    )


def test_a_map_that_was_deleted_and_comes_back_leaves_no_scalar_bar_behind(person, study):
    person.enters("r1")
    person.opens_next_case()
    before = bars()
    assert len(before) == 3
    for role in ("k_app", "adc", "k_app"):
        slicer.mrmlScene.RemoveNode(person.panel.session.case.nodes[role])
        person.session.wait_for_scene()
        assert bars() == before
    person.panel.session.close_case()
    assert bars() == []
