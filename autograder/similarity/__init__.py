"""``autograder similarity``: submissions that look alike, side by side. Evidence for staff to weigh, never proof."""

WARNING = (
    "This is evidence, not proof. Exercises this small have few good answers, and those look alike. Ask who worked "
    "together, what a tutor, a lecture or a book has shown, and hear the students before anything follows."
)
