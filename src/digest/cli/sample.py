"""The configuration with which a run asks the sample services instead of the real ones."""

from digest.core.config import Config, HuggingFaceSource
from digest.sample import Services


def sample_config(config: Config, services: Services) -> Config:
    """The blog's own configuration with the services' addresses, no pace, and a cache of its own."""
    arxiv = {"api_url": services.arxiv_api_url, "site_url": services.arxiv_site_url, "interval": 0.0}
    summarizer = {"kind": "openai", "base_url": services.model_base_url, "model": "sample"}
    return config.model_copy(
        update={
            "sources": (HuggingFaceSource(url=services.huggingface_url),),
            "arxiv": config.arxiv.model_copy(update=arxiv),
            "summarizer": config.summarizer.model_copy(update=summarizer),
            "paths": config.paths.model_copy(update={"cache": f"{config.paths.cache}/sample"}),
        }
    )
