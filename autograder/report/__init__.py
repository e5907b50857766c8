"""What people look at: feedback for students, tables for staff, files for other systems."""
