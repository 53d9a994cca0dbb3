"""Boxes and labels never overlap, and arrows run through no box and not along another's line."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qyzmet.cases.drawing.grid import Arrow, Node
from qyzmet.cases.drawing.layout import Box, Layout, lay_out

Segment = tuple[float, float, float, float]


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Node], list[Arrow]]:
    many = draw(st.integers(1, 14))
    lanes = draw(st.integers(1, 4))
    nodes = [
        Node(
            str(number),
            f"lane {draw(st.integers(1, lanes))}",
            *draw(st.sampled_from([(150.0, 80.0, "box"), (50.0, 50.0, "diamond"), (36.0, 36.0, "round")])),
        )
        for number in range(many)
    ]
    boxes = {node.id for node in nodes if node.shape == "box"}
    ends = st.tuples(st.integers(0, many - 1), st.integers(0, many - 1))
    arrows = [
        Arrow(str(one), str(two), draw(st.sampled_from([0.0, 40.0])))
        for one, two in draw(st.lists(ends, max_size=24))
    ]
    for number in draw(st.sets(st.integers(0, max(0, len(arrows) - 1)), max_size=2)):
        if number < len(arrows) and arrows[number].source in boxes:
            arrows[number] = Arrow(arrows[number].source, arrows[number].target, 40.0, below=True)
    return nodes, arrows


def overlap(one: Box, two: Box) -> bool:
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def segments(layout: Layout, number: int) -> list[Segment]:
    return [
        (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
        for (x, y), (to_x, to_y) in pairwise(layout.routes[number].points)
    ]


def along(one: Segment, two: Segment) -> bool:
    """Whether two pieces lie on one line and share more than a point."""
    if one[0] == one[2] == two[0] == two[2]:
        return min(one[3], two[3]) - max(one[1], two[1]) > 0.5
    if one[1] == one[3] == two[1] == two[3]:
        return min(one[2], two[2]) - max(one[0], two[0]) > 0.5
    return False


def label_boxes(arrows: list[Arrow], layout: Layout) -> list[Box]:
    return [
        Box(route.label[0], route.label[1] - 16, arrow.label_width, 14)
        for arrow, route in zip(arrows, layout.routes, strict=True)
        if arrow.label_width
    ]


def check(nodes: list[Node], arrows: list[Arrow]) -> Layout:
    layout = lay_out(nodes, arrows, left=10, top=20)
    boxes, labels = layout.boxes, label_boxes(arrows, layout)
    for one, two in combinations([*boxes.values(), *labels], 2):
        assert not overlap(one, two)
    for node in nodes:
        box, lane = boxes[node.id], layout.lanes[node.lane]
        assert lane.x <= box.x < box.right <= lane.right
        assert lane.y <= box.y < box.bottom <= lane.bottom
    for number, arrow in enumerate(arrows):
        for piece in segments(layout, number):
            assert piece[0] == piece[2] or piece[1] == piece[3]
            for id, box in boxes.items():
                through = overlap(Box(piece[0], piece[1], piece[2] - piece[0], piece[3] - piece[1]), box)
                assert not through or (
                    id in (arrow.source, arrow.target) and nodes[int(id)].shape != "box"
                ), (arrow, id)
    for one, two in combinations(range(len(arrows)), 2):
        if arrows[one].target == arrows[two].target or arrows[one].source == arrows[two].source:
            continue
        for piece in segments(layout, one):
            assert not any(along(piece, other) for other in segments(layout, two)), (arrows[one], arrows[two])
    return layout


@given(drawings())
@settings(max_examples=250, deadline=None)
def test_nothing_lies_on_anything_else(drawing: tuple[list[Node], list[Arrow]]) -> None:
    check(*drawing)


def test_the_same_input_gives_the_same_drawing() -> None:
    nodes = [Node(str(number), f"lane {number % 2}", 100, 50) for number in range(6)]
    arrows = [Arrow(str(one), str(two)) for one, two in [(0, 1), (1, 2), (2, 0), (1, 3), (3, 4), (1, 5)]]
    assert lay_out(nodes, arrows) == lay_out(nodes, arrows)


def test_a_way_without_branches_in_one_lane_is_one_straight_line() -> None:
    nodes = [Node(str(number), "lane", 100, 50) for number in range(5)]
    arrows = [Arrow(str(number), str(number + 1)) for number in range(4)]
    layout = check(nodes, arrows)
    assert all(len(route.points) == 2 for route in layout.routes)
    assert [layout.boxes[str(n)].x for n in range(5)] == sorted(layout.boxes[str(n)].x for n in range(5))


@pytest.mark.parametrize("target", ["0", "1"])
def test_a_loop_goes_back_to_the_left_of_its_target(target: str) -> None:
    nodes = [Node("0", "lane", 100, 50), Node("1", "lane", 100, 50)]
    layout = check(nodes, [Arrow("0", "1"), Arrow("1", target)])
    begin, *_, end = layout.routes[1].points
    assert begin[0] == layout.boxes["1"].right
    assert end[0] == layout.boxes[target].x
