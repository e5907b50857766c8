"""Declares an encoding that would turn its text into another program."""
# -*- coding: rot13 -*-

# @HONEST mean_pooling@
