-- Two scopes of environment variables, domains that belong to services, resources that a deployment may override, enums in
-- the place of text.

-- CreateEnum
CREATE TYPE "UserStatus" AS ENUM ('ACTIVE', 'SUSPENDED', 'DELETED');
CREATE TYPE "ProjectStatus" AS ENUM ('ACTIVE', 'ARCHIVED');
CREATE TYPE "ServiceType" AS ENUM ('GITHUB', 'DOCKER_IMAGE');
CREATE TYPE "ServiceStatus" AS ENUM ('ACTIVE', 'PAUSED', 'DELETED');
CREATE TYPE "DeploymentStatus" AS ENUM ('PENDING', 'BUILDING', 'DEPLOYING', 'RUNNING', 'FAILED', 'STOPPED');
CREATE TYPE "BuildStatus" AS ENUM ('QUEUED', 'BUILDING', 'COMPLETED', 'FAILED');

-- Text to enums. The application has written small letters, blanks and hyphens; what the enum does not know stops here.
ALTER TABLE "users"
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "status" TYPE "UserStatus" USING upper("status")::"UserStatus",
    ALTER COLUMN "status" SET DEFAULT 'ACTIVE';
ALTER TABLE "projects"
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "status" TYPE "ProjectStatus" USING upper("status")::"ProjectStatus",
    ALTER COLUMN "status" SET DEFAULT 'ACTIVE';
ALTER TABLE "services"
    ALTER COLUMN "type" DROP DEFAULT,
    ALTER COLUMN "type" TYPE "ServiceType" USING translate(upper("type"), '- ', '__')::"ServiceType",
    ALTER COLUMN "type" SET DEFAULT 'GITHUB',
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "status" TYPE "ServiceStatus" USING upper("status")::"ServiceStatus",
    ALTER COLUMN "status" SET DEFAULT 'ACTIVE';
ALTER TABLE "deployments"
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "status" TYPE "DeploymentStatus" USING
        CASE lower("status") WHEN 'in-progress' THEN 'DEPLOYING' WHEN 'success' THEN 'RUNNING' ELSE upper("status") END::"DeploymentStatus",
    ALTER COLUMN "status" SET DEFAULT 'PENDING';
ALTER TABLE "build_queue"
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "status" TYPE "BuildStatus" USING upper("status")::"BuildStatus",
    ALTER COLUMN "status" SET DEFAULT 'QUEUED';

-- Variables of a whole project go: nobody can say which service they are meant for.
DELETE FROM "environment_variables" WHERE "service_id" IS NULL AND "deployment_id" IS NULL;
ALTER TABLE "environment_variables" DROP COLUMN "project_id";
UPDATE "environment_variables" SET "service_id" = NULL WHERE "deployment_id" IS NOT NULL;
ALTER TABLE "environment_variables" ADD CONSTRAINT "environment_variables_scope_check"
    CHECK (("service_id" IS NULL) <> ("deployment_id" IS NULL));

-- A domain stays when its service is deployed again. One that several deployments of a service had is one now.
ALTER TABLE "domains" ADD COLUMN "service_id" UUID;
UPDATE "domains" SET "service_id" = "deployments"."service_id" FROM "deployments"
    WHERE "deployments"."id" = "domains"."deployment_id";
DELETE FROM "domains" WHERE "id" IN (
    SELECT "id" FROM (
        SELECT "id", row_number() OVER (PARTITION BY "domain" ORDER BY "is_verified" DESC, "created_at" DESC, "id") AS "place"
        FROM "domains") "ranked"
    WHERE "place" > 1);
ALTER TABLE "domains" ALTER COLUMN "service_id" SET NOT NULL;
ALTER TABLE "domains" DROP COLUMN "deployment_id";

-- A deployment may override what its service says; NULL is the service's.
ALTER TABLE "deployments"
    ADD COLUMN "cpu_limit" TEXT,
    ADD COLUMN "memory_limit" TEXT,
    ADD COLUMN "replicas" INTEGER;

-- Relations that were missing. What points to a service that is gone has no use any more.
DELETE FROM "build_queue" WHERE NOT EXISTS (SELECT FROM "services" WHERE "services"."id" = "build_queue"."service_id");
UPDATE "webhook_events" SET "service_id" = NULL
    WHERE NOT EXISTS (SELECT FROM "services" WHERE "services"."id" = "webhook_events"."service_id");

-- AddForeignKey
ALTER TABLE "domains" ADD CONSTRAINT "domains_service_id_fkey"
    FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "build_queue" ADD CONSTRAINT "build_queue_service_id_fkey"
    FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "webhook_events" ADD CONSTRAINT "webhook_events_service_id_fkey"
    FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "projects" DROP CONSTRAINT "projects_user_id_fkey";
ALTER TABLE "projects" ADD CONSTRAINT "projects_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
