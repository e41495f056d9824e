"""The console: read-only pages for operators and auditors. A page knows only what the JSON queries tell its reader."""
