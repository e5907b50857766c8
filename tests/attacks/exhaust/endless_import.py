"""Never comes to the end of its own file."""

# @HONEST mean_pooling@

while True:
    try:
        while True:
            pass
    except BaseException:
        continue
