"""After the demo its country lives on: pages and API in this process, a running clock, a worker."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from dataclasses import replace

from qyzmet.cases.package import packages
from qyzmet.demo.run import Lived
from qyzmet.demo.standing import run_clock
from qyzmet.runtime.config import Config
from qyzmet.web.app import Site, application
from qyzmet.web.assets import Assets
from qyzmet.web.serving import listen, serve
from qyzmet.web.standing import provider_of

#: Nothing to do: the worker looks again after so long.
_IDLE_SECONDS = 0.2


def serve_pages(
    lived: Lived, config: Config, host: str, port: int, pace: float, say: Callable[[str], None]
) -> None:
    """Serves until Ctrl-C or SIGTERM. `pace` is how fast the country's clock runs.

    Questions may also be answered on the citizen's page here (policy `web`), so that it can be tried.
    """
    http = lived.twins.http
    policies = {**config.policies, "proactive": {**config.policies.get("proactive", {}), "web": True}}
    config = replace(config, oidc_issuer=f"{http}/openid", partners={"*": http}, policies=policies)
    site = Site(
        lived.database, lived.keys, lived.clock, list(packages().values()), policies=policies,
        assets=Assets.read(), provider=provider_of(config), config=config,
    )  # fmt: skip
    stop = threading.Event()
    beside = [
        threading.Thread(target=run_clock, args=(pace, lived.clock, stop), daemon=True),
        threading.Thread(target=_work, args=(lived, stop), daemon=True),
    ]
    with listen(host, port) as listening:
        address = f"http://{host}:{listening.getsockname()[1]}"
        for thread in beside:
            thread.start()
        try:
            asyncio.run(_serve(site, listening, lambda: say(address)))
        finally:
            stop.set()
            for thread in beside:
                thread.join()


async def _serve(site: Site, listening: object, ready: Callable[[], None]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(application(site), listening, stop, ready)  # type: ignore[arg-type]


def _work(lived: Lived, stop: threading.Event) -> None:
    while not stop.is_set():
        if not lived.worker.turn():
            stop.wait(_IDLE_SECONDS)
