import { parentPort } from 'node:worker_threads';
import { autofix } from './autofix.ts';
import type { Source } from './source.ts';

parentPort?.on('message', ({ id, source }: { readonly id: number; readonly source: Source }) => {
	void autofix(source).then((fixed) => parentPort?.postMessage({ id, fixed }));
});
