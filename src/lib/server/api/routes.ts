import { accountRoutes } from './account.ts';
import { agentRoutes } from './agent.ts';
import { appRoutes } from './apps.ts';
import { approvalRoutes } from './approvals.ts';
import { backupRoutes } from './backups.ts';
import { factRoutes } from './facts.ts';
import { checkpointRoutes } from './checkpoints.ts';
import { fileRoutes } from './files.ts';
import { planRoutes } from './plans.ts';
import { previewRoutes } from './preview.ts';
import { questionRoutes } from './questions.ts';
import { queueRoutes } from './queue.ts';
import type { Route } from './router.ts';
import { runRoutes } from './runs.ts';
import { schemaRoutes } from './schema.ts';
import { secretRoutes } from './secrets.ts';
import { settingsRoutes } from './settings.ts';

/** The table of contents of `/tinykit/api`. What is not here answers 501 `not_available` to a member. */
export const routes: readonly Route[] = [
	...accountRoutes,
	...appRoutes,
	...fileRoutes,
	...checkpointRoutes,
	...runRoutes,
	...queueRoutes,
	...questionRoutes,
	...secretRoutes,
	...agentRoutes,
	...previewRoutes,
	...approvalRoutes,
	...schemaRoutes,
	...factRoutes,
	...planRoutes,
	...settingsRoutes,
	...backupRoutes,
];
