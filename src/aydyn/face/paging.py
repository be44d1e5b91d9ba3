"""Pages of lists that can be very long."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


class CappedPaginator(Paginator[Any]):
    """Counts up to a limit and pages no further: whoever has more is better served by a filter than by page 500."""

    def __init__(self, object_list: Any, per_page: int, *, most: int) -> None:
        super().__init__(object_list, per_page)
        self.most = most

    @cached_property
    def counted(self) -> int:
        """How many there are, or one more than the limit."""
        rows: QuerySet[Any] = self.object_list[: self.most + 1]  # type: ignore[assignment]  # lists of rows are paged so
        return rows.count()

    @cached_property
    def count(self) -> int:
        """How many can be paged through."""
        return min(self.counted, self.most)

    @property
    def there_are_more(self) -> bool:
        """Whether the list is longer than can be paged through."""
        return self.counted > self.most
