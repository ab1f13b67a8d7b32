import type { Transaction } from '../../store/index.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../errors.ts';
import { DecodeError } from '../fields/index.ts';
import { mergeSettings } from './merge.ts';
import { loadSettings, writeSettings } from './store.ts';
import type { Settings } from './types.ts';
import { validateSettings } from './validate.ts';

type SettingsCore = Pick<Core, 'store' | 'now' | 'encryptionKey' | 'reloadSettings'>;

/**
 * Merges a patch into the stored settings, checks and writes them. Omitted secrets stay.
 * @throws ApiError 400 with the failed checks in `data`, nested by member.
 * @example await updateSettings(core, { backups: { cron: '0 3 * * *' } });
 */
export async function updateSettings(core: SettingsCore, patch: unknown): Promise<Settings> {
	const settings = await core.store.write(async (tx) => {
		const merged = merge(await loadSettings(tx, core.encryptionKey), patch);
		const issues = await validateSettings(merged);
		if (issues !== undefined)
			throw badRequest('An error occurred while saving the new settings.', issues);
		await writeSettings(tx, merged, core.now(), core.encryptionKey);
		return merged;
	});
	await core.reloadSettings();
	return settings;
}

function merge(current: Settings, patch: unknown): Settings {
	try {
		return mergeSettings(current, patch);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		throw badRequest('An error occurred while loading the submitted data.', undefined, error);
	}
}

/** Rate limit rules name collections; they follow a rename. Call `reloadSettings` after the commit. */
export async function renameRateLimitLabels(
	core: Pick<Core, 'now' | 'encryptionKey'>,
	tx: Transaction,
	from: string,
	to: string,
): Promise<void> {
	const settings = await loadSettings(tx, core.encryptionKey);
	const prefix = `${from}:`;
	if (!settings.rateLimits.rules.some(({ label }) => label.startsWith(prefix))) return;
	const rules = settings.rateLimits.rules.map((rule) =>
		rule.label.startsWith(prefix)
			? { ...rule, label: `${to}:${rule.label.slice(prefix.length)}` }
			: rule,
	);
	const renamed = { ...settings, rateLimits: { ...settings.rateLimits, rules } };
	await writeSettings(tx, renamed, core.now(), core.encryptionKey);
}
