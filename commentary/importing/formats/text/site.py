"""Texts of an import that are pages of one site, and what they have in common.

Copied texts don't say which site they are from. Those with the same lines above and below their
articles are from one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from . import dates
from .copied.knowledge import ALONE, PageSummary, SiteKnowledge, common_knowledge
from .copied.survey import summary_of
from .lines import CaptureRows

LEAST_SHARED = 4  # lines at the top or bottom of pages of one site
SHARED = 0.35  # of the lines there


@dataclass(slots=True)
class _Cluster:
    """The texts of one site, by number, how often each line is at their edges, and the lines at the
    edges of a third of them.
    """

    members: list[int] = field(default_factory=list)
    edges: Counter[int] = field(default_factory=Counter)
    common: set[int] = field(default_factory=set)

    def add(self, number: int, edges: set[int]) -> None:
        """Add a text. Only its own lines can become common, so the others aren't compared."""
        self.members.append(number)
        self.edges.update(edges)
        least = len(self.members) / 3
        self.common = {line for line in self.common | edges if self.edges[line] >= least}


def survey_text(lines: list[str]) -> PageSummary:
    """Return the summary of a text."""
    dates.look_over(lines)
    return summary_of(CaptureRows(lines))


def knowledge_of(summaries: list[PageSummary]) -> list[SiteKnowledge]:
    """Return for each text what the texts of its site have in common."""
    found = [ALONE] * len(summaries)
    for members in sites_in(summaries):
        known = common_knowledge([summaries[i] for i in members])
        for i in members:
            found[i] = known
    return found


def sites_in(summaries: Iterable[PageSummary]) -> Iterator[list[int]]:
    """Yield the numbers of the texts of each site."""
    clusters: list[_Cluster] = []
    by_line: defaultdict[int, set[int]] = defaultdict(set)  # the clusters with a line at an edge
    for number, summary in enumerate(summaries):
        edges = set(summary.edges)
        shared = Counter(cluster for line in edges for cluster in by_line[line])
        best = None
        for cluster, _ in shared.most_common(5):
            common = clusters[cluster].common
            both = len(edges & common)
            if both >= LEAST_SHARED and both >= SHARED * min(len(edges), len(common)):
                best = cluster
                break
        if best is None:
            best = len(clusters)
            clusters.append(_Cluster())
        clusters[best].add(number, edges)
        for line in edges:
            by_line[line].add(best)
    yield from (cluster.members for cluster in clusters)
