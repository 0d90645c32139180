"""Keeping a day: its record, its post and its part of the archive, written where they change, never over edits."""

from datetime import date
from typing import NamedTuple

import msgspec

from digest import __version__
from digest.core.config import Blog
from digest.core.errors import UsageError
from digest.core.record import Record
from digest.core.summary import Fault
from digest.store.posts import Archive, Posts, sha256
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace


class Shelf(NamedTuple):
    """Where a day is kept, and how freely."""

    records: Records
    posts: Posts
    templates: Templates
    blog: Blog
    force: bool = False
    """Write over posts that were edited by hand."""
    dry_run: bool = False
    """Write nothing."""


class Kept(NamedTuple):
    """A day as it is kept now."""

    record: Record
    """Naming the post that was rendered from it."""
    changed: bool
    """Whether the record or the post is not what it was."""
    faults: tuple[Fault, ...] = ()
    """Why the post does not show the record."""


def keep(shelf: Shelf, record: Record, before: Record, *, archive_anew: bool = False) -> Kept:
    """Write the record and its post. A post that fails its own reading is not written; its record is.

    What the archive says of the day is written where something changed, or in any case.

    Raises UsageError where a template is broken or a folder cannot be written, the record kept if it can be.
    """
    try:
        kept = keep_post(shelf, record)
    except UsageError:
        _write_record(shelf, record, before)
        raise
    _write_record(shelf, kept.record, before)
    kept = kept._replace(changed=kept.changed or kept.record != before)
    if not shelf.dry_run and (archive_anew or kept.changed or _lacks_archive(shelf.posts.workspace, record)):
        _keep_archive(shelf.posts.workspace, kept.record)
    return kept


def keep_again(shelf: Shelf, day: date) -> Kept:
    """A day kept again as its record has it. Raises UsageError where it has none, or cannot be rendered."""
    record = shelf.records.read(day)
    if record is None:
        raise UsageError(f"{shelf.records.path(day)}: no record of that day; build it with: digest build --date {day}")
    return keep(shelf, record, record, archive_anew=True)


def keep_record(workspace: Workspace, records: Records, record: Record) -> None:
    """Write a record, and what the archive says of it; its post is left as it is. Raises UsageError where it cannot."""
    records.write(record)
    _keep_archive(workspace, record)


def keep_post(shelf: Shelf, record: Record) -> Kept:
    """Render a record and write its post, unless the user edited it or it would not show what the record says."""
    made_from = fingerprint(shelf, record)
    if shelf.posts.is_as_rendered(record, made_from):
        return Kept(record, changed=False)
    from digest.stages.render import UnfaithfulPostError, render_post  # loaded when there is something to render

    try:
        text = render_post(record, shelf.blog, shelf.templates)
    except UnfaithfulPostError as error:
        return Kept(record, changed=False, faults=error.faults)
    if text is None:
        return Kept(record, changed=False)
    ref = shelf.posts.ref(record, text)
    state = shelf.posts.state(record, text)
    if state == "edited" and not shelf.force:
        return Kept(record, changed=False, faults=() if ref == record.post else (_edited(ref.path),))
    if state != "same" and not shelf.dry_run:
        shelf.posts.write(ref, text)
        shelf.posts.remove_old(record, ref)
    if not shelf.dry_run:
        shelf.posts.note_rendered(ref, made_from)
    return Kept(record.replace(post=ref), changed=state != "same")


def _keep_archive(workspace: Workspace, record: Record) -> None:
    from digest.stages.render import keep_archive  # loaded when there is something new to say

    keep_archive(workspace, record)


def _lacks_archive(workspace: Workspace, record: Record) -> bool:
    archive = Archive(workspace.root)
    return archive.is_kept and not archive.path(record.date).exists()


def fingerprint(shelf: Shelf, record: Record) -> str:
    """A hash of all that a post is made from, digest itself included."""
    values = (record.replace(post=None).as_json(), shelf.blog)
    parts = (__version__, shelf.templates.fingerprint, msgspec.json.encode(values).decode())
    return sha256("\0".join(parts).encode())


def _write_record(shelf: Shelf, record: Record, before: Record) -> None:
    if record != before and not shelf.dry_run:
        shelf.records.write(record)


def _edited(path: str) -> Fault:
    message = f"{path} was edited by hand and is left as it is; digest import takes that in, --force writes over it"
    return Fault(name="hand-edit", message=message, field="post")
