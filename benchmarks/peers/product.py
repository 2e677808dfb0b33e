"""What the comparison knows about a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.peers.load import Measure, Request
from benchmarks.peers.machine import Running


@dataclass(frozen=True)
class Site:
    """A running variant of a product. It takes part in the cases for which it has a path."""

    key: str
    label: str
    port: int
    servers: Sequence[Running]
    paths: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    headers_by_case: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)  # other than 200
    comment: str = ""  # pattern of the start of a comment in a page

    def headers_for(self, case: str) -> dict[str, str]:
        return {**self.headers, **self.headers_by_case.get(case, {})}


class Product:
    """A product takes part in what it overrides: not all can be posted to or import anything."""

    name = ""
    accepted = 303  # status of the answer to a stored comment

    def set_up(self) -> None:
        """Install the product and store the data, unless that was done before."""

    def start(self) -> list[Site]:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def post_cases(self) -> Sequence[str]:
        return ()

    def comments(self, case: str, count: int) -> list[Request]:
        """Return requests that post different comments to the article with 1,000 comments as "post",
        inside its threads as "reply", and to 16 articles as "post16".
        """
        raise NotImplementedError

    def post_headers(self) -> Mapping[str, str]:
        raise NotImplementedError

    def pending(self) -> int:
        """Return the number of comments that wait for an editor."""
        raise NotImplementedError

    def delete_pending(self) -> None:
        """Delete them, so that the next run has the same data."""

    def measure_import(self) -> Measure | None:
        """Import an export into an empty database."""
        return None
