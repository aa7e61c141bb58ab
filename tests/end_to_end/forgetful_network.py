"""A network that can lose the server's answers: the request arrives, the answer does not."""

import selectors
import socket
import threading
from dataclasses import dataclass, field


@dataclass
class ForgetfulNetwork:
    """Passes bytes on to `target`; with `loses_answers`, none come back once a request is out."""

    target: tuple[str, int]
    loses_answers: bool = False
    listener: socket.socket = field(default_factory=socket.socket)
    _threads: list[threading.Thread] = field(default_factory=list)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self._start(self._accept)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def close(self) -> None:
        self._closed = True
        # Wakes up `accept`.
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join()
        self.listener.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            if self._closed:
                client.close()
                return
            self._start(self._carry, client)

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        with client, server, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            flights = 0
            while not self._closed:
                for key, _ in ready.select(timeout=0.05):
                    source = key.fileobj
                    try:
                        data = source.recv(65536)  # type: ignore[union-attr]
                    except OSError:
                        return
                    if not data:
                        return
                    if source is client:
                        # The first flight is the TLS greeting; requests come after it.
                        flights += 1
                        server.sendall(data)
                    elif flights < 2 or not self.loses_answers:
                        client.sendall(data)
