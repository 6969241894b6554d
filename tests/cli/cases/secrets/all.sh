# Runs pgassay with every format, and keeps all that it prints.
PGPASSWORD=canary-env pgassay "$@" -r html -r json -r markdown -r sarif -r ctrf -r tap -r gitlab-codequality -r junit -r xunit -r surefire -r github -r nagios >>out.txt 2>&1
