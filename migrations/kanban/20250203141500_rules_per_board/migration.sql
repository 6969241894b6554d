-- A rule holds on one board. Those that held everywhere hold on each board now.

-- AlterTable
ALTER TABLE "Rule" ADD COLUMN "boardId" TEXT;
INSERT INTO "Rule" ("id", "name", "pattern", "tagId", "boardId")
    SELECT "Rule"."id" || '-' || "Board"."id", "Rule"."name", "pattern", "tagId", "Board"."id" FROM "Rule", "Board";
DELETE FROM "Rule" WHERE "boardId" IS NULL;
ALTER TABLE "Rule" ALTER COLUMN "boardId" SET NOT NULL;

-- CreateIndex
CREATE INDEX "Rule_boardId_idx" ON "Rule"("boardId");

-- AddForeignKey
ALTER TABLE "Rule" ADD CONSTRAINT "Rule_boardId_fkey"
    FOREIGN KEY ("boardId") REFERENCES "Board"("id") ON DELETE CASCADE ON UPDATE CASCADE;
