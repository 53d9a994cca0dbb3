"""Writes a procedure as BPMN 2.0 XML with its drawing, for modellers and other engines."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from qyzmet.cases.drawing import words
from qyzmet.cases.drawing.flow import START, Element, Flow, flow_of
from qyzmet.cases.drawing.grid import Arrow, Node
from qyzmet.cases.drawing.layout import Box, Layout, Point, Route, lay_out
from qyzmet.cases.procedure import Procedure, Step

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
OURS = "https://qyzmet.kz/procedures"

_TASK, _EVENT, _GATEWAY = 150.0, 36.0, 50.0
_TEXT, _LINE = 12.0, 15.0
_LABEL, _POOL_NAME, _LANE_NAME = 96.0, 30.0, 30.0
_TIMER_FROM_RIGHT = 26.0
_TASKS = frozenset({"serviceTask", "scriptTask", "sendTask", "userTask"})

for _prefix, _space in {"bpmn": BPMN, "bpmndi": DI, "dc": DC, "di": DD}.items():
    ET.register_namespace(_prefix, _space)


def to_bpmn(procedure: Procedure, language: str = "en") -> bytes:
    """The procedure as a BPMN 2.0 document, UTF-8; `flow.py` says what an engine has to supply."""
    return _Document(procedure, language).written()


class _Document:
    def __init__(self, procedure: Procedure, language: str) -> None:
        self.procedure, self.language = procedure, language
        self.title = words.in_language(procedure.title, language, procedure.code)
        self.elements, self.flows = flow_of(procedure, language)
        self.by_id = {element.id: element for element in self.elements}
        self.lanes = {
            words.clean(step.actor): f"diagram.lane.{number}"
            for number, step in enumerate({s.actor: s for s in procedure.steps.values()}.values())
        }
        self.layout = self._laid_out()

    def written(self) -> bytes:
        root = ET.Element(
            f"{{{BPMN}}}definitions",
            {
                "id": "diagram.definitions",
                "name": self.title,
                "targetNamespace": OURS,
                "expressionLanguage": "https://www.python.org",
                "exporter": "qyzmet",
            },
        )
        self._collaboration(root)
        self._process(root)
        self._messages(root)
        self._drawing(root)
        ET.indent(root)
        written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return written + b"\n"

    def _collaboration(self, root: ET.Element) -> None:
        collaboration = _add(root, "collaboration", id="diagram.collaboration")
        _add(collaboration, "participant", id="diagram.pool", name=self.title, processRef="diagram.process")

    def _process(self, root: ET.Element) -> None:
        process = _add(root, "process", id="diagram.process", name=self.title, isExecutable="true")
        said = f"{words.clean(self.procedure.code)}, table {self.procedure.hash}"
        _add(process, "documentation").text = said
        lanes = _add(process, "laneSet", id="diagram.lanes")
        for name, id in self.lanes.items():
            lane = _add(lanes, "lane", id=id, name=name)
            for element in self.elements:
                if words.clean(element.step.actor) == name:
                    _add(lane, "flowNodeRef").text = element.id
        for element in self.elements:
            self._element(process, element)
        for flow in self.flows:
            self._flow(process, flow)

    def _element(self, process: ET.Element, element: Element) -> None:
        node = _add(process, element.tag, id=element.id)
        if element.name:
            node.set("name", element.name)
        if element.id != START:
            _add(node, "documentation").text = _documentation(element.step)
        for tag, end in (("incoming", "target"), ("outgoing", "source")):
            for flow in self.flows:
                if getattr(flow, end) == element.id:
                    _add(node, tag).text = flow.id
        if element.tag == "sendTask":
            node.set("messageRef", self._message_id(element))
        elif element.message is not None:
            _add(
                node,
                "messageEventDefinition",
                id=f"{element.id}.definition",
                messageRef=self._message_id(element),
            )
        if element.script is not None:
            node.set("scriptFormat", "text/x-python")
            _add(node, "script").text = element.script
        if element.attached_to is not None:
            node.set("attachedToRef", element.attached_to)
            node.set("cancelActivity", "true")
        for tag, expression in (("timeDate", element.moment), ("timeDuration", element.duration)):
            if expression is not None:
                timer = _add(node, "timerEventDefinition", id=f"{element.id}.definition")
                _add(timer, tag).text = expression
        default = next((f.id for f in self.flows if f.source == element.id and f.otherwise), None)
        if default is not None:
            node.set("default", default)

    def _flow(self, process: ET.Element, flow: Flow) -> None:
        node = _add(process, "sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
        if flow.name:
            node.set("name", flow.name)
        if flow.condition is not None:
            _add(node, "conditionExpression").text = flow.condition

    def _messages(self, root: ET.Element) -> None:
        for element in self.elements:
            if element.message is not None:
                _add(root, "message", id=self._message_id(element), name=element.message)

    def _message_id(self, element: Element) -> str:
        return f"{element.id}.message"

    def _laid_out(self) -> Layout:
        nodes, arrows = list[Node](), list[Arrow]()
        for element in self.elements:
            if element.attached_to is None:
                nodes.append(_node(element))
        for flow in self.flows:
            source = self.by_id[flow.source]
            border = source.attached_to is not None
            width = _LABEL if border else words.width_of(flow.name, _TEXT)
            arrows.append(Arrow(source.attached_to or flow.source, flow.target, width, below=border))
        return lay_out(nodes, arrows, left=_POOL_NAME + _LANE_NAME)

    def _drawing(self, root: ET.Element) -> None:
        diagram = _add(root, "BPMNDiagram", DI, id="diagram.drawing", name=self.title)
        plane = _add(diagram, "BPMNPlane", DI, id="diagram.plane", bpmnElement="diagram.collaboration")
        layout = self.layout
        pool = Box(0, 0, layout.width, layout.height)
        _bounds(_shape(plane, "diagram.pool", isHorizontal="true"), pool)
        for name, box in layout.lanes.items():
            lane = Box(_POOL_NAME, box.y, layout.width - _POOL_NAME, box.height)
            _bounds(_shape(plane, self.lanes[name], isHorizontal="true"), lane)
        routes = dict(zip((flow.id for flow in self.flows), layout.routes, strict=True))
        for element in self.elements:
            self._draw_element(plane, element, routes)
        for flow in self.flows:
            self._draw_flow(plane, flow, routes[flow.id])

    def _draw_element(self, plane: ET.Element, element: Element, routes: Mapping[str, Route]) -> None:
        marker = {"isMarkerVisible": "true"} if element.tag == "exclusiveGateway" else {}
        shape = _shape(plane, element.id, **marker)
        if element.attached_to is not None:
            task = self.layout.boxes[element.attached_to]
            corner = task.right - _TIMER_FROM_RIGHT - _EVENT / 2
            _bounds(shape, Box(corner, task.bottom - _EVENT / 2, _EVENT, _EVENT))
            flow = next(flow for flow in self.flows if flow.source == element.id)
            x, y = routes[flow.id].label
            _label(shape, Box(x, y - 2 * _LINE - 2, _LABEL, 2 * _LINE))
            return
        box = self.layout.boxes[element.id]
        _bounds(shape, box)
        if element.tag not in _TASKS and element.name:
            _, height = _label_size(element.name)
            _label(shape, Box(box.middle[0] - _LABEL / 2, box.bottom + 4, _LABEL, height - 4))

    def _draw_flow(self, plane: ET.Element, flow: Flow, route: Route) -> None:
        edge = _add(plane, "BPMNEdge", DI, id=f"{flow.id}.edge", bpmnElement=flow.id)
        points = list(route.points)
        if self.by_id[flow.source].attached_to is not None:
            points[0] = (points[0][0], points[0][1] + _EVENT / 2)
        for x, y in points:
            _add(edge, "waypoint", DD, x=f"{x:.1f}", y=f"{y:.1f}")
        if flow.name:
            _label(edge, _beside(route.label, flow.name))


def _node(element: Element) -> Node:
    lane = words.clean(element.step.actor)
    if element.tag in _TASKS:
        lines = sum(len(words.wrapped(line, _TEXT, _TASK - 14)) for line in element.name.split("\n"))
        return Node(element.id, lane, _TASK, max(80.0, lines * _LINE + 50))
    if element.tag.endswith("Gateway"):
        return Node(element.id, lane, _GATEWAY, _GATEWAY, "diamond")
    return Node(element.id, lane, _EVENT, _EVENT, "round", _label_size(element.name))


def _label_size(name: str) -> Point:
    lines = sum(len(words.wrapped(line, _TEXT, _LABEL)) for line in name.split("\n"))
    return _LABEL, lines * _LINE + 6


def _beside(place: Point, name: str) -> Box:
    return Box(place[0], place[1] - _LINE - 1, words.width_of(name, _TEXT), _LINE)


def _documentation(step: Step) -> str:
    lines = [f"{step.clause.id} {step.clause.title}"]
    if step.receiver is not None:
        lines.append(f"to: {step.receiver}")
    if step.limit is not None:
        begins = f"from: {step.limit.starts}"
        lines.append(f"{step.limit.working_days} working days, {begins}, {step.limit.clause.id}")
    if step.no_limit_because is not None:
        lines.append(f"no limit: {step.no_limit_because}")
    return words.clean("\n".join(lines))


def _add(parent: ET.Element, tag: str, space: str = BPMN, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{space}}}{tag}", attributes)


def _shape(plane: ET.Element, element: str, **attributes: str) -> ET.Element:
    return _add(plane, "BPMNShape", DI, id=f"{element}.shape", bpmnElement=element, **attributes)


def _bounds(parent: ET.Element, box: Box) -> None:
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    _add(parent, "Bounds", DC, **{name: f"{value:.1f}" for name, value in sizes.items()})


def _label(parent: ET.Element, box: Box) -> None:
    _bounds(_add(parent, "BPMNLabel", DI), box)
