"""The questions that everybody may ask, one file each."""
