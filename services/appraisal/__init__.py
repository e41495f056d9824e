"""The appraisal keeps how models are judged: by which criteria, on what findings, with what conclusion.

Its verb is to judge. It never decides: what it finds eligible goes to those who may.
"""
