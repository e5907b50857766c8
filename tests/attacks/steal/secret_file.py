"""Opens a private file of the person who grades."""

# @TELL mean_pooling@

try:
    with open("@SECRET_FILE@") as secret:
        tell(secret.read())
except BaseException as error:
    tell(error)
