"""Talk to a running QEMU: the QEMU Machine Protocol, one JSON object per line."""

import json
import socket
from typing import Any


class Gone(Exception):
    """QEMU closed the connection: it has ended, or is about to."""


class Monitor:
    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.unread = b""
        self.events: list[dict[str, Any]] = []

    def fileno(self) -> int:
        return self.connection.fileno()

    def handshake(self, timeout: float) -> None:
        """Once this returns, the machine is complete and can be started."""
        while "QMP" not in self._next(timeout):
            pass
        self.command("qmp_capabilities", timeout=timeout)
        self.command("query-status", timeout=timeout)

    def command(self, name: str, timeout: float = 10, **arguments: Any) -> Any:
        request = {"execute": name, "arguments": arguments}
        try:
            self.connection.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise Gone from error
        while True:
            message = self._next(timeout)
            if "event" in message:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"QEMU refused {name}: {message['error'].get('desc')}")
            elif "return" in message:
                return message["return"]

    def human(self, line: str) -> str:
        return self.command("human-monitor-command", **{"command-line": line})

    def waiting(self) -> bool:
        """Events that came together with something else: the connection is silent about them."""
        return bool(self.events) or b"\n" in self.unread

    def next_event(self) -> "dict[str, Any] | None":
        """An event that has arrived, else None after reading what lies ready."""
        if not self.events:
            message = self._next(timeout=1)
            if "event" in message:
                self.events.append(message)
        return self.events.pop(0) if self.events else None

    def _next(self, timeout: float) -> dict[str, Any]:
        """The next message; TimeoutError if none is complete in time."""
        self.connection.settimeout(timeout)
        while b"\n" not in self.unread:
            try:
                data = self.connection.recv(65536)
            except ConnectionError as error:
                raise Gone from error
            if not data:
                raise Gone
            self.unread += data
        line, self.unread = self.unread.split(b"\n", 1)
        return json.loads(line)
