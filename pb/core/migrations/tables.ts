import type { SqlNode } from '../../sql/index.ts';
import { text } from '../../sql/index.ts';

/*
 * The fixed tables, in PocketBase's very words: the text of a CREATE statement stays in the file.
 */

const id = "`id`{} TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL";
const now = "TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL";
const idColumn = (padding: number): string => id.replace('{}', ' '.repeat(padding));
const table = (name: string, indent: string, columns: readonly string[]): SqlNode =>
	text(
		`CREATE TABLE \`${name}\` (\n${columns.map((column) => indent + column).join(',\n')}\n${indent.slice(1)})`,
	);

export const migrationsTable = text(
	'CREATE TABLE IF NOT EXISTS `_migrations` (file VARCHAR(255) PRIMARY KEY NOT NULL, applied INTEGER NOT NULL)',
);

export const paramsTable = table('_params', '\t\t\t', [
	idColumn(5),
	'`value`   JSON DEFAULT NULL',
	`\`created\` ${now}`,
	`\`updated\` ${now}`,
]);

export const collectionsTable: readonly SqlNode[] = [
	table('_collections', '\t\t\t\t', [
		idColumn(8),
		'`system`     BOOLEAN DEFAULT FALSE NOT NULL',
		'`type`       TEXT DEFAULT "base" NOT NULL',
		'`name`       TEXT UNIQUE NOT NULL',
		'`fields`     JSON DEFAULT "[]" NOT NULL',
		'`indexes`    JSON DEFAULT "[]" NOT NULL',
		'`listRule`   TEXT DEFAULT NULL',
		'`viewRule`   TEXT DEFAULT NULL',
		'`createRule` TEXT DEFAULT NULL',
		'`updateRule` TEXT DEFAULT NULL',
		'`deleteRule` TEXT DEFAULT NULL',
		'`options`    JSON DEFAULT "{}" NOT NULL',
		`\`created\`    ${now}`,
		`\`updated\`    ${now}`,
	]),
	text('CREATE INDEX IF NOT EXISTS idx__collections_type on `_collections` (`type`)'),
];

export const logsTables: readonly SqlNode[] = [
	table('_logs', '\t\t\t\t\t', [
		idColumn(5),
		'`level`   INTEGER DEFAULT 0 NOT NULL',
		'`message` TEXT DEFAULT "" NOT NULL',
		'`data`    JSON DEFAULT "{}" NOT NULL',
		`\`created\` ${now}`,
	]),
	text('CREATE INDEX IF NOT EXISTS idx_logs_level on `_logs` (`level`)'),
	text('CREATE INDEX IF NOT EXISTS idx_logs_message on `_logs` (`message`)'),
	text(
		"CREATE INDEX IF NOT EXISTS idx_logs_created_hour on `_logs` (strftime('%Y-%m-%d %H:00:00', `created`))",
	),
];
