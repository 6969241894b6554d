# What the checklist says of the report, in one or two lines.
pgassay checklist suite.yaml --evidence e.json "$@" | sed 's/commit [0-9a-f]\{9\}/commit COMMIT/g; s/and [0-9a-f]\{9\} is/and COMMIT is/; /^evidence/d; /required items/d'
