"""When is something that is wrong said, said again, and said to be over? Pure: observations in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AGAIN_S = 300.0  # what stays wrong is said again after so long


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to say. `over`: it was wrong and is not any more."""

    word: str
    count: int
    over: bool = False
    again: bool = False


@dataclass(slots=True)
class Judge:
    """Remembers since when each thing has been wrong and when it was last said. `patience_s` by word."""

    patience_s: Mapping[str, float] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _said: dict[str, float] = field(default_factory=dict)

    def hear(self, found: Mapping[str, int], now_s: float) -> list[Said]:
        """What to say after one round; `now_s` is any clock that only runs forward."""
        out: list[Said] = []
        for word, count in found.items():
            if count == 0:
                self._since.pop(word, None)
                if self._said.pop(word, None) is not None:
                    out.append(Said(word, 0, over=True))
                continue
            since = self._since.setdefault(word, now_s)
            if now_s - since < self.patience_s.get(word, 0.0):
                continue
            last = self._said.get(word)
            if last is None or now_s - last >= AGAIN_S:
                self._said[word] = now_s
                out.append(Said(word, count, again=last is not None))
        return out

    @property
    def wrong(self) -> frozenset[str]:
        """Everything that was said and is not over."""
        return frozenset(self._said)
