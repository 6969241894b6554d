#!/bin/sh
test "$WORD" = orders && psql -qAtX -c "SELECT 1 FROM $WORD" && test "$1" = 7
