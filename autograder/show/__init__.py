"""Pictures of a layer at work: what its windows see, and where each gradient lands.

``show.py`` of an assignment says what can be drawn; ``ask`` puts a scene to a student's module, and to nothing else, so
what is drawn are the student's own answers; ``terminal`` and ``picture`` draw them.
"""
