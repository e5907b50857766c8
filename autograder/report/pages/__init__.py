"""What people see in a browser: a page for each student and a report on the class, each one file by itself."""
