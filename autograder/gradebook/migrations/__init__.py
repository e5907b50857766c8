"""How a gradebook comes to the newest schema, step by step; ``gradebook.upgrade`` takes the steps."""
