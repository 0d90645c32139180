"""The configuration with which a run asks the sample services instead of the real ones."""

from digest.core.config import Config, HuggingFaceSource
from digest.sample import SampleServices


def sample_config(config: Config, services: SampleServices) -> Config:
    """The blog's own configuration with the services' addresses, no pace, and a cache of its own."""
    return config.replace(
        sources=(HuggingFaceSource(url=services.huggingface_url),),
        arxiv=config.arxiv.replace(api_url=services.arxiv_api_url, site_url=services.arxiv_site_url, interval=0.0),
        summarizer=config.summarizer.replace(kind="openai", base_url=services.model_base_url, model="sample"),
        paths=config.paths.replace(cache=f"{config.paths.cache}/sample"),
    )
