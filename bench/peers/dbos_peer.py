"""DBOS: a workflow of six steps, a message, three steps, a sleep that is over at once, three steps.

python dbos_peer.py DATABASE_URL CASES    prints {"cases": …, "seconds": …}
"""

from __future__ import annotations

import json
import sys
import time

from dbos import DBOS


@DBOS.step()
def step(name: str, value: int) -> int:
    return value + len(name)


@DBOS.workflow()
def case(number: int) -> int:
    value = number
    for name in ("resident", "household", "income", "line", "amount", "recipient"):
        value = step(name, value)
    reply = DBOS.recv("reply", timeout_seconds=600)
    for name in ("account", "other_aid", "draft"):
        value = step(name, value + len(reply))
    DBOS.sleep(0.001)
    for name in ("confirm", "order", "close"):
        value = step(name, value)
    return value


def main() -> None:
    url, cases = sys.argv[1], int(sys.argv[2])
    DBOS(config={"name": "peer", "system_database_url": url, "log_level": "ERROR"})
    DBOS.launch()
    began = time.perf_counter()
    # No more at a time than the engine has threads for: a workflow that waits holds one.
    ended = 0
    while ended < cases:
        some = [DBOS.start_workflow(case, number) for number in range(min(40, cases - ended))]
        for handle in some:
            DBOS.send(handle.get_workflow_id(), "9#1", "reply")
        for handle in some:
            handle.get_result()
        ended += len(some)
    print(json.dumps({"cases": cases, "seconds": time.perf_counter() - began}))
    sys.stdout.flush()
    DBOS.destroy()


if __name__ == "__main__":
    main()
