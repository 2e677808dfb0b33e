from typing import Any, TypeVar

from django.db import models

_M = TypeVar("_M", bound=models.Model, covariant=True)

class TreeManager(models.Manager[_M]):
    def insert_node(self, node: Any, target: Any, *args: Any, **kwargs: Any) -> None: ...
    def _make_child_root_node(self, node: Any, new_tree_id: int | None = None) -> None: ...
    def _create_space(self, size: int, target: int, tree_id: int) -> None: ...
    def _close_gap(self, size: int, target: int, tree_id: int) -> None: ...
    def _manage_space(self, size: int, target: int, tree_id: int) -> None: ...
    def _move_node(
        self,
        node: Any,
        target: Any,
        position: str = "last-child",
        save: bool = True,
        refresh_target: bool = True,
    ) -> None: ...
