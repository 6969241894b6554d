#!/bin/sh
# Stands for the commands of a tool.
[ "$1" = list ] && echo "001 first"
