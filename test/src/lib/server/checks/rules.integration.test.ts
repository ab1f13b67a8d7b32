import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult, CollectionRules } from '#lib/contracts/index.ts';
import { checkBench, type CheckBench } from './bench.ts';

let bench: CheckBench;
beforeAll(async () => {
	bench = await checkBench({ headless: false });
});
afterAll(() => bench.close());

const own = '@request.auth.id != "" && owner = @request.auth.id';
const rulesOf = async (slug: string, rules: CollectionRules): Promise<CheckResult | undefined> => {
	await bench.make(slug, {
		schema: {
			create: [
				{
					name: 'notes',
					fields: [
						{ type: 'text', name: 'title' },
						{ type: 'relation', name: 'owner', collection: 'users', required: true },
					],
					rules,
				},
			],
		},
		files: { 'src/App.svelte': '<p>hello</p>' },
	});
	return (await bench.check(slug)).find(({ name }) => name === 'rules');
};

describe('the check of rules', () => {
	it('passes and says what was tried', async () => {
		const check = await rulesOf('closed', { list: own, view: own });
		expect(check).toMatchObject({ outcome: 'pass', problems: [] });
		expect(check?.detail).toMatch(/^\d+ requests, \d+ made-up records$/);
	});

	it('fails with a sentence and the request that shows it', async () => {
		const check = await rulesOf('open', { list: own, view: own, delete: '' });
		expect(check).toMatchObject({ outcome: 'fail', problems: [{ code: 'open_delete' }] });
		expect(check?.problems[0]?.message).toContain('Anybody can delete notes. DELETE /api/');
	});
});
