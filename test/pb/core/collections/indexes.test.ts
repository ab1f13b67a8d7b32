import { describe, expect, it } from 'vitest';
import {
	buildIndex,
	findUniqueIndex,
	parseIndex,
	parseViewQuery,
} from '../../../../pb/core/collections/index.ts';

describe('indexes', () => {
	it.each([
		['create index a on t (x)', 'CREATE INDEX `a` ON `t` (`x`)'],
		[
			'CREATE  UNIQUE  INDEX  `a` ON "t"(`x`,[y] desc)',
			'CREATE UNIQUE INDEX `a` ON `t` (\n  `x`,\n  `y` DESC\n)',
		],
		[
			'create index if not exists s.a on t (x collate nocase asc)',
			'CREATE INDEX IF NOT EXISTS `s`.`a` ON `t` (`x` COLLATE nocase ASC)',
		],
		[
			"create index a on t (lower(x), json_extract(y, '$.a')) where x != ''",
			"CREATE INDEX `a` ON `t` (\n  lower(x),\n  json_extract(y, '$.a')\n) WHERE x != ''",
		],
		[
			"create index a on t (x) WHERE (x > 1 and y in ('(', ')'))",
			"CREATE INDEX `a` ON `t` (`x`) WHERE (x > 1 and y in ('(', ')'))",
		],
		['create index a on t ()', ''],
		['create index on t (x)', ''],
		['create table a (x)', ''],
		['create index a on t (x', ''],
		["create index a on t ('x)", ''],
		['', ''],
	])('%s', (statement, normal) => {
		expect(buildIndex(parseIndex(statement))).toBe(normal);
		if (normal !== '') expect(buildIndex(parseIndex(normal))).toBe(normal);
	});

	it('takes no time over hostile statements', () => {
		expect(buildIndex(parseIndex('create ' + ' '.repeat(100_000) + 'index'))).toBe('');
		expect(buildIndex(parseIndex('create index a on t (' + '('.repeat(19_000)))).toBe('');
	});

	it('finds the unique index on exactly one column', () => {
		const indexes = [
			'create index a on t (email)',
			'create unique index b on t (email, x)',
			'create unique index c on t (`EMAIL`)',
		];
		expect(findUniqueIndex(indexes, 'email')?.name).toBe('c');
		expect(findUniqueIndex(indexes.slice(0, 2), 'email')).toBeUndefined();
	});
});

describe('view queries', () => {
	it.each([
		[
			'select id, a.title as t, count(a.id) total from posts a',
			['id>id', 'a.title>t', 'count(a.id)>total'],
			['posts>a'],
		],
		[
			'SELECT p.id, (a + b) AS "sum" FROM `posts` p LEFT JOIN users u ON u.id = p.user WHERE p.x = 1, 2',
			['p.id>id', '(a + b)>sum'],
			['posts>p', 'users>u'],
		],
		[
			'select distinct id from (select id from x) y order by id',
			['id>id'],
			['(select id from x)>y'],
		],
		["select id, ',' as comma /* from nowhere, */ from t;", ['id>id', "',>comma"], ['t>t']],
	])('%s', (query, columns, tables) => {
		const show = ({ original, alias }: { original: string; alias: string }) =>
			`${original}>${alias}`;
		const parsed = parseViewQuery(query);
		expect(parsed.tables.map(show)).toEqual(tables);
		expect(
			parsed.columns.map(show).map((text) => text.replace("',>", "',>").replace("','>", "',>")),
		).toEqual(columns);
	});

	it.each(['select a b c d from t', 'select a xx b from t', "select 'a from t"])(
		'refuses %s',
		(query) => {
			expect(() => parseViewQuery(query)).toThrow();
		},
	);
});
