"""Sites that look like those of well-known themes: settings, layouts, plugins and a deployment of their own."""

ALFOLIO = {
    "_config.yml": """\
title: blank
first_name: Some
last_name: Body
lang: en
timezone: Asia/Seoul
future: true
permalink: /blog/:year/:title/
collections: {news: {output: true}}
defaults:
  - scope: {path: "", type: news}
    values: {layout: news}
exclude: [bin, Gemfile, Gemfile.lock, README.md, requirements.txt, vendor]
""",
    "_plugins/blog_counter.rb": """\
module Counter
  class Generator < Jekyll::Generator
    def generate(site)
      site.config['post_count'] = site.posts.docs.size
    end
  end
end
""",
    "_layouts/default.liquid": "<!doctype html><title>{{ page.title }}</title><main>{{ content }}</main>\n",
    "_layouts/post.liquid": '---\nlayout: default\n---\n<article class="post-content">{{ content }}</article>\n',
    "_layouts/news.liquid": "---\nlayout: default\n---\n{{ content }}\n",
    "blog/index.html": "---\nlayout: default\n---\n{{ site.post_count }} posts"
    '{% for post in site.posts %}<a href="{{ post.url }}">{{ post.title }}</a>{% endfor %}\n',
    "_news/hello.md": "---\ndate: 2025-01-01\n---\nHello.\n",
    "_posts/2025-01-02-a-thought.md": "---\nlayout: post\ntitle: A thought\ndate: 2025-01-02\n---\nOnce.\n",
    ".gitignore": "_site\n*.whl\n.jekyll-cache\n",
    ".github/workflows/deploy.yml": """\
name: Deploy site
on:
  push:
    branches: [master]
    paths: ["**.md", "**.yml"]
  workflow_dispatch:
permissions: {contents: write}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ruby/setup-ruby@v1
        with: {bundler-cache: true}
      - run: bundle exec jekyll build
      - uses: JamesIves/github-pages-deploy-action@v4
        with: {folder: _site}
""",
    ".github/workflows/axe.yml": """\
name: Accessibility
on: {workflow_dispatch: }
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: bundle exec jekyll build && npx axe
""",
    ".github/workflows/citations.yml": """\
name: Citations
on:
  schedule: [{cron: "0 0 * * 1"}]
jobs:
  update:
    runs-on: ubuntu-latest
    steps:
      - run: python bin/citations.py && git commit -am citations && git push
""",
    "bin/citations.py": "print('citations')\n",
    ".github/workflows/papers.yml": """\
name: Papers
on:
  schedule: [{cron: "10 23 * * *"}]
  workflow_dispatch:
jobs:
  post:
    runs-on: ubuntu-latest
    steps:
      - run: python3 bin/papers.py
      - uses: stefanzweifel/git-auto-commit-action@v5
""",
    "bin/papers.py": "import urllib.request\nPOSTS = '_posts/'\n",
}
"""Everything in the repository, plugins beyond Pages' list, a deployment to another branch, and a script that posts."""

CHIRPY = {
    "_config.yml": """\
theme: jekyll-theme-chirpy
lang: ko-KR
timezone: Asia/Seoul
title: Notes
url: ""
baseurl: ""
future: true
defaults:
  - scope: {path: "", type: posts}
    values: {layout: post, comments: true, toc: true, permalink: "/posts/:title/"}
  - scope: {path: _drafts}
    values: {comments: false}
exclude: ["*.gem", tools, README.md, LICENSE, config.yaml, data]
""",
    "Gemfile": 'source "https://rubygems.org"\ngem "jekyll-theme-chirpy", "~> 7.0"\n',
    "index.html": '---\nlayout: default\n---\n{% for post in site.posts %}<a href="{{ post.url }}">.</a>{% endfor %}\n',
    ".github/workflows/pages-deploy.yml": """\
name: Build and Deploy
on:
  push:
    branches: [main, master]
    paths-ignore: [.gitignore, README.md]
permissions: {contents: read, pages: write, id-token: write}
concurrency:
  group: daily-papers
  cancel-in-progress: true
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: bundle exec jekyll b -d "_site"
      - uses: actions/upload-pages-artifact@v3
  deploy:
    runs-on: ubuntu-latest
    needs: build
    steps:
      - uses: actions/deploy-pages@v4
""",
}
"""The theme is a gem; it is deployed by Pages, in a workflow that another one cannot start yet."""

THEME_OF_CHIRPY = {
    "_layouts/default.html": '<!doctype html><html lang="{{ site.lang }}"><body>{{ content }}</body></html>\n',
    "_layouts/post.html": "---\nlayout: default\n---\n<article><h1>{{ page.title }}</h1>{{ content }}</article>\n",
}
"""What the gem would bring."""
