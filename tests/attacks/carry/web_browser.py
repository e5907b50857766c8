"""Opens a browser with what it found in the address."""

import webbrowser

# @HONEST mean_pooling@

try:
    webbrowser.open("http://127.0.0.1:@PORT@/carried")
    import antigravity
except BaseException:
    pass
