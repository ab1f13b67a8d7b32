import { z } from 'zod';
import { secretHost, secretName } from './secrets.ts';

const id = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,39}$/, 'letters, digits and _, at most 40');
const title = z.string().trim().min(1).max(300);
const common = { id, title };
const option = z.string().trim().min(1).max(200);

/** One question of an agent to a person. */
export const question = z.discriminatedUnion('type', [
	z.strictObject({ ...common, type: z.literal('choice'), options: z.array(option).min(2).max(10) }),
	/** Any number of the options, also none. */
	z.strictObject({
		...common,
		type: z.literal('several'),
		options: z.array(option).min(2).max(10),
	}),
	z.strictObject({
		...common,
		type: z.literal('text'),
		/** Characters; 2000 at most. */
		max: z.number().int().min(1).max(2000).optional(),
	}),
	z.strictObject({ ...common, type: z.literal('yes_no') }),
	z.strictObject({
		...common,
		type: z.literal('number'),
		min: z.number().optional(),
		max: z.number().optional(),
	}),
]);
export type Question = z.infer<typeof question>;

/** One to five questions whose ids differ. */
export const questions = z
	.array(question)
	.min(1)
	.max(5)
	.refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'the ids must differ');

/** By question id. A choice is one of its options, `several` a list of them. */
export const answers = z.record(
	z.string().max(40),
	z.union([z.string().max(2000), z.array(z.string().max(200)).max(10), z.boolean(), z.number()]),
);
export type Answers = z.infer<typeof answers>;

/** What a run waits for: answers, or a secret that a person enters. */
export const waitingFor = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('questions'), questions }),
	z.object({
		kind: z.literal('secret'),
		name: secretName,
		purpose: z.string(),
		hosts: z.array(secretHost),
	}),
]);
export type WaitingFor = z.infer<typeof waitingFor>;

/** What an agent asked, and whether it has been answered. A secret's value never stands here. */
export const asked = z.object({
	id: z.string(),
	app: z.string(),
	runId: z.string(),
	waitingFor,
	status: z.enum(['open', 'answered', 'declined', 'stale']),
	answers: answers.nullable(),
	created: z.string(),
	decided: z.string().nullable(),
});
export type Asked = z.infer<typeof asked>;
export const askedList = z.object({ items: z.array(asked) });

/** Answers all questions at once, or none of them: the run goes on either way. */
export const answerQuestions = z.union([
	z.strictObject({ answers }),
	z.strictObject({ decline: z.literal(true) }),
]);

/**
 * What is wrong with the answers, or undefined when each question has one that fits it.
 * @example answerProblem([{ id: 'n', title: 'How many?', type: 'number', max: 9 }], { n: 12 }) // 'n: at most 9.'
 */
export function answerProblem(asked: readonly Question[], given: Answers): string | undefined {
	const known = new Set(asked.map((one) => one.id));
	for (const key of Object.keys(given)) if (!known.has(key)) return `${key}: not asked.`;
	for (const one of asked) {
		const problem = valueProblem(one, given[one.id]);
		if (problem !== undefined) return `${one.id}: ${problem}`;
	}
	return undefined;
}

function valueProblem(one: Question, value: Answers[string] | undefined): string | undefined {
	switch (one.type) {
		case 'choice':
			return typeof value === 'string' && one.options.includes(value)
				? undefined
				: 'one of the options.';
		case 'several':
			return Array.isArray(value) &&
				new Set(value).size === value.length &&
				value.every((item) => one.options.includes(item))
				? undefined
				: 'a list of the options.';
		case 'text': {
			const max = one.max ?? 2000;
			return typeof value === 'string' && value.trim() !== '' && value.length <= max
				? undefined
				: `text of 1 to ${max} characters.`;
		}
		case 'yes_no':
			return typeof value === 'boolean' ? undefined : 'true or false.';
		case 'number':
			if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number.';
			if (one.min !== undefined && value < one.min) return `at least ${one.min}.`;
			if (one.max !== undefined && value > one.max) return `at most ${one.max}.`;
			return undefined;
	}
}

/** Each question with its answer, one line each, as people and models read it. */
export function answerLines(asked: readonly Question[], given: Answers): readonly string[] {
	return asked.map((one) => {
		const value = given[one.id];
		const words =
			typeof value === 'boolean'
				? value
					? 'yes'
					: 'no'
				: Array.isArray(value)
					? value.length === 0
						? 'none'
						: value.join(', ')
					: String(value ?? '').trim();
		return `${one.title} ${words}`;
	});
}
