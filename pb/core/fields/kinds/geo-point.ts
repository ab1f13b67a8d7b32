import { castNumber, parseJson } from '../cast.ts';
import { issue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { isObject } from '../options.ts';

export interface GeoPoint {
	readonly lon: number;
	readonly lat: number;
}

export const geoPointKind: FieldKind<'geoPoint'> = {
	type: 'geoPoint',
	writable: true,
	column: () => `JSON DEFAULT '{"lon":0,"lat":0}' NOT NULL`,
	zero: () => toPoint(null),
	normalise: (_field, raw) => toPoint(raw),
	fromColumn: (_field, stored) => toPoint(stored),
	toColumn: (_field, value) => JSON.stringify(toPoint(value)),
	validate(field, raw) {
		const { lon, lat } = toPoint(raw);
		if (lon === 0 && lat === 0) return field.required ? requiredIssue() : undefined;
		if (lat < -90 || lat > 90)
			return issue('validation_invalid_latitude', 'Latitude must be between -90 and 90 degrees.');
		if (lon < -180 || lon > 180)
			return issue(
				'validation_invalid_longitude',
				'Longitude must be between -180 and 180 degrees.',
			);
		return undefined;
	},
	parse: (common, options) => ({ ...common, type: 'geoPoint', required: options.bool('required') }),
};

/**
 * An object or its JSON text; whatever else there is, and members of another type, count as 0. Names are matched as Go
 * decodes a struct: in any case, the last one wins; those of an object come sorted.
 */
function toPoint(raw: unknown): GeoPoint {
	const value = typeof raw === 'string' ? parseJson(raw) : raw;
	if (!isObject(value)) return { lon: 0, lat: 0 };
	const point = { lon: 0, lat: 0 };
	const names = typeof raw === 'string' ? Object.keys(value) : Object.keys(value).sort();
	for (const name of names) {
		const member = value[name];
		const key = name.toLowerCase();
		if (typeof member === 'number' && (key === 'lon' || key === 'lat'))
			point[key] = castNumber(member);
	}
	return point;
}
