// A store thread that dies in the ways threads die; used by thread.integration.test.ts.
import { parentPort } from 'node:worker_threads';
import type { Request } from '../../../../pb/store/sqlite/messages.ts';

parentPort?.on('message', ({ id, job }: Request) => {
	if (job.kind === 'close') parentPort?.close();
	else if (job.kind !== 'scan') parentPort?.postMessage({ id, rows: [] });
	else if (job.sql === 'throw') throw new Error('out of memory');
	else if (job.sql === 'exit') process.exit(3);
	else parentPort?.postMessage({ id, rows: [{ sql: job.sql }] });
});
