import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../../../../pb/index.ts';
import type { Backend, Store } from '#lib/server/backends.ts';
import { createApprovals } from '#lib/server/consent/index.ts';
import { createTables } from '#lib/server/tables/index.ts';

let dir: string;
let backend: Backend;
beforeEach(async () => {
	dir = await mkdtemp(join(tmpdir(), 'tinykit-approvals-'));
	backend = await createBackend({ dataDir: dir, durability: 'normal' });
	await createTables(backend.app.store);
});
afterEach(async () => {
	await backend.close();
	await rm(dir, { recursive: true, force: true });
});

/** @param before what happens right before something is written */
function approvalsWith(before: () => void): ReturnType<typeof createApprovals> {
	const { store } = backend.app;
	const wrapped = new Proxy(store, {
		get(target, key) {
			const value: unknown = Reflect.get(target, key, target);
			if (typeof value !== 'function') return value;
			return key === 'write'
				? (...given: Parameters<Store['write']>) => {
						before();
						return target.write(...given);
					}
				: (value.bind(target) as unknown);
		},
	});
	return createApprovals(wrapped, () => new Date());
}

const fields = { app: 'shop', runId: 'run', kind: 'schema', title: 'Sure?', effects: [] } as const;

describe('a click', () => {
	it('that is written down counts, also when the run is stopped at that moment', async () => {
		const stop = new AbortController();
		let isDeciding = false;
		const approvals = approvalsWith(() => {
			if (isDeciding) stop.abort();
		});
		const { id } = await approvals.request({ ...fields, effects: [] });
		const decision = approvals.wait(id, stop.signal);
		isDeciding = true;
		expect(await approvals.decide('shop', id, true, 'me')).toMatchObject({ status: 'accepted' });
		expect(await decision).toBe('accepted');
	});

	it('that could not be written down is none', async () => {
		const stop = new AbortController();
		let isDeciding = false;
		const approvals = approvalsWith(() => {
			if (!isDeciding) return;
			isDeciding = false;
			throw new Error('disk full');
		});
		const { id } = await approvals.request({ ...fields, effects: [] });
		const decision = approvals.wait(id, stop.signal);
		isDeciding = true;
		await expect(approvals.decide('shop', id, true, 'me')).rejects.toThrow('disk full');
		expect(await approvals.decide('shop', id, false, 'me')).toMatchObject({ status: 'rejected' });
		expect(await decision).toBe('rejected');
	});
});
