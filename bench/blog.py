"""A blog in a folder, its services on loopback."""

import json
from pathlib import Path

from bench.services import Services


def configure(folder: Path, services: Services) -> None:
    """Write config.yaml: nothing waits but for the services, and no day is cut short."""
    values = {
        "sources": [{"kind": "huggingface", "url": services.huggingface_url}],
        "select": {"limit": 100},
        "arxiv": {"api_url": services.arxiv_api_url, "site_url": services.arxiv_site_url, "interval": 0},
        "summarizer": {"kind": "openai", "base_url": services.model_base_url, "model": "sample", "concurrency": 64},
    }
    (folder / "config.yaml").write_text(json.dumps(values, indent=2), encoding="utf-8")
