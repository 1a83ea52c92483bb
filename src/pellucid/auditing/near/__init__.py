"""Pictures come in, pairs that show one photograph go out: laid over one another, and compared by their grain.

Neither hashes nor features of a network tell a cut and turned copy from another picture of the same thing. So pictures
that look alike at 16 x 16 pixels are candidates; they are aligned by an affine map, coarse to fine (inverse
compositional Lucas-Kanade, Baker & Matthews 2004), and called one photograph only where the finest details agree, block
by block.
"""

from __future__ import annotations

from pellucid.auditing.near.matching import FINE_AGREEMENT, LARGEST_SIDE, Match, Matches, find_matches

__all__ = ["FINE_AGREEMENT", "LARGEST_SIDE", "Match", "Matches", "find_matches"]
