"""Plays a scene against a gateway, second by second, until told to stop.

Device clocks are true: whatever the speed of the scene, a message is dated with the moment it is said. So at
`speed` 3 people move three times as fast, and a car may do more than the core believes of any car.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from egide.simulation.client import Connection, Gateway, GatewayAway, Phone
from egide.simulation.scenes import Scene
from egide.simulation.wire import post

FIRST_REPORT_S, REPORT_EVERY_S = 10, 60
LAST_MESSAGES_S = 10.0

Report = Callable[[str], None]


async def until_up(gateway: Gateway, report: Report) -> None:
    """Returns once the gateway answers that it is ready; waits as long as it takes."""
    connection = Connection(gateway)
    told = False
    wait_s = 0.25
    while True:
        try:
            answer = await connection.request("GET", "/readyz", {})
            if answer.status < 300 or answer.status == 404:  # 404: up, and older than this question
                connection.close()
                return
        except GatewayAway:
            pass
        if not told:
            report("waiting for the gateway")
            told = True
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, 2.0)


async def play(scene: Scene, gateway: Gateway, speed: float, seconds: float | None, report: Report) -> Counter[str]:
    """Plays from the scene's second 0, for `seconds` of ours or until cancelled. Gives what was counted."""
    counts: Counter[str] = Counter()
    await until_up(gateway, report)
    async with asyncio.TaskGroup() as tasks:
        phones: dict[str, Phone] = {}
        running: list[asyncio.Task[None]] = []
        begun = time.monotonic()
        next_report: float = FIRST_REPORT_S
        second = 0
        while True:
            elapsed = time.monotonic() - begun
            if seconds is not None and elapsed >= seconds:
                break
            # What is due; after a halt of the machine, all of it.
            while second <= elapsed * speed:
                now_ms, scene_now = time.time() * 1000, (time.monotonic() - begun) * speed
                for said in scene.step(second):
                    name = said.device.identifier
                    if name not in phones:
                        phones[name] = Phone(gateway, counts)
                        running.append(tasks.create_task(phones[name].run()))
                    ago_ms = 1000 * max(0.0, scene_now - said.second) / speed
                    phones[name].say(post(said, int(now_ms - ago_ms)))
                second += 1
                await asyncio.sleep(0)
            if elapsed >= next_report:
                report(line(elapsed, phones, counts))
                next_report = elapsed + REPORT_EVERY_S
            await asyncio.sleep(min(0.5, max(0.0, second / speed - (time.monotonic() - begun))))
        try:
            async with asyncio.timeout(LAST_MESSAGES_S):
                for phone in phones.values():
                    await phone.sent()
        except TimeoutError:
            pass
        report(line(time.monotonic() - begun, phones, counts))
        for task in running:
            task.cancel()
    return counts


def line(elapsed_s: float, phones: dict[str, Phone], counts: Counter[str]) -> str:
    """Progress in one line: counts only, nothing about anybody."""
    minutes, rest = divmod(int(elapsed_s), 60)
    waiting = sum(phone.waiting for phone in phones.values())
    text = f"{minutes:02d}:{rest:02d} {len(phones)} devices, {counts['positions']} messages and {counts['alarms']} alarms accepted"
    for name, number in (
        ("waiting", waiting),
        *((k, counts[k]) for k in ("put off", "unanswered", "refused", "forgotten")),
    ):
        if number:
            text += f", {number} {name}"
    return text
