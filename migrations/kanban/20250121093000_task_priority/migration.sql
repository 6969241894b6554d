-- A priority has a name. Numbers above the highest one count as it.

-- CreateEnum
CREATE TYPE "TaskPriority" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'URGENT');

-- AlterTable
ALTER TABLE "Task"
    ALTER COLUMN "priority" DROP DEFAULT,
    ALTER COLUMN "priority" TYPE "TaskPriority" USING
        (ARRAY['LOW', 'MEDIUM', 'HIGH', 'URGENT'])[1 + least(greatest("priority", 0), 3)]::"TaskPriority",
    ALTER COLUMN "priority" SET DEFAULT 'LOW';

-- CreateIndex
CREATE INDEX "Task_boardId_status_priority_idx" ON "Task"("boardId", "status", "priority" DESC);
