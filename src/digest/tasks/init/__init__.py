"""Setting up a blog's repository: what it holds, a configuration that fits, a workflow, and where digest comes from."""
