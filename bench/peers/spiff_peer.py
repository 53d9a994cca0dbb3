"""SpiffWorkflow: the same fourteen steps as BPMN, saved to PostgreSQL at each wait.

python spiff_peer.py DATABASE_URL CASES    prints {"cases": …, "seconds": …}
"""

from __future__ import annotations

import io
import json
import sys
import time
from itertools import pairwise

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

WORK = [("r", 6), ("w", 1), ("r", 3), ("w", 1), ("r", 3)]
TABLE = "CREATE TABLE spiff_cases (id bigint PRIMARY KEY, state text NOT NULL)"


def bpmn() -> bytes:
    kinds = [kind for kind, count in WORK for _ in range(count)]
    tasks = "".join(
        f'<scriptTask id="t{n}"><script>value = value + {n}</script></scriptTask>'
        if kind == "r"
        else f'<manualTask id="t{n}"/>'
        for n, kind in enumerate(kinds)
    )
    way = ["start", *(f"t{n}" for n in range(len(kinds))), "end"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(way))
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="peer">'
        '<process id="aid" isExecutable="true"><startEvent id="start"/>'
        f'{tasks}<endEvent id="end"/>{flows}</process></definitions>'
    ).encode()


def main() -> None:
    url, cases = sys.argv[1], int(sys.argv[2])
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(bpmn())))
    spec = parser.get_spec("aid")
    registry = BpmnWorkflowSerializer.configure()
    serializer = BpmnWorkflowSerializer(registry)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
        began = time.perf_counter()
        for number in range(cases):
            workflow = BpmnWorkflow(spec)
            workflow.get_next_task(state=TaskState.READY).data["value"] = number
            workflow.run_all()
            connection.execute(
                "INSERT INTO spiff_cases VALUES (%s, %s)", (number, serializer.serialize_json(workflow))
            )
        for _wait in range(2):
            for number in range(cases):
                row = connection.execute("SELECT state FROM spiff_cases WHERE id = %s", (number,)).fetchone()
                workflow = serializer.deserialize_json(row[0])
                workflow.get_next_task(state=TaskState.READY, manual=True).run()
                workflow.run_all()
                connection.execute(
                    "UPDATE spiff_cases SET state = %s WHERE id = %s",
                    (serializer.serialize_json(workflow), number),
                )
        if not workflow.completed:
            sys.exit("the last case did not come to its end")
        print(json.dumps({"cases": cases, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
