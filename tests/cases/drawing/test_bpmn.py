"""The exported BPMN is valid by the schema of the OMG, whole, drawn in full, and says what the table says."""

from __future__ import annotations

import io
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from qyzmet.cases.drawing.bpmn import to_bpmn
from qyzmet.cases.drawing.flow import id_of
from qyzmet.cases.drawing.layout import Box
from qyzmet.cases.procedure import Procedure
from tests.cases.drawing.generated import procedures
from tests.cases.drawing.tables import END, RULE, TASK, large, row, small

SPACES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
VALIDATOR = BpmnValidator()


class Parsed:
    def __init__(self, bpmn: bytes) -> None:
        self.tree = etree.parse(io.BytesIO(bpmn))
        VALIDATOR.validate(self.tree)
        nodes = self.find("//b:process/*[self::b:laneSet or self::b:sequenceFlow or self::b:documentation]")
        others = {id(node) for node in nodes}
        self.nodes = {n.get("id"): n for n in self.find("//b:process/*") if id(n) not in others}
        self.flows = {flow.get("id"): flow for flow in self.find("//b:sequenceFlow")}
        self.shapes = {shape.get("bpmnElement"): shape for shape in self.find("//di:BPMNShape")}
        self.edges = {edge.get("bpmnElement"): edge for edge in self.find("//di:BPMNEdge")}

    def find(self, path: str) -> list[Any]:
        return list(self.tree.xpath(path, namespaces=SPACES))

    def box(self, id: str) -> Box:
        bounds = self.shapes[id].find("dc:Bounds", SPACES)
        return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))

    def tag(self, id: str) -> str:
        return str(etree.QName(self.nodes[id]).localname)


def check(procedure: Procedure) -> Parsed:
    parsed = Parsed(to_bpmn(procedure))
    lanes = {lane.get("id"): lane for lane in parsed.find("//b:lane")}
    for flow in parsed.flows.values():
        assert {flow.get("sourceRef"), flow.get("targetRef")} <= set(parsed.nodes)
    assert set(parsed.shapes) == {*parsed.nodes, *lanes, "diagram.pool"}
    assert set(parsed.edges) == set(parsed.flows)
    assert set(map(id_of, procedure.steps)) <= set(parsed.nodes)
    in_lane = {ref.text: id for id, lane in lanes.items() for ref in lane.findall("b:flowNodeRef", SPACES)}
    assert set(in_lane) == set(parsed.nodes)
    for id in parsed.nodes:
        box, lane = parsed.box(id), parsed.box(in_lane[id])
        assert lane.x <= box.x < box.right <= lane.right
        assert lane.y <= box.y < box.bottom <= lane.bottom
        if parsed.tag(id) not in ("startEvent", "boundaryEvent"):
            assert parsed.nodes[id].find("b:incoming", SPACES) is not None
        assert (parsed.tag(id) == "endEvent") == (parsed.nodes[id].find("b:outgoing", SPACES) is None)
    for one, two in combinations(parsed.nodes, 2):
        if "boundaryEvent" not in (parsed.tag(one), parsed.tag(two)):
            first, second = parsed.box(one), parsed.box(two)
            assert (
                first.right <= second.x
                or second.right <= first.x
                or first.bottom <= second.y
                or second.bottom <= first.y
            )
    for id, edge in parsed.edges.items():
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.findall("dd:waypoint", SPACES)]
        for end, (x, y) in (("sourceRef", points[0]), ("targetRef", points[-1])):
            box = parsed.box(parsed.flows[id].get(end))
            assert box.x - 1 <= x <= box.right + 1
            assert box.y - 1 <= y <= box.bottom + 1
    return parsed


@pytest.mark.parametrize("procedure", [small(), large()], ids=["small", "large"])
def test_the_export_is_valid_and_drawn_in_full(procedure: Procedure) -> None:
    check(procedure)


