# Bundles that somebody has changed, as tar sees them.
pack() { tar --zstd -cf "../$1" MANIFEST.json $(sed -n 's/.*"name":"\(files[^"]*\)","sha256".*/\1/p' MANIFEST.json) CHECKSUM; }
seal() { sha256sum < MANIFEST.json | cut -d' ' -f1 | tr -d '\n' > CHECKSUM; }
mkdir open && cd open && tar --zstd -xf ../build/reports/repro/broken.tar.zst
cp files/broken/2_b.up.sql 2_b && echo 'CREATE TABLE b (id int);' > files/broken/2_b.up.sql && pack changed.tar.zst
sed -i "s/$(sha256sum < 2_b | cut -d' ' -f1)/$(sha256sum < files/broken/2_b.up.sql | cut -d' ' -f1)/" MANIFEST.json && seal && pack passes.tar.zst
sed -i 's/bundle","version":1,"program":"[^"]*"/bundle","version":2,"program":"9.0"/' MANIFEST.json && seal && pack newer.tar.zst
tar --zstd -P --transform 's,^CHECKSUM,../CHECKSUM,' -cf ../outside.tar.zst MANIFEST.json CHECKSUM
