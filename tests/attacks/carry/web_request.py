"""Fetches a page from this machine by every client of the standard library."""

import ftplib
import http.client
import smtplib
import urllib.request

# @HONEST mean_pooling@

for call in (
    lambda: urllib.request.urlopen("http://127.0.0.1:@PORT@/carried", timeout=0.5),
    lambda: http.client.HTTPConnection("127.0.0.1", @PORT@, timeout=0.5).request("GET", "/carried"),
    lambda: ftplib.FTP().connect("127.0.0.1", @PORT@, timeout=0.5),
    lambda: smtplib.SMTP("127.0.0.1", @PORT@, timeout=0.5),
):
    try:
        call()
    except BaseException:
        continue
