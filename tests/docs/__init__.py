"""What README and docs say is done: every command in them is executed, and the site is built and looked at."""
