"""Sends a request to the service, and prints what it answers.  usage: ask.py METHOD PATH [HEADER:VALUE]"""
import os
import sys
import urllib.error
import urllib.request

method, path, *headers = sys.argv[1:]
request = urllib.request.Request(os.environ["PGASSAY_LEASES"] + path, method=method)
for header in headers:
    request.add_header(*header.split(":", 1))
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
