"""The Jinja templates: the workspace's own, else those that ship with digest."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.core.errors import UsageError
from digest.core.text import fold

if TYPE_CHECKING:
    import jinja2

_DEFAULTS = Path(__file__).parents[1] / "templates"
_RAISED = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
)
"""What Python raises for an expression in a template that is wrong, beside Jinja's own errors."""


class Templates:
    """Templates below a folder, over the defaults. An unknown variable is an error, never an empty string."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _environment(self) -> "jinja2.Environment":
        return _environment(self._folder)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all files in the templates' folders and of their names: it changes when any of them does."""
        digest = hashlib.sha256()
        for folder in (_DEFAULTS, self._folder):
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                with self._told(name):
                    content = path.read_bytes()
                digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def render(self, name: str, **values: Any) -> str:
        """Fill a template. Raises UsageError naming its file, and the line where there is one."""
        with self._told(name):
            text = self._environment.get_template(name).render(**values)
            text.encode()  # half a surrogate pair, as "\ud83d" in an expression gives, can be in no file
            return text

    def fill(self, source: str, place: str, **values: Any) -> str:
        """Fill a template that is a value of the configuration. Raises UsageError naming its place there."""
        with self._told(place):
            text = self._environment.from_string(source).render(**values)
            text.encode()
            return text

    def hash(self, *names: str, more: Sequence[str] = ()) -> str:
        """`sha256:` and a hash of the templates' sources and `more`, which changes when any of them does."""
        sources = [self._source(name) for name in names]
        return "sha256:" + hashlib.sha256("\0".join([*sources, *more]).encode()).hexdigest()

    def _source(self, name: str) -> str:
        loader = self._environment.loader
        assert loader is not None  # noqa: S101  set in _environment
        with self._told(name):
            return loader.get_source(self._environment, name)[0]

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """Tell what is wrong with a template as a UsageError."""
        import jinja2

        try:
            yield
        except jinja2.TemplateSyntaxError as error:
            raise UsageError(f"{error.filename or name}:{error.lineno}: {error.message}; fix the template") from error
        except jinja2.TemplateNotFound as error:
            raise UsageError(f"{name}: no template {error.name!r}; restore the file") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{name}: not UTF-8 at byte {error.start}; save the template as UTF-8") from error
        except OSError as error:
            raise UsageError(f"{name}: cannot be read: {error.strerror}; make it readable") from error
        except SyntaxError as error:  # of the Python that Jinja made of it, whose lines are not the template's
            raise UsageError(f"{name}: {error.msg}; fix the template") from error
        except (jinja2.TemplateRuntimeError, *_RAISED) as error:
            raise UsageError(f"{self._place(name, error)}: {fold(str(error))}; fix the template") from error

    def _place(self, name: str, error: BaseException) -> str:
        """The innermost template frame of an error's traceback, which may be of an included file."""
        files = {template.filename for template in (self._environment.cache or {}).values()}
        place, frame = name, error.__traceback__
        while frame is not None:
            if frame.tb_frame.f_code.co_filename in files:
                place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
            frame = frame.tb_next
        return place


def _environment(folder: Path) -> "jinja2.Environment":
    import jinja2

    from digest.core.post.inline import escape, escape_html

    loader = jinja2.FileSystemLoader([folder, _DEFAULTS])
    environment = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  Markdown, not HTML: the filters below escape for Liquid and kramdown
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = escape
    environment.filters["html"] = escape_html
    return environment
