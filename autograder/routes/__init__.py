"""Ways to grade where a course already collects its work: other systems run the engine on their machines."""
