import type { SqlValue } from '../../../sql/index.ts';
import { castString } from '../cast.ts';

/** What all kinds that are stored as text share. */
export const plainText = {
	writable: true,
	column: (): string => "TEXT DEFAULT '' NOT NULL",
	zero: (): unknown => '',
	normalise: (_field: unknown, raw: unknown): unknown => castString(raw),
	fromColumn: (_field: unknown, stored: SqlValue): unknown => castString(stored),
	toColumn: (_field: unknown, value: unknown): SqlValue => castString(value),
};
