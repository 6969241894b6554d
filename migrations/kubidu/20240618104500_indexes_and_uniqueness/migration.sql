-- Indexes for filtered lists, and what may be there only once.

-- CreateIndex
CREATE UNIQUE INDEX "projects_user_id_name_key" ON "projects"("user_id", "name");
CREATE UNIQUE INDEX "services_project_id_name_key" ON "services"("project_id", "name");
CREATE UNIQUE INDEX "domains_domain_key" ON "domains"("domain");
CREATE UNIQUE INDEX "environment_variables_service_id_key_key" ON "environment_variables"("service_id", "key");
CREATE UNIQUE INDEX "environment_variables_deployment_id_key_key" ON "environment_variables"("deployment_id", "key");

-- CreateIndex
CREATE INDEX "projects_user_id_status_idx" ON "projects"("user_id", "status");
CREATE INDEX "services_project_id_status_idx" ON "services"("project_id", "status");
CREATE INDEX "deployments_service_id_status_idx" ON "deployments"("service_id", "status");
CREATE INDEX "deployments_service_id_created_at_idx" ON "deployments"("service_id", "created_at" DESC);
CREATE INDEX "domains_service_id_idx" ON "domains"("service_id");
CREATE INDEX "build_queue_status_priority_created_at_idx" ON "build_queue"("status", "priority" DESC, "created_at");
CREATE INDEX "build_queue_service_id_idx" ON "build_queue"("service_id");
CREATE INDEX "webhook_events_service_id_processed_idx" ON "webhook_events"("service_id", "processed");
