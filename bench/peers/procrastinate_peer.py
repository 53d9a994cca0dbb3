"""Procrastinate: each durable step is a job that puts the next one into the queue; the reply is a job too.

python procrastinate_peer.py DATABASE_URL CASES    prints {"cases": …, "seconds": …}
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import procrastinate

STEPS = 14
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=sys.argv[1], max_size=12))


@app.task(name="step", queue="cases")
async def step(number: int, place: int, value: int) -> None:
    if place < STEPS:
        await step.defer_async(number=number, place=place + 1, value=value + place)


async def main() -> None:
    cases = int(sys.argv[2])
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        for number in range(cases):
            await step.defer_async(number=number, place=1, value=0)
        await app.run_worker_async(
            queues=["cases"], concurrency=20, wait=False, listen_notify=False, install_signal_handlers=False
        )
        seconds = time.perf_counter() - began
        found = await app.connector.execute_query_one_async(
            "SELECT count(*) AS n FROM procrastinate_jobs WHERE status = 'succeeded'"
        )
    if found["n"] != cases * STEPS:
        sys.exit(f"{found['n']} of {cases * STEPS} steps were carried out")
    print(json.dumps({"cases": cases, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main())
