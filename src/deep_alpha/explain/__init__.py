"""What moves a network's score: SHAP values of test rows, and their map by factor."""

from deep_alpha.explain.explained_rows import ExplanationSettings
from deep_alpha.explain.explanation import Explanation, explain_walk
from deep_alpha.explain.shap_map import ShapMap, shap_map
from deep_alpha.explain.shap_values import ShapValues, shap_values

__all__ = [
    "Explanation",
    "ExplanationSettings",
    "ShapMap",
    "ShapValues",
    "explain_walk",
    "shap_map",
    "shap_values",
]
