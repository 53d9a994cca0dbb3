"""Documents of a case for those who may see them: the decision as it was signed, and its signature."""

from __future__ import annotations

from qyzmet.cases.worklists import Outline
from qyzmet.runtime.errors import Refused, UnknownName
from qyzmet.web.desks import Desk
from qyzmet.web.views import table_of

#: Names of documents with their media types.
KINDS = {"decision.json": "application/json", "decision.p7s": "application/pkcs7-signature"}


def content_of(desk: Desk, case: Outline, document: str, *, who: str) -> tuple[bytes, str]:
    """A document of a case; the look is logged. Raises UnknownName, Refused where the person was erased."""
    if document not in KINDS:
        raise UnknownName("document", document, f"there are {', '.join(KINDS)}")
    with desk.connection.transaction():
        decided = desk.connection.execute("SELECT 1 FROM decisions WHERE case_id = %s", (case.id,)).fetchone()
    if decided is None:
        raise UnknownName("decision", str(case.id), "the case has none yet")
    found = desk.store.decisions([case.id]).get(case.id)
    if found is None:
        raise Refused("The document was destroyed with the person's key.")
    step = table_of(desk.catalogue, case.procedure).steps.get(case.step)
    desk.vault.reveal(
        [case.recipient or case.subject], who=who, purpose="read the decision",
        clause=step.clause.id if step else case.step, fields=("surname",),
    )  # fmt: skip
    return (found.document if document == "decision.json" else found.signature), KINDS[document]
