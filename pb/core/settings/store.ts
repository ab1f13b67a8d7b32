import { sql } from '../../sql/index.ts';
import type { Reader, Transaction } from '../../store/index.ts';
import { formatDateTime, parseJson } from '../fields/index.ts';
import { defaultSettings } from './defaults.ts';
import { decrypt, encrypt } from './encryption.ts';
import { mergeSettings } from './merge.ts';
import type { Settings } from './types.ts';
import { settingsToJson } from './wire.ts';

/**
 * Reads the settings row; without one, the defaults. Values are not checked: a row may hold what the API refuses.
 * @param encryptionKey 32 characters; needed when the row is encrypted.
 * @throws Error with a sentence when the row cannot be read.
 */
export async function loadSettings(reader: Reader, encryptionKey = ''): Promise<Settings> {
	const row = await reader.get(sql`SELECT value FROM _params WHERE id = 'settings'`);
	const value = row?.['value'];
	if (value === undefined || value === null) return defaultSettings;
	const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
	const plain = parseJson(text) ?? parseJson(open(text, encryptionKey));
	return mergeSettings(defaultSettings, plain);
}

function open(text: string, key: string): string {
	if (key === '')
		throw new Error('The settings are encrypted or damaged, and there is no encryption key.');
	try {
		return decrypt(text, key);
	} catch (error) {
		throw new Error('The settings cannot be decrypted: wrong encryption key or damaged row.', {
			cause: error,
		});
	}
}

/** Writes the settings row: JSON bytes as PocketBase does, or the encrypted text when there is a key. */
export async function writeSettings(
	tx: Transaction,
	settings: Settings,
	now: Date,
	encryptionKey = '',
): Promise<void> {
	const json = settingsToJson(settings);
	const value = encryptionKey === '' ? Buffer.from(json, 'utf8') : encrypt(json, encryptionKey);
	const at = formatDateTime(now);
	const { changes } = await tx.run(
		sql`UPDATE _params SET value = ${value}, updated = ${at} WHERE id = 'settings'`,
	);
	if (changes === 0)
		await tx.run(
			sql`INSERT INTO _params (id, value, created, updated) VALUES ('settings', ${value}, ${at}, ${at})`,
		);
}
