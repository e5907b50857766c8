"""Tests of what students have beside ``check`` itself."""
