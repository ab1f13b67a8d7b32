import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBackend } from '../../../../pb/index.ts';
import type { Backend, BackendConfig } from '../../../../pb/index.ts';

/** A directory that goes away with the test. */
export async function temporaryDirectory(): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), 'tinykit-schema-'));
	onTestFinished(() => rm(directory, { recursive: true, force: true }));
	return directory;
}

/** A backend, closed with the test; on a new data directory unless one is given. */
export async function openBackend(config: Partial<BackendConfig> = {}): Promise<Backend> {
	const dataDir = config.dataDir ?? (await temporaryDirectory());
	const backend = await createBackend({ durability: 'normal', ...config, dataDir });
	onTestFinished(() => backend.close().catch(() => undefined));
	return backend;
}

/** The issues of a refused change as `path: code`, sorted. */
export async function refusal(change: Promise<unknown>): Promise<readonly string[] | string> {
	try {
		await change;
		return 'accepted';
	} catch (error) {
		const { data, message } = error as { data: object; message: string };
		const codes = (issues: object, path: string): string[] =>
			Object.entries(issues).flatMap(([key, value]: [string, object]) =>
				'code' in value ? `${path}${key}: ${String(value.code)}` : codes(value, `${path}${key}.`),
			);
		const found = codes(data, '').sort();
		return found.length > 0 ? found : message;
	}
}
