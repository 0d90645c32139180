"""A model on an OpenAI-compatible server as the summarizer."""

from datetime import datetime

from digest.clients.form import About
from digest.core.config import SummarizerConfig
from digest.core.merge import GIVEN_UP
from digest.core.paper import Paper, SourceText
from digest.core.prompt.answer import MEANINGS, FieldAnswer, json_schema
from digest.core.prompt.sections import without_instructions
from digest.core.record import UNVERIFIED, Entry, Provenance
from digest.core.summary import FIELDS, Evidence, Fault, Summary
from digest.stages.ports import Asker
from digest.stages.summarize.budget import Account
from digest.stages.summarize.conversation import Conversation, close_round, open_round, paid_before
from digest.stages.summarize.drafting import Drafting, Judged, Limits
from digest.stages.summarize.material import Answers, Material, Prompt, Sizes
from digest.stages.summarize.verify import Verifier
from digest.store.cache import Cache
from digest.store.templates import Templates

_TEMPLATES = ("system.md.j2", "ask.md.j2", "repair.md.j2")


class OpenAI:
    """Asks the model at most `attempts` times a paper, and `give_up_after` times over all nights."""

    kind = "openai"

    def __init__(
        self,
        chat: Asker,
        config: SummarizerConfig,
        *,
        templates: Templates,
        cache: Cache,
        account: Account,
        now: datetime,
        give_up_after: int,
        verifier: Verifier | None,
        alone: bool = False,
    ) -> None:
        """Without a verifier no verdicts are asked for.

        `alone`: a server that takes less text of one paper is still asked about all of another, so that a paper's
        questions do not depend on what else is asked.
        """
        self._chat = chat
        self._config = config
        self._templates = templates
        self._cache = cache
        self._account = account
        self._now = now
        self._give_up_after = give_up_after
        self._verifier = verifier
        self._alone = alone
        sizes = Sizes(config)
        system = templates.render("system.md.j2", meanings=MEANINGS, glossary=config.glossary)
        self._prompt = Prompt(templates, system, config.glossary, sizes)
        self._prompt_hash = templates.hash(*_TEMPLATES, more=(system, str(json_schema(FIELDS))))

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None, *, anew: bool = False) -> Entry:
        if anew:
            return self._anew(paper, text, _corrected(before))
        known = before.asks if before else 0
        return self._summarize(paper, text, before, _corrected(before), subject=paper.id, known=known)

    def _anew(self, paper: Paper, text: SourceText, corrected: Answers) -> Entry:
        """An answer to take the place of a final one. Asks are counted by model and version, and by no record."""
        subject = f"{paper.id}v{paper.version} by {self._config.model}"
        if paid_before(self._cache, subject) >= self._give_up_after:
            return Entry(status="failed", paper=paper, faults=(self._given_up(paper),))
        entry = self._summarize(paper, text, None, corrected, subject=subject, known=open_round(self._cache, subject))
        if entry.status == "draft" and not (entry.has_fault("model") or entry.has_fault("budget")):
            close_round(self._cache, subject)
        made = entry.provenance
        return (
            entry
            if made is None
            else entry.replace(provenance=made.replace(attempts=max(made.attempts, paid_before(self._cache, subject))))
        )

    def _given_up(self, paper: Paper) -> Fault:
        asks, model = self._give_up_after, self._config.model
        message = f"{asks} asks of {model} led to no final answer; raise nightly.give_up_after, or name another model"
        return Fault(name=GIVEN_UP, message=message, paper=paper.id)

    def _summarize(
        self, paper: Paper, text: SourceText, before: Entry | None, corrected: Answers, *, subject: str, known: int
    ) -> Entry:
        left = self._give_up_after - max(known, paid_before(self._cache, subject))
        prompt = self._prompt._replace(sizes=Sizes(self._config)) if self._alone else self._prompt
        limits = Limits(min(self._config.attempts, left), prompt.sizes.max_tokens, self._config.tolerate)
        read, text = without_instructions(paper, text)
        material = Material(paper, read, text, prompt, self._verifier)
        about = About(paper.id, paper.version, text.kind, known)
        conversation = Conversation(self._chat, self._cache, self._account, material.opening(), about, subject)
        drafting = Drafting(conversation, material, self._templates, limits, corrected)
        if before is not None and before.status == "final":
            return self._verified(before, material, drafting, limits)
        judged = drafting.draft()
        provenance = self._provenance(text, conversation, drafting.repaired(judged)).replace(
            attempts=max(conversation.asks, paid_before(self._cache, subject) - known),
            verifier=material.hearing.verification(
                before.provenance.verifier if before and before.provenance else None
            ),
        )
        return _entry(paper, judged, material, limits).replace(provenance=provenance)

    def _verified(self, before: Entry, material: Material, drafting: Drafting, limits: Limits) -> Entry:
        """A final entry with its missing verdicts; one that is contradicted is repaired, or becomes a draft."""
        answers, hearing = _answers(before), material.hearing
        hearing.know(answers, before.verdicts)
        faults = hearing.hold({field: answers[field] for field in before.unheld})
        kept = tuple(fault for fault in before.faults if fault.name != UNVERIFIED)
        judged = Judged(answers, (*kept, *faults))
        if limits.holding(faults):
            judged = drafting.draft(judged)
        material.found |= {field: quotes for field, quotes in before.found.items() if field not in material.found}
        made = _entry(before.paper, judged, material, limits)
        known = before.provenance or Provenance(summarizer=self.kind)
        provenance = self._with_repairs(known, drafting.conversation, drafting.repaired(judged))
        return before.replace(
            status=made.status,
            summary=made.summary,
            evidence=made.evidence,
            found=made.found,
            verdicts=made.verdicts,
            provenance=provenance.replace(verifier=hearing.verification(provenance.verifier)),
            faults=made.faults,
        )

    def _with_repairs(
        self, provenance: Provenance, conversation: Conversation, repaired: tuple[str, ...]
    ) -> Provenance:
        """An entry's provenance with what its repair took, if it needed one."""
        if not conversation.asks:
            return provenance
        costs = (provenance.cost_usd, self._account.cost(conversation.tokens))
        return provenance.replace(
            attempts=provenance.attempts + conversation.asks,
            tokens=provenance.tokens + conversation.tokens,
            cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
            notes=tuple(dict.fromkeys((*provenance.notes, *conversation.notes, *repaired))),
            at=self._now,
        )

    def _provenance(self, text: SourceText, conversation: Conversation, repaired: tuple[str, ...]) -> Provenance:
        return Provenance(
            summarizer=self.kind,
            model=self._config.model,
            prompt=self._prompt_hash,
            text=text.kind,
            tokens=conversation.tokens,
            cost_usd=self._account.cost(conversation.tokens),
            at=self._now,
            notes=(*text.notes, *conversation.notes, *repaired),
        )


