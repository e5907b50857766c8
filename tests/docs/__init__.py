"""What README and docs say is done: every block of commands in them is executed, and the site is built and looked at."""
