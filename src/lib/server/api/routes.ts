import { accountRoutes } from './account.ts';
import { appRoutes } from './apps.ts';
import { approvalRoutes } from './approvals.ts';
import { backupRoutes } from './backups.ts';
import { fileRoutes } from './files.ts';
import { previewRoutes } from './preview.ts';
import type { Route } from './router.ts';
import { runRoutes } from './runs.ts';
import { settingsRoutes } from './settings.ts';

/** The table of contents of `/tinykit/api`. What is not here answers 501 `not_available` to a member. */
export const routes: readonly Route[] = [
	...accountRoutes,
	...appRoutes,
	...fileRoutes,
	...runRoutes,
	...previewRoutes,
	...approvalRoutes,
	...settingsRoutes,
	...backupRoutes,
];
