# A branch whose new migration fails on rows, of a repository without a suite.
git() { command git -c user.email=a@b -c user.name=a -c init.defaultBranch=main "$@"; }
git init -q up && cd up && mkdir -p db/migrations && echo 'CREATE TABLE one (id int);' > db/migrations/V1__one.sql && git add -A && git commit -qm 1
git clone -q . ../work && cd ../work && git checkout -q -b feature && echo 'ALTER TABLE one ADD b int NOT NULL;' > db/migrations/V2__two.sql && git add -A && git commit -qm 2
PGASSAY_REPRO= pgassay check -q > log; grep -a '^repro:' log; mv build/reports/repro/work.tar.zst ..
