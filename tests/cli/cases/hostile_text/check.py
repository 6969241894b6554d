"""Parses the report and prints what it says of the failure."""
import xml.etree.ElementTree as tree

root = tree.parse("build/reports/junit.xml").getroot()
for failure in root.iter("failure"):
    print(ascii(failure.get("message")))
    print(ascii(failure.text[:400]))
