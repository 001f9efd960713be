"""Prints where the model lies."""

from unspin_model_large import PATH

print(PATH)
