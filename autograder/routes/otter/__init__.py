"""otter-grader: the source notebook it assigns from, and our marks in its results."""
