"""The choices of a training that are left open, made one subject at a time; each is said with its reason.

In: a dataset and a recipe. Out: what was chosen, beside the decisions about it.
"""
