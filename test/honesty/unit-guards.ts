import { unit, type Guard } from './guard.ts';

const agent = 'src/lib/server/agent/';
const server = 'src/lib/server/';
const tests = 'test/src/lib/server/';
const match = `${tests}agent/tools/match.test.ts`;
const tools = `${tests}agent/tools/tools.test.ts`;
const circles = `${tests}agent/guard.test.ts`;
const path = `${tests}workspace/path.test.ts`;

export const unitGuards: readonly Guard[] = [
	unit(
		'an edit that fits twice is refused',
		`${agent}tools/match.ts`,
		'if (places.length > 1)',
		'if (places.length > 99)',
		match,
	),
	unit(
		'a bent edit that fits twice is refused',
		`${agent}tools/match.ts`,
		'if (starts.length > 1)',
		'if (starts.length > 99)',
		match,
	),
	unit(
		'a file must be as it was read',
		`${agent}tools/execute/files.ts`,
		'if (seen === file.hash) return undefined;',
		'if (seen !== undefined) return undefined;',
		tools,
	),
	unit(
		'a file must be read before it is edited',
		`${agent}tools/execute/edit.ts`,
		'if (refused !== undefined) return refused;',
		'if (refused?.ok === true) return refused;',
		tools,
	),
	unit(
		'a placeholder is no file',
		`${agent}tools/execute/write.ts`,
		'if (placeholder !== undefined)',
		'if (placeholder === null)',
		tools,
	),
	unit(
		'half a file is not lost by mistake',
		`${agent}tools/execute/write.ts`,
		'input.confirmShrink !== true && shrinks',
		'input.confirmShrink === false && shrinks',
		tools,
	),
	unit(
		'done is refused while a check is red',
		`${agent}tools/execute/checks.ts`,
		'const failed = await checkOutcome(context);',
		'const failed = (await checkOutcome(context)).slice(0, 0);',
		tools,
		'done is refused',
	),
	unit(
		'a plan is applied once',
		`${agent}tools/execute/schema.ts`,
		'state.plans.delete(input.plan);',
		'',
		tools,
		'schema_plan',
	),
	unit(
		'the same look again and again',
		`${agent}guard.ts`,
		'const sameResult = 4;',
		'const sameResult = 400;',
		circles,
	),
	unit(
		'the same error again and again',
		`${agent}guard.ts`,
		'const sameError = 3;',
		'const sameError = 300;',
		circles,
	),
	unit(
		'two calls in turn',
		`${agent}guard.ts`,
		'const alternation = 6;',
		'const alternation = 600;',
		circles,
	),
	unit(
		'output that repeats itself',
		`${agent}runaway.ts`,
		'const repeats = 8;',
		'const repeats = 8000;',
		`${tests}agent/guards.test.ts`,
		'RunawayWatch',
	),
	unit(
		'secrets in base64',
		`${server}secrets/scrub.ts`,
		'[0, 1, 2].flatMap((lead)',
		'[0].flatMap((lead)',
		`${tests}secrets/scrub.test.ts`,
	),
	unit(
		'look-alikes of dots and slashes',
		`${server}workspace/path.ts`,
		'if (hidesPunctuation(raw)) {',
		"if (raw === '') {",
		path,
	),
	unit(
		'hidden names',
		`${server}workspace/path.ts`,
		"if (name.startsWith('.') && !(isLast",
		"if (name === '' && !(isLast",
		path,
	),
	unit(
		'invisible characters in names',
		`${server}workspace/path.ts`,
		'if (invisible.test(raw))',
		'if (raw.length > 900)',
		path,
	),
	unit(
		'hidden fields are no filter',
		'pb/core/rules/path.ts',
		'if (field.hidden && !context.isTrusted) throw hidden(name);',
		'',
		'test/pb/core/rules/access.test.ts',
	),
	unit(
		'a remembered token is looked up again after a write',
		'pb/core/auth/authenticator.ts',
		'if (found?.version !== version || found.catalog !== catalog || found.second !== second)',
		'if (found === undefined)',
		'test/pb/core/auth/tokens.test.ts',
	),
];
