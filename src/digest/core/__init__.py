"""The pure core: values and functions that know no network, disk, clock or environment."""
