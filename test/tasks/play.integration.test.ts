import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, contains, message, startMessagesServer } from '../fixtures/messages-server/index.ts';
import type { Installation } from '../src/lib/server/support/installation.ts';
import { collectionTasks } from './backend/collections.ts';
import { begin, grade, openWorkshop, put, reasonOf, run, scriptOf, useModel } from './play.ts';

let tinykit: Installation;
beforeAll(async () => {
	tinykit = await openWorkshop();
});
afterAll(() => tinykit.close());

const task = collectionTasks.find(({ id }) => id === 'rename-field')!;

describe('a task that is played', () => {
	it('gets no answer to questions, and its clicks', async () => {
		const question = { id: 'sure', title: 'Sure?', type: 'yes_no' };
		const [plan, apply, ...rest] = scriptOf(task.solution);
		const model = await startMessagesServer([
			{ reply: message(call('ask', { questions: [question] })) },
			{ ...plan!, expect: contains('does not want to answer') },
			// It drops a field that has rows: a person is asked.
			apply!,
			...rest,
		]);
		await useModel(tinykit, model);
		const slug = await begin(tinykit, task);
		const events = await run(tinykit, slug, task);
		await model.close();
		model.assertDone();
		expect(reasonOf(events)).toBe('done');
		const types = events.map(({ type }) => type);
		expect(types).toContain('question_answered');
		expect(types).toContain('approval_decided');
		expect(await grade(tinykit, slug, task)).toEqual([]);
	});

	it('says what a grader stumbled over', async () => {
		const slug = await begin(tinykit, task);
		const failures = await grade(tinykit, slug, {
			...task,
			grade: () => Promise.reject(new Error('no such thing')),
		});
		expect(failures).toEqual(['the grader could not go on: Error: no such thing']);
	});

	it('does not begin in a state that cannot be', async () => {
		const { slug } = await tinykit.runtime.apps.create('Impossible');
		const change = { update: [{ name: 'nowhere', rename: 'somewhere' }] };
		await expect(put(tinykit, slug, { changes: [change] })).rejects.toThrow('nowhere');
		const rule = { create: [{ name: 'odd', fields: [], rules: { list: 'nonsense = 1' } }] };
		await expect(put(tinykit, slug, { changes: [rule] })).rejects.toThrow('listRule');
	});
});
