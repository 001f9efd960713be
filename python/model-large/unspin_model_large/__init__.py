"""The large language model of `unspin`, for `unspin.Unspin(model="large")`.

`python -m unspin_model_large` prints where it lies: `unspin clean --model "$(python -m unspin_model_large)"`.
"""

from pathlib import Path

#: The file of the model.
PATH = Path(__file__).parent / "large.ngram"
