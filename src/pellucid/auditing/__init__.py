"""A dataset comes in, an audit goes out: what is wrong with it, worst first, with examples, evidence and the mend.

Importing this room loads neither torch nor scikit-learn. Nothing here changes data: `audit_manifest` only words
decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
    from pellucid.auditing.auditing import audit_dataset
    from pellucid.auditing.manifest import audit_manifest
    from pellucid.auditing.records import SEVERITIES, Audit, AuditFinding, Named, Severity

__all__ = ["SEVERITIES", "Audit", "AuditFinding", "Named", "Severity", "audit_dataset", "audit_manifest"]

__getattr__ = late_names(
    __name__,
    {
        "Audit": "records",
        "AuditFinding": "records",
        "Named": "records",
        "SEVERITIES": "records",
        "Severity": "records",
        "audit_dataset": "auditing",
        "audit_manifest": "manifest",
    },
)

said_in(__name__, "wording")