@given(procedures())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_export_of_any_sound_procedure_is_valid_and_drawn_in_full(procedure: Procedure) -> None:
    check(procedure)


def test_each_kind_of_step_is_the_element_of_bpmn_that_fits() -> None:
    parsed = check(small())
    assert {id: parsed.tag(id) for id in parsed.nodes if "." not in id} == {
        "check": "scriptTask",
        "ask": "sendTask",
        "account": "serviceTask",
        "decide": "userTask",
        "complete": "userTask",
        "pay": "serviceTask",
        "paid": "endEvent",
        "no": "endEvent",
        "declined": "endEvent",
        "silent": "endEvent",
    }
    assert {id: parsed.tag(id) for id in parsed.nodes if "." in id} == {
        "diagram.start": "startEvent",
        "check.choice": "exclusiveGateway",
        "ask.first": "eventBasedGateway",
        "ask.reply.yes": "intermediateCatchEvent",
        "ask.reply.no": "intermediateCatchEvent",
        "ask.time.none": "intermediateCatchEvent",
        "account.choice": "exclusiveGateway",
        "account.again": "intermediateCatchEvent",
        "decide.choice": "exclusiveGateway",
        "complete.time.late": "boundaryEvent",
    }


def test_a_limit_that_leads_on_is_a_timer_and_one_that_only_marks_is_a_word() -> None:
    parsed = check(small())
    (late,) = parsed.find("//b:boundaryEvent")
    assert (late.get("attachedToRef"), late.get("cancelActivity")) == ("complete", "true")
    assert late.findtext(".//b:timeDate", namespaces=SPACES) == 'deadline("complete")'
    assert late.get("name") == "25 working days, §5"
    assert parsed.nodes["decide"].get("name") == "Decide\n§4\n4 working days, §4"


def test_each_element_is_documented_with_its_clause_its_receiver_and_its_limit() -> None:
    parsed = check(small())
    said = parsed.nodes["ask"].findtext("b:documentation", namespaces=SPACES)
    assert said == "aid:§2 What §2 says\nto: recipient\n3 working days, from: entered, aid:§2"


def test_titles_are_in_the_language_asked_for_and_hostile_ones_stay_text() -> None:
    hostile = '</bpmn:process><script>alert("&")</script>\x00'
    procedure = Procedure(
        "odd",
        {"en": hostile},
        row("a b", RULE, hostile, "§1", {"kk": "Тексеру", "en": hostile}, {'"x" or True': "é", "y": "a b"}),
        row("é", END, hostile, "§2", hostile),
    )
    parsed = check(procedure)
    assert parsed.nodes["_.-e9-"].get("name") == hostile.replace("\x00", "\ufffd") + "\n§2"
    condition = parsed.flows["a-20-b.choice._.-22-x-22--20-or-20-True"]
    assert condition.findtext("b:conditionExpression", namespaces=SPACES) == 'outcome == "\\"x\\" or True"'
    kazakh = Parsed(to_bpmn(procedure, "kk"))
    assert kazakh.nodes["a-20-b"].get("name") == "Тексеру\n§1"


def test_ids_of_steps_are_never_the_same() -> None:
    names = ["a", "A", "a b", "a-20-b", "1", "_.1", "_1", "-31-", "é", "е", "diagram", "a.choice", "_"]
    assert len({id_of(name) for name in names}) == len(names)


def test_a_task_whose_only_way_out_is_its_limit_still_has_a_way_out() -> None:
    procedure = Procedure(
        "one",
        {"en": "One"},
        row("wait", TASK, "Office", "§1", "Wait", {"over": "end"}, days=2, then="over"),
        row("end", END, "Office", "§2", "End"),
    )
    parsed = check(procedure)
    assert {flow.get("targetRef") for flow in parsed.flows.values()} == {"wait", "end"}


def test_the_same_procedure_gives_the_same_bytes() -> None:
    assert to_bpmn(small()) == to_bpmn(small())
