"""Waiting for what runs, and asking it."""

import time
import urllib.request

PATIENCE = 90


def wait(what, condition):
    """The first true answer of `condition`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if answer := condition():
                return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"waited for nothing: {what}")


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
        return answer.read().decode()
