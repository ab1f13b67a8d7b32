import { authRoutes } from './auth/index.ts';
import { backupRoutes } from './backups.ts';
import { batchRoutes } from './batch.ts';
import { collectionRoutes } from './collections.ts';
import { cronRoutes } from './crons.ts';
import { fileRoutes } from './files.ts';
import { healthRoutes } from './health.ts';
import { logRoutes } from './logs.ts';
import { realtimeRoutes } from './realtime.ts';
import { recordRoutes } from './records.ts';
import { settingsRoutes } from './settings.ts';
import { sqlRoutes } from './sql.ts';
import { notFound } from '../core/index.ts';
import type { Route } from './types.ts';

/** All routes of the API. */
export const routes: readonly Route[] = [
	...authRoutes,
	...backupRoutes,
	...batchRoutes,
	...collectionRoutes,
	...cronRoutes,
	...fileRoutes,
	...healthRoutes,
	...logRoutes,
	...realtimeRoutes,
	...recordRoutes,
	...settingsRoutes,
	...sqlRoutes,
	// PocketBase serves static files on all other paths; a host that has some looks for them before it asks here.
	{
		method: 'GET',
		pattern: '/{path...}',
		handler: () => {
			throw notFound('File not found.');
		},
	},
];
