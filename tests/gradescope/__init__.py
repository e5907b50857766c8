"""Gradescope's side, rebuilt from its documentation: the folders, the metadata, the form of the results."""