def _entry(paper: Paper, judged: Judged, material: Material, limits: Limits) -> Entry:
    """The entry of such answers, its provenance aside."""
    evidence = {field: answer.evidence for field, answer in judged.answers.items() if answer.evidence}
    return Entry(
        status="failed" if not judged.answers else "draft" if limits.holding(judged.faults) else "final",
        paper=paper,
        summary=_summary(judged),
        evidence=evidence,
        found=_still_there(material.found, evidence),
        verdicts=material.hearing.verdicts(judged.answers),
        faults=judged.faults,
    )


def _still_there(found: Evidence, evidence: Evidence) -> Evidence:
    """The found sentences that are evidence of their field still."""
    kept = {field: tuple(q for q in quotes if q in evidence.get(field, ())) for field, quotes in found.items()}
    return {field: quotes for field, quotes in kept.items() if quotes}


def _answers(entry: Entry) -> Answers:
    """The fields of an entry, as a model answered them."""
    if entry.summary is None:
        return {}
    return {field: FieldAnswer(entry.summary.text(field), entry.evidence.get(field, ())) for field in FIELDS}


def _corrected(before: Entry | None) -> Answers:
    """The fields of an entry that a person has written."""
    known = _answers(before) if before else {}
    return {field: answer for field, answer in known.items() if before and field in before.corrected}


def _summary(judged: Judged) -> Summary | None:
    """The summary as far as there is one; a field without an answer is empty."""
    if not judged.answers:
        return None
    return Summary.read({field: judged.answers[field].text if field in judged.answers else "" for field in FIELDS})
