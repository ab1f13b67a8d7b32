/** Restores a checkpoint and is killed in one of the steps; started by crash.integration.test.ts. */
import { createCheckpoints } from '../../../../../src/lib/server/checkpoints/index.ts';
import { openPlace, slug } from './place.ts';

const [dir = '', id = '', fatal = ''] = process.argv.slice(2);
const { tinykit } = await openPlace(dir);
const { runtime } = tinykit;
const checkpoints = createCheckpoints({
	store: runtime.backends.builder.app.store,
	backends: runtime.backends,
	workspace: (app) => runtime.workspace(app),
	dataDir: runtime.env.dataDir,
	now: () => new Date(),
	log: () => undefined,
	rowWriters: [],
	onStep: (step) => {
		if (step === fatal) process.kill(process.pid, 'SIGKILL');
	},
});
await checkpoints.restore(slug, id, { parts: ['code', 'schema', 'data'] });
await tinykit.close(true);
