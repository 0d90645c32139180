"""The sample workspace: the folder `sample/` below the current one, and a run there that asks the sample services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from digest.core.config import Config, HuggingFaceSource, VerifierConfig
from digest.core.errors import UsageError
from digest.run import Options
from digest.sample import SAMPLE_DATE, SampleServices, serve
from digest.store.files import write_whole
from digest.store.workspace import Workspace

__all__ = ["SAMPLE_DATE", "sample_services", "sample_workspace"]

FOLDER: Final = "sample"
_IGNORED: Final = b"# made by digest build --sample; delete the folder when you have seen enough\n*\n"


def sample_workspace(blog: Workspace) -> Workspace:
    """The blog's own configuration and templates, with folders of its own below `sample/`."""
    paths = Config().paths.replace(templates=str(blog.templates.absolute()), filename=blog.config.paths.filename)
    return Workspace(Path.cwd() / FOLDER, blog.config.replace(paths=paths))


@contextmanager
def sample_services(blog: Workspace, options: Options, now: datetime) -> Iterator[tuple[Workspace, Options]]:
    """The sample workspace, and the options of a run that asks the sample services, which run inside the `with` block.

    Raises UsageError where `sample/` is not digest's to write to.
    """
    workspace = sample_workspace(blog)
    _claim(workspace.root)
    with serve(today=now.date()) as services:
        asking = _asking(workspace.config, services)
        yield workspace._replace(config=asking), options._replace(key="sample", verifier_key="sample", sample=True)


def _claim(folder: Path) -> None:
    """Keep the folder out of git. Raises UsageError where it holds something else."""
    ignoring = folder / ".gitignore"
    if folder.is_dir() and any(folder.iterdir()) and not ignoring.exists():
        raise UsageError(f"{folder}: is not digest's; move it away, or run --sample in another folder")
    if not ignoring.exists():
        write_whole(ignoring, _IGNORED)


def _asking(config: Config, services: SampleServices) -> Config:
    """The configuration with the services' addresses and no pace."""
    return config.replace(
        sources=(HuggingFaceSource(url=services.huggingface_url),),
        arxiv=config.arxiv.replace(api_url=services.arxiv_api_url, site_url=services.arxiv_site_url, interval=0.0),
        summarizer=config.summarizer.replace(
            kind="openai", base_url=services.model_base_url, model="sample", budget_usd=None
        ),
        verifier=VerifierConfig(kind=config.verifier.kind),
    )
